"""Loading the simulator's people from files, counting them, and turning it off."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
import pytest_asyncio
from typer.testing import CliRunner, Result

from registry.pds.commands import app
from registry.pds.population import SimulatedPerson
from registry.pds.port import Dead, Single
from registry.pds.read_people import RefusedLine, person_from_fhir, read_people
from registry.pds.simulator import Simulator
from registry.settings import settings
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex
from tests.support.databases import Database
from tests.support.office import numbers

NUMBER, SURVIVOR = (number for number, _ in zip(numbers(900), range(2), strict=False))
NUMBER_SYSTEM = "https://fhir.nhs.uk/Id/nhs-number"


def patient(**items: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "resourceType": "Patient",
        "id": NUMBER,
        "identifier": [{"system": NUMBER_SYSTEM, "value": NUMBER}],
        "name": [
            {"use": "old", "family": "Quillan", "period": {"start": "1990-01-01", "end": "2015-05-05"}},
            {"use": "usual", "family": "Ashgrove", "given": ["Mina", "Jo", "Fay", "Lou"], "prefix": ["Dr"]},
        ],
        "gender": "female",
        "birthDate": "1990-07-09",
        "address": [
            {"use": "home", "line": ["5 Lantern Court", "Sedgewick"], "postalCode": "ZX1 1AA"},
            {"use": "home", "line": ["1 Old Row"], "postalCode": "ZX2 2BB", "period": {"end": "2015-05-05"}},
        ],
    }
    return usual | items


MINA = Demographics(
    Name("Ashgrove", "Mina", "Jo", "Fay Lou", "Dr"),
    Sex.FEMALE,
    date(1990, 7, 9),
    previous_surname="Quillan",
    address=Address(("", "5 Lantern Court", "", "Sedgewick", ""), "ZX1 1AA"),
    previous_address=Address(("1 Old Row", "", "", "", ""), "ZX2 2BB"),
)


def test_a_patient_in_the_shape_of_pds_is_read():
    assert person_from_fhir(patient()) == SimulatedPerson(NUMBER, MINA)


def test_death_restriction_merging_and_behaviour_are_read():
    read = person_from_fhir(
        patient(
            deceasedDateTime="2024-03-02T10:00:00+00:00",
            link=[{"type": "replaced-by", "other": {"reference": f"Patient/{SURVIVOR}"}}],
            meta={
                "security": [{"code": "R"}],
                "tag": [{"system": "urn:registry:simulator", "code": "timeout:2"}],
            },
        )
    )
    assert read == SimulatedPerson(NUMBER, MINA, date(2024, 3, 2), SURVIVOR, restricted=True, behaviour="timeout:2")


def test_a_newborn_has_no_address():
    read = person_from_fhir({key: value for key, value in patient().items() if key != "address"})
    assert read.person == replace(MINA, address=Address(), previous_address=Address())


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ({"resourceType": "Person"}, "resourceType"),
        ({"identifier": [{"system": NUMBER_SYSTEM, "value": "9990000000"}]}, "identifier"),
        ({"name": []}, "name"),
        ({"name": "Ashgrove"}, "not a Patient"),
        ({"birthDate": "1990"}, "birthDate"),
        ({"gender": "f"}, "gender"),
        ({"deceasedBoolean": True}, "deceasedBoolean"),
        ({"link": [{"type": "replaced-by", "other": {}}]}, "link.other"),
        ({"address": [{"line": list("abcdef")}]}, "an address has at most five lines"),
        ({"address": [{"line": [5]}]}, "address.line"),
        ({"address": [{"postalCode": 5}]}, "address.postalCode"),
        ({"name": [{"family": "Ash\0grove"}]}, "name.family"),
        ({"name": [{"family": "Ashgrove", "given": "Mina"}]}, "name.given"),
        ({"meta": []}, "not a Patient"),
        ({"meta": {"tag": [{"system": "urn:registry:simulator", "code": "asleep"}]}}, "behaviour"),
    ],
)
def test_a_line_that_is_no_person_is_refused_by_number_and_field(items: dict[str, Any], reason: str):
    (refused,) = read_people([orjson.dumps(patient(**items))])
    assert isinstance(refused, RefusedLine)
    assert refused.line == 1
    assert refused.reason.startswith(reason)
    assert NUMBER not in refused.reason
    assert "Ashgrove" not in refused.reason


def test_lines_are_counted_with_blank_ones():
    lines = [b"", b"{", b"[]", orjson.dumps(patient())]
    *refused, person = read_people(lines)
    assert refused == [RefusedLine(2, "not JSON"), RefusedLine(3, "not a Patient in PDS's shape")]
    assert isinstance(person, SimulatedPerson)


Command = Callable[..., Awaitable[Result]]


@pytest_asyncio.fixture
async def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Command]:
    """Runs a command against the test's database."""
    monkeypatch.setenv("DATABASE_URL", database.url)
    settings.cache_clear()

    async def invoke(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, arguments)

    yield invoke
    settings.cache_clear()


async def test_good_lines_load_and_refused_ones_are_reported(run: Command, database: Database, tmp_path: Path):
    file = tmp_path / "people.ndjson"
    dead = patient(id=SURVIVOR, identifier=[], deceasedDateTime="2024-03-02")
    file.write_bytes(b"\n".join([orjson.dumps(patient()), b"nonsense", orjson.dumps(dead)]))

    for _ in range(2):
        result = await run("load", str(file))
        assert result.exit_code == 1
        assert "2 people loaded, 1 lines refused" in result.output
        assert "line 2: not JSON" in result.output

    side = Simulator(database.engine)
    assert isinstance(await side.trace(MINA, NUMBER), Single)
    assert isinstance(await side.fetch(SURVIVOR), Dead)
    shown = orjson.loads((await run("show", "--json")).output)
    assert (shown["people"], shown["dead"], shown["requests"]) == (2, 1, {})


async def test_an_outage_is_turned_on_shown_and_turned_off(run: Command):
    assert (await run("outage", "on")).exit_code == 0
    assert orjson.loads((await run("show", "--json")).output)["outage"] == "timeout"
    assert (await run("outage", "on", "--behaviour", "late:3")).exit_code == 0
    assert "late:3" in (await run("show")).output
    assert (await run("outage", "off")).exit_code == 0
    assert orjson.loads((await run("show", "--json")).output)["outage"] is None


async def test_an_unknown_behaviour_is_unusable_input(run: Command):
    result = await run("outage", "on", "--behaviour", "asleep")
    assert result.exit_code == 2
    assert "timeout, error, late" in result.output


async def test_production_has_no_simulator(run: Command, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("REGISTRY_ENV", "production")
    settings.cache_clear()
    result = await run("outage", "on")
    assert result.exit_code == 1
    assert "development" in result.output
