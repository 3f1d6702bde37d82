"""Set an FP69: the flag, and the notice to the practice on the same day (F9)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from registry.database import Writes, iso
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.fp69.guards import Guard, Proposed
from registry.transactions.fp69.machine import FP69, FP69_REQUEST
from registry.transactions.fp69.window import acts_after, expires_on
from registry.transactions.matters.step import open_matter
from registry.transactions.messages import Addressee, notify_fp69
from registry.values.period import london_date, start_of_day


@dataclass(frozen=True, slots=True)
class Flagged:
    """An FP69 that was set. `expires` is the last day on which the practice may answer."""

    id: UUID
    expires: date

    @property
    def acts(self) -> date:
        """The day on which silence acts."""
        return acts_after(self.expires)


def set_flag(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    proposed: Proposed,
    *,
    reason: str | None = None,
    transaction_id: UUID | None = None,
) -> Flagged:
    """Flag a person, who is locked and against whose flag nothing stands, and tell the practice.

    The rules are those of today, the day of the flag, whatever changes before it expires.
    """
    now = person.membership
    if now is None or person.nhs_number is None:
        raise ValueError("nobody can be told of the flag")
    today = context.today
    expires = expires_on(today, context.policies.on("fp69_window_months", today))
    to = Addressee(now.practice_id, now.gp_code, transaction_id=transaction_id, patient_id=person.id)
    words: dict[str, str] = context.policies.on("fp69_reasons", today)
    notice = notify_fp69(writes, context, to, person, reason=proposed.code, expires=expires, text=words[proposed.code])
    matter_id = open_matter(
        writes,
        context,
        FP69,
        due_at=_first_due(context, expires),
        patient_id=person.id,
        practice_id=now.practice_id,
        facts={
            **_facts(proposed),
            "expires_on": iso(expires),
            "under_18": context.policies.on("fp69_expiry_under_18", today),
            "notice": str(notice),
        },
        reason=reason,
        transaction_id=transaction_id,
    )
    return Flagged(matter_id, expires)


def ask_supervisor(
    writes: Writes, context: Context, person: PersonFacts, proposed: Proposed, guard: Guard, reason: str | None = None
) -> UUID:
    """Put a flag that a supervisor may allow before one; returns the matter's id."""
    days = context.policies.on("anomaly_due_working_days", context.today)
    return open_matter(
        writes,
        context,
        FP69_REQUEST,
        due_at=context.after_working_days(days),
        patient_id=person.id,
        practice_id=person.membership.practice_id if person.membership is not None else None,
        facts={**_facts(proposed), "guard": guard.label},
        reason=reason,
    )


def proposed_again(facts: Any) -> Proposed:
    """The flag that a supervisor was asked about."""
    return Proposed(
        code=facts["code"],
        sent_at=datetime.fromisoformat(facts["sent_at"]) if facts.get("sent_at") else None,
        letter_id=UUID(facts["letter"]) if facts.get("letter") else None,
        confirmed_with_home=facts.get("confirmed_with_home", False),
    )


def _facts(proposed: Proposed) -> dict[str, Any]:
    facts: dict[str, Any] = {"code": proposed.code}
    if proposed.sent_at is not None:
        facts |= {"sent_at": iso(proposed.sent_at), "letter_on": iso(london_date(proposed.sent_at))}
    if proposed.letter_id is not None:
        facts["letter"] = str(proposed.letter_id)
    if proposed.confirmed_with_home:
        facts["confirmed_with_home"] = True
    return facts


def _first_due(context: Context, expires: date) -> datetime:
    """When the practice is reminded, where the policy says so, else when silence acts."""
    warning = context.policies.on("fp69_warning", context.today)
    on = acts_after(expires) if warning["by"] == "none" else expires - timedelta(days=warning["days"])
    return max(start_of_day(on), context.now)
