"""PATCH Patient/{id}."""

from secrets import token_hex
from typing import Any

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir import refusals
from registry.fhir.outcomes import Json, outcome
from registry.fhir_api.call import Answer, Call, stale
from registry.fhir_api.interaction import Body, Interaction, Told, interaction
from registry.fhir_api.people.find_holder import find_holder
from registry.fhir_api.people.numbers import NHS_NUMBER, number_of
from registry.fhir_api.people.patch.apply_patches import apply_patches
from registry.fhir_api.people.patch.changed import Amended
from registry.fhir_api.people.patch.check_amended import check_amended
from registry.fhir_api.people.patch.check_life import death_in
from registry.fhir_api.people.patch.check_periods import AddressDays
from registry.fhir_api.people.patch.read_patches import Patch, read_patches
from registry.fhir_api.people.patch.take_amendment import take_amendment, take_death
from registry.fhir_api.people.patch.what_is_said import what_is_said
from registry.fhir_api.people.patch.working_copy import home_id, working_copy
from registry.fhir_api.people.store import find_person
from registry.fhir_api.people.to_fhir import patient_resource
from registry.security.callers import Permission
from registry.transactions.gather import gather_person, lock_by_number

router = APIRouter()

_EXAMPLE: Json = {
    "patches": [{"op": "add", "path": "/name/-", "value": {"use": "nickname", "given": ["Bunty"], "family": "Quill"}}]
}
_TEXT = """By the rules of the Personal Demographics Service. Operations are done in turn, all of them or none; the
version rises by one. An item is added to a list by `/-` and without id. Whatever changes within an item goes with an
operation that names the item (`/address/0/id`, `/extension/0/url`); a removal follows a `test` of the same item.
Requests that only test are answered with the person as they are."""


@interaction(
    router,
    Interaction(
        "PATCH",
        "/Patient/{id}",
        "patch",
        Permission.AMEND_PATIENTS,
        "Amend a person",
        {
            200: Told("The person as they are now.", "Patient", headers=("ETag",)),
            202: Told(
                "Somebody of the office looks at it first; nothing is changed meanwhile. Location is its Task.",
                "OperationOutcome",
                outcome("informational", "A person of the office looks at it first", severity="information"),
                headers=("Location",),
            ),
        },
        resource="Patient",
        text=_TEXT.replace("\n", " "),
        path_parameters=(NHS_NUMBER,),
        body=Body(
            "Operations of JSON Patch: add, replace, remove, test.",
            _EXAMPLE,
            ("application/json-patch+json", "application/json"),
        ),
        refuses=(422,),
        changes=True,
        needs_if_match=True,
        people_only=True,
    ),
)
async def patch_patient(call: Call, connection: AsyncConnection) -> Answer:
    number, expected, patches = number_of(call), call.expected_version(), read_patches(call.body)
    await lock_by_number(connection, number.value)
    row = await find_holder(call, connection, "patient")
    if row["nhs_number"] != number.value:
        text = "This number has been superseded: read it, and amend the Patient that is answered"
        raise refusals.refusal(409, "CONFLICT", text, "id")
    if row["version"] != expected:
        raise stale()
    waiting = await _amend(call, connection, row, patches)
    if waiting is not None:
        return waiting
    now = await find_person(connection, number.value) or row
    return Answer(patient_resource(now), version=now["version"])


async def _amend(call: Call, connection: AsyncConnection, row: Any, patches: tuple[Patch, ...]) -> Answer | None:
    """Have what the operations say taken. An answer where it waits; None where the register says so, or said so."""
    today = call.context.today
    before = working_copy(row)
    done = apply_patches(before, patches, _new_id, restricted=row["whereabouts_hidden"])
    amended = Amended(before, done.patient, frozenset(done.fresh), home_id(row))
    check_amended(amended, today, AddressDays.of(call.context.policies, today))
    died_on = death_in(amended, today)
    person = await gather_person(connection, row["id"])
    amendment = what_is_said(amended, person.row, today)
    if died_on is not None:
        if not amendment.is_empty:
            raise refusals.invalid_update("a death is told in a request of its own", "deceasedDateTime")
        return await take_death(call, connection, person, died_on)
    return None if amendment.is_empty else await take_amendment(call, connection, person, amendment)


def _new_id() -> str:
    """Eight hexadecimal digits, as PDS has them."""
    return token_hex(4).upper()
