"""One form of a batch: keyed into a command, or turned away with a reason. Each is dealt with once."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid
from uuid_utils.compat import uuid7

from registry.anomalies.close_case import close_cases
from registry.audit.record import record
from registry.database import Writes
from registry.paper.asked import Key, OnForm, TurnAway
from registry.paper.batch import left_in, lock_batch
from registry.paper.models import paper_batches, paper_forms
from registry.paper.to_command import origin_of, to_command
from registry.transactions.acts.act import Answer, Done, Impossible, Nothing
from registry.transactions.commands import kind_of
from registry.transactions.context import Context
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_to_practice
from registry.transactions.receive import consider

UNMENDED = "paper-form-unmended"
"""The case of a form that was turned away and never came again."""

_TAKE_TURN = text("select pg_advisory_xact_lock(hashtextextended('paper-form|' || :reference, 0))")

_FORMER = text(
    """
    select f.id, f.reference, f.state, f.batch_id, f.due_at, b.number, b.practice_id,
      exists (select from paper_forms m where m.replaces_id = f.id) as mended,
      f.state <> 'keyed' or coalesce(t.state = 'refused', false) as may_be_mended
    from paper_forms f join paper_batches b on b.id = f.batch_id left join transactions t on t.id = f.transaction_id
    where f.reference = any(array[:form, :replaces]) order by f.decided_at desc, f.id desc
    """
)

_NEXT_NUMBER = text("select nextval('paper_transaction_number')")

_SETTLED = text("update paper_forms set due_at = null, expects = null where id = :id").bindparams(
    bindparam("id", type_=Uuid)
)


@dataclass(frozen=True, slots=True)
class _InHand:
    """A form whose batch is locked, and the form that it mends."""

    batch: Any
    mends: Any | None


async def key_form(connection: AsyncConnection, context: Context, asked: Key) -> Answer:
    """Key a form: it is considered as a practice's message is, and counted, in one unit of work.

    Refused: a form that was keyed before, in whichever batch; one of a batch that is closed or
    has no form left to key.
    """
    hand = await _in_hand(connection, asked, asked.replaces)
    if not isinstance(hand, _InHand):
        return hand
    batch = hand.batch
    if asked.written_on is not None and asked.written_on > context.today:
        return Impossible("A form cannot have been signed on a day that has not begun.", "written_on")
    number: int = (await connection.execute(_NEXT_NUMBER)).scalar_one()
    command = to_command(asked, origin_of(asked, batch, number))
    outcome = await consider(connection, context, command)
    if hand.mends is not None:
        await _settle(connection, context, hand.mends.id)
    writes = Writes()
    _deal(
        writes, context, asked, batch, "keyed",
        kind=kind_of(command),
        transaction_id=outcome.transaction_id,
        replaces_id=hand.mends.id if hand.mends is not None else None,
    )  # fmt: skip
    await writes.flush(connection)
    return Done(
        f"{outcome.state}: {outcome.sentence}",
        batch.id,
        batch.version + 1,
        outcome.state,
        outcome.transaction_id,
        {"form": asked.form, "outcome": outcome.outcome, "left": left_in(batch) - 1, "warnings": outcome.warnings},
    )


async def _settle(connection: AsyncConnection, context: Context, form_id: UUID) -> None:
    """A form that was turned away has come again: nobody is asked for it any more."""
    await connection.execute(_SETTLED, {"id": form_id})
    await close_cases(
        connection, UNMENDED, {"form": str(form_id)}, by=context.actor, now=context.now, reason="The form has come."
    )


async def reject_form(connection: AsyncConnection, context: Context, asked: TurnAway) -> Answer:
    """Reject a form at keying: what it says is no registration, or cannot be read."""
    return await _turn_away(connection, context, asked, "rejected")


async def return_form(connection: AsyncConnection, context: Context, asked: TurnAway) -> Answer:
    """Send a form back to the practice, to be completed."""
    return await _turn_away(connection, context, asked, "returned")


async def _turn_away(
    connection: AsyncConnection, context: Context, asked: TurnAway, state: Literal["rejected", "returned"]
) -> Answer:
    """The practice is written to, and asked again when nothing came in time: somebody may have no doctor."""
    hand = await _in_hand(connection, asked, None)
    if not isinstance(hand, _InHand):
        return hand
    batch = hand.batch
    days = context.policies.on("paper_form_chaser_working_days", context.today)
    writes = Writes()
    form_id = _deal(
        writes, context, asked, batch, state,
        reason=asked.reason, expects="form again", due_at=context.after_working_days(days),
    )  # fmt: skip
    content = {"form": asked.form, "form_id": form_id, "turned_away": state}
    write_to_practice(writes, context, Letter.FORM_TURNED_AWAY, batch.practice_id, content)
    await writes.flush(connection)
    data = {"form": asked.form, "left": left_in(batch) - 1}
    return Done(f"The form is {state}, and the practice is written to.", batch.id, batch.version + 1, state, data=data)


async def _in_hand(connection: AsyncConnection, asked: OnForm, replaces: str | None) -> _InHand | Nothing | Impossible:
    batch = await lock_batch(connection, asked.id)
    if batch is None:
        return Nothing("batch of forms")
    if batch.closed_at is not None:
        return Impossible("The batch is closed.")
    earlier = replaces or asked.form
    # Two batches may hold copies of one form, and be keyed at once.
    for reference in sorted({asked.form, earlier}):
        await connection.execute(_TAKE_TURN, {"reference": reference})
    former = (await connection.execute(_FORMER, {"form": asked.form, "replaces": earlier})).all()
    for each in former:
        if each.reference == asked.form and each.state == "keyed":
            return Impossible(f"This form was keyed before, in batch {each.number}.", "form")
        if each.reference == asked.form and each.batch_id == batch.id:
            return Impossible(f"This form of the batch was {each.state}.", "form")
    mends = next((each for each in former if each.reference == earlier and each.may_be_mended), None)
    if replaces is not None and mends is None:
        return Impossible("No form of that reference was turned away, or keyed and refused.", "replaces")
    if mends is not None and mends.practice_id != batch.practice_id:
        return Impossible("The form that was turned away came from another practice.", "replaces")
    if mends is not None and mends.mended:
        return Impossible("The form that was turned away has been mended by another one.", "replaces")
    if left_in(batch) == 0:
        return Impossible(f"All {batch.received} forms of the batch are dealt with: count again (recount).")
    return _InHand(batch, mends)


def _deal(
    writes: Writes,
    context: Context,
    asked: OnForm,
    batch: Any,
    state: Literal["keyed", "rejected", "returned"],
    **columns: Any,
) -> UUID:
    form_id = uuid7()
    writes.insert(
        paper_forms,
        id=form_id,
        batch_id=batch.id,
        reference=asked.form,
        state=state,
        decided_at=context.now,
        decided_by=context.actor.name,
        **columns,
    )
    counts = {"keyed": batch.keyed, "rejected": batch.rejected, "returned": batch.returned}
    writes.update(paper_batches, batch.id, version=batch.version + 1, **{state: counts[state] + 1})
    record(
        writes, context.actor, f"paper-form.{state}", context.now,
        subject={"paper_batch": str(batch.id), "paper_form": str(form_id)},
        transaction_id=columns.get("transaction_id"), request_id=context.request_id,
    )  # fmt: skip
    return form_id
