"""Setting a flag by hand, and allowing one that a supervisor was asked about."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.acts.act import AboutPerson, Answer, Done, Impossible, OnMatter
from registry.transactions.acts.on_person import person_of
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.fp69.flag import ask_supervisor, proposed_again, set_flag
from registry.transactions.fp69.guards import Proposed
from registry.transactions.fp69.look import what_stands_against
from registry.transactions.fp69.machine import FP69_REQUEST
from registry.transactions.fp69.sent_letter import LARGEST_REFERENCE, sent_letter
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance
from registry.values.period import start_of_day

RESTS_ON_NO_LETTER = ("7", "8")
"""Reasons for which no letter need be named."""


class SetFlag(AboutPerson):
    """A flag to be set."""

    code: str = Field(description="The reason, 1 to 8, as the policy fp69_reasons lists them.", max_length=1)
    letter: int | None = Field(
        None, ge=1, le=LARGEST_REFERENCE, description="The reference of our letter, from under its barcode."
    )
    letter_on: date | None = Field(None, description="The day on which a letter that is not ours was sent.")
    confirmed_with_home: bool = Field(False, description="The institution confirmed that the person left.")


async def set_by_office(connection: AsyncConnection, context: Context, asked: SetFlag) -> Answer:
    person = await person_of(connection, asked.nhs_number)
    if isinstance(person, Impossible):
        return person
    proposed = await _proposed(connection, context, asked, person.id)
    if isinstance(proposed, Impossible):
        return proposed
    guard = await what_stands_against(connection, context, person, proposed)
    if guard is not None and not guard.value.waivable:
        return Impossible(guard.value.sentence)
    writes = Writes()
    if guard is not None:
        request = ask_supervisor(writes, context, person, proposed, guard, asked.reason or None)
        await writes.flush(connection)
        return Done(f"{guard.value.sentence} A supervisor is asked.", request, 1, "asked")
    flagged = set_flag(writes, context, person, proposed, reason=asked.reason or None)
    await writes.flush(connection)
    return Done(_set_until(flagged.expires), flagged.id, 1, "open", data=_days(flagged.expires, flagged.acts))


async def _proposed(
    connection: AsyncConnection, context: Context, asked: SetFlag, patient_id: UUID
) -> Proposed | Impossible:
    """The flag in the terms of the guards, or what was said wrongly."""
    codes: dict[str, str] = context.policies.on("fp69_reasons", context.today)
    if asked.code not in codes:
        return Impossible(f"The reason is one of {', '.join(codes)}.", "code")
    if asked.letter is not None and asked.letter_on is not None:
        return Impossible("Name our letter by its reference, or the day of another's letter; not both.", "letter_on")
    if asked.letter is not None:
        found = await sent_letter(connection, asked.letter)
        if found is None or found.patient_id != patient_id or found.sent_at is None:
            return Impossible("No letter of this reference was sent to this person.", "letter")
        return Proposed(asked.code, found.sent_at, found.id, asked.confirmed_with_home)
    if asked.letter_on is None and asked.code not in RESTS_ON_NO_LETTER:
        return Impossible("Name the letter: by its reference, or by the day on which it was sent.", "letter_on")
    if asked.letter_on is not None and asked.letter_on > context.today:
        return Impossible("The letter cannot have been sent after today.", "letter_on")
    sent_at = None if asked.letter_on is None else start_of_day(asked.letter_on)
    return Proposed(asked.code, sent_at, None, asked.confirmed_with_home)


async def authorise(work: Work, asked: OnMatter) -> str | Impossible:
    if work.person is None:
        return Impossible("The matter names nobody.")
    proposed = proposed_again(work.matter.facts)
    guard = await what_stands_against(work.connection, work.context, _but_for(work.person, work.matter.id), proposed)
    if guard is not None and not guard.value.waivable:
        return Impossible(f"{guard.value.sentence} Decline it.")
    flagged = set_flag(work.writes, work.context, work.person, proposed, reason=asked.reason or None)
    advance(
        work.writes,
        work.context,
        FP69_REQUEST,
        work.matter,
        "authorise",
        reason=asked.reason or None,
        facts={"fp69": str(flagged.id)},
    )
    return _set_until(flagged.expires)


async def decline(work: Work, asked: OnMatter) -> str | Impossible:
    if not asked.reason:
        return Impossible("Say why.", "reason")
    advance(work.writes, work.context, FP69_REQUEST, work.matter, "decline", reason=asked.reason)
    return "Declined; no FP69 was set."


def _but_for(person: PersonFacts, request: UUID) -> PersonFacts:
    """The person without the question itself, which stands against nothing when it is answered."""
    return replace(person, matters=tuple(each for each in person.matters if each.id != request))


def _set_until(expires: date) -> str:
    return f"An FP69 is set and the practice is told; it may answer until {expires.isoformat()}."


def _days(expires: date, acts: date) -> dict[str, str]:
    return {"expires_on": expires.isoformat(), "acts_on": acts.isoformat()}
