"""The practice's word that a removal waits for: treatment has ended, or the patient looks after themselves."""

from datetime import date

from pydantic import Field

from registry.audit.record import record
from registry.transactions.acts.act import Done, Impossible
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.pending import end_pending, give_day
from registry.transactions.removals.advise import announce, earliest_day
from registry.transactions.removals.asked import wrong_day
from registry.transactions.removals.by_practice import confirm
from registry.transactions.removals.grounds import RemovalRefusal
from registry.transactions.removals.on_removal import OnRemoval, Removal, removal_act
from registry.transactions.removals.rules import days_after


class TreatmentEnded(OnRemoval):
    """The practice's notice."""

    received_on: date = Field(description="The day on which the practice's notice came.", examples=["2026-11-02"])
    told_by: str = Field(
        min_length=1, max_length=200, description="Who at the practice gave it: their office, not their name."
    )


class CarerChecked(OnRemoval):
    """What the practice says."""

    own_carer: bool = Field(description="Whether the patient looks after themselves.")
    checked_with: str = Field(
        min_length=1, max_length=200, description="Who at the practice said so: their office, not their name."
    )
    checked_on: date = Field(description="When.", examples=["2026-11-02"])


def _treatment_ended(removal: Removal, what: TreatmentEnded) -> Done | Impossible:
    """The eighth day counts from the notice."""
    pending = removal.pending
    if (wrong := wrong_day(what.received_on, removal.context.today)) is not None:
        return wrong
    if pending.requested_on is not None and what.received_on < pending.requested_on:
        return Impossible("The notice cannot be older than the request.", "received_on")
    _keep(removal, "removal.treatment-ended", {"received_on": what.received_on, "told_by": what.told_by})
    return _begin(removal, days_after(what.received_on, pending.days or 0))


def _carer_checked(removal: Removal, what: CarerChecked) -> Done | Impossible:
    """The fourteenth day counts from the request, however long the practice took to answer."""
    context, pending = removal.context, removal.pending
    if (wrong := wrong_day(what.checked_on, context.today, "checked_on")) is not None:
        return wrong
    said = {"own_carer": what.own_carer, "checked_on": what.checked_on, "checked_with": what.checked_with}
    _keep(removal, "removal.carer-checked", said)
    if what.own_carer:
        return _begin(removal, days_after(pending.requested_on or context.today, pending.days or 0))
    refusal = RemovalRefusal.NOT_OWN_CARER
    end_pending(
        removal.writes,
        context,
        removal.person,
        pending,
        "cancelled",
        refusal.value,
        outcome=refusal.label,
        as_transaction="refused",
    )
    write_letter(
        removal.writes,
        context,
        Letter.OWN_REMOVAL_REFUSED,
        removal.person,
        {"refusal": refusal.label},
        transaction_id=pending.transaction_id,
    )
    return Done(
        "Refused, and told so by letter: somebody else looks after the patient.",
        pending.id,
        pending.version + 1,
        "cancelled",
        pending.transaction_id,
    )


def _begin(removal: Removal, lawful: date) -> Done:
    context, writes, person, pending = removal.context, removal.writes, removal.person, removal.pending
    due_on = earliest_day(context, person, removal.reason, lawful)
    give_day(writes, context, pending, due_on, lawful)
    announce(writes, context, person, removal.reason, pending.transaction_id, due_on)
    if pending.waits_for == "treatment-end":
        confirm(writes, context, person, pending.transaction_id, due_on)
    return Done(
        f"Falls due on {due_on.isoformat()}.", pending.id, pending.version + 1, "pending", pending.transaction_id
    )


def _keep(removal: Removal, action: str, said: dict[str, object]) -> None:
    record(
        removal.writes,
        removal.context.actor,
        action,
        removal.context.now,
        patient_ids=(removal.person.id,),
        subject=said,
        request_id=removal.context.request_id,
        transaction_id=removal.pending.transaction_id,
    )


TREATMENT_ENDED = removal_act(
    "treatment-ended",
    TreatmentEnded,
    _treatment_ended,
    summary="The practice tells that treatment at short intervals ended: the days of the removal begin.",
    example='removals treatment-ended 9990000018 --version 1 --received-on 2026-11-02 --told-by "the nurse"',
)

CARER_CHECKED = removal_act(
    "carer-checked",
    CarerChecked,
    _carer_checked,
    summary="The practice says whether a patient who wants no practice looks after themselves.",
    example="removals carer-checked 9990000018 --version 1 --own-carer --checked-on 2026-11-02"
    ' --checked-with "the manager"',
)
