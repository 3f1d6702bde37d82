"""Routes by which somebody new is given a number."""

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir.spine import spine_outcome
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.interaction import Body, Interaction, Told, interaction
from registry.fhir_api.people.create.example import NEW_PATIENT, NEW_PATIENT_KNOWINGLY
from registry.fhir_api.people.create.outcomes import alike_outcome, no_number, those_told, unequal_outcome
from registry.fhir_api.people.create.read_newcomer import newcomer_of
from registry.fhir_api.people.create.read_parameters import read_parameters
from registry.fhir_api.people.store import find_person
from registry.fhir_api.people.to_fhir import patient_resource
from registry.pds.choose import has_national_side
from registry.security.callers import Permission
from registry.transactions.newcomers.allot import allot
from registry.transactions.newcomers.newcomer import Alike, Made, NoNumber

router = APIRouter()

_MADE = Told("The new person, at version 1.", "Patient", headers=("ETag", "Location"))


@interaction(
    router,
    Interaction(
        "POST",
        "/Patient",
        "create",
        Permission.CREATE_PATIENTS,
        "Give somebody new a number",
        {
            200: Told(
                "Nobody was made: SINGLE_MATCH, with the number where it may be told, or MULTIPLE_MATCHES.",
                "OperationOutcome",
                spine_outcome("MULTIPLE_MATCHES", "Unable to create new patient. Multiple matches found"
                " for supplied demographic data."),
            ),
            201: _MADE,
        },
        resource="Patient",
        text="Of PDS's shape: one usual name, gender, whole date of birth, home address with a period, and the"
        " registering authority. The person is on no practice's list: send an acceptance.",
        body=Body("The Patient, without a number.", NEW_PATIENT),
        changes=True,
        people_only=True,
    ),
)  # fmt: skip
async def create_patient(call: Call, connection: AsyncConnection) -> Answer:
    newcomer = newcomer_of(call.json(), call.context.today)
    made = await allot(connection, call.context, newcomer, call.caller.practice_id)
    match made:
        case Made():
            return await _created(call, connection, made)
        case NoNumber():
            raise no_number(made, has_national_side=has_national_side(call.settings))
        case Alike():
            office = call.caller.is_office
            told = those_told(made, office=office, all_of_them=False)
            await call.note_read(connection, "newcomer-match", [each.patient_id for each in told])
            return Answer(alike_outcome(made, office=office))


@interaction(
    router,
    Interaction(
        "POST",
        "/Patient/$allocate",
        "operation",
        Permission.DECIDE_ANOMALIES,
        "Give somebody new a number, though others are like them",
        {
            201: _MADE,
            409: Told(
                "Others fit than those acknowledged: nobody was made. An issue for each who may be told.",
                "OperationOutcome",
                spine_outcome("CONFLICT", "acknowledgedMatches is not the set of those who fit now: 2 found"),
            ),
        },
        resource="Patient",
        operation="allocate",
        text="For the office, when it has looked at everybody who fits: `acknowledgedMatches` must name exactly them."
        " A case of a possible duplicate is opened for each, with the reason.",
        body=Body("Parameters: patient, acknowledgedMatches (repeats), reason.", NEW_PATIENT_KNOWINGLY),
        changes=True,
        people_only=True,
    ),
)
async def allocate_patient(call: Call, connection: AsyncConnection) -> Answer:
    asked = read_parameters(call.json())
    newcomer = newcomer_of(asked.patient, call.context.today, asked.at)
    made = await allot(connection, call.context, newcomer, call.caller.practice_id, asked.acknowledged)
    match made:
        case Made():
            return await _created(call, connection, made)
        case NoNumber():
            raise no_number(made, has_national_side=has_national_side(call.settings))
        case Alike():
            told = those_told(made, office=True, all_of_them=True)
            await call.note_read(connection, "newcomer-match", [each.patient_id for each in told])
            return Answer(unequal_outcome(made), status=409)


async def _created(call: Call, connection: AsyncConnection, made: Made) -> Answer:
    row = await find_person(connection, made.number)
    if row is None:
        raise RuntimeError("somebody made in this unit of work is not there")
    return Answer(patient_resource(row), 201, row["version"], f"Patient/{made.number}")
