"""Carrying out a split that a second person approves: all of it in one unit of work.

1. Whoever made the record's last movement keeps the record; every other gets one of their own.
2. Former names, addresses and numbers, open work and whatever has happened are given to their people.
3. The posted ledger stays. Whoever belongs on a list joins it with the acceptance date and doctor of
   the stay that is theirs; nobody leaves a list.
4. The number is kept by one, or by nobody: then it is invalidated.
5. Practices, people and the national side are told.
"""

from itertools import combinations

from registry.database import Writes
from registry.matching.incoming import incoming_from
from registry.matching.judgements.judgement import Door, Verdict
from registry.matching.judgements.keep import Judged, judge
from registry.matching.locks import lock_keys as keys_to_lock
from registry.patients.invalidated import invalidate, is_invalidated
from registry.transactions.acts.act import Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.confusions.give import end_deductions, give_rows, note_attributions
from registry.transactions.confusions.machine import CONFUSION
from registry.transactions.confusions.people import people_of
from registry.transactions.confusions.propose import plan_of
from registry.transactions.confusions.settle_lists import settle_lists
from registry.transactions.confusions.split import Split, draw_up
from registry.transactions.confusions.tell_all import tell_all
from registry.transactions.confusions.write_people import write_former, write_keys, write_people
from registry.transactions.gather import lock_keys
from registry.transactions.judging.close_pairs import TAKEN_APART, close_overtaken
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance
from registry.vault.closed import NoKey

_MOVED = "Something has come about the record since it was proposed: decline it, look again, and propose it anew."


async def _approve(work: Work, what: OnMatter) -> str | Impossible:
    person = work.person
    if person is None:
        raise ValueError("a confusion is about a record")
    await _hold_places(work)
    plan = await plan_of(work.connection, person, work.matter)
    if isinstance(plan, Impossible):
        return Impossible(f"{plan.sentence} Decline it.", plan.field)
    seen = work.matter.facts
    if plan.mark != seen["mark"] or person.version != seen["record_version"]:
        return Impossible(_MOVED)
    split = await draw_up(work.connection, work, person, plan)
    refused = await _end_number(split)
    if refused is not None:
        return refused
    await _carry_out(split)
    kept = next(part for part in split.parts.values() if part.keeps_record)
    facts = {"people": [str(part.patient_id) for part in split.parts.values()]}
    advance(
        work.writes, work.context, CONFUSION, work.matter, "approve", facts=facts, reason=what.reason or None,
        transaction_id=kept.transaction_id,
    )  # fmt: skip
    return f"Taken apart: {len(split.parts)} people, {len(split.items)} items. Everybody concerned is told."


async def _hold_places(work: Work) -> None:
    """Keep acceptances of people like these out until it is done: else one of them might be made twice."""
    people = await people_of(work.connection, work.matter.id)
    keys = {key for each in people for key in keys_to_lock(incoming_from(each.demographics(each.given)))}
    await lock_keys(work.connection, sorted(keys))


async def _end_number(split: Split) -> Impossible | None:
    """A number that nobody keeps is nobody's ever after."""
    shared = split.record.nhs_number
    if not split.number_goes or shared is None or await is_invalidated(split.work.connection, shared):
        return None
    writes = Writes()
    try:
        invalidate(writes, shared)
    except NoKey as without:
        return Impossible(str(without))
    await writes.flush(split.work.connection)
    return None


async def _carry_out(split: Split) -> None:
    """Each step writes at once, for the next reads what it wrote; all are committed together or not at all."""
    await close_overtaken(split.work.connection, split.work.context, [split.record.id], TAKEN_APART)
    await end_deductions(split)
    await write_people(split)
    await settle_lists(split)
    await give_rows(split)
    await write_former(split)
    await write_keys(split)
    await note_attributions(split)
    await _judge_different(split)
    await tell_all(split)


async def _judge_different(split: Split) -> None:
    """Who was taken apart is not offered as one person; two people of the office have looked at every item."""
    work = split.work
    reason = "Two people who shared a number were taken apart."
    for one, other in combinations([part.patient_id for part in split.parts.values()], 2):
        judged = Judged(one, other, Verdict.DIFFERENT, reason, Door.OFFICE, matter_id=work.matter.id)
        await judge(work.connection, work.context.actor, work.context.now, judged)


APPROVE = matter_act(
    CONFUSION,
    "confusions",
    "approve",
    OnMatter,
    _approve,
    summary="Approve a split that somebody else proposed, and carry it out.",
    example="confusions approve 0197b0de-0000-7000-8000-000000000001 --version 10",
)
