"""Scopes: what is granted of what is asked, and what a token of them opens."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.app import create_app
from registry.fhir_api.interaction import INTERACTIONS, Interaction
from registry.security.callers import PRACTICE_PERMISSIONS, Permission, Role
from registry.security.clients.scopes import PERMISSIONS, SUPPORTED, granted, permissions_of, rights_of
from registry.settings import Settings
from registry.values.clock import FixedClock
from tests.fhir_api.conftest import Fhir, fhir
from tests.fhir_api.population import HERE
from tests.support.clients import registered
from tests.support.databases import Database

__all__ = ["fhir"]

EVERYTHING = frozenset(Permission)
SYSTEM = PRACTICE_PERMISSIONS[Role.APP]


@pytest.mark.parametrize(
    ("asked", "registered", "held", "told"),
    [
        (["system/Patient.rs"], None, EVERYTHING, ["system/Patient.rs"]),
        (["system/Patient.cruds"], None, SYSTEM, ["system/Patient.rs"]),
        (["system/Patient.read"], None, EVERYTHING, ["system/Patient.rs"]),
        (["system/*.rs"], None, EVERYTHING, ["system/*.rs"]),
        (["system/*.rs"], ["system/*.cruds"], EVERYTHING, ["system/*.rs"]),
        (["system/*.rs"], ["system/Patient.r"], EVERYTHING, ["system/Patient.r"]),
        (["system/Patient.rs"], ["system/*.s"], EVERYTHING, ["system/Patient.s"]),
        (["system/Task.c", "system/Patient.s"], ["system/Task.cru"], EVERYTHING, ["system/Task.c"]),
        (["system/Patient.u"], None, SYSTEM, []),
        (["system/Observation.rs", "openid", "user/Patient.rs", "system/patient.rs", ""], None, EVERYTHING, []),
        (["system/Patient.x", "system/Patient.", "system/Patient.rs?name=a"], None, EVERYTHING, []),
    ],
)
def test_what_is_granted(asked: list[str], registered: list[str] | None, held: frozenset[Permission], told: list[str]):
    assert list(granted(asked, registered, held)) == told


_scopes = st.builds(
    lambda resource, letters: f"system/{resource}.{''.join(letters)}",
    st.sampled_from(["*", *dict.fromkeys(resource for resource, _ in PERMISSIONS)]),
    st.sets(st.sampled_from("cruds"), min_size=1),
)


@given(
    asked=st.lists(_scopes, max_size=4),
    registered=st.none() | st.lists(_scopes, min_size=1, max_size=3),
    role=st.sampled_from([Role.STAFF, Role.APP, Role.APP_READ]),
)
def test_nothing_is_granted_that_was_not_asked_for_registered_and_of_the_role(
    asked: list[str], registered: list[str] | None, role: Role
):
    held = PRACTICE_PERMISSIONS[role]
    given_rights = rights_of(granted(asked, registered, held))
    assert given_rights <= rights_of(asked)
    assert registered is None or given_rights <= rights_of(registered)
    assert all(PERMISSIONS[right] & held for right in given_rights)
    may = {r for r in rights_of(asked) & (rights_of(registered or ["system/*.cruds"])) if PERMISSIONS[r] & held}
    assert may == given_rights


def closed() -> list[Interaction]:
    create_app(Settings())  # pyright: ignore[reportCallIssue]  # loads every interaction
    return [each for each in INTERACTIONS if each.permission is not None]


@pytest.mark.parametrize("declared", closed(), ids=lambda each: f"{each.method} {each.path}")
def test_every_interaction_can_be_granted(declared: Interaction):
    carried = permissions_of(declared.rights & PERMISSIONS.keys())
    assert declared.resource is None or declared.permission in carried, (
        f"registry/security/clients/scopes.py: no scope of {declared.rights} carries {declared.permission}"
    )


def test_what_is_published_is_understood():
    assert all(rights_of((scope,)) for scope in SUPPORTED)


async def test_a_token_of_scopes_opens_what_they_say_and_nothing_else(
    fhir: Fhir, database: Database, client: httpx.AsyncClient, clock: FixedClock
):
    number = (await fhir.rows("select nhs_number from patients where status <> 'invalidated' limit 1"))[0][0]
    system = await registered(database, client, clock, ods_code=HERE, scopes=("system/Patient.r", "system/Task.rs"))
    for name, scope in (
        ("patient", "system/Patient.rs system/Organization.rs"),
        ("task", "system/Task.rs"),
        ("all", None),
    ):
        fhir.tokens[name] = await system.token(scope=scope)
    assert (await fhir.get(f"Patient/{number}", "patient")).status_code == 200
    assert (await fhir.get(f"Patient/{number}", "all")).status_code == 200
    refused = await fhir.get(f"Patient/{number}", "task")
    assert (refused.status_code, refused.json()["issue"][0]["details"]["coding"][0]["code"]) == (403, "ACCESS_DENIED")
    facade = await fhir.ask("POST", "/fhir/Patient/$nhais.removal", "patient", json={})
    assert (facade.status_code, facade.json()["issue"][0]["code"]) == (403, "forbidden")


async def test_the_registration_bounds_whoever_asks_for_nothing(
    database: Database, client: httpx.AsyncClient, clock: FixedClock
):
    system = await registered(database, client, clock, scopes=("system/Patient.rs",))
    assert (await system.ask()).json()["scope"] == "system/Patient.rs"
    assert (await system.ask(scope="")).json()["scope"] == "system/Patient.rs"
    assert (await system.ask(scope="system/Task.c")).json()["error"] == "invalid_scope"
