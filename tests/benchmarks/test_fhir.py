"""What the FHIR API is measured with is what it takes."""

from datetime import date

import h11
import orjson
import pytest

from benchmarks.fhir.asked import KINDS, Request, requests
from registry.fhir.check_resource import check_resource
from tests.fhir_api.conftest import Fhir, fhir
from tests.fhir_api.population import ADA, HERE, THERE

__all__ = ["fhir"]

PEOPLE = """
    select p.nhs_number, p.surname, p.first_forename, p.sex, p.date_of_birth, p.postcode,
      array[p.line_1, p.line_2, p.line_3, p.line_4, p.line_5] as lines, cast(:here as text) as ods_code
    from patients p where p.nhs_number = :number
"""
_NAMES = ("nhs_number", "surname", "first_forename", "sex", "date_of_birth", "postcode", "lines", "ods_code")


async def asked(fhir: Fhir, kind: str) -> Request:
    (row,) = await fhir.rows(PEOPLE, number=ADA, here=HERE)
    (request,) = requests(kind, [dict(zip(_NAMES, row, strict=True))], [HERE, THERE], date(2026, 11, 2))
    return request


@pytest.mark.parametrize("kind", KINDS)
async def test_it_is_answered(fhir: Fhir, kind: str):
    request = await asked(fhir, kind)
    assert request.practice == THERE
    answer = await fhir.ask(
        request.method,
        request.path,
        "there",
        content=request.body or None,
        headers={"Content-Type": "application/fhir+json" if request.body else None},
    )
    assert answer.status_code in (200, 201), answer.text
    told = answer.json()
    check_resource(told, told["resourceType"])
    if told["resourceType"] == "Bundle":
        assert [entry["resource"]["id"] for entry in told["entry"]] == [ADA]


@pytest.mark.parametrize("kind", KINDS)
async def test_on_the_wire_it_is_the_same_request(fhir: Fhir, kind: str):
    request = await asked(fhir, kind)
    server = h11.Connection(h11.SERVER)
    server.receive_data(request.on_the_wire("secret"))
    head = server.next_event()
    assert isinstance(head, h11.Request)
    headers = dict(head.headers)
    assert head.target.decode() == f"/FHIR/R4/{request.path}"
    assert headers[b"authorization"] == b"Bearer secret"
    if request.body:
        data = server.next_event()
        assert isinstance(data, h11.Data)
        assert orjson.loads(bytes(data.data)) == orjson.loads(request.body)
    assert isinstance(server.next_event(), h11.EndOfMessage)
