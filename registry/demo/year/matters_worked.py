"""The matters of a simulated year, each taken a step further by whoever's move it is.

A table of what is done in which state; what the table does not name waits for its own clock or
for what happens to its person.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from registry.demo.year.office import CLERK, SUPERVISOR, Desk
from registry.demo.year.town import Town
from registry.transactions.acts.act import Done
from registry.values.actor import Actor

_OPEN = text(
    "select id, kind, state, version, facts, due_at from matters where closed_at is null and opened_at < :before"
    " and kind = any(:kinds) order by id"
)

Row = Mapping[str, Any]


@dataclass(slots=True)
class Matters:
    """Works the open matters once a day."""

    desk: Desk
    town: Town

    async def work(self) -> None:
        """Take each open matter a step further, where there is a step to take today."""
        kinds = sorted({kind for kind, _ in _STEPS})
        async with self.desk.engine.connect() as connection:
            found = await connection.execute(_OPEN, {"before": self.desk.clock.now(), "kinds": kinds})
            rows = [dict(row) for row in found.mappings()]
        for row in rows:
            step = _STEPS.get((row["kind"], row["state"]))
            if step is not None and self.town.rng.random() < step.share:
                await step.act(self, row)

    async def do(self, name: str, row: Row, by: Actor = CLERK, **details: Any) -> bool:
        """An act on a matter at the version that was seen."""
        answer = await self.desk.do(name, actor=by, id=row["id"], version=row["version"], **details)
        return isinstance(answer, Done)


@dataclass(frozen=True, slots=True)
class Step:
    """What is done in a state, and on which share of days."""

    act: Callable[[Matters, Row], Awaitable[Any]]
    share: float = 0.7


def _simply(name: str, by: Actor = CLERK, **details: Any) -> Callable[[Matters, Row], Awaitable[Any]]:
    async def act(matters: Matters, row: Row) -> bool:
        return await matters.do(name, row, by, reason="as agreed", **details)

    return act


async def _allocate(matters: Matters, row: Row) -> None:
    await matters.do("scheme allocate", row, practice=matters.town.practices[-1].ods_code)


async def _assign(matters: Matters, row: Row) -> None:
    """To the best candidate, as the register explains them; with none, the application goes to a panel."""
    answer = await matters.desk.do("assignments candidates", id=row["id"])
    considered: Any = answer.data if isinstance(answer, Done) else []
    best = next((each["practice"] for each in considered if each["proposed"]), None)
    if best is None:
        await matters.do("assignments refer-to-panel", row, reason="nobody can take them")
    else:
        await matters.do("assignments assign", row, practice=best, reason="the best candidate")


async def _reasons(matters: Matters, row: Row) -> None:
    await matters.do("assignments reasons-given", row, given_on=matters.desk.today)


async def _panel(matters: Matters, row: Row) -> None:
    await matters.do("assignments withdraw", row, reason="found a practice elsewhere")


async def _convene(matters: Matters, row: Row) -> None:
    await matters.do("scheme appeal-convene", row, on=matters.desk.today + timedelta(days=12))


async def _fp69(matters: Matters, row: Row) -> None:
    """Some practices know where somebody lives; most say nothing."""
    await matters.do("fp69 confirm", row, reason="the practice saw them", seen_on=matters.desk.today)


_STEPS: dict[tuple[str, str], Step] = {
    ("violence-notice", "awaiting-approval"): Step(_simply("scheme approve", SUPERVISOR)),
    ("violence-notice", "awaiting-approval-spoken"): Step(_simply("scheme approve", SUPERVISOR)),
    ("violence-notice", "unconfirmed"): Step(_simply("scheme confirm"), 0.5),
    ("violence-notice", "chased"): Step(_simply("scheme confirm"), 0.5),
    ("violence-notice", "overdue"): Step(_simply("scheme give-up")),
    ("special-allocation", "awaiting-allocation"): Step(_allocate, 0.9),
    ("special-allocation", "review-due"): Step(_simply("scheme review")),
    ("scheme-appeal", "received"): Step(_simply("scheme appeal-acknowledge")),
    ("scheme-appeal", "awaiting-forms"): Step(_simply("scheme appeal-form", of="patient")),
    ("scheme-appeal", "awaiting-second-form"): Step(_simply("scheme appeal-form", of="practice")),
    ("scheme-appeal", "to-convene"): Step(_convene),
    ("scheme-appeal", "convened"): Step(_simply("scheme appeal-papers")),
    ("scheme-appeal", "papers-out"): Step(_simply("scheme appeal-decide", SUPERVISOR, outcome="dismissed")),
    ("assignment", "applied"): Step(_simply("assignments find-eligible")),
    ("assignment", "eligible"): Step(_assign),
    ("assignment", "only-closed-lists"): Step(_panel, 0.1),
    ("practice-refusal", "reasons-awaited"): Step(_reasons, 0.1),
    ("practice-refusal", "reasons-overdue"): Step(_simply("assignments close-breach", SUPERVISOR), 0.3),
    ("fp69", "open"): Step(_fp69, 0.006),
    ("fp69", "safeguarding"): Step(_simply("fp69 confirm"), 0.2),
    ("fp69-request", "asked"): Step(_simply("fp69 authorise", SUPERVISOR)),
    ("reversal", "proposed"): Step(_simply("undo confirm", SUPERVISOR)),
    ("quarter-close", "prepared"): Step(_simply("quarters close", SUPERVISOR)),
    ("forces-registration", "returning"): Step(_simply("stays record-returned")),
}
"""What is done, by kind and state."""
