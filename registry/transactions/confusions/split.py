"""A split as it is carried out: who gets which record, number and transaction, and where each is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.transactions.confusions.items import Item, Key
from registry.transactions.confusions.people import OnePerson
from registry.transactions.confusions.propose import Plan
from registry.transactions.confusions.rules import StayedOn, Whereabouts, keeper, whereabouts
from registry.transactions.confusions.whereabouts_read import read_whereabouts
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.kind import Work


@dataclass(frozen=True, slots=True)
class Part:
    """One of the people, with what becomes theirs."""

    who: OnePerson
    patient_id: UUID
    transaction_id: UUID
    number: str | None
    place: Whereabouts
    keeps_record: bool
    is_dead: bool

    @property
    def stay(self) -> StayedOn | None:
        """Their place on a practice's list."""
        return self.place.stay


@dataclass(frozen=True, slots=True)
class Split:
    """A split in hand: the record as it was, and its parts by their places."""

    work: Work
    record: PersonFacts
    parts: Mapping[int, Part]
    items: Sequence[Item]
    whose: Mapping[Key, int]

    def part_of(self, row: Key) -> Part:
        """The part to which a row belongs."""
        return self.parts[self.whose[row]]

    @property
    def number_goes(self) -> bool:
        """Whether nobody keeps the number that they shared."""
        return self.record.nhs_number is not None and all(part.who.ruling != "keep" for part in self.parts.values())


async def draw_up(connection: AsyncConnection, work: Work, record: PersonFacts, plan: Plan) -> Split:
    """Who gets what. Whoever made the record's last movement keeps the record; new ones have random ids."""
    moves, stays, practices = await read_whereabouts(connection, plan.whose)
    dead = plan.whose.get(("patients", f"{record.id}:death"))
    kept_by = keeper(moves, plan.people[0].place)
    parts = {
        each.place: Part(
            each,
            record.id if each.place == kept_by else uuid4(),
            uuid7(),
            _number(each, record.nhs_number),
            _present(record, each.place)
            if each.place == kept_by
            else whereabouts(each.place, moves, stays, practices, is_dead=each.place == dead),
            each.place == kept_by,
            each.place == dead,
        )
        for each in plan.people
    }
    return Split(work, record, parts, plan.items, plan.whose)


def _number(who: OnePerson, shared: str | None) -> str | None:
    return {"keep": shared, "given": who.given}.get(who.ruling)


def _present(record: PersonFacts, place: int) -> Whereabouts:
    """Whoever keeps the record stays where it is."""
    now = record.membership
    if now is None:
        return Whereabouts(record.on_list, removal=record.removal)
    since = now.posted_at or record.updated_at
    return Whereabouts(
        now.practice_id, StayedOn(now.practice_id, now.accepted_on, now.gp_code, since, place, now.out_of_area)
    )
