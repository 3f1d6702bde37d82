"""End an FP69: the practice that still holds the person is told (F10)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from registry.database import Writes, iso
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.fp69.machine import FP69
from registry.transactions.fp69.window import no_flag_before
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance
from registry.transactions.messages import Addressee, lift_fp69


def lift(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    matter: Matter,
    event: str,
    *,
    reason: str | None = None,
    transaction_id: UUID | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """End an FP69 of somebody who stays with the practice, by an event, and tell it (F10).

    A confirmation protects from another flag at the same address, for the years of the policy.
    """
    now = person.membership
    if now is None or matter.practice_id is None or person.nhs_number is None:
        raise ValueError("an FP69 is about somebody on a practice's list")
    to = Addressee(matter.practice_id, now.gp_code, transaction_id=transaction_id, patient_id=person.id)
    facts: dict[str, Any] = {"withdrawal": str(lift_fp69(writes, context, to, person.nhs_number))}
    if event == "confirmed":
        years = context.policies.on("fp69_no_flag_years", context.today)
        facts["not_before"] = iso(no_flag_before(context.today, years))
    advance(
        writes, context, FP69, matter, event, facts=facts, reason=reason, transaction_id=transaction_id, details=details
    )
