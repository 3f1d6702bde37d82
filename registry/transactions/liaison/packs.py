"""The evidence of a case: items put in and taken out, and frozen as a pack when they are sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid
from uuid_utils.compat import uuid7

from registry.database import Writes, iso
from registry.transactions.context import Context
from registry.transactions.liaison.evidence import Named
from registry.transactions.liaison.models import liaison_items, liaison_packs
from registry.transactions.liaison.rules import Item, digest_of

MOST_ITEMS = 500

_ITEMS = text(
    "select id, number, kind, ref, day, person, line, pack from liaison_items where matter_id = :id order by number"
).bindparams(bindparam("id", type_=Uuid))

_LAST_PACK = text(
    "select number, digest from liaison_packs where matter_id = :id order by number desc limit 1"
).bindparams(bindparam("id", type_=Uuid))


@dataclass(frozen=True, slots=True)
class Kept:
    """An item of a case's index, with its row and the pack with which it was sent."""

    id: UUID
    pack: int | None
    item: Item


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that is to be sent now."""

    number: int
    digest: str
    fresh: tuple[Kept, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(each.item for each in self.fresh)


async def items_of(connection: AsyncConnection, matter_id: UUID) -> list[Kept]:
    """The index of a case, sent and unsent."""
    return [
        Kept(row.id, row.pack, Item(row.number, row.kind, row.ref, row.day, row.person, row.line))
        for row in await connection.execute(_ITEMS, {"id": matter_id})
    ]


def put_in(
    writes: Writes, context: Context, matter_id: UUID, named: Iterable[Named], before: Sequence[Kept]
) -> list[int]:
    """Add evidence to the index, each piece once; returns the numbers of what is new. The matter is locked."""
    number = max((each.item.number for each in before), default=0)
    there = {(each.item.kind, each.item.ref) for each in before}
    added: list[int] = []
    for one in named:
        if (one.kind, one.ref) in there:
            continue
        there.add((one.kind, one.ref))
        number += 1
        added.append(number)
        writes.insert(
            liaison_items,
            id=uuid7(),
            matter_id=matter_id,
            number=number,
            kind=one.kind,
            ref=one.ref,
            day=iso(one.day),
            person=one.person,
            line=one.line,
            added_at=context.now,
            added_by=context.actor.name,
        )
    return added


async def next_pack(connection: AsyncConnection, matter_id: UUID) -> Pack:
    """What was not yet sent of a case, which is locked. It may be empty: a question alone."""
    last = (await connection.execute(_LAST_PACK, {"id": matter_id})).one_or_none()
    fresh = tuple(each for each in await items_of(connection, matter_id) if each.pack is None)
    digest = digest_of([each.item for each in fresh], last.digest if last else "")
    return Pack(last.number + 1 if last else 1, digest, fresh)


def freeze(writes: Writes, context: Context, matter_id: UUID, pack: Pack, letter_id: UUID | None) -> None:
    """Send a pack: from here on it never changes."""
    for each in pack.fresh:
        writes.update(liaison_items, each.id, pack=pack.number)
    writes.insert(
        liaison_packs,
        matter_id=matter_id,
        number=pack.number,
        items=len(pack.fresh),
        digest=pack.digest,
        sent_at=context.now,
        sent_by=context.actor.name,
        letter_id=letter_id,
    )
