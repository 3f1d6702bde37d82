"""A pending removal is taken back: on request, or because the practice agrees to keep the patient.

The link has no message for it. The practice hears by letter, and so does the patient where a
letter has told them that they were to go. An F11 that was sent stays true: the request was rejected.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from registry.transactions.acts.act import Done, Impossible
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.office_transactions import note_transaction
from registry.transactions.pending import end_pending
from registry.transactions.removals.asked import wrong_day
from registry.transactions.removals.on_removal import OnRemoval, Removal, removal_act
from registry.transactions.removals.rules import CANCELLED_BY, NOTIFIED
from registry.transactions.rules.removal_reasons import RemovalReason


class Cancel(OnRemoval):
    """Who takes it back, and how it was told."""

    asked_by: Literal["practice", "patient", "office"] = Field(description="Who takes it back.")
    told_by: str = Field(min_length=1, max_length=200, description="Who called or wrote.")
    told_on: date = Field(description="The day on which they did.", examples=["2026-11-02"])
    medium: Literal["telephone", "email", "letter", "form", "page"] = Field("telephone", description="How.")


class Keep(OnRemoval):
    """Who agreed that the patient stays."""

    told_by: str = Field(min_length=1, max_length=200, description="Who at the practice agreed.")
    told_on: date = Field(description="The day on which they did.", examples=["2026-11-02"])


def _cancel(removal: Removal, what: Cancel) -> Done | Impossible:
    allowed = CANCELLED_BY.get(removal.reason, NOTIFIED)
    if what.asked_by not in allowed:
        return Impossible(
            f"This removal ({removal.reason.code}) can be taken back by {' or '.join(allowed)}.", "asked_by"
        )
    kept = what.model_dump(mode="json", include={"asked_by", "told_by", "told_on", "medium", "reason"})
    return _end(removal, what.told_on, "deduction-cancelled", "The request was taken back.", kept)


def _keep(removal: Removal, what: Keep) -> Done | Impossible:
    if removal.reason is not RemovalReason.OPA:
        return Impossible("Only somebody out of area is kept by agreement; others' removals are cancelled.", "version")
    kept = {"asked_by": "practice", **what.model_dump(mode="json", include={"told_by", "told_on", "reason"})}
    return _end(removal, what.told_on, "kept-by-agreement", "The practice agreed to keep the patient.", kept)


def _end(removal: Removal, told_on: date, outcome: str, sentence: str, kept: dict[str, object]) -> Done | Impossible:
    context, writes, person, pending = removal.context, removal.writes, removal.person, removal.pending
    if (wrong := wrong_day(told_on, context.today, "told_on")) is not None:
        return wrong
    end_pending(writes, context, person, pending, "cancelled", sentence, outcome=outcome)
    transaction_id = note_transaction(
        writes,
        context,
        "cancellation",
        outcome=outcome,
        sentence=sentence,
        command=kept,
        patient_id=person.id,
        practice_id=pending.practice_id,
        earlier_id=pending.transaction_id,
    )
    content = {"removal": removal.reason.code, "cancelled_on": context.today.isoformat()}
    write_letter(writes, context, Letter.REMOVAL_CANCELLED_COPY, person, content, transaction_id=transaction_id)
    if removal.told:
        write_letter(writes, context, Letter.REMOVAL_CANCELLED, person, content, transaction_id=transaction_id)
    return Done(
        f"{sentence} They stay on the list; it is told by letter.",
        pending.id,
        pending.version + 1,
        "cancelled",
        transaction_id,
    )


CANCEL = removal_act(
    "cancel",
    Cancel,
    _cancel,
    summary="Take a pending removal or deduction back, at the word of who asked for it.",
    example='removals cancel 9990000018 --version 1 --asked-by practice --told-by "the manager" --told-on 2026-11-02',
)

KEEP = removal_act(
    "keep",
    Keep,
    _keep,
    summary="The practice agrees to keep a patient who moved out of its area.",
    example='removals keep 9990000018 --version 2 --told-by "the manager" --told-on 2026-11-02',
)
