"""Routes about doctors, and about doctors at practices."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir import refusals
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.interaction import Interaction, Parameter, Told, interaction
from registry.fhir_api.organisations import asked, store
from registry.fhir_api.organisations.codes import DOCTOR, GMC, LOCAL, entries_of
from registry.fhir_api.organisations.found import bundle_of
from registry.fhir_api.organisations.to_fhir import practitioner_resource, role_resource
from registry.fhir_api.paging import COUNT, PAGE, page_size, position
from registry.security.callers import Permission

router = APIRouter()

OF_DOCTORS = {GMC: "gmc", DOCTOR: "doctor"}
OF_ROLES = {GMC: "gmc", LOCAL: "local", DOCTOR: "doctor"}
_ACTIVE = Parameter("active", "token", "Whether an entry is in force today.", "true", choices=("true", "false"))


@interaction(
    router,
    Interaction(
        "GET",
        "/Practitioner",
        "search-type",
        Permission.READ_PATIENTS,
        "Doctors",
        {200: Told("Those found, by GMC number.", "Bundle")},
        resource="Practitioner",
        parameters=(
            Parameter("_id", "token", "GMC numbers; several with commas."),
            Parameter("identifier", "token", "A GMC number or a doctor's code, as system|value or value."),
            _ACTIVE,
            COUNT,
            PAGE,
        ),
    ),
)
async def search_practitioners(call: Call, connection: AsyncConnection) -> Answer:
    size, after = page_size(call), await position(call, connection)
    today, active = call.context.today, asked.boolean(call, "active")
    ids, identifier = asked.ids(call), asked.identifier(call, OF_DOCTORS)
    conditions: list[tuple[tuple[str, ...], dict[str, Any]]] = []
    if ids is not None:
        conditions.append((("ids",), {"ids": ids}))
    if identifier is not None:
        conditions.append((identifier[0], {"identifier": identifier[1]}))
    rows = await store.doctors(
        connection, conditions, most=size + 1, after=None if after is None else after[0], active=active, day=today
    )
    found = [practitioner_resource(row["gmc_number"], entries_of(row["entries"]), today) for row in rows]
    return await bundle_of(call, connection, found, size, lambda last: [last["id"]])


@interaction(
    router,
    Interaction(
        "GET",
        "/Practitioner/{id}",
        "read",
        Permission.READ_PATIENTS,
        "A doctor, with every code that they have or had",
        {200: Told("The doctor, of whom the register knows codes alone.", "Practitioner")},
        resource="Practitioner",
        path_parameters=(Parameter("id", "string", "A GMC number.", search=False),),
    ),
)
async def read_practitioner(call: Call, connection: AsyncConnection) -> Answer:
    conditions = [(("ids",), {"ids": asked.id_in_path(call)})]
    rows = await store.doctors(connection, conditions, most=1, active=None, day=call.context.today)
    if not rows:
        raise refusals.not_found("practitioner")
    return Answer(practitioner_resource(rows[0]["gmc_number"], entries_of(rows[0]["entries"]), call.context.today))


@interaction(
    router,
    Interaction(
        "GET",
        "/PractitionerRole",
        "search-type",
        Permission.READ_PATIENTS,
        "Doctors at practices, over time",
        {200: Told("Every entry found, by id.", "Bundle")},
        resource="PractitionerRole",
        parameters=(
            Parameter("_id", "token", "Ids; several with commas."),
            Parameter("practitioner", "reference", "A doctor, by GMC number."),
            Parameter("organization", "reference", "A practice, by ODS code.", "Organization/Y90001"),
            _ACTIVE,
            Parameter("identifier", "token", "A local code, a GMC number or a doctor's code."),
            COUNT,
            PAGE,
        ),
    ),
)
async def search_roles(call: Call, connection: AsyncConnection) -> Answer:
    size, after = page_size(call), await position(call, connection)
    today = call.context.today
    rows = await store.roles(
        connection, _role_conditions(call), most=size + 1, after=None if after is None else UUID(after[0])
    )
    found = [role_resource(entry, today) for entry in entries_of([row["entry"] for row in rows])]
    return await bundle_of(call, connection, found, size, lambda last: [last["id"]])


def _role_conditions(call: Call) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    found: list[tuple[tuple[str, ...], dict[str, Any]]] = []
    ids, active = asked.ids(call), asked.boolean(call, "active")
    if ids is not None:
        found.append((("uuids",), {"uuids": asked.uuids(ids)}))
    for name, kind in (("practitioner", "Practitioner"), ("organization", "Organization")):
        wanted = asked.reference(call, name, kind)
        if wanted is not None:
            found.append(((name,), {name: wanted}))
    if active is not None:
        found.append((("active",), {"active": active, "day": call.context.today}))
    identifier = asked.identifier(call, OF_ROLES)
    if identifier is not None:
        found.append((identifier[0], {"identifier": identifier[1]}))
    return found


@interaction(
    router,
    Interaction(
        "GET",
        "/PractitionerRole/{id}",
        "read",
        Permission.READ_PATIENTS,
        "A doctor at a practice under one code",
        {200: Told("The entry, with its days.", "PractitionerRole")},
        resource="PractitionerRole",
        path_parameters=(Parameter("id", "string", "The id of an entry.", search=False),),
    ),
)
async def read_role(call: Call, connection: AsyncConnection) -> Answer:
    rows = await store.roles(connection, [(("uuids",), {"uuids": asked.uuids(asked.id_in_path(call))})], most=1)
    if not rows:
        raise refusals.not_found("practitioner role")
    [entry] = entries_of([rows[0]["entry"]])
    return Answer(role_resource(entry, call.context.today))
