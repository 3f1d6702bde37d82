"""Routes that search for people.

`GET Patient` and `POST Patient/_search` are one search; by the second, names stand in no address.
"""

from collections.abc import Sequence

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir.bundles import Entry, searchset
from registry.fhir.spine import spine_outcome
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.interaction import Interaction, Told, interaction
from registry.fhir_api.people.search_asked import Asked, read_asked
from registry.fhir_api.people.search_fuzzy import find_fuzzy
from registry.fhir_api.people.search_parameters import PARAMETERS
from registry.fhir_api.people.search_plain import Hit, TooMany, find_plain
from registry.fhir_api.people.search_rules import check_asked
from registry.fhir_api.people.store import people_by_id
from registry.fhir_api.people.to_fhir import patient_resource
from registry.security.callers import Permission

router = APIRouter()

_TEXT = (
    "At least family and birthdate; with `_fuzzy-match` given, family and birthdate, or birthdate, gender, postcode and"
    " one of the names; or `_id`, or `identifier` with something of who bears it. Best first; a score of 1 is"
    " whoever fits entirely. Whoever is restricted is told of without their whereabouts, and is never found by a"
    " postcode, practice, telephone number or e-mail address. There are no pages: more than `_max-results`"
    " is TOO_MANY_MATCHES, and so is a search too wide to be carried out."
)
_ANSWERS = {200: Told("Who was found, or that it was too many.", "Bundle|OperationOutcome")}


@interaction(
    router,
    Interaction(
        "GET",
        "/Patient",
        "search-type",
        Permission.READ_PATIENTS,
        "Search for people",
        _ANSWERS,
        resource="Patient",
        parameters=PARAMETERS,
        text=_TEXT,
    ),
)
async def search_patients(call: Call, connection: AsyncConnection) -> Answer:
    return await _search(call, connection)


@interaction(
    router,
    Interaction(
        "POST",
        "/Patient/_search",
        "search-type",
        Permission.READ_PATIENTS,
        "Search for people by a form",
        _ANSWERS,
        resource="Patient",
        parameters=PARAMETERS,
        form=True,
        text=_TEXT,
    ),
)
async def search_patients_by_form(call: Call, connection: AsyncConnection) -> Answer:
    return await _search(call, connection)


async def _search(call: Call, connection: AsyncConnection) -> Answer:
    asked = read_asked(call)
    check_asked(asked)
    found = await (find_fuzzy(connection, asked) if asked.fuzzy else find_plain(connection, asked, call.context.today))
    if isinstance(found, TooMany):
        await _note(call, connection, asked, ())
        return Answer(spine_outcome("TOO_MANY_MATCHES", "More people were found than may be told of"))
    await _note(call, connection, asked, found)
    return Answer(await _bundle(call, connection, found))


async def _note(call: Call, connection: AsyncConnection, asked: Asked, found: Sequence[Hit]) -> None:
    """Who was shown, and what was asked with: the names of the parameters, and none of their values."""
    used = {"asked": sorted({name for name, _ in call.query}), "fuzzy": asked.fuzzy}
    await call.note_read(connection, "patient-search", [hit.patient_id for hit in found], used)


async def _bundle(call: Call, connection: AsyncConnection, found: Sequence[Hit]) -> dict[str, object]:
    people = await people_by_id(connection, [hit.patient_id for hit in found])
    today = call.context.today
    known = [(hit, people[hit.patient_id]) for hit in found if hit.patient_id in people]
    shown = [(hit, patient_resource(row, reduced=True, on=today)) for hit, row in known]
    entries = [Entry(each, call.url(f"Patient/{each['id']}"), {"score": hit.score}) for hit, each in shown]
    moment = call.clock.now().isoformat(timespec="seconds")
    return searchset(entries, self_url=call.self_url, timestamp=moment, total=len(entries))
