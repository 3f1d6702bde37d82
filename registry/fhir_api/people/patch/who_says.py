"""Who says something of a person, and what a person of the office decides before it is taken. Pure.

Any practice may amend demographics, as with PDS; the register asks first where what it rests on is at stake.
Source: FHIR design a.4 (what needs approval); domain rules R8, R15.
"""

from collections.abc import Mapping

from registry.fhir_api.people.patch.what_is_said import Amendment
from registry.security.callers import Caller
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.particulars.area import Area
from registry.transactions.people import by_office
from registry.transactions.rules.precedence import Why
from registry.transactions.rules.provenance import Evidence, Said, Source, fields_of

IDENTITY = frozenset({"surname", "sex", "date_of_birth"})
"""Where two of them change at once, two people may be confused (R8)."""


def is_with(caller: Caller, person: PersonFacts) -> bool:
    """Whether the person is on the list of the caller's practice."""
    return person.membership is not None and person.membership.practice_id == caller.practice_id


def who_says(context: Context, caller: Caller, person: PersonFacts, ods_code: str | None) -> Said:
    """The office's own word; an amendment by the practice that holds the person; or the word of another practice."""
    if ods_code is None:
        return by_office(context)
    source = Source.AMENDMENT if is_with(caller, person) else Source.PRACTICE_LETTER
    return Said(source, ods_code, context.today, Evidence.PRACTICE_SAID)


def doubts_of(caller: Caller, person: PersonFacts, amendment: Amendment, area: Area | None) -> dict[str, Why]:
    """What a person of the office decides, by the field. Empty: it may be taken at once."""
    fields = fields_of(amendment.columns)
    if person.restricted:
        return dict.fromkeys((*fields, *amendment.elements), Why.RESTRICTED)
    identity = [each for each in fields if each in IDENTITY]
    found: dict[str, Why] = {}
    if not caller.is_office:
        found |= _of_a_practice(person, fields, area)
    if len(identity) > 1:
        found |= dict.fromkeys(identity, Why.TWO_AT_ONCE)
    return found


def _of_a_practice(person: PersonFacts, fields: tuple[str, ...], area: Area | None) -> Mapping[str, Why]:
    if person.is_dead:
        return dict.fromkeys(fields, Why.RECORDED_DEAD)
    now = person.membership
    is_far = area is not None and area.is_far and now is not None and not now.out_of_area
    return {"address": Why.OUTSIDE_AREA} if is_far else {}
