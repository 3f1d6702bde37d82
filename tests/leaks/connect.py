"""What somebody tries who has a copy of the whole register, and knows an old record and a new one: are they one?"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from tests.leaks.walk_outputs import OUTSIDE
from tests.leaks.world import World

_TABLES = text("select tablename from pg_tables where schemaname = 'public' order by 1")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SERIES = {
    "list_movements": "id",
    "practice_messages": "id",
    "audit_events": "id",
    "matter_events": "id",
    "letters": "reference",
    "match_keys": "id",
}
"""Numbers that are given in order."""

CROWD = 6

Item = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the copy, with the transaction of the database that wrote it."""

    table: str
    xmin: int
    said: str
    items: frozenset[Item]
    values: dict[str, Any] = field(hash=False)

    @property
    def key(self) -> tuple[str, str]:
        return self.table, self.said


@dataclass
class Copy:
    """Every row outside the vault."""

    rows: list[Row]

    @classmethod
    async def of(cls, world: World) -> "Copy":
        rows: list[Row] = []
        async with world.engine.connect() as connection:
            for name in (await connection.execute(_TABLES)).scalars().all():
                if name in OUTSIDE:
                    continue
                query = text(f"select xmin::text::bigint, to_jsonb(t)::text from {name} t")
                for xmin, said in (await connection.execute(query)).all():
                    values = orjson.loads(said)
                    rows.append(Row(name, xmin, said, frozenset(_items("", values)), values))
        return cls(rows)

    def about(self, person: UUID) -> list[Row]:
        """Rows that name somebody's id without a crowd, and rows that name one of those."""
        named = [row for row in self.rows if str(person) in row.said and not _is_crowd(row)]
        ids = {str(row.values["id"]) for row in named if _UUID.fullmatch(str(row.values.get("id", "")))} - {str(person)}
        further = [row for row in self.rows if ids and any(each in ids for each in _UUID.findall(row.said))]
        return list({row.key: row for row in (*named, *further)}.values())


@dataclass(frozen=True)
class Attempt:
    """What a copy tells of two records."""

    shared: list[Item]
    """Values that both have and nobody else."""
    both: list[str]
    """Rows that name both, and hardly anybody else."""
    same_transaction: list[tuple[str, str]]
    """Tables with rows of the two that one transaction of the database wrote."""
    neighbours: list[str]
    """Series in which a number of the one follows a number of the other."""
    next_in_order: list[str]
    """Series in which nothing of anybody else stands between something of the one and something of the other."""


def attempt(copy: Copy, old: UUID, new: UUID) -> Attempt:
    """Try every join."""
    ours, theirs = copy.about(old), copy.about(new)
    keys = {row.key for row in (*ours, *theirs)}
    elsewhere = Counter(item for row in copy.rows if row.key not in keys for item in row.items)
    shared = {item for row in ours for item in row.items} & {item for row in theirs for item in row.items}
    both = [row.said[:300] for row in copy.rows if _names(row, old) and _names(row, new) and not _is_crowd(row)]
    crowds = _crowds(copy.rows)
    written = {(a.table, b.table) for a in ours for b in theirs if a.xmin == b.xmin and a.xmin not in crowds}
    return Attempt(
        sorted((item for item in shared if not elsewhere[item]), key=str),
        both,
        sorted(written),
        [table for table, key in SERIES.items() if _neighbours(table, key, ours, theirs)],
        [table for table, key in SERIES.items() if _next(table, key, copy.rows, ours, theirs)],
    )


def _names(row: Row, person: UUID) -> bool:
    return str(person) in row.said


def _is_crowd(row: Row) -> bool:
    """Whether so many are named that two among them are nothing: who was seen on a list, or in a week's mail."""
    return len(row.values.get("patient_ids") or ()) > CROWD


def _crowds(rows: list[Row]) -> set[int]:
    """Transactions of the database that wrote of so many people that two among them are nothing: a week's mail."""
    people: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        people[row.xmin] |= {row.values.get("patient_id"), *(row.values.get("patient_ids") or ())} - {None}
    return {xmin for xmin, named in people.items() if len(named) > CROWD}


def _numbers(table: str, key: str, rows: list[Row]) -> set[int]:
    return {row.values[key] for row in rows if row.table == table}


def _neighbours(table: str, key: str, ours: list[Row], theirs: list[Row]) -> bool:
    first, second = _numbers(table, key, ours), _numbers(table, key, theirs)
    return any(number + 1 in second or number - 1 in second or number in second for number in first)


def _next(table: str, key: str, everything: list[Row], ours: list[Row], theirs: list[Row]) -> bool:
    first, second = _numbers(table, key, ours), _numbers(table, key, theirs)
    order = sorted(_numbers(table, key, everything))
    pairs = list(pairwise(order))
    return any((a in first and b in second) or (a in second and b in first) for a, b in pairs)


def _items(key: str, value: Any) -> Iterator[Item]:
    """Every value by the name under which it stands; what is long enough to be looked for, by itself."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _items(str(name), each)
    elif isinstance(value, list):
        for each in value:
            yield from _items(key, each)
    elif isinstance(value, str) and len(value) >= 8:
        yield ("", value)
    elif value not in (None, "", True, False):
        yield (key, value)
