"""Giving items of the record to one of the people, on evidence."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid
from uuid_utils.compat import uuid7

from registry.transactions.acts.act import Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.confusions.describe import Person
from registry.transactions.confusions.gather_items import decided_places, decisions_of, items_of
from registry.transactions.confusions.items import PLACES, WORDS, Item, Key, roots, row_named
from registry.transactions.confusions.machine import CONFUSION
from registry.transactions.confusions.models import attributions
from registry.transactions.confusions.people import people_of
from registry.transactions.confusions.rules import unattributed
from registry.transactions.confusions.suggest import suggestions
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance

_IDS = text("select table_name, row_key, id from attributions where matter_id = :id").bindparams(
    bindparam("id", type_=Uuid)
)


class Attribute(OnMatter):
    person: Person = Field(description="To whom they belong.")
    item: list[str] = Field(
        default_factory=list, description="What belongs to them, as `confusions facts` names it.", examples=[["stay:1"]]
    )
    suggested: bool = Field(
        False, description="And everything undecided that the register suggests is theirs. Look at it before."
    )
    evidence: str = Field(min_length=1, max_length=2000, description="On what evidence; kept with each item.")
    said_by: str | None = Field(None, max_length=60, description="Who said so: a practice's ODS code, or another body.")


async def _attribute(work: Work, what: Attribute) -> str | Impossible:
    person = work.person
    if person is None:
        raise ValueError("a confusion is about a record")
    place = PLACES.index(what.person) + 1
    people = await people_of(work.connection, work.matter.id)
    if place not in {each.place for each in people}:
        return Impossible(f"The {what.person} is not described yet.", "person")
    items = await items_of(work.connection, person.id)
    named = _named(items, what.item)
    if isinstance(named, Impossible):
        return named
    decided = decided_places(await decisions_of(work.connection, work.matter.id))
    if what.suggested:
        found = suggestions(items, [each.compared() for each in people], decided)
        left = {item.row for item in unattributed(items, decided)}
        named |= {row for row, each in found.items() if each.place == place and row in left}
    if not named:
        return Impossible("Name at least one item; nothing undecided is suggested for them.", "item")
    await _write(work, what, place, sorted(named))
    kinds = sorted({WORDS[table] for table, _ in named})
    details = {"person": what.person, "items": len(named), "kinds": kinds, "said_by": what.said_by}
    advance(work.writes, work.context, CONFUSION, work.matter, "attribute", reason=what.reason or None, details=details)
    still = len(unattributed(items, {**decided, **dict.fromkeys(named, place)}))
    return f"{len(named)} items are the {what.person}'s; {still} belong to nobody yet."


def _named(items: Sequence[Item], names: list[str]) -> set[Key] | Impossible:
    """The rows that were named; each must be an item that follows no other."""
    above = roots(items)
    found: set[Key] = set()
    for name in names:
        row = row_named(name)
        if row is None or row not in above:
            return Impossible("There is no such item: name each as `confusions facts` does.", "item")
        if above[row] != row:
            table, key = above[row]
            return Impossible(f"{name} goes with {WORDS[table]}:{key}: attribute that.", "item")
        found.add(row)
    return found


async def _write(work: Work, what: Attribute, place: int, named: Sequence[Key]) -> None:
    known = await _known(work.connection, work.matter.id)
    columns: dict[str, Any] = {
        "place": place,
        "evidence": what.evidence,
        "said_by": what.said_by,
        "decided_by": work.context.actor.name,
        "decided_at": work.context.now,
    }
    for row in named:
        if row in known:
            work.writes.update(attributions, known[row], **columns)
        else:
            work.writes.insert(
                attributions,
                id=uuid7(),
                matter_id=work.matter.id,
                table_name=row[0],
                row_key=row[1],
                patient_id=work.matter.patient_id,
                **columns,
            )


async def _known(connection: AsyncConnection, matter_id: UUID) -> dict[Key, UUID]:
    rows = await connection.execute(_IDS, {"id": matter_id})
    return {(row.table_name, row.row_key): row.id for row in rows}


ATTRIBUTE = matter_act(
    CONFUSION,
    "confusions",
    "attribute",
    Attribute,
    _attribute,
    summary="Give items of the record to one of the people; what follows from an item goes with it.",
    example="confusions attribute 0197b0de-0000-7000-8000-000000000001 --version 8 --person second"
    ' --item transaction:0197b0de-0000-7000-8000-000000000002 --evidence "her form" --said-by Y90002',
)
