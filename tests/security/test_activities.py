"""What a token carries narrows what its role may, and never widens it."""

import json
import os
from pathlib import Path

import pytest

from registry.database import unit_of_work
from registry.security.callers import Caller, Permission, Role
from registry.security.clients.activities import ACTIVITIES
from registry.security.tokens import caller_of, hash_of, issue
from registry.values.clock import FixedClock
from tests.support.databases import Database

CODES = Path(os.environ.get("REGISTRY_SHARED", "../shared")) / "fhir" / "examples" / "codes" / "rbac.json"


async def caller(database: Database, clock: FixedClock, role: Role, **more: object) -> Caller:
    async with unit_of_work(database.engine) as connection:
        token = await issue(connection, "somebody", role, clock.now(), practice_id=None, **more)  # pyright: ignore[reportArgumentType]
        found = await caller_of(connection, hash_of(token), clock.now())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("role", "codes", "may", "may_not"),
    [
        (Role.STAFF, ["B0820"], Permission.READ_PATIENTS, Permission.AMEND_PATIENTS),
        (Role.STAFF, ["B0825"], Permission.AMEND_PATIENTS, Permission.CREATE_PATIENTS),
        (Role.STAFF, ["B0825", "B0340"], Permission.CREATE_PATIENTS, Permission.WORK_MATTERS),
        (Role.STAFF, ["B0056"], Permission.WORK_TASKS, Permission.READ_PATIENTS),
        (Role.APP, ["B0825"], Permission.READ_PATIENTS, Permission.AMEND_PATIENTS),
    ],
)
async def test_a_person_may_what_their_activities_allow_and_the_role_has(
    database: Database, clock: FixedClock, role: Role, codes: list[str], may: Permission, may_not: Permission
):
    found = await caller(database, clock, role, activity_codes=codes, role_ids=["555254242106"])
    assert found.may(may) and not found.may(may_not)
    assert found.role_ids == ("555254242106",)


@pytest.mark.parametrize("codes", [[], ["B9999"], ["b0820"]])
async def test_no_known_activity_is_no_permission(database: Database, clock: FixedClock, codes: list[str]):
    found = await caller(database, clock, Role.STAFF, activity_codes=codes)
    assert not any(found.may(each) for each in Permission)


async def test_scopes_and_activities_both_bind(database: Database, clock: FixedClock):
    found = await caller(database, clock, Role.STAFF, activity_codes=["B0825"], scopes=["system/Patient.r"])
    assert found.may(Permission.READ_PATIENTS) and not found.may(Permission.AMEND_PATIENTS)
    assert found.rights == {("Patient", "r")}


@pytest.mark.skipif(not CODES.is_file(), reason=f"no shared codes at {CODES}; set REGISTRY_SHARED")
def test_every_national_code_is_in_the_table():
    assert {code for code, *_ in json.loads(CODES.read_text())["activities"]} == set(ACTIVITIES)
