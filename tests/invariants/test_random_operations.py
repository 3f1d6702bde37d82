"""Anything, in any order: after some thousand acts every invariant still holds, and every outcome was met.

By default the acts are the same in every run, so that the suite says the same twice; with
REGISTRY_LONG=1 there are many more, and they are drawn anew.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from registry.transactions.rules.reasons import Referral, Refusal, RequestRefusal
from registry.values.clock import FixedClock
from tests.invariants.town import Town
from tests.support import databases
from tests.support.committing_office import CommittingOffice

LONG = os.environ.get("REGISTRY_LONG") == "1"
EXAMPLES, STEPS = (200, 100) if LONG else (20, 100)
CHECK_EVERY = 10
"""How many acts there are between two looks at the invariants."""

DONE = {
    "registered",
    "created",
    "already-there",
    "amended",
    "deducted",
    "deduction-pending",
    "already-pending",
    "deduction-executed",
    "deduction-superseded",
    "deduction-cancelled",
    "declined-by-office",
    "trace-asked",
    "allocate-asked",
}
BESIDES = {
    "case settled",
    "case stale",
    "case impossible",
    "due deducted",
    "due held",
    "due unanswered",
    "due escalated",
    "due chased",
    "due unreceipted",
    *(f"message {kind}" for kind in ("F1", "F2", "F3", "F4", "F11")),
}
TO_BE_REACHED = DONE | BESIDES | {each.label for names in (Refusal, Referral, RequestRefusal) for each in names}

anywhere = st.integers(0, 7)
anybody = st.integers(0, 11)
any_number = st.integers(0, 60)


class TownMachine(RuleBasedStateMachine):
    """Draws the acts. One event loop serves all examples; each example has a database of its own."""

    runner: asyncio.Runner
    template: str
    reached: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.acts = 0
        self.opened = AsyncExitStack()
        self.town = self.runner.run(self._open())

    async def _open(self) -> Town:
        database = await self.opened.enter_async_context(databases.cloned(self.template, pool_size=2))
        clock = FixedClock(datetime(2026, 11, 2, 9, 30, tzinfo=UTC))
        town = Town(CommittingOffice(database.engine, clock), self.reached)
        await town.begin()
        return town

    def act(self, act: Coroutine[Any, Any, None]) -> None:
        self.acts += 1
        self.runner.run(act)
        if self.acts % CHECK_EVERY == 0:
            self.runner.run(self.town.check())

    @rule(
        practice=anywhere,
        person=anybody,
        variant=any_number,
        kind=st.sampled_from("33331224"),
        code=st.sampled_from("AAADRIS"),
        days_ago=st.sampled_from([0, 0, 0, 1, 2, 40]),
    )
    def accept(self, practice: int, person: int, variant: int, kind: str, code: str, days_ago: int) -> None:
        self.act(self.town.accept(practice, person, variant, kind, code, days_ago))

    @rule(practice=anywhere, person=anybody)
    def transfer(self, practice: int, person: int) -> None:
        self.act(self.town.accept(practice, person, 0, "3", "D", 0))

    @rule(practice=anywhere, person=anybody, fault=any_number)
    def send_with_fault(self, practice: int, person: int, fault: int) -> None:
        self.act(self.town.send_with_fault(practice, person, fault))

    @rule(practice=anywhere, person=anybody, change=any_number, trouble=any_number)
    def amend(self, practice: int, person: int, change: int, trouble: int) -> None:
        self.act(self.town.amend(practice, person, change, trouble))

    @rule(practice=anywhere, person=anybody, kind=any_number)
    def ask_for_deduction(self, practice: int, person: int, kind: int) -> None:
        self.act(self.town.ask_for_deduction(practice, person, kind))

    @rule(practice=anywhere, person=anybody, defective=st.booleans())
    def remove(self, practice: int, person: int, defective: bool) -> None:
        self.act(self.town.remove(practice, person, defective))

    @rule()
    def repeat(self) -> None:
        self.act(self.town.repeat())

    @rule(question=any_number, answer=any_number)
    def answer(self, question: int, answer: int) -> None:
        self.act(self.town.answer(question, answer))

    @rule(case=any_number, action=any_number, code=any_number)
    def decide(self, case: int, action: int, code: int) -> None:
        self.act(self.town.decide(case, action, code))

    @rule(case=any_number, code=any_number)
    def decide_well(self, case: int, code: int) -> None:
        self.act(self.town.decide(case, 0, code))

    @rule(days=st.sampled_from([0, 1, 1, 3, 10, 31]))
    def pass_days(self, days: int) -> None:
        self.act(self.town.pass_days(days))

    @rule(person=anybody)
    def renumber(self, person: int) -> None:
        self.act(self.town.renumber(person))

    @rule(practice=anywhere)
    def open_or_close(self, practice: int) -> None:
        self.act(self.town.open_or_close(practice))

    @rule(person=anybody, change=any_number)
    def amend_by_office(self, person: int, change: int) -> None:
        self.act(self.town.amend_by_office(person, change))

    def teardown(self) -> None:
        try:
            self.runner.run(self.town.end())
            self.runner.run(self.town.check())
        finally:
            self.runner.run(self.opened.aclose())


def test_no_promise_is_broken_by_thousands_of_random_acts() -> None:
    reached: Counter[str] = Counter()
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        machine = type(
            "Machine",
            (TownMachine,),
            {"runner": runner, "template": runner.run(databases.ensure_template()), "reached": reached},
        )
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=not LONG,
                database=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
    for name, times in sorted(reached.items()):
        print(f"{times:6} {name}")
    assert TO_BE_REACHED - {name for name, times in reached.items() if times} == set()
