"""Routes about the versions of a person: the office's own.

Newest first, page by page. Every entry says when its version came into force; who made the change is the audit's to
tell.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir import refusals
from registry.fhir.bundles import Entry, history
from registry.fhir.outcomes import Json
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.interaction import Interaction, Parameter, Told, interaction
from registry.fhir_api.paging import COUNT, PAGE, next_url, page_size, position
from registry.fhir_api.people.find_holder import find_holder
from registry.fhir_api.people.http_dates import http_date
from registry.fhir_api.people.numbers import NHS_NUMBER
from registry.fhir_api.people.to_fhir import patient_resource
from registry.fhir_api.people.versions import Version, former_versions, present_version
from registry.security.callers import Permission

router = APIRouter()

_SINCE = Parameter("_since", "instant", "Only versions from this instant on.", search=False)
_VERSION = Parameter("vid", "string", "The number of a version.", "1", "[0-9]{1,9}", search=False)
_MAY_BE_GONE = "A version of whoever is restricted, or was then, says nothing of whereabouts."


@interaction(
    router,
    Interaction(
        "GET",
        "/Patient/{id}/_history",
        "history-instance",
        Permission.READ_HISTORY,
        "The versions of a person",
        {200: Told("Versions, the newest first.", "Bundle")},
        resource="Patient",
        path_parameters=(NHS_NUMBER,),
        parameters=(_SINCE, COUNT, PAGE),
        text=f"{_MAY_BE_GONE} A superseded number gives the versions of whoever survives it.",
    ),
)
async def read_history(call: Call, connection: AsyncConnection) -> Answer:
    size, since = page_size(call), _since(call)
    after = await position(call, connection)
    row = await find_holder(call, connection, "patient-history")
    now = await present_version(connection, row)
    found: list[Version] = [] if after is not None or (since is not None and now.since < since) else [now]
    before: int = now.number if after is None else int(after[0])
    found += await former_versions(connection, row, before=before, size=size + 1 - len(found), since=since)
    shown, more = found[:size], found[size:]
    following = await next_url(call, connection, [shown[-1].number]) if more else None
    return Answer(_bundle(call, shown, following))


@interaction(
    router,
    Interaction(
        "GET",
        "/Patient/{id}/_history/{vid}",
        "vread",
        Permission.READ_HISTORY,
        "One version of a person",
        {200: Told("The version.", "Patient", headers=("ETag", "Last-Modified"))},
        resource="Patient",
        path_parameters=(NHS_NUMBER, _VERSION),
        text=_MAY_BE_GONE,
    ),
)
async def read_version(call: Call, connection: AsyncConnection) -> Answer:
    text = call.path["vid"]
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise refusals.not_found("version")
    row = await find_holder(call, connection, "patient-history")
    wanted = int(text)
    if wanted == row["version"]:
        version = await present_version(connection, row)
    else:
        found = await former_versions(connection, row, before=wanted + 1, size=1)
        if not found or found[0].number != wanted:
            raise refusals.not_found("version")
        version = found[0]
    headers = {"Last-Modified": http_date(version.since)}
    return Answer(_resource(version), version=version.number, headers=headers)


def _since(call: Call) -> datetime | None:
    """The instant of `_since`; a whole date is its midnight in UTC. Raises RequestError (400)."""
    text = call.one("_since")
    if text is None:
        return None
    try:
        # A plus that stood unescaped in an address arrives as a blank.
        found = datetime.fromisoformat(text.replace(" ", "+"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise refusals.invalid(text, "_since") from None


def _bundle(call: Call, versions: Sequence[Version], following: str | None) -> Json:
    entries = [_entry(call, each) for each in versions]
    moment = call.clock.now().isoformat(timespec="seconds")
    return history(entries, self_url=call.self_url, timestamp=moment, next_url=following)


def _entry(call: Call, version: Version) -> Entry:
    resource = _resource(version)
    path = f"Patient/{resource['id']}"
    is_first = version.number == 1
    return Entry(
        resource,
        call.url(path),
        request={"method": "POST" if is_first else "PUT", "url": "Patient" if is_first else path},
        response={
            "status": "201" if is_first else "200",
            "etag": f'W/"{version.number}"',
            "lastModified": resource["meta"]["lastUpdated"],
        },
    )


def _resource(version: Version) -> Json:
    resource = patient_resource(version.facts)
    return {**resource, "meta": {**resource["meta"], "lastUpdated": version.since.isoformat(timespec="milliseconds")}}
