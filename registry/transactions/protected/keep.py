"""Keeping words that only those entrusted with protection read."""

from uuid import UUID

from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.protected.models import protected_openings, protection_words


def keep_words(writes: Writes, context: Context, patient_id: UUID, matter_id: UUID, event: str, words: str) -> None:
    """Keep why something was done about a protection. Words may name people and places: so they stand apart."""
    writes.insert(
        protection_words,
        id=uuid7(),
        patient_id=patient_id,
        matter_id=matter_id,
        event=event,
        at=context.now,
        by=context.actor.name,
        words=words,
    )


def keep_opening(writes: Writes, context: Context, patient_id: UUID, code: str, reason: str) -> UUID:
    """Keep that somebody looked, and why; returns the opening's id, which is all that the audit says of it."""
    opening_id = uuid7()
    writes.insert(
        protected_openings,
        id=opening_id,
        patient_id=patient_id,
        opened_at=context.now,
        opened_by=context.actor.name,
        code=code,
        reason=reason,
    )
    return opening_id
