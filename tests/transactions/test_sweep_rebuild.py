"""Keys that another normaliser made are made anew, and people are found as before."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from registry.matching.normalise import NORMALISER_VERSION
from registry.transactions.sweep import rebuild_keys
from registry.transactions.sweep.rebuild_keys import rebuild
from tests.support.committing_office import CommittingOffice
from tests.support.merging import did, merged
from tests.support.sweeping import ADA, AWAY, GRETA, swept, taken_on

_KEYS = "select to_jsonb(k) from match_keys k order by id"
_SPOILT = text("update match_keys set normaliser_version = '0', surname = lower(surname), address_key = 'X'")


async def spoil(office: CommittingOffice) -> None:
    async with office.at_work() as work:
        await work.connection.execute(_SPOILT)


async def test_keys_are_made_anew_in_their_places(committing: CommittingOffice, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rebuild_keys, "_AT_ONCE", 2)
    people = [replace(ADA, previous_surname="Moss", previous_address=AWAY), GRETA, replace(GRETA, address=AWAY), ADA]
    await taken_on(committing, *people)
    before = await committing.column(_KEYS)
    await spoil(committing)
    seen: list[int] = []
    assert await rebuild(committing.engine, seen.append) == 4
    assert seen == [2, 4]
    after = await committing.column(_KEYS)
    assert [key for key in after if key["is_current"]] == [key for key in before if key["is_current"]]
    told = [(key["surname"], key["postcode"]) for key in after if not key["is_current"]]
    assert sorted(told) == [("MOSS", "ZX47QP"), ("featherstone", "QZ23AB"), ("moss", "ZX47QP")]
    assert {key["normaliser_version"] for key in after} == {NORMALISER_VERSION}
    assert await rebuild(committing.engine) == 0
    assert (await swept(committing)).people == 4


async def test_an_undo_still_gives_back_the_keys_of_the_other_record(committing: CommittingOffice):
    one, other = await taken_on(committing, ADA, replace(ADA, previous_surname="Moss"))
    async with committing.at_work() as office:
        merge = await merged(office, one, other)
    await spoil(committing)
    assert await rebuild(committing.engine) == 1
    async with committing.at_work() as office:
        await did(office, "undo", id=merge, reason="two people after all")
    present = "select surname from match_keys where patient_id = :id and is_current"
    assert [await committing.column(present, id=each) for each in (one, other)] == [["FEATHERSTONE"]] * 2
    assert await committing.one("select count(*) from match_keys where surname = 'moss'") == 1
