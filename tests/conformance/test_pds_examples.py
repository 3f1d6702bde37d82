"""The public examples of the Personal Demographics Service: what was taken on is read back, element by element.

Every difference that is right stands in `DIFFERENCES` with its reason; any other fails.
"""

import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from registry.fhir.check_resource import check_resource
from registry.values.clock import FixedClock
from tests.fhir_api.conftest import Fhir, issue_tokens
from tests.support.databases import Database
from tests.support.fhir_patients import a_file
from tests.support.taken_on import Register

EXAMPLES = Path(os.environ.get("REGISTRY_SHARED", "../shared")) / "fhir" / "examples" / "pds"
pytestmark = pytest.mark.skipif(
    not EXAMPLES.is_dir(), reason="the shared examples of the PDS FHIR API are not at hand (REGISTRY_SHARED)"
)

DIFFERENCES: tuple[tuple[str, str], ...] = (
    (r"/meta/versionId", "the version is ours: what is taken on begins at 1"),
    (r"/managingOrganization", "PDS's copy of generalPractitioner; we say it once"),
    (r"/generalPractitioner/0/identifier/period/end", "a registration is open until the register ends it"),
    (r"/generalPractitioner", "whoever has died, or was removed, is on no list"),
    (r"/address/\d+/line(/\d+)?", "lines are kept by position; empty ones are left out"),
    (r"/address/\d+/postalCode", "a postcode is kept with one blank before its last three characters"),
    (r"/multipleBirthInteger", "of the restricted nothing is told but name, gender and dates"),
    (
        r"/extension/.*DeathNotificationStatus/extension/0/valueCodeableConcept/coding/0/display",
        "the code is the same; the example has an older and longer text for it",
    ),
    (
        r"/extension/.*DeathNotificationStatus/extension",
        "of the restricted nothing is kept beside the columns that may be shown",
    ),
    (
        r"/extension/.*RemovalFromRegistration(/.*)?",
        "a removal is the register's own: of the dead it is their death, and it has no end",
    ),
)
"""Where what is read may differ from what was sent, and why."""

SEARCHES = (
    "countrycode_mobile_searchset.json",
    "dateOfDeath_searchset.json",
    "fuzzy_multimatch_searchset.json",
    "youds_searchset.json",
)
"""Those whose people are not somebody else in another example."""


@pytest.fixture
def clock() -> FixedClock:
    """A day on which most periods of the examples are open."""
    return FixedClock(datetime(2024, 11, 4, 9, 30, tzinfo=UTC))


def _patients() -> list[dict[str, Any]]:
    """Every Patient of the examples who can be taken on: one of each number, with a name."""
    found: dict[str, dict[str, Any]] = {}
    for folder in ("sandbox-responses", "patients"):
        for path in sorted((EXAMPLES / folder).glob("*.json")):
            resource = json.loads(path.read_text())
            if resource["resourceType"] == "Patient" and "name" in resource:
                found.setdefault(resource["id"], resource)
    for name in SEARCHES:
        for entry in json.loads((EXAMPLES / "searches" / name).read_text())["entry"]:
            found.setdefault(entry["resource"]["id"], entry["resource"])
    return list(found.values())


@pytest_asyncio.fixture
async def pds(
    app: FastAPI, client: httpx.AsyncClient, database: Database, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[Fhir]:
    """The API over the people of the examples."""
    people = _patients()
    practices = {entry["identifier"]["value"] for person in people for entry in person.get("generalPractitioner", ())}
    register = Register(database.engine, clock)
    await register.add_practices(*sorted(practices))
    await register.load(a_file(tmp_path, *people))
    assert not register.refused
    yield Fhir(client, database, await issue_tokens(database, clock, sorted(practices)[0], sorted(practices)[1]))


async def test_what_was_taken_on_is_read_back(pds: Fhir):
    wrong: list[str] = []
    for sent in _patients():
        answer = await pds.get(f"Patient/{sent['id']}")
        assert answer.status_code == 200, sent["id"]
        read = check_resource(answer.json(), "Patient")
        for path in different(sent, read, ""):
            if not any(re.fullmatch(allowed, path) for allowed, _ in DIFFERENCES):
                wrong.append(f"{sent['id']}{path}")
    assert not wrong


async def test_the_restricted_example_has_the_elements_of_the_published_one(pds: Fhir):
    sent = json.loads((EXAMPLES / "sandbox-responses" / "Sensitive_Patient.json").read_text())
    read = (await pds.get(f"Patient/{sent['id']}")).json()
    assert read.keys() | {"multipleBirthInteger"} == sent.keys()
    assert read["meta"]["security"] == sent["meta"]["security"]
    asked = {"family": sent["name"][0]["family"], "birthdate": sent["birthDate"]}
    (found,) = (await pds.get("Patient", params=asked)).json()["entry"]
    assert found["resource"].keys() == read.keys()
    assert found["search"] == {"score": 1}


@pytest.mark.parametrize("name", SEARCHES)
async def test_a_search_has_the_elements_of_the_published_one(pds: Fhir, name: str):
    """Each person of a published searchset is found, and told of with the same elements."""
    published = json.loads((EXAMPLES / "searches" / name).read_text())
    for entry in published["entry"][:4]:
        person = entry["resource"]
        asked = {"family": person["name"][0]["family"], "birthdate": f"eq{person['birthDate']}"}
        bundle = (await pds.get("Patient", params=asked)).json()
        assert bundle["resourceType"] == "Bundle", bundle
        assert published.keys() <= bundle.keys() | {"timestamp"}
        (found,) = [each for each in bundle["entry"] if each["resource"]["id"] == person["id"]]
        assert found.keys() == entry.keys()
        assert found["fullUrl"].endswith(f"/FHIR/R4/Patient/{person['id']}")
        assert found["search"] == {"score": 1}
        wrong = [
            path
            for path in different(person, found["resource"], "")
            if not any(re.fullmatch(allowed, path) for allowed, _ in DIFFERENCES)
        ]
        assert not wrong


def test_every_difference_has_a_reason():
    assert all(reason for _, reason in DIFFERENCES)


def different(sent: Any, read: Any, at: str) -> Iterator[str]:
    """The paths at which two values differ. Extensions and telecoms are told apart by url and id, not by place."""
    if isinstance(sent, dict) and isinstance(read, dict):
        left, right = cast(dict[str, Any], sent), cast(dict[str, Any], read)
        for name in dict.fromkeys([*left, *right]):
            if name in left and name in right:
                yield from different(left[name], right[name], f"{at}/{name}")
            else:
                yield f"{at}/{name}"
    elif isinstance(sent, list) and isinstance(read, list):
        if at == "/extension":
            yield from different(_by_url(sent), _by_url(read), at)
        elif len(cast(list[Any], sent)) != len(cast(list[Any], read)):
            yield at
        else:
            for index, (one, other) in enumerate(zip(cast(list[Any], sent), cast(list[Any], read), strict=True)):
                yield from different(one, other, f"{at}/{index}")
    elif sent != read:
        yield at


def _by_url(extensions: Any) -> dict[str, Any]:
    return {each["url"].rpartition("/")[2]: each for each in extensions}
