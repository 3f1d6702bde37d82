"""The proposal: every item has an owner, every person a number ruling. Another person approves it or declines."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.acts.act import Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.confusions.clocks import stage_due
from registry.transactions.confusions.gather_items import decided_places, decisions_of, items_of
from registry.transactions.confusions.items import Item, Key
from registry.transactions.confusions.machine import CONFUSION
from registry.transactions.confusions.numbers import not_to_be_given
from registry.transactions.confusions.people import OnePerson, people_of
from registry.transactions.confusions.rules import in_the_way, owners
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.kind import Work
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance


@dataclass(frozen=True, slots=True)
class Plan:
    """A split that could be carried out: its people, its items, and whose each is."""

    people: Sequence[OnePerson]
    items: Sequence[Item]
    decided: dict[Key, int]
    whose: dict[Key, int]

    @property
    def mark(self) -> str:
        """Which items there are and whose each is: what the second person approves, and nothing else."""
        said = sorted((item.table, item.key, self.whose[item.row]) for item in self.items)
        return sha256(repr(said).encode()).hexdigest()


async def plan_of(connection: AsyncConnection, person: PersonFacts, matter: Matter) -> Plan | Impossible:
    """The split as it stands now, its record locked; or what is in the way of it."""
    people = await people_of(connection, matter.id)
    items = await items_of(connection, person.id)
    decided = decided_places(await decisions_of(connection, matter.id))
    reason = in_the_way(items, decided, [each.ruled() for each in people], person.nhs_number)
    for each in people:
        if reason is None and each.given is not None:
            reason = await not_to_be_given(connection, each.given)
    return Impossible(reason) if reason is not None else Plan(people, items, decided, owners(items, decided))


async def _propose(work: Work, what: OnMatter) -> str | Impossible:
    if work.person is None:
        raise ValueError("a confusion is about a record")
    if not what.reason:
        return Impossible("Say why the split should be carried out.", "reason")
    plan = await plan_of(work.connection, work.person, work.matter)
    if isinstance(plan, Impossible):
        return plan
    advance(
        work.writes,
        work.context,
        CONFUSION,
        work.matter,
        "propose",
        due_at=stage_due(work.context, "proposed", work.matter),
        facts={"mark": plan.mark, "record_version": work.person.version},
        reason=what.reason,
    )
    return f"Proposed under {work.matter.facts['reference']}: another person approves it, or declines."


async def _decline(work: Work, what: OnMatter) -> str | Impossible:
    if not what.reason:
        return Impossible("Say why.", "reason")
    due_at = stage_due(work.context, "attributing", work.matter)
    advance(work.writes, work.context, CONFUSION, work.matter, "decline", due_at=due_at, reason=what.reason)
    return "Declined: attribute what is to be changed, and propose it again."


PROPOSE = matter_act(
    CONFUSION, "confusions", "propose", OnMatter, _propose,
    summary="Propose the split: every item has an owner, and every person a number ruling.",
    example='confusions propose 0197b0de-0000-7000-8000-000000000001 --version 9 --reason "two birth certificates"',
)  # fmt: skip
DECLINE = matter_act(
    CONFUSION, "confusions", "decline", OnMatter, _decline, summary="Send a proposed split back to be looked at again."
)
