"""Duplicates at random: suspected, asked about, merged by two people, and undone."""

from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

from registry.transactions.acts.act import Answer, Done, Stale
from registry.transactions.merges.acts import DUPLICATES
from registry.transactions.merges.machine import ASKING, COMPLETE, REFERRED, SUSPECTED, TRIAGED
from registry.values.actor import Actor, ActorKind
from tests.invariants.town import Town
from tests.support.acts import do

Act = Callable[[Town, Random], Coroutine[Any, Any, None]]

_ACTS = {act.name: act for act in DUPLICATES.acts}
_FITTING = {
    SUSPECTED: ("triage",),
    TRIAGED: ("ask", "evidence", "complete"),
    ASKING: ("ask", "evidence", "complete"),
    COMPLETE: ("refer",),
    REFERRED: ("evidence", "not-duplicate"),
}
_COLLEAGUE = Actor(ActorKind.STAFF, "colleague of the duplicates")


async def _do(town: Town, name: str, by: Actor | None = None, **details: Any) -> Answer:
    context = town.office.plan.context() if by is None else town.office.plan.context(by)
    answer = await town.office.act(lambda connection: do(connection, context, _ACTS[name], **details))
    town.reached[f"duplicates {name} {type(answer).__name__.lower()}"] += 1
    return answer


async def _record(town: Town, chance: Random) -> str:
    """Mostly a townsperson's number; now and then any record of the register, or nobody's number."""
    if chance.random() < 0.3:
        held = await town.office.column("select id::text from patients order by id")
        return chance.choice(held)
    return town.office.plan.number() if chance.random() < 0.03 else town.person(chance.randrange(12)).number


async def _suspect(town: Town, chance: Random) -> None:
    one, other = await _record(town, chance), await _record(town, chance)
    again = chance.random() < 0.5
    await _do(town, "suspect", one=one, other=other, again=again, reason="looked at anew" if again else "")


async def _open_pair(town: Town, chance: Random) -> tuple[str, int] | None:
    query = "select id::text || ' ' || version from matters where kind = 'duplicate' and closed_at is null order by id"
    found = await town.office.column(query)
    if not found:
        return None
    matter, version = chance.choice(found).split()
    return matter, int(version)


async def _work(town: Town, chance: Random) -> None:
    """Some steps of open pairs."""
    for _ in range(4):
        await _step(town, chance)


async def _step(town: Town, chance: Random) -> None:
    """A step of an open pair, allowed in its state or not."""
    pair = await _open_pair(town, chance)
    if pair is None:
        return
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("triage", {}), ("triage", {}), ("ask", {}), ("ask", {}), ("complete", {"reason": "nobody to be asked"}),
        ("evidence", {"said_by": "practice", "says": "same"}), ("refer", {"reference": "NBO-2026-0417"}),
        ("not-duplicate", {"reason": "two of one name"}), ("withdraw", {"reason": "by mistake"}),
    )  # fmt: skip
    state = await town.office.one("select state from matters where id = :id", id=pair[0])
    fitting = [each for each in steps if each[0] in _FITTING.get(state, ())]
    name, details = chance.choice(fitting if fitting and chance.random() < 0.6 else steps)
    await _do(town, name, id=pair[0], version=pair[1], **details)


async def _merge(town: Town, chance: Random) -> None:
    pair = await _open_pair(town, chance)
    if pair is None:
        await _suspect(town, chance)
        pair = await _open_pair(town, chance)
    if pair is None:
        return
    contrary: dict[str, Any] = {"national_ruling": chance.random() < 0.3, "death_stands": chance.random() < 0.3}
    if chance.random() < 0.4:
        contrary["retained"] = await town.office.one(
            "select case when :first then patient_id else other_patient_id end::text from matters where id = :id",
            id=pair[0], first=chance.random() < 0.5,
        )  # fmt: skip
    shown = await _do(town, "preview", id=pair[0], **contrary)
    if not isinstance(shown, Done):
        return
    seen = shown.data["fingerprint"] if chance.random() < 0.9 else "something else"
    said = {"fingerprint": seen, "case_reference": "INC0123456", "reason": "confirmed"}
    proposed = await _do(town, "propose", id=pair[0], version=shown.version, **said, **contrary)
    if isinstance(proposed, Done):
        by = _COLLEAGUE if chance.random() < 0.9 else None
        await _do(town, "approve", by, id=pair[0], version=proposed.version, fingerprint=seen)


async def _undo(town: Town, chance: Random) -> None:
    standing = await town.office.column("select id from merges where state = 'made' order by id")
    if not standing:
        return
    said: dict[str, Any] = {"id": standing[-1] if chance.random() < 0.7 else chance.choice(standing)}
    said |= {"reason": "two people", "verdict": chance.choice(["different", "open"])}
    answer = await _do(town, "undo", **said)
    while isinstance(answer, Stale):
        choices = [f"{each['item']}={chance.choice(each['choices'])}" for each in answer.facts["asks"]]
        said["choices"] = [*said.get("choices", ()), *choices]
        answer = await _do(town, "undo", **said)


async def _look(town: Town, chance: Random) -> None:
    await _do(town, "look", record=await _record(town, chance))


ACTS: dict[str, tuple[int, Act]] = {
    "suspect a duplicate": (3, _suspect),
    "work on a duplicate": (3, _work),
    "merge": (3, _merge),
    "undo a merge": (3, _undo),
    "look at duplicates": (1, _look),
}
"""What may happen to duplicates, how often in comparison, and how it is drawn."""

TO_BE_REACHED = {
    "duplicates suspect done",
    "duplicates suspect impossible",
    "duplicates triage done",
    "duplicates ask done",
    "duplicates evidence done",
    "duplicates complete done",
    "duplicates not-duplicate done",
    "duplicates withdraw done",
    "duplicates preview done",
    "duplicates propose done",
    "duplicates propose stale",
    "duplicates propose impossible",
    "duplicates approve done",
    "duplicates approve impossible",
    "duplicates undo done",
    "duplicates undo stale",
    "duplicates undo impossible",
    "duplicates look done",
}
