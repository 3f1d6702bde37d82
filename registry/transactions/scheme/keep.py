"""Writing what is restricted: incidents as told, and the words of whoever did something.

Nothing that somebody types about a placement goes into the matter, whose history many may read.
"""

from datetime import date, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from registry.database import Writes, iso
from registry.transactions.context import Context
from registry.transactions.scheme.models import scheme_incidents, scheme_notes


def keep_incident(
    writes: Writes,
    context: Context,
    *,
    patient_id: UUID,
    practice_id: UUID,
    ground: str,
    happened_at: datetime,
    noticed_at: datetime,
    channel: str,
    notifier: str,
    incident_number: str,
    persons_affected: int,
    patient_told: str,
    narrative: str,
    confirmed_on: date | None,
) -> UUID:
    """Keep an incident; returns its id, which is all that other tables hold of it."""
    incident_id = uuid7()
    writes.insert(
        scheme_incidents,
        id=incident_id,
        patient_id=patient_id,
        practice_id=practice_id,
        ground=ground,
        happened_at=happened_at,
        noticed_at=noticed_at,
        channel=channel,
        notifier=notifier,
        incident_number=incident_number.strip() or None,
        persons_affected=persons_affected,
        patient_told=patient_told,
        narrative=narrative,
        confirmed_on=iso(confirmed_on),
        recorded_at=context.now,
        recorded_by=context.actor.name,
    )
    return incident_id


def confirm_incident(writes: Writes, incident_id: UUID, on: date) -> None:
    """Note the day on which the notice was here in writing."""
    writes.update(scheme_incidents, incident_id, confirmed_on=on.isoformat())


def keep_note(
    writes: Writes, context: Context, event: str, words: str, *, patient_id: UUID | None, matter_id: UUID | None
) -> None:
    """Keep the words of whoever did something, where there are any."""
    if words.strip() and patient_id is not None:
        writes.insert(
            scheme_notes,
            id=uuid7(),
            patient_id=patient_id,
            matter_id=matter_id,
            event=event,
            at=context.now,
            by=context.actor.name,
            text=words.strip(),
        )
