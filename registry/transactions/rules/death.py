"""A reported death is checked before it acts (domain rules, correction 20)."""

from datetime import date

from registry.transactions.facts import PersonFacts
from registry.values.period import london_date


def is_contradicted(person: PersonFacts, died_on: date) -> bool:
    """Whether something done for the person after the day of death contradicts it, or unread mail about them may."""
    now = person.membership
    accepted_after = now is not None and now.accepted_on > died_on
    amended_after = person.version > 1 and london_date(person.updated_at) > died_on
    return accepted_after or amended_after or bool(person.unworked)
