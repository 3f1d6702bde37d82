"""Decide that a letter is to be sent."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.models import letters
from registry.transactions.letters.suppress import Route, route_for, suppression
from registry.values.period import LONDON, london_date


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
    now, protection = person.membership, person.matter("protection")
    route = route_for(
        kind.value,
        restricted=person.restricted,
        on_a_list=now is not None,
        born_on=person.date_of_birth,
        today=context.today,
        wanted=protection.facts.get("route") if protection is not None else None,
    )
    if now is not None and route == "practice" and kind.value.to == "patient":
        # It goes by way of the practice that holds them, whichever practice it is about.
        practice_id = now.practice_id
    return _queue(
        writes,
        context,
        kind,
        route,
        content,
        because=suppression(kind.value, person.status, person.matter("fp69")),
        patient_id=person.id,
        practice_id=practice_id or (now.practice_id if now is not None else None),
        transaction_id=transaction_id,
        matter_id=matter_id,
    )


def write_to_newcomer(
    writes: Writes,
    context: Context,
    kind: Letter,
    patient_id: UUID,
    born_on: date | None,
    content: Mapping[str, Any],
    *,
    practice_id: UUID,
    transaction_id: UUID,
) -> UUID:
    """Queue a letter to somebody whom the same unit of work puts into the register; returns its id."""
    route = route_for(kind.value, restricted=False, on_a_list=True, born_on=born_on, today=context.today)
    return _queue(
        writes,
        context,
        kind,
        route,
        content,
        patient_id=patient_id,
        practice_id=practice_id,
        transaction_id=transaction_id,
    )


def write_to_practice(
    writes: Writes,
    context: Context,
    kind: Letter,
    practice_id: UUID,
    content: Mapping[str, Any],
    *,
    patient_id: UUID | None = None,
    transaction_id: UUID | None = None,
    matter_id: UUID | None = None,
    leaves_at: datetime | None = None,
) -> UUID:
    """Queue a letter to a practice, about a form or a transaction rather than a person; returns its id. `leaves_at` is
    a later post than the next one."""
    return _queue(
        writes,
        context,
        kind,
        "practice",
        content,
        patient_id=patient_id,
        practice_id=practice_id,
        transaction_id=transaction_id,
        matter_id=matter_id,
        leaves_at=leaves_at,
    )


def write_to_agency(
    writes: Writes,
    context: Context,
    kind: Letter,
    content: Mapping[str, Any],
    *,
    matter_id: UUID,
) -> UUID:
    """Queue a letter to another body about a case, naming no patient and no practice of ours; returns its id."""
    return _queue(writes, context, kind, "office", content, matter_id=matter_id)


def _queue(
    writes: Writes,
    context: Context,
    kind: Letter,
    route: Route,
    content: Mapping[str, Any],
    *,
    because: str | None = None,
    patient_id: UUID | None = None,
    practice_id: UUID | None = None,
    transaction_id: UUID | None = None,
    matter_id: UUID | None = None,
    leaves_at: datetime | None = None,
) -> UUID:
    letter_id = uuid7()
    writes.insert(
        letters,
        id=letter_id,
        kind=kind.code,
        state="queued" if because is None else "suppressed",
        route=route,
        patient_id=patient_id,
        practice_id=practice_id,
        transaction_id=transaction_id,
        matter_id=matter_id,
        content=dict(content),
        decided_at=context.now,
        due_at=(leaves_at or next_post(context)) if because is None else None,
        suppressed_because=because,
    )
    return letter_id


def is_sent(kind: Letter, person: PersonFacts) -> bool:
    """Whether a letter about a person would be queued if it were decided now."""
    return suppression(kind.value, person.status, person.matter("fp69")) is None


def next_post(context: Context) -> datetime:
    """When the next post leaves: the evening of this working day or of the next.

    The hour is one of London's clock, summer and winter, by the policy of the day itself.
    """
    return post_after(context, context.now)


def post_after(context: Context, instant: datetime) -> datetime:
    """When the first post after an instant leaves."""
    day = london_date(instant)
    while True:
        at = time.fromisoformat(context.policies.on("post_leaves_at", day))
        leaves = datetime.combine(day, at, LONDON).astimezone(UTC)
        if is_post_day(context, day) and leaves > instant:
            return leaves
        day += timedelta(days=1)


def posts_on(context: Context) -> date:
    """The London day on which the next post leaves."""
    return london_date(next_post(context))


def is_post_day(context: Context, day: date) -> bool:
    """Whether post leaves on a day: from Monday to Friday, but for bank holidays."""
    return day.weekday() < 5 and day not in context.policies.bank_holidays(day)
