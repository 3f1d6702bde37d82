"""Telling somebody that they are to leave a list, and their practice that it is so."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from registry.database import Writes, iso
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import is_sent, posts_on, write_letter
from registry.transactions.rules.removal_reasons import RemovalReason
from registry.values.period import acts_on


@dataclass(frozen=True, slots=True)
class Advice:
    """The letter of advice to somebody out of area. Without `due_on` the days begin with its posting."""

    letter_id: UUID
    due_on: date | None


def advise(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    transaction_id: UUID,
    days: int,
) -> Advice:
    """Write to somebody out of area and copy it to the practice (REM-3).

    The days begin with the posting. Where the letter is not sent they begin today, on which that was
    decided: nobody waits for a letter that never comes. Somebody with an open FP69 is written to,
    for the request takes its place; if the letter comes back that is another FP69.
    """
    content: dict[str, Any] = {"removal": "OPA", "days": days, "only_you": True}
    letter_id = write_letter(writes, context, Letter.OUT_OF_AREA, person, content, transaction_id=transaction_id)
    write_letter(writes, context, Letter.OUT_OF_AREA_COPY, person, content, transaction_id=transaction_id)
    return Advice(letter_id, None if is_sent(Letter.OUT_OF_AREA, person) else acts_on(context.today, days))


def announce(
    writes: Writes, context: Context, person: PersonFacts, reason: RemovalReason, transaction_id: UUID, on: date | None
) -> UUID:
    """Write to somebody that they are to be removed on a day, or, without one, when their treatment has ended.

    It is about its reader alone, and says so: nobody else of their household is removed with them.
    """
    content: dict[str, Any] = {"removal": reason.code, "removal_on": iso(on), "only_you": True}
    return write_letter(writes, context, _ANNOUNCED_BY[reason], person, content, transaction_id=transaction_id)


def is_announced(reason: RemovalReason) -> bool:
    """Whether somebody who leaves for a reason is written to before; the others set the day themselves."""
    return reason in _ANNOUNCED_BY


def earliest_day(context: Context, person: PersonFacts, reason: RemovalReason, lawful: date) -> date:
    """The day of a removal: the law's, or if that is later the day after the letter about it is posted.

    A request that was keyed late removes nobody before they can know of it.
    """
    told_on = posts_on(context) if is_sent(_ANNOUNCED_BY[reason], person) else context.today
    return max(lawful, acts_on(told_on, 1))


_ANNOUNCED_BY = {
    RemovalReason.RDR: Letter.REMOVAL_BY_PRACTICE,
    RemovalReason.RPR: Letter.REMOVAL_BY_PATIENT,
    RemovalReason.OPA: Letter.OUT_OF_AREA,
}
