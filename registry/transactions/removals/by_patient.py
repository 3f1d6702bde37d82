"""Somebody asks to be on no practice's list (RPR): off it on the fourteenth day after the request came.

The practice is asked whether the patient looks after themselves; until it has said so the request
waits, visibly. Contracts Regulations 2015 Sch 3 para 23; PCSE help on patients who want no GP.
"""

from datetime import date

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.acts.act import Act, Answer, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.context import Context
from registry.transactions.facts import MembershipFacts, PersonFacts
from registry.transactions.letters.kinds import Letter
from registry.transactions.pending import Leaving
from registry.transactions.removals.advise import announce, earliest_day
from registry.transactions.removals.asked import Written, wrong_day
from registry.transactions.removals.grounds import RemovalRefusal
from registry.transactions.removals.question import ask_practice, next_question
from registry.transactions.removals.request import Request, in_the_way, put_down, put_down_beside, refuse
from registry.transactions.removals.rules import days_after
from registry.transactions.rules.removal_reasons import RemovalReason


class RemovalByPatient(Written):
    """A patient's written request, as keyed."""

    signed: bool = Field(False, description="Whether the patient signed it, or sent it from their own address.")
    own_carer: bool | None = Field(
        None, description="What the practice says: whether they look after themselves. Left out: it is asked."
    )
    checked_with: str = Field(
        "", max_length=200, description="Who at the practice said so: their office, not their name."
    )
    checked_on: date | None = Field(None, description="When.")


async def _ask(connection: AsyncConnection, context: Context, what: RemovalByPatient) -> Answer:
    if (wrong := _impossible(what, context.today)) is not None:
        return wrong
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    now = person.membership
    if person.is_dead or now is None:
        return Impossible("They are on no practice's list; there is nothing to be taken off.", "nhs_number")
    request = Request.of("own-removal", now.practice_id, _kept(what))
    writes = Writes()
    refused = _refused(what)
    if refused is not None:
        done = refuse(writes, context, person, request, refused, by=Letter.OWN_REMOVAL_REFUSED)
    else:
        leaving = _leaving(context, what, person, now, request)
        pending = in_the_way(context, person, request, leaving.due_on)
        if pending is not None:
            done = put_down_beside(writes, context, person, request, pending)
        else:
            _tell(writes, context, person, leaving)
            done = put_down(writes, context, person, request, leaving)
    await writes.flush(connection)
    return done


def _impossible(what: RemovalByPatient, today: date) -> Impossible | None:
    if what.own_carer is not None and (what.checked_on is None or not what.checked_with):
        return Impossible("Say who at the practice was asked, and when.", "checked_with")
    if what.checked_on is not None and (wrong := wrong_day(what.checked_on, today, "checked_on")) is not None:
        return wrong
    return wrong_day(what.received_on, today)


def _refused(what: RemovalByPatient) -> RemovalRefusal | None:
    if not what.signed:
        return RemovalRefusal.NOT_SIGNED
    return RemovalRefusal.NOT_OWN_CARER if what.own_carer is False else None


def _leaving(
    context: Context, what: RemovalByPatient, person: PersonFacts, now: MembershipFacts, request: Request
) -> Leaving:
    reason = RemovalReason.RPR
    days: int = context.policies.on("own_removal_days", what.received_on)
    lawful = days_after(what.received_on, days)
    waits = None if what.own_carer else "carer-check"
    return Leaving(
        now.practice_id,
        request.transaction_id,
        now.gp_code,
        reason,
        reason.value.told_as,
        reason.value.to_list.id,
        what.received_on,
        due_on=None if waits else earliest_day(context, person, reason, lawful),
        waits_for=waits,
        days=days,
        earliest_on=None if waits else lawful,
        chase_at=next_question(context, waits, what.received_on) if waits else None,
    )


def _tell(writes: Writes, context: Context, person: PersonFacts, leaving: Leaving) -> None:
    """REM-2 with the day and what it means to have no doctor; or the question to the practice."""
    if leaving.due_on is None:
        ask_practice(writes, context, person, leaving.transaction_id, leaving.waits_for)
    else:
        announce(writes, context, person, leaving.reason, leaving.transaction_id, leaving.due_on)


def _kept(what: RemovalByPatient) -> dict[str, object]:
    return {"route": "by-patient", **what.model_dump(mode="json", exclude={"nhs_number"})}


BY_PATIENT = Act(
    "removals",
    "by-patient",
    "A patient asks in writing to be on no practice's list: off it on the fourteenth day.",
    RemovalByPatient,
    _ask,
    example="removals by-patient 9990000018 --received-on 2026-11-02 --medium letter --signed --own-carer"
    ' --checked-with "practice manager" --checked-on 2026-11-02',
)
