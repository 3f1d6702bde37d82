"""Whom a matter of the scheme is about: there is always somebody."""

from uuid import UUID

from registry.transactions.facts import PersonFacts
from registry.transactions.matters.kind import Work
from registry.transactions.scheme.asked import OnPlace
from registry.transactions.scheme.keep import keep_note


def whom(work: Work) -> PersonFacts:
    """The person of a matter in hand. Raises RuntimeError where there is none, which the kinds here never make."""
    if work.person is None:
        raise RuntimeError(f"{work.matter.kind} {work.matter.id} is about nobody")
    return work.person


def practice_of(work: Work) -> UUID:
    """The practice that a matter in hand concerns. Raises RuntimeError where there is none."""
    if work.matter.practice_id is None:
        raise RuntimeError(f"{work.matter.kind} {work.matter.id} concerns no practice")
    return work.matter.practice_id


def note(work: Work, event: str, asked: OnPlace) -> None:
    """Keep what was typed with a step, apart from the matter."""
    matter = work.matter
    keep_note(work.writes, work.context, event, asked.reason, patient_id=matter.patient_id, matter_id=matter.id)
