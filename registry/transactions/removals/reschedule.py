"""A pending removal is given another day by the office."""

from datetime import date

from pydantic import Field

from registry.audit.record import record
from registry.transactions.acts.act import Done, Impossible
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.pending import move_day
from registry.transactions.removals.advise import announce, is_announced
from registry.transactions.removals.on_removal import OnRemoval, Removal, removal_act
from registry.transactions.removals.rules import refuse_day


class Reschedule(OnRemoval):
    """The other day; an earlier one needs a reason, and is never before the law's."""

    due_on: date = Field(description="The day on which they are to leave the list.", examples=["2026-12-01"])


def _reschedule(removal: Removal, what: Reschedule) -> Done | Impossible:
    context, writes, person, pending = removal.context, removal.writes, removal.person, removal.pending
    because = refuse_day(what.due_on, pending, context.today, what.reason)
    if because is not None:
        return Impossible(because, "due_on")
    move_day(writes, context, pending, what.due_on)
    record(
        writes,
        context.actor,
        "removal.rescheduled",
        context.now,
        patient_ids=(person.id,),
        subject={"before": pending.due_on, "after": what.due_on, "reason": what.reason},
        request_id=context.request_id,
        transaction_id=pending.transaction_id,
    )
    _tell(removal, what.due_on)
    sentence = f"Falls due on {what.due_on.isoformat()}."
    return Done(sentence, pending.id, pending.version + 1, "pending", pending.transaction_id)


def _tell(removal: Removal, due_on: date) -> None:
    """The patient and the practice get letters with the other day; those with the former one, if they
    have not left yet, are suppressed when they are handed over. Who emigrates or enlists set the day themselves."""
    context, writes, person, pending = removal.context, removal.writes, removal.person, removal.pending
    if is_announced(removal.reason):
        announce(writes, context, person, removal.reason, pending.transaction_id, due_on)
    content = {"removal": removal.reason.code, "removal_on": due_on.isoformat()}
    write_letter(writes, context, Letter.REMOVAL_CONFIRMED, person, content, transaction_id=pending.transaction_id)


RESCHEDULE = removal_act(
    "reschedule",
    Reschedule,
    _reschedule,
    summary="Give a pending removal another day: a later one, or an earlier one with a reason.",
    example="removals reschedule 9990000018 --version 1 --due-on 2026-12-01",
)
