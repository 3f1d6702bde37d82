"""Routes about people."""

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir import refusals
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.interaction import Interaction, Parameter, Told, interaction
from registry.fhir_api.people.store import find_person
from registry.fhir_api.people.to_fhir import patient_resource
from registry.security.callers import Permission
from registry.values.nhs_number import NHSNumber

router = APIRouter()

NHS_NUMBER = Parameter("id", "string", "An NHS number.", "9990000018", "[0-9]{10}", search=False)


def number_of(call: Call) -> NHSNumber:
    """The NHS number in the path. Raises RequestError (400) where it is none."""
    try:
        return NHSNumber(call.path["id"])
    except ValueError:
        raise refusals.invalid_id() from None


@interaction(
    router,
    Interaction(
        "GET",
        "/Patient/{id}",
        "read",
        Permission.READ_PATIENTS,
        "One person",
        {200: Told("The person who has or had the number.", "Patient", headers=("ETag",))},
        resource="Patient",
        path_parameters=(NHS_NUMBER,),
        text="A superseded number gives whoever survives it; compare `id` with what you asked for.",
    ),
)
async def read_patient(call: Call, connection: AsyncConnection) -> Answer:
    row = await find_person(connection, number_of(call).value)
    await call.note_read(connection, "patient", () if row is None else (row["id"],))
    if row is None:
        raise refusals.not_found("person")
    if row["status"] == "invalidated":
        raise refusals.invalidated()
    return Answer(patient_resource(row), version=row["version"])
