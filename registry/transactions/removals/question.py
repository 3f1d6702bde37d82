"""Asking a practice what a removal waits for."""

from datetime import date, datetime
from uuid import UUID

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.values.period import acts_on, start_of_day

UNANSWERED = "removal-unanswered"
"""The kind of the case that is opened when letters bring no answer."""


def ask_practice(
    writes: Writes, context: Context, person: PersonFacts, transaction_id: UUID, waits_for: str | None
) -> None:
    """Ask whether treatment has ended, or whether the patient looks after themselves (REM-9)."""
    write_letter(
        writes, context, Letter.REMOVAL_QUESTION, person, {"question": waits_for}, transaction_id=transaction_id
    )


def next_question(context: Context, waits_for: str | None, trigger: date) -> datetime:
    """When the practice is asked again, by the rules of the day of the request."""
    if waits_for == "carer-check":
        return context.after_working_days(context.policies.on("carer_check_chase_working_days", trigger))
    return start_of_day(acts_on(context.today, context.policies.on("treatment_end_chase_days", trigger)))
