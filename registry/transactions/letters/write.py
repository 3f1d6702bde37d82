"""Decide that a letter is to be sent."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.models import letters
from registry.transactions.letters.suppress import route_for, suppression
from registry.values.period import LONDON, start_of_day


def write_letter(
    writes: Writes,
    context: Context,
    kind: Letter,
    person: PersonFacts,
    content: Mapping[str, Any],
    *,
    practice_id: UUID | None = None,
    transaction_id: UUID | None = None,
    matter_id: UUID | None = None,
) -> UUID:
    """Queue a letter about a person, or note why none is sent; returns its id either way.

    `content` is what it says besides name and address, which are read when it is printed. It
    leaves with the evening's post of the same day, or of the next working day.
    """
    letter_id = uuid7()
    because = suppression(kind.value, person.status, person.matter("fp69"))
    now = person.membership
    writes.insert(
        letters,
        id=letter_id,
        kind=kind.code,
        state="queued" if because is None else "suppressed",
        route=route_for(
            kind.value,
            restricted=person.restricted,
            on_a_list=now is not None,
            born_on=person.date_of_birth,
            today=context.today,
        ),
        patient_id=person.id,
        practice_id=practice_id or (now.practice_id if now is not None else None),
        transaction_id=transaction_id,
        matter_id=matter_id,
        content=dict(content),
        decided_at=context.now,
        due_at=next_post(context) if because is None else None,
        suppressed_because=because,
    )
    return letter_id


def next_post(context: Context) -> datetime:
    """When the next post leaves: the evening of this working day or of the next."""
    at = time.fromisoformat(context.policies.on("post_leaves_at", context.today))
    holidays = context.policies.bank_holidays(context.today)
    day = context.today
    while True:
        leaves = datetime.combine(day, at, LONDON).astimezone(start_of_day(day).tzinfo)
        if day.weekday() < 5 and day not in holidays and leaves > context.now:
            return leaves
        day += timedelta(days=1)
