"""Undo a merge: one person with a reason, who is another than the one who approved it.

What nobody touched since goes back by itself. Of the rest the first answer lists each thing, and the
next call says of each whether the survivor keeps it.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.database import Writes
from registry.matching.judgements.judgement import Door, Verdict
from registry.matching.judgements.keep import Judged, judge
from registry.transactions.acts.act import Act, Answer, Done, Impossible, Nothing, Stale
from registry.transactions.confusions.allot import wait_again
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.gather import gather_person
from registry.transactions.judging.close_pairs import close_overtaken
from registry.transactions.matters.step import open_matter
from registry.transactions.merges.asked import Undo
from registry.transactions.merges.machine import DUPLICATE
from registry.transactions.merges.pair import lock_with_absorbed
from registry.transactions.merges.snapshot import lock_items
from registry.transactions.merges.standing import Merge, items_of, later_merge, numbers_used_since, read_merge
from registry.transactions.merges.suspect import GROUP
from registry.transactions.merges.undo import undo
from registry.transactions.merges.undo_plan import CHOICES, Item, UndoPlan, plan_undo
from registry.transactions.taking_back.standing import last_standing

_TOOK_PLACE = text(
    "select id from transactions where kind = 'merge' and outcome = 'place-transferred' and earlier_id = :id"
    " and patient_id = :target"
).bindparams(bindparam("id", type_=Uuid), bindparam("target", type_=Uuid))
_OTHERS = text(
    "select distinct coalesce(p.merged_into, p.id) from merge_items i join matters m on m.id::text = i.row_key"
    " join patients p on p.id in (m.patient_id, m.other_patient_id)"
    " where i.merge_id = :id and i.table_name = 'matters'"
).bindparams(bindparam("id", type_=Uuid))
_GONE = text("select id from letters where id = any(:ids) and state not in ('queued', 'handed-over')").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)


async def _undo(connection: AsyncConnection, context: Context, what: Undo) -> Answer:
    merge = await read_merge(connection, what.id)
    if merge is None:
        return Nothing("merge")
    await _lock(connection, merge)
    merge = await read_merge(connection, what.id)
    if merge is None:
        raise ValueError("merges are never deleted")
    answers = _answers(what.choices)
    refused = answers if isinstance(answers, Impossible) else await _in_the_way(connection, context, merge)
    if isinstance(answers, Impossible) or refused is not None:
        return refused or Nothing("merge")
    target = await gather_person(connection, merge.target_id)
    if target.status == "invalidated":
        return Nothing("merge")
    items = await items_of(connection, merge.id)
    took_place, left = await _place(connection, merge)
    used = await numbers_used_since(connection, merge, _numbers(items))
    gone = await _letters_gone(connection, items)
    plan = plan_undo(
        items,
        merge.source_id,
        merge.target_id,
        answers,
        used=used,
        letters_gone=gone,
        survivor_left_the_place=left,
    )
    if plan.questions:
        return Stale(1, _asks(plan, merge))
    source = await gather_person(connection, merge.source_id)
    by = await undo(connection, context, merge, source, target, plan, None if left else took_place, what.reason)
    for person in (source, target):
        await wait_again(connection, context, person.id, by)
    matter_id = await _verdict(connection, context, merge, source, target, what)
    # A case that the merge had closed is open again, though it may be overtaken by now.
    await close_overtaken(connection, context, [source.id, target.id])
    data = {"given_back": _counts(plan.given_back), "kept": _counts(plan.kept)}
    return Done("The merge is undone: the two are two again.", matter_id, transaction_id=by, data=data)


async def _lock(connection: AsyncConnection, merge: Merge) -> None:
    """Both records, with whatever was merged into them, and whoever else the matters are about that may go back."""
    while True:
        others = set((await connection.execute(_OTHERS, {"id": merge.id})).scalars())
        await lock_with_absorbed(connection, sorted({merge.source_id, merge.target_id, *others}))
        await lock_items(connection, merge.id)
        if others == set((await connection.execute(_OTHERS, {"id": merge.id})).scalars()):
            return


async def _in_the_way(connection: AsyncConnection, context: Context, merge: Merge) -> Answer | None:
    if merge.state == "undone":
        return Done("It was undone already.", transaction_id=merge.undone_transaction_id)
    later = await later_merge(connection, merge.id)
    if later is not None:
        return Impossible(f"A later merge stands on this one: undo {later} first.", "id")
    if merge.approver == context.actor.name:
        return Impossible("You approved this merge: another person must undo it.")
    return None


def _answers(choices: list[str]) -> dict[str, str] | Impossible:
    found: dict[str, str] = {}
    for choice in choices:
        item, _, said = choice.partition("=")
        if said not in CHOICES:
            return Impossible("Say of each thing ITEM=keep or ITEM=give-back.", "choices")
        found[item.strip()] = said
    return found


def _asks(plan: UndoPlan, merge: Merge) -> Mapping[str, Any]:
    return {
        "merge": merge.id,
        "asks": [
            {"item": each.item, "what": each.what, "sentence": each.sentence, "choices": CHOICES}
            for each in plan.questions
        ],
    }


def _numbers(items: list[Item]) -> set[str]:
    """The numbers that the merge took from the other record."""
    numbers = {each.key for each in items if each.table == "patient_numbers"}
    return numbers | {each.after["nhs_number"] for each in items if each.after.get("nhs_number")}


async def _letters_gone(connection: AsyncConnection, items: list[Item]) -> set[str]:
    """Letters with whose posting the days of a removal begin, and that wait for no post any more."""
    wanted = [
        UUID(each.now["letter_id"])
        for each in items
        if each.table == "pending_deductions" and each.now is not None and each.now["letter_id"] is not None
    ]
    return {str(each) for each in (await connection.execute(_GONE, {"ids": wanted})).scalars()}


async def _place(connection: AsyncConnection, merge: Merge) -> tuple[UUID | None, bool]:
    """The transaction by which the survivor took the place, where it did; and whether it has moved on since."""
    values = {"id": merge.transaction_id, "target": merge.target_id}
    took: UUID | None = (await connection.execute(_TOOK_PLACE, values)).scalar_one_or_none()
    if took is None:
        return None, False
    last = await last_standing(connection, merge.target_id)
    return took, last is None or last.transaction_id != took


async def _verdict(
    connection: AsyncConnection,
    context: Context,
    merge: Merge,
    source: PersonFacts,
    target: PersonFacts,
    what: Undo,
) -> UUID | None:
    """They are two people, which is kept; or the pair is looked at again, as a new matter."""
    writes, matter_id = Writes(), None
    if what.verdict == "different":
        judged = Judged(
            source.id, target.id, Verdict.DIFFERENT, what.reason, Door.OFFICE, matter_id=merge.matter_id
        )  # fmt: skip
        await judge(connection, context.actor, context.now, judged)
    else:
        days: int = context.policies.on("duplicate_triage_working_days", context.today)
        matter_id = open_matter(
            writes,
            context,
            DUPLICATE,
            due_at=context.after_working_days(days),
            patient_id=source.id,
            other_patient_id=target.id,
            facts={"source": "undone-merge", "undone": str(merge.id)},
            reason=what.reason,
        )
    await writes.flush(connection)
    return matter_id


def _counts(items: tuple[Item, ...]) -> dict[str, int]:
    """How many rows of each kind."""
    found: dict[str, int] = {}
    for each in items:
        name = each.table.replace("_", " ")
        found[name] = found.get(name, 0) + 1
    return found


UNDO = Act(
    GROUP,
    "undo",
    "Undo a merge: the two records are two again, each with what is its own.",
    Undo,
    _undo,
    example='duplicates undo 0197b0de-0000-7000-8000-000000000002 --reason "two people of one name"',
)
