"""Routes about practices and where they are."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir import refusals
from registry.fhir.outcomes import Json
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.interaction import Interaction, Parameter, Told, interaction
from registry.fhir_api.organisations import asked, store
from registry.fhir_api.organisations.codes import CIPHER, DOCTOR, LINK, ODS, PARTNER
from registry.fhir_api.organisations.found import bundle_of
from registry.fhir_api.organisations.to_fhir import location_resource, organization_resource
from registry.fhir_api.paging import COUNT, PAGE, page_size, position
from registry.security.callers import Permission

router = APIRouter()

SYSTEMS = {ODS: "ods", PARTNER: "partner", CIPHER: "cipher", LINK: "link", DOCTOR: "doctor"}
ODS_ID = Parameter("id", "string", "An ODS code.", "Y90001", search=False)
_ID = Parameter("_id", "token", "ODS codes; several with commas.", "Y90001")
_IDENTIFIER = Parameter("identifier", "token", "Any code of the practice, as system|value or value.", f"{ODS}|Y90001")
_POSTCODE = Parameter("address-postalcode", "string", "A postcode, or its beginning.", "ZX1")
_NAME = Parameter("name", "string", "How the name begins.")
_ACTIVE = Parameter("active", "token", "Every practice of the register is.", "true", choices=("true", "false"))


@interaction(
    router,
    Interaction(
        "GET",
        "/Organization",
        "search-type",
        Permission.READ_PATIENTS,
        "Practices",
        {200: Told("Those found, by ODS code.", "Bundle")},
        resource="Organization",
        parameters=(_ID, _IDENTIFIER, _NAME, _ACTIVE, _POSTCODE, COUNT, PAGE),
    ),
)
async def search_organizations(call: Call, connection: AsyncConnection) -> Answer:
    conditions = [*_conditions(call), *_named(call)]
    if asked.boolean(call, "active") is False:
        conditions.append(((), {}))
    return await _search(call, connection, conditions, lambda row: organization_resource(row, call.context.today))


@interaction(
    router,
    Interaction(
        "GET",
        "/Organization/{id}",
        "read",
        Permission.READ_PATIENTS,
        "A practice, with every code of it on one page",
        {200: Told("The practice.", "Organization")},
        resource="Organization",
        path_parameters=(ODS_ID,),
        text="The extension `list-state` says whether its list is `open` or `closed` to new patients.",
    ),
)
async def read_organization(call: Call, connection: AsyncConnection) -> Answer:
    return Answer(organization_resource(await _one(call, connection, "practice"), call.context.today))


@interaction(
    router,
    Interaction(
        "GET",
        "/Location",
        "search-type",
        Permission.READ_PATIENTS,
        "Premises of practices",
        {200: Told("Those found, by ODS code.", "Bundle")},
        resource="Location",
        parameters=(
            _ID,
            _IDENTIFIER,
            Parameter("organization", "reference", "The practice.", "Organization/Y90001"),
            _POSTCODE,
            COUNT,
            PAGE,
        ),
    ),
)
async def search_locations(call: Call, connection: AsyncConnection) -> Answer:
    conditions = _conditions(call)
    practice = asked.reference(call, "organization", "Organization")
    if practice is not None:
        conditions.append((("codes",), {"codes": _both(call, practice)}))
    return await _search(call, connection, conditions, location_resource)


@interaction(
    router,
    Interaction(
        "GET",
        "/Location/{id}",
        "read",
        Permission.READ_PATIENTS,
        "The premises of a practice",
        {200: Told("The premises.", "Location")},
        resource="Location",
        path_parameters=(ODS_ID,),
    ),
)
async def read_location(call: Call, connection: AsyncConnection) -> Answer:
    return Answer(location_resource(await _one(call, connection, "location")))


async def _one(call: Call, connection: AsyncConnection, what: str) -> Mapping[str, Any]:
    rows = await store.practices(connection, [(("codes",), {"codes": asked.id_in_path(call)})], most=1)
    if not rows:
        raise refusals.not_found(what)
    return rows[0]


def _conditions(call: Call) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    found: list[tuple[tuple[str, ...], dict[str, Any]]] = []
    ids, postcode, identifier = asked.ids(call), asked.postcode(call), asked.identifier(call, SYSTEMS)
    if ids is not None:
        found.append((("codes",), {"codes": ids}))
    if postcode is not None:
        found.append((("postcode",), {"postcode": postcode}))
    if identifier is not None:
        found.append((identifier[0], {"identifier": identifier[1]}))
    return found


def _named(call: Call) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    name = asked.name(call)
    return [] if name is None else [(("name",), {"name": name})]


def _both(call: Call, practice: str) -> list[str]:
    """The practice, if `_id` names it too or is not given: both name the same codes."""
    ids = asked.ids(call)
    return [practice] if ids is None or practice in ids else []


async def _search(
    call: Call,
    connection: AsyncConnection,
    conditions: store.Conditions,
    resource: Callable[[Mapping[str, Any]], Json],
) -> Answer:
    size, after = page_size(call), await position(call, connection)
    rows = await store.practices(connection, conditions, most=size + 1, after=None if after is None else after[0])
    resources = [resource(row) for row in rows]
    return await bundle_of(call, connection, resources, size, lambda last: [last["id"]])
