"""The practices' side of a simulated year: what they send in a day, and that they read what they are sent."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry.database import unit_of_work
from registry.demo import wire
from registry.demo.day import Day
from registry.demo.happenings import MIX, Sent
from registry.demo.practices import DemoPractice
from registry.demo.year.town import Town
from registry.links.items import Items, TransactionType
from registry.links.outbox import acknowledge_until, number_waiting, practices_waiting, unclosed
from registry.links.partners import Partner, partner
from registry.links.to_commands import Arrival, to_command
from registry.policies.store import Policies
from registry.retry import OVERTAKEN, retrying
from registry.transactions.context import Context
from registry.transactions.outcome import Outcome
from registry.transactions.receive import consider
from registry.values.actor import Actor, ActorKind
from registry.values.clock import FixedClock

AT_ONCE = 6
"""How many practices' transactions are considered side by side."""
_ACCEPTANCES_OF_MIX = 232
"""About so many acceptances come of one round of the day's mix."""
_MENDED_SHARE = 0.85
"""How many rejections are mended and sent again."""
_READ_AT_ONCE = 500

Happening = Callable[[Day], Iterator[Sent]]


@dataclass(slots=True)
class Practices:
    """Sends for all practices, and remembers what was rejected."""

    engine: AsyncEngine
    clock: FixedClock
    policies: Policies
    town: Town
    sent: Counter[str] = field(default_factory=Counter[str])
    """Transactions by kind and what became of them at once."""
    _numbers: Counter[str] = field(default_factory=Counter[str])
    _to_mend: list[tuple[DemoPractice, Items]] = field(default_factory=list[tuple[DemoPractice, Items]])

    async def work(self, opens_at: datetime, acceptances: int) -> int:
        """A day's traffic in the order of its hours. Returns how many transactions were sent."""
        day = Day(self.town.rng, self.town.practices, self.town.held, self.town.elsewhere, opens_at)
        todays = [*self._mended(), *self._happening(day, acceptances)]
        self.town.elsewhere = [each for each in self.town.elsewhere if not day.is_used(each)]
        step = timedelta(hours=9) / max(len(todays), 1)
        for begin in range(0, len(todays), AT_ONCE):
            self.clock.instant = opens_at + step * begin
            await asyncio.gather(*(self._send(*each) for each in todays[begin : begin + AT_ONCE]))
        return len(todays)

    def _happening(self, day: Day, acceptances: int) -> Iterator[Sent]:
        """The day's events in any order. An event for which nobody is left does not happen."""
        rounds = acceptances / _ACCEPTANCES_OF_MIX
        wanted: list[Happening] = []
        for happening, times in MIX:
            exact = times * rounds
            wanted += [happening] * (int(exact) + (day.rng.random() < exact % 1))
        day.rng.shuffle(wanted)
        for happening in wanted:
            try:
                yield from happening(day)
            except LookupError:
                self.sent["nobody left for it"] += 1

    def _mended(self) -> Iterator[Sent]:
        """Yesterday's rejections, put right where the practice cares to."""
        waiting, self._to_mend = self._to_mend, []
        for practice, items in waiting:
            person = self.town.known(items.number or "")
            if person is not None and self.town.rng.random() < _MENDED_SHARE:
                on = items.acceptance_date or self.clock.now().date()
                yield practice, wire.acceptance(practice, person, on, acceptance_code="R")

    async def _send(self, practice: DemoPractice, items: Items) -> None:
        found = await partner(self.engine, practice.partner_code)
        if found is None:
            raise LookupError(f"no practice has the partner code of {practice.ods_code}")
        self._numbers[practice.ods_code] += 1
        command = to_command(items, self._arrival(found, self._numbers[practice.ods_code]))
        context = Context(Actor(ActorKind.PRACTICE, practice.ods_code, practice.ods_code), self.clock, self.policies)
        outcome: Outcome = await retrying(
            self.engine, lambda connection: consider(connection, context, command), OVERTAKEN
        )
        self.sent[f"{items.type.name} {outcome.state}"] += 1
        if items.type is TransactionType.G1 and outcome.state == "refused":
            self._to_mend.append((practice, items))

    def _arrival(self, sender: Partner, number: int) -> Arrival:
        now = self.clock.now()
        return Arrival("facade", sender.id, sender.code, number, now, now)

    async def read(self) -> int:
        """Every practice fetches what waits for it, and acknowledges it. Returns how many messages there were."""
        async with unit_of_work(self.engine) as connection:
            waiting = await practices_waiting(connection)
        return sum([await self._read(practice_id) for practice_id in waiting])

    async def _read(self, practice_id: UUID) -> int:
        async with unit_of_work(self.engine) as connection:
            await number_waiting(connection, practice_id)
            return await self._acknowledge(connection, practice_id)

    async def _acknowledge(self, connection: AsyncConnection, practice_id: UUID) -> int:
        read = 0
        while messages := await unclosed(connection, practice_id, _READ_AT_ONCE):
            await acknowledge_until(connection, practice_id, messages[-1].uuid, self.clock.now())
            self.sent.update(f"read {message.kind}" for message in messages)
            read += len(messages)
        return read
