"""A practice's list as a Group: how many people are on it. Its members are fetched by `$export`."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, Uuid

from registry.fhir import refusals
from registry.fhir.bundles import Entry, searchset
from registry.fhir.outcomes import Json
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.interaction import Interaction, Parameter, Told, interaction
from registry.fhir_api.lists.members import how_many
from registry.fhir_api.people.to_fhir import ODS_CODE
from registry.security.callers import Permission
from registry.security.scope import WITHIN_SCOPE_SQL, scope_of
from registry.values.organisation import is_ods_code

router = APIRouter()

GROUP = Parameter("id", "string", "The practice's ODS code.", "Y90001", "[0-9A-Z]{3,10}", search=False)
_SEARCHED = (
    Parameter("_id", "token", "The practice's ODS code.", "Y90001", "[0-9A-Z]{3,10}"),
    Parameter("identifier", "token", "The practice's ODS code, with its system or alone.", f"{ODS_CODE}|Y90001"),
    Parameter("managing-entity", "reference", "The practice, as `Organization/…`.", "Organization/Y90001"),
)

_FIND = text(
    f"select r.id, r.ods_code, r.name from practices r where r.ods_code = :code and {WITHIN_SCOPE_SQL}".format(
        column="r.id"
    )
).bindparams(bindparam("scope_all", type_=Boolean), bindparam("scope_practice_id", type_=Uuid))
_OWN = text("select r.id, r.ods_code, r.name from practices r where r.id = :id").bindparams(bindparam("id", type_=Uuid))


@dataclass(frozen=True, slots=True)
class ListOf:
    """Whose list it is. The id of a practice is that of its list."""

    id: UUID
    ods_code: str
    name: str


async def list_asked_for(call: Call, connection: AsyncConnection) -> ListOf:
    """The list that the path names. Raises RequestError: 404 for one that is not there, or is another practice's."""
    found = await _find(call, connection, call.path["id"])
    if found is None:
        raise refusals.not_found("list")
    return found


async def _find(call: Call, connection: AsyncConnection, code: str) -> ListOf | None:
    if not is_ods_code(code):
        return None
    row = (await connection.execute(_FIND, {"code": code, **scope_of(call.caller)})).one_or_none()
    return None if row is None else ListOf(*row)


def group_resource(practice: ListOf, people: int) -> Json:
    """The Group of a list."""
    identifier = {"system": ODS_CODE, "value": practice.ods_code}
    return {
        "resourceType": "Group",
        "id": practice.ods_code,
        "identifier": [identifier],
        "active": True,
        "type": "person",
        "actual": True,
        "name": f"The list of {practice.name}",
        "quantity": people,
        "managingEntity": {
            "reference": f"Organization/{practice.ods_code}",
            "type": "Organization",
            "identifier": identifier,
            "display": practice.name,
        },
    }


async def _group(call: Call, connection: AsyncConnection, practice: ListOf) -> Json:
    people = await how_many(connection, practice.id, own=not call.caller.is_office)
    return group_resource(practice, people)


@interaction(
    router,
    Interaction(
        "GET",
        "/Group/{id}",
        "read",
        Permission.EXPORT_LISTS,
        "A practice's list",
        {200: Told("The list, and how many people are on it.", "Group")},
        resource="Group",
        path_parameters=(GROUP,),
    ),
)
async def read_group(call: Call, connection: AsyncConnection) -> Answer:
    return Answer(await _group(call, connection, await list_asked_for(call, connection)))


@interaction(
    router,
    Interaction(
        "GET",
        "/Group",
        "search-type",
        Permission.EXPORT_LISTS,
        "Find a practice's list",
        {200: Told("The list, if the token may see it.", "Bundle")},
        resource="Group",
        parameters=_SEARCHED,
        text="A practice need say nothing: it has one list. The office says which.",
    ),
)
async def search_groups(call: Call, connection: AsyncConnection) -> Answer:
    codes = _codes(call)
    if not codes:
        found = await _own(call, connection)
    else:
        found = await _find(call, connection, codes.pop()) if len(codes) == 1 else None
    entries: list[Entry] = []
    if found is not None:
        resource = await _group(call, connection, found)
        entries = [Entry(resource, call.url(f"Group/{found.ods_code}"), {"mode": "match"})]
    now = call.clock.now().isoformat()
    return Answer(searchset(entries, self_url=call.self_url, timestamp=now, total=len(entries)))


def _codes(call: Call) -> set[str]:
    """Every ODS code that the search names; several are of no one list."""
    found: set[str] = set()
    if (code := call.one("_id")) is not None:
        found.add(code)
    if (token := call.one("identifier")) is not None:
        system, bar, value = token.rpartition("|")
        if bar and system not in ("", ODS_CODE):
            raise refusals.invalid(token, "identifier")
        found.add(value)
    if (reference := call.one("managing-entity")) is not None:
        found.add(reference.removeprefix("Organization/"))
    return found


async def _own(call: Call, connection: AsyncConnection) -> ListOf | None:
    if call.caller.practice_id is None:
        raise refusals.invalid_search("say which list: _id, identifier or managing-entity")
    return ListOf(*(await connection.execute(_OWN, {"id": call.caller.practice_id})).one())
