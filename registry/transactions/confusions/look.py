"""Everything on the record, item by item, with what was decided of it and what the register would suggest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.record import record_read
from registry.database import Writes
from registry.transactions.acts.act import Act, Answer, Asked, Done, Nothing
from registry.transactions.confusions.gather_items import decided_places, decisions_of, items_of
from registry.transactions.confusions.items import PLACES, WORDS, Item, Key, roots
from registry.transactions.confusions.machine import CONFUSION
from registry.transactions.confusions.people import LINES, OnePerson, people_of
from registry.transactions.confusions.rules import in_the_way, owners, unattributed
from registry.transactions.confusions.suggest import Suggestion, suggestions
from registry.transactions.context import Context
from registry.transactions.gather import gather_person
from registry.transactions.look.hidden import any_hidden, facts_shown
from registry.transactions.matters.read import lock_matter


class Facts(Asked):
    """Look at a confusion."""

    id: UUID = Field(description="The confusion.")


async def _facts(connection: AsyncConnection, context: Context, what: Facts) -> Answer:
    matter = await lock_matter(connection, what.id)
    if matter is None or matter.kind != CONFUSION.kind or matter.patient_id is None:
        return Nothing(CONFUSION.title.lower())
    people = await people_of(connection, matter.id)
    items = await items_of(connection, matter.patient_id)
    decisions = await decisions_of(connection, matter.id)
    decided = decided_places(decisions)
    record = await gather_person(connection, matter.patient_id)
    hidden = await any_hidden(connection, record.id)
    found = suggestions(items, [each.compared() for each in people], decided)
    left = unattributed(items, decided)
    writes = Writes()
    record_read(writes, context.actor, "confusion", context.now, [matter.patient_id], subject={"matter": matter.id})
    await writes.flush(connection)
    by_row = {_row(each): each for each in decisions}
    shown = _Shown(roots(items), owners(items, decided), by_row, found, hidden=hidden)
    data: dict[str, Any] = {
        "people": [_person(each, hidden=hidden) for each in people],
        "items": [_item(item, shown) for item in items],
        "in_the_way": in_the_way(items, decided, [each.ruled() for each in people], record.nhs_number),
        "facts": await facts_shown(connection, matter.id),
    }
    sentence = f"{len(items)} items, of which {len(left)} are to be decided; {len(people)} people described."
    if hidden:
        sentence += " Where they live is protected, and left out."
    return Done(sentence, matter.id, matter.version, matter.state, data=data)


def _row(decision: dict[str, Any]) -> Key:
    return (decision["table_name"], decision["row_key"])


_WHEREABOUTS = frozenset({*LINES, "lines", "postcode", "residential_institute"})


def _person(each: OnePerson, *, hidden: bool) -> dict[str, Any]:
    row = {name: value for name, value in each.row().items() if not (hidden and name in _WHEREABOUTS)}
    return {"person": PLACES[each.place - 1], **row, "ruling": each.ruling, "number": each.given}


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is shown beside items, by their rows or by the items that they follow."""

    above: Mapping[Key, Key]
    whose: Mapping[Key, int]
    decisions: Mapping[Key, dict[str, Any]]
    found: Mapping[Key, Suggestion]
    hidden: bool
    """Whether it is not shown where the person lives, nor with which practice."""


_NAMES_LISTS = frozenset({"list_movements"})


def _item(item: Item, beside: _Shown) -> dict[str, Any]:
    root, place = beside.above[item.row], beside.whose.get(item.row)
    shown: dict[str, Any] = {
        "item": item.name,
        "what": item.what if not beside.hidden or item.table not in _NAMES_LISTS else "",
        "on": item.on,
        "practice": None if beside.hidden else item.practice,
        "open": item.is_open,
        "says": {name: said for name, said in item.says.items() if not (beside.hidden and name in _WHEREABOUTS)},
        "goes_with": None if root == item.row else f"{WORDS[root[0]]}:{root[1]}",
        "belongs_to": None if place is None else PLACES[place - 1],
    }
    if root in beside.decisions:
        shown |= {name: beside.decisions[root][name] for name in ("evidence", "said_by", "decided_by", "decided_at")}
    elif root in beside.found:
        suggestion = beside.found[root]
        shown["suggested"] = {"person": PLACES[suggestion.place - 1], "because": list(suggestion.because)}
    return shown


FACTS = Act(
    "confusions",
    "facts",
    "Every item of the record: registrations, transactions, messages, letters, names, addresses, numbers, open work.",
    Facts,
    _facts,
    example="confusions facts 0197b0de-0000-7000-8000-000000000001",
)
