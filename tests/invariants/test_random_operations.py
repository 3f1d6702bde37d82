"""Anything, in any order: after some thousand acts every invariant still holds, and every outcome was met.

By default the acts are the same in every run, so that the suite says the same twice. They come
in rounds: two at least, and more until every outcome has been met. With REGISTRY_LONG=1 there are
many more rounds, drawn anew.
"""

import asyncio
import os
import pkgutil
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from importlib import import_module
from random import Random
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from registry.transactions.identities import draw
from registry.transactions.rules.reasons import Referral, Refusal, RequestRefusal
from registry.values.clock import FixedClock
from tests.invariants import parts
from tests.invariants.town import ACTIONS, Town
from tests.support import databases
from tests.support.committing_office import CommittingOffice

LONG = os.environ.get("REGISTRY_LONG") == "1"
EXAMPLES, STEPS = 15, 100
"""A round: so many towns, and so many acts in each."""
LEAST_ROUNDS, MOST_ROUNDS = (20, 20) if LONG else (2, 8)
RARE = 0 if LONG else 20
"""How many outcomes of the office's own acts, of some 200, a short run may miss: it draws the same acts each time,
but another change of the code draws others. The core's are all met, and a long run meets everything."""
CHECK_EVERY = 20
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
    "deduction-replaced",
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

Act = Callable[[Town, Random], Coroutine[Any, Any, None]]


def _accept(town: Town, chance: Random) -> Coroutine[Any, Any, None]:
    kind, code = chance.choice("33331224"), chance.choice("AAADRIS")
    days_ago = chance.choice([0, 0, 0, 1, 2, 40])
    return town.accept(chance.randrange(4), chance.randrange(12), chance.randrange(10), kind, code, days_ago)


def _welcome(town: Town, chance: Random) -> Coroutine[Any, Any, None]:
    kind = chance.choice("12234")
    with_number = kind == "1" or chance.random() < 0.3
    return town.welcome(chance.randrange(4), kind, with_number, chance.choice([None, None, "PLEASE READ"]))


ACTS: dict[str, tuple[int, Act]] = {
    "accept": (7, _accept),
    "transfer": (5, lambda town, chance: town.accept(chance.randrange(4), chance.randrange(12), 0, "3", "D", 0)),
    "welcome": (4, _welcome),
    "send with fault": (4, lambda town, chance: town.send_with_fault(_any(chance), chance.randrange(12), _any(chance))),
    "amend": (
        8,
        lambda town, chance: town.amend(chance.randrange(8), chance.randrange(12), _any(chance), _any(chance)),
    ),
    "ask for deduction": (
        8,
        lambda town, chance: town.ask_for_deduction(chance.randrange(8), chance.randrange(12), _any(chance)),
    ),
    "ask twice": (2, lambda town, chance: town.ask_twice(chance.randrange(12), chance.choice([2, 40]))),
    "remove": (1, lambda town, chance: town.remove(chance.randrange(8), chance.randrange(12), chance.random() < 0.2)),
    "repeat": (2, lambda town, chance: town.repeat()),
    "answer": (8, lambda town, chance: town.answer(_any(chance), _any(chance))),
    "decide": (4, lambda town, chance: town.decide(_any(chance), _any(chance), _any(chance))),
    "decide well": (5, lambda town, chance: town.decide(_any(chance), ACCEPT, _any(chance))),
    "decline": (3, lambda town, chance: town.decide(_any(chance), REJECT, _any(chance))),
    "pass days": (4, lambda town, chance: town.pass_days(chance.choice([0, 0, 1, 1, 3, 10, 31]))),
    "renumber": (1, lambda town, chance: town.renumber(chance.randrange(12))),
    "open or close": (1, lambda town, chance: town.open_or_close(chance.randrange(4))),
    "amend by office": (1, lambda town, chance: town.amend_by_office(chance.randrange(12), _any(chance))),
}
"""What may happen, how often in comparison, and how it is drawn."""

