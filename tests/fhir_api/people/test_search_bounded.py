"""A search reads no more than it may, by an index, and leaves out who may not be told of before it counts."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir_api.people import search_plain
from registry.fhir_api.people.search_asked import Asked
from registry.fhir_api.people.search_values import Days, Pattern
from registry.values.nhs_number import NHSNumber
from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.population import ADA, TOM

TODAY = date(2026, 11, 2)
OPEN = Pattern("SM", "SM%", is_open=True)
ALWAYS = Days(date.min, date.max)


NOTHING = Asked(None, (), None, None, None, None, None, None, None, None, None, 50)

WIDE = {
    "by day": replace(NOTHING, family=OPEN, born=Days(date(1980, 1, 1), date(1989, 12, 31))),
    "by surname": replace(
        NOTHING, family=OPEN, born=ALWAYS, given=(OPEN,), history=True, sex="1", phone="1", email="a@b.cd"
    ),
    "by place": replace(NOTHING, family=OPEN, born=ALWAYS, postcode=OPEN, practice="Y90101", history=True),
    "by number": replace(NOTHING, by_id=NHSNumber(ADA), family=OPEN, given=(OPEN,)),
}


@pytest.mark.parametrize("search", WIDE)
async def test_each_search_has_an_index(connection: AsyncConnection, search: str):
    """With sequential scans forbidden, one would still show where no index serves."""
    await connection.execute(text("set local enable_seqscan = off"))
    statement, values = search_plain.prepared(WIDE[search], TODAY)
    plan = await connection.execute(text("explain " + statement.text).bindparams(**values))
    lines = [row[0] for row in plan]
    # Of versions, which are looked at for those who were found, a small table may be read as a whole.
    tables = ("match_keys", "patients", "patient_numbers", "list_memberships")
    assert not [line for line in lines for table in tables if f"Seq Scan on {table}" in line]


async def test_a_search_that_would_read_too_much_is_told_so(fhir: Fhir, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(search_plain, "MOST_READ", 2)
    answer = await fhir.get("Patient?family=Ba*&birthdate=ge1900-01-01&given=Nobody")
    assert (answer.status_code, code_of(answer)) == (200, "TOO_MANY_MATCHES")


async def test_the_restricted_are_left_out_before_rows_are_counted(fhir: Fhir, monkeypatch: pytest.MonkeyPatch):
    """Two of the name are read where no place is asked, and one where it is."""
    monkeypatch.setattr(search_plain, "MOST_READ", 2)
    dewhurst = "Patient?family=Dewhurst&birthdate=1977-08-30"
    assert code_of(await fhir.get(dewhurst)) == "TOO_MANY_MATCHES"
    (entry,) = (await fhir.get(f"{dewhurst}&address-postalcode=ZX2 1AA")).json()["entry"]
    assert entry["resource"]["id"] == TOM


async def test_a_range_is_cut_to_the_days_on_which_people_were_born(connection: AsyncConnection):
    for born in (ALWAYS, Days(date.min, date(1800, 1, 1)), Days(date(2500, 1, 1), date.max)):
        assert await search_plain.find_plain(connection, replace(NOTHING, family=OPEN, born=born), TODAY) == []
