"""Which pairs are worth comparing: DuckDB joins people who share a key, rule by rule.

Each rule is one way in which two records of a person still agree when something else went wrong.
A key that very many share (a stand-in, a fashion) would bring millions together for nothing: such
blocks are skipped, counted and reported. Small files afford coarser rules, so that hardly
anything is missed in them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from registry.matching.batch.encode import Words
from registry.matching.batch.pair_names import NameFacts
from registry.matching.batch.pair_places import PlaceFacts
from registry.matching.batch.records import Codes, Flags, Numbers, Records

LARGEST_BLOCK = 400
"""Keys that more records share are skipped (but see `COARSE`: a small file has none)."""
AFFORDABLE_PAIRS = 3_000_000
"""Coarse rules are added as long as all that they may bring is no more than this."""
COARSE_UP_TO = 200_000
"""In a file of more people coarse rules bring little but strangers."""

_LOW = 0xFFFFFFFF
Keys = npt.NDArray[np.integer]
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """People with equal values in these columns of keys. `exchanged` compares forename with surname."""

    name: str
    columns: tuple[str, ...]
    exchanged: bool = False


RULES = (
    Rule("NHS number", ("number",)),
    Rule("surname and date of birth", ("surname", "born")),
    Rule("forename and date of birth", ("forename", "born")),
    Rule("postcode and date of birth", ("postcode", "born")),
    Rule("postcode and forename", ("postcode", "forename")),
    Rule("surname, forename and year of birth", ("surname", "forename", "year")),
    Rule("surname, forename and postcode area", ("surname", "forename", "area")),
    Rule("surname, forename and birthday", ("surname", "forename", "birthday")),
    Rule("date of birth and the beginnings of both names", ("born", "opening")),
    Rule("postcode, surname and year of birth", ("postcode", "surname", "year")),
    Rule("exchanged names and year of birth", ("surname", "forename", "year"), exchanged=True),
)
"""For registers of any size."""

_COARSE: tuple[tuple[str, ...], ...] = (
    ("surname", "forename"),
    ("surname", "postcode"),
    ("born",),
    ("postcode",),
    ("surname",),
    ("forename",),
)


@dataclass(frozen=True, slots=True)
class Blocked:
    """Pairs of rows, the lower first, each once and in order; and the blocks that were left out, by rule."""

    left: Codes
    right: Codes
    skipped: dict[str, int] = field(default_factory=dict[str, int])


def candidate_pairs(
    records: Records, names: NameFacts, places: PlaceFacts, *, only: Flags | None = None, tell: Tell | None = None
) -> Blocked:
    """The pairs worth comparing. With `only`, those of which one side at least is among the rows marked."""
    with duckdb.connect() as connection:
        columns = _key_columns(records, names, places)
        connection.register("keys_in", pa.table(columns))
        connection.execute("create table keys as from keys_in")
        if only is not None:
            connection.register("marks", pa.table({"person": np.flatnonzero(only).astype(np.int32)}))
            connection.execute("create table changed as from marks")
            connection.execute("create table changed_keys as from keys semi join changed using (person)")
        rules = [rule for rule in RULES if _applies(columns, rule)]
        rules += _affordable(connection, records, columns)
        found: list[Numbers] = []
        skipped: dict[str, int] = {}
        for number, rule in enumerate(rules):
            largest = len(records) if rule.name.startswith("coarse") else LARGEST_BLOCK
            pairs, too_large = _pairs_of(connection, rule, records.boundary, largest, only)
            found.append(pairs)
            if too_large:
                skipped[rule.name] = too_large
            if tell is not None:
                tell("looking for pairs", number + 1, len(rules))
    if _is_small(records):
        found.append(_every_pair(len(records), records.boundary, only))
    keys = np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
    keys.sort()
    keys = keys[np.flatnonzero(np.diff(keys, prepend=-1))]
    return Blocked((keys >> 32).astype(np.int32), (keys & _LOW).astype(np.int32), skipped)


def _key_columns(records: Records, names: NameFacts, places: PlaceFacts) -> dict[str, Keys]:
    """One row for the present facts of each person and one for each former fact, with what each rule joins on."""
    former, people = records.former, np.arange(len(records), dtype=np.int32)
    before = np.flatnonzero(records.previous_surname)
    away = np.flatnonzero(records.previous_postcode)

    def stack(*parts: Keys) -> Keys:
        """Present facts, former facts, previous surnames, previous postcodes."""
        return np.concatenate(parts)

    person = stack(people, former.person, before, away).astype(np.int32)
    nothing = np.zeros(len(before), dtype=np.int64), np.zeros(len(away), dtype=np.int64)
    forename = stack(records.forename, former.forename, records.forename[before], records.forename[away])
    surname = stack(records.surname, former.surname, records.previous_surname[before], records.surname[away])
    postcode = stack(records.postcode, former.postcode, records.postcode[before], records.previous_postcode[away])
    born = records.born[person]
    columns: dict[str, Keys] = {
        "person": person,
        "number": stack(records.number, former.number, *nothing),
        # One letter is no name to be found by.
        "forename": np.where(names.length[forename] > 1, forename, 0),
        "surname": np.where(names.length[surname] > 1, surname, 0),
        "born": born,
        "year": born // 10_000,
        "birthday": born % 10_000,
        "postcode": postcode,
        "area": places.area[postcode],
        "opening": np.where(
            (forename > 0) & (surname > 0), _openings(names)[surname] * 128 + names.initial[forename], 0
        ),
    }
    for extra in records.extras:
        columns[f"extra_{extra.name}"] = extra.codes[person]
    return columns


def _openings(names: NameFacts) -> Codes:
    """The first two letters of each name as a code."""
    words = Words()
    return words.codes(str(value)[:2] for value in names.vocabulary.values.tolist())


def _applies(columns: dict[str, Keys], rule: Rule) -> bool:
    return all(bool(columns[name].any()) for name in rule.columns)


def _affordable(connection: duckdb.DuckDBPyConnection, records: Records, columns: dict[str, Keys]) -> list[Rule]:
    """Coarser rules, the finest first, while their pairs can be afforded; further columns are tried first."""
    extras = tuple((f"extra_{extra.name}",) for extra in records.extras)
    left, chosen = AFFORDABLE_PAIRS, list[Rule]()
    if len(records) > COARSE_UP_TO:
        return chosen
    for names in (*extras, *_COARSE):
        rule = Rule(f"coarse: {' and '.join(name.removeprefix('extra_') for name in names)}", names)
        if not _applies(columns, rule):
            continue
        pairs = _count(connection, rule)
        if pairs <= left:
            left -= pairs
            chosen.append(rule)
    return chosen


def _count(connection: duckdb.DuckDBPyConnection, rule: Rule) -> int:
    wanted = " and ".join(f'"{name}" <> 0' for name in rule.columns)
    grouped = ", ".join(f'"{name}"' for name in rule.columns)
    statement = f"select sum(n * (n - 1) / 2) from (select count(*) n from keys where {wanted} group by {grouped})"
    found = connection.execute(statement).fetchone()
    return int(found[0] or 0) if found else 0


def _pairs_of(
    connection: duckdb.DuckDBPyConnection, rule: Rule, boundary: int | None, largest: int, only: Flags | None
) -> tuple[Numbers, int]:
    """The pairs of a rule as `lower row << 32 | higher row`, not yet distinct; and how many blocks were too large."""
    if rule.exchanged:
        pairs, too_large = _exchanged(connection), 0
    else:
        pairs, too_large = _within_blocks(connection, rule, largest, only is not None)
    left, right = pairs >> 32, pairs & _LOW
    kept = left != right
    if boundary is not None:
        kept &= (left < boundary) & (right >= boundary)
    if only is not None:
        kept &= only[left] | only[right]
    return pairs[kept], too_large


def _within_blocks(
    connection: duckdb.DuckDBPyConnection, rule: Rule, largest: int, only_changed: bool
) -> tuple[Numbers, int]:
    """DuckDB finds the blocks and who is in them; most people are alone, and fall out there."""
    wanted = " and ".join(f'"{name}" <> 0' for name in rule.columns)
    grouped = ", ".join(f'"{name}"' for name in rule.columns)
    if only_changed:
        wanted += f" and ({grouped}) in (select ({grouped}) from changed_keys where {wanted})"
    connection.execute(
        f"create or replace temp table blocks as select {grouped}, count(*) n, row_number() over () as block"
        f" from keys where {wanted} group by {grouped} having n > 1"
    )
    found = connection.execute("select count(*) from blocks where n > ?", [largest]).fetchone()
    members = connection.execute(
        f"select k.person, b.block from keys k join (from blocks where n <= {int(largest)}) b using ({grouped})"
    ).fetchnumpy()
    pairs = pairs_within(np.asarray(members["block"]), np.asarray(members["person"]))
    return pairs, int(found[0]) if found else 0


def pairs_within(block: npt.NDArray[np.integer], person: npt.NDArray[np.integer]) -> Numbers:
    """Every two members of each block, as `lower << 32 | higher`; who is in a block twice is a pair with himself."""
    order = np.argsort(block, kind="stable")
    member = person[order].astype(np.int64)
    first = np.flatnonzero(np.diff(block[order], prepend=-1))
    size = np.diff(first, append=len(member))
    found: list[Numbers] = []
    for many in np.unique(size[size > 1]).tolist():
        together = member[first[size == many][:, None] + np.arange(many)]
        one, other = np.triu_indices(many, k=1)
        left, right = together[:, one].ravel(), together[:, other].ravel()
        found.append((np.minimum(left, right) << 32) | np.maximum(left, right))
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def _exchanged(connection: duckdb.DuckDBPyConnection) -> Numbers:
    """Pairs of whom one bears as forename what the other bears as surname, and the other way round."""
    known = "(from keys where surname <> 0 and forename <> 0 and year <> 0)"
    statement = (
        f"select (a.person::bigint << 32) | b.person as pair from {known} a join {known} b"
        " on a.forename = b.surname and a.surname = b.forename and a.year = b.year and a.forename <> a.surname"
        " where a.person < b.person"
    )
    return np.asarray(connection.execute(statement).fetchnumpy()["pair"], dtype=np.int64)


def _is_small(records: Records) -> bool:
    size, boundary = len(records), records.boundary
    every = size * (size - 1) // 2 if boundary is None else boundary * (size - boundary)
    return every <= AFFORDABLE_PAIRS


def _every_pair(size: int, boundary: int | None, only: Flags | None) -> Numbers:
    """Every pair there is, for files of a few thousand rows."""
    if boundary is None:
        left, right = np.triu_indices(size, k=1)
    else:
        left, right = (part.ravel() for part in np.meshgrid(range(boundary), range(boundary, size), indexing="ij"))
    keys = (left.astype(np.int64) << 32) | right.astype(np.int64)
    return keys if only is None else keys[only[left] | only[right]]


def rule_names() -> Sequence[str]:
    """The rules for registers of any size, for the report."""
    return [rule.name for rule in RULES]
