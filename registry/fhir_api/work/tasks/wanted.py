"""What a search of Tasks asks for, from its parameters."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir import refusals
from registry.fhir_api.call import Call
from registry.fhir_api.work.dates import between
from registry.fhir_api.work.tasks.codes import BUSINESS_STATUS, CODES, WORK
from registry.fhir_api.work.tasks.states import BUSINESS_WORDS, STATUSES, places_of
from registry.fhir_api.work.tasks.store import Wanted, codes_for
from registry.fhir_api.work.whom import number_asked, ods_code_of, people_of, practice_of

TASK_STATUS = "http://hl7.org/fhir/task-status"


async def wanted_of(call: Call, connection: AsyncConnection) -> Wanted | None:
    """What is asked for; None where nothing can be found. Raises RequestError (400)."""
    codes = _tokens(call, "code", tuple(CODES), WORK) or codes_for(call.caller)
    statuses = _tokens(call, "status", STATUSES, TASK_STATUS)
    words = _tokens(call, "business-status", BUSINESS_WORDS, BUSINESS_STATUS)
    if call.one("_sort") not in (None, "-_id"):
        raise refusals.invalid(call.one("_sort"), "_sort")
    number = number_asked(call, "patient", "subject")
    requester, owner = _practice(call, "requester"), _practice(call, "owner")
    task_id, opened, changed = _id(call), between(call, "authored-on"), between(call, "_lastUpdated")
    placer = asked = None
    if requester is not None:
        codes = [code for code in codes if CODES[code].source == "transactions"]
        placer = await _within(call, connection, requester)
    if owner is not None:
        asked = await _within(call, connection, owner)
    if (requester is not None and placer is None) or (owner is not None and asked is None):
        return None
    narrowed = bool(statuses or words or owner)
    places = places_of(codes, statuses=statuses, words=words, owner="practice" if owner else None)
    own = call.caller.practice_id
    return Wanted(
        codes,
        places if narrowed else None,
        id=task_id,
        people=None if number is None else await people_of(connection, number),
        number=None if number is None else number.value,
        # Of one's own practice the scope says it all, and says it of those too whose practice is hidden.
        placer=None if placer == own else placer,
        asked=None if asked == own else asked,
        opened=opened,
        changed=changed,
    )


def _tokens(call: Call, name: str, known: tuple[str, ...], system: str) -> list[str]:
    """The values of a token parameter, each alone or several by commas, with their system or without."""
    found: list[str] = []
    for given in call.all(name):
        for value in given.split(","):
            code = value.removeprefix(f"{system}|")
            if code not in known:
                raise refusals.invalid(value, name)
            found.append(code)
    return found


def _practice(call: Call, name: str) -> str | None:
    value = call.one(name)
    return None if value is None else ods_code_of(value, name)


async def _within(call: Call, connection: AsyncConnection, code: str) -> UUID | None:
    """The practice of a code, where the caller may see its work."""
    found = await practice_of(connection, code)
    return found if call.caller.practice_id in (None, found) else None


def _id(call: Call) -> UUID | None:
    value = call.one("_id")
    if value is None:
        return None
    try:
        return UUID(value)
    except ValueError:
        raise refusals.invalid(value, "_id") from None
