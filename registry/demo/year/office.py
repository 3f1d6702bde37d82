"""The office's own acts of a simulated year: what comes by telephone, by letter and by file."""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncEngine

from registry.demo.year.town import Town
from registry.policies.store import Policies
from registry.values.clock import FixedClock


@dataclass(slots=True)
class TheOffice:
    """Does what people ask of the office, and works its matters."""

    engine: AsyncEngine
    clock: FixedClock
    policies: Policies
    town: Town
    done: Counter[str] = field(default_factory=Counter[str])

    async def work(self, *, new: bool) -> None:
        """A day at the office; `new` while things still begin."""