ACCEPT, REJECT = ACTIONS.index("accept"), ACTIONS.index("reject")


def _any(chance: Random) -> int:
    return chance.randrange(5040)


CORE_SHARE = 0.4
"""Of all acts, those of practices and clerks with their registrations: each new part would else make them rarer."""

CORE_ACTS = frozenset(ACTS)
PARTS = [import_module(f"{parts.__name__}.{found.name}") for found in pkgutil.iter_modules(parts.__path__)]
CORE = frozenset(TO_BE_REACHED)
for part in PARTS:
    assert not ACTS.keys() & part.ACTS.keys(), f"{part.__name__} names an act that there is already"
    ACTS |= part.ACTS
    TO_BE_REACHED |= part.TO_BE_REACHED


def _weights() -> list[float]:
    core = sum(weight for name, (weight, _) in ACTS.items() if name in CORE_ACTS)
    rest = sum(weight for weight, _ in ACTS.values()) - core
    oftener = CORE_SHARE / (1 - CORE_SHARE) * rest / core
    return [weight * oftener if name in CORE_ACTS else weight for name, (weight, _) in ACTS.items()]


WEIGHTS = _weights()


class TownMachine(RuleBasedStateMachine):
    """Draws the acts. One event loop serves all examples; each example has a database of its own."""

    runner: asyncio.Runner
    template: str
    reached: Counter[str]
    FIRST_DRAWN = 20261102

    def __init__(self) -> None:
        super().__init__()
        self.acts = 0
        self.opened = AsyncExitStack()
        self.town = self.runner.run(self._open())

    async def _open(self) -> Town:
        self._draw_alike()
        database = await self.opened.enter_async_context(databases.cloned(self.template, pool_size=2))
        clock = FixedClock(datetime(2026, 11, 2, 9, 30, tzinfo=UTC))
        town = Town(CommittingOffice(database.engine, clock), self.reached)
        await town.begin()
        return town

    def _draw_alike(self) -> None:
        """What the code draws for itself, days and the ids of people, is the same in each run too."""
        if not LONG:
            chance = Random(self.FIRST_DRAWN)
            self.opened.enter_context(patch.object(draw, "source", chance))
            self.opened.enter_context(patch("uuid.os.urandom", chance.randbytes))

    @rule(drawn=st.integers(0, 2**24 - 1))
    def something_happens(self, drawn: int) -> None:
        """One act. It is drawn by a number, because draws of many kinds are far from even; a failing
        example still loses every act that it can do without."""
        chance = Random(drawn)
        [name] = chance.choices([*ACTS], WEIGHTS)
        note(name)
        self.runner.run(ACTS[name][1](self.town, chance))
        self.acts += 1
        if self.acts % CHECK_EVERY == 0:
            self.runner.run(self.town.check())

    def teardown(self) -> None:
        try:
            self.runner.run(self.town.end())
            self.runner.run(self.town.check())
        finally:
            self.runner.run(self.opened.aclose())


SETTINGS = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def test_no_promise_is_broken_by_thousands_of_random_acts() -> None:
    reached: Counter[str] = Counter()
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        machine = type(
            "Machine",
            (TownMachine,),
            {"runner": runner, "template": runner.run(databases.ensure_template()), "reached": reached},
        )
        for round_number in range(MOST_ROUNDS):
            if round_number >= LEAST_ROUNDS and _is_enough(reached):
                break
            first = Random().randrange(2**32) if LONG else round_number
            run_state_machine_as_test(seed(first)(machine), settings=SETTINGS)
    for name, times in sorted(reached.items()):
        print(f"{times:6} {name}")
    assert _is_enough(reached), _missing(reached)


def _is_enough(reached: Counter[str]) -> bool:
    missing = _missing(reached)
    return not missing & CORE and len(missing) <= RARE


def _missing(reached: Counter[str]) -> set[str]:
    return TO_BE_REACHED - {name for name, times in reached.items() if times}
