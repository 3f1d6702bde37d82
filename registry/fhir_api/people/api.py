"""Routes about people."""

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir_api.call import Answer, Call
from registry.fhir_api.interaction import Interaction, Told, interaction
from registry.fhir_api.people import history, match, search
from registry.fhir_api.people.create import api as create
from registry.fhir_api.people.find_holder import find_holder
from registry.fhir_api.people.http_dates import http_date
from registry.fhir_api.people.numbers import NHS_NUMBER
from registry.fhir_api.people.patch import api as patch
from registry.fhir_api.people.to_fhir import patient_resource
from registry.security.callers import Permission

router = APIRouter()
for _part in (search, match, history, create, patch):
    router.include_router(_part.router)


@interaction(
    router,
    Interaction(
        "GET",
        "/Patient/{id}",
        "read",
        Permission.READ_PATIENTS,
        "One person",
        {200: Told("The person who has or had the number.", "Patient", headers=("ETag", "Last-Modified"))},
        resource="Patient",
        path_parameters=(NHS_NUMBER,),
        text="A superseded number gives whoever survives it; compare `id` with what you asked for.",
    ),
)
async def read_patient(call: Call, connection: AsyncConnection) -> Answer:
    row = await find_holder(call, connection, "patient")
    # No 304 for If-None-Match: the version is that of the person's row, and another practice is no new version of it.
    return Answer(
        patient_resource(row), version=row["version"], headers={"Last-Modified": http_date(row["changed_at"])}
    )
