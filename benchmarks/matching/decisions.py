"""How well incoming registrations are decided, over a labelled register: the table of decisions, and what it must hold.

    registry demo write --people 1000000 --seed 7 --out DIR
    python -m benchmarks.matching.decisions DIR --home HOME

Candidates come from PostgreSQL, as online; nothing is timed here. Of each query only what a form says is
given to the matcher; who is truly meant is looked at afterwards.
"""

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.matching.key_columns import LINES
from benchmarks.matching.load_keys import fresh_database, load_keys, patient_id
from registry.console import progress
from registry.database import create_engine
from registry.embedded_postgres import ensure_server
from registry.matching import candidates
from registry.matching.decide import CERTAIN_FROM, Candidate, MatchDecision, Outcome, conclude, decide
from registry.matching.incoming import incoming_from
from registry.matching.population import population
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex

THRESHOLDS = ((10.0, False), (7.0, True), (10.0, True), (13.0, True))
"""Thresholds of which the table tells, with guards or without."""
_SEXES = {"male": Sex.MALE, "female": Sex.FEMALE}


@dataclass(frozen=True, slots=True)
class Query:
    """A described person, and the truth: whom it describes (None: nobody on the register), and the kind of case."""

    id: int
    described: Demographics
    meant: UUID | None
    kind: str
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided about a query."""

    query: Query
    decision: MatchDecision

    def outcome(self, certain_from: float = CERTAIN_FROM, *, guarded: bool = True) -> Outcome:
        """What was decided, or would have been with another threshold, or without guards."""
        scored = self.decision.scored
        if not guarded:
            scored = tuple(replace(each, guard=None) for each in scored)
        return conclude(scored, certain_from).outcome

    def is_right(self) -> bool:
        """Whether the best candidate is the person meant."""
        best = self.decision.best
        return best is not None and best.patient_id == self.query.meant


def queries(directory: Path, limit: int | None = None) -> list[Query]:
    """The queries of a labelled register, with ids as `load_keys` gives them."""
    places = {
        each: row
        for row, each in enumerate(pq.read_table(directory / "people.parquet", columns=["id"])["id"].to_pylist())
    }
    rows = pq.read_table(directory / "queries.parquet").to_pylist()[:limit]
    return [
        Query(
            row["id"],
            described(row),
            None if row["true_id"] is None else patient_id(places[row["true_id"]]),
            row["type"],
            frozenset((row["tags"] or "").split()),
        )
        for row in rows
    ]


def described(row: Mapping[str, Any]) -> Demographics:
    """The person of a row, as a form would say it."""
    born = row["date_of_birth"]
    return Demographics(
        Name(row["surname"] or "", row["forename"] or "", row["middle_name"] or ""),
        _SEXES.get(row["sex"]),
        date.fromisoformat(born) if born else None,
        row["nhs_number"],
        row["previous_surname"],
        Address.of([row[line] or "" for line in LINES], row["postcode"]),
        Address.of([], row["previous_postcode"]),
    )


async def answers(connection: AsyncConnection, asked: Sequence[Query], tell: Callable[[int], None]) -> list[Answer]:
    """Every query decided as a registration decides it, but for the locks."""
    known = await population(connection)
    found: list[Answer] = []
    for number, query in enumerate(asked, start=1):
        incoming = incoming_from(query.described)
        ids = await candidates.find_and_lock(connection, incoming, lock=False)
        keys = await candidates.load_keys(connection, ids)
        decision = decide(incoming, [Candidate(each, keys[each]) for each in ids], population=known)
        found.append(Answer(query, decision))
        if number % 500 == 0:
            tell(number)
    return found


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def rate(self) -> float:
        return self.part / self.whole if self.whole else 0.0

    def __str__(self) -> str:
        return f"{self.part}/{self.whole} = {self.rate:.4f}"


@dataclass(frozen=True, slots=True)
class Bar:
    """What is asked of the decisions, and what they gave."""

    name: str
    share: Share
    least: float = 0.0
    most: float = 1.0

    @property
    def is_met(self) -> bool:
        return self.least <= self.share.rate <= self.most


def bars(given: Sequence[Answer]) -> list[Bar]:
    """The bars of an office: automatic decisions are right, most people need no clerk, and families stay apart."""
    certain = [each for each in given if each.outcome() is Outcome.CERTAIN]
    known = [each for each in given if each.query.meant is not None]
    right = [each for each in known if each.outcome() is Outcome.CERTAIN and each.is_right()]
    possible = [each for each in given if each.outcome() is Outcome.POSSIBLE]
    right_of_certain = [each for each in certain if each.is_right()]
    return [
        Bar("certain are right", Share(len(right_of_certain), len(certain)), least=0.9995),
        Bar("known are certain, and right", Share(len(right), len(known)), least=0.95),
        Bar("left to a person", Share(len(possible), len(given)), most=0.08),
        Bar("juniors taken for their fathers", _wrong(given, "junior"), most=0.0),
        Bar("twins taken for the other", _wrong(given, "twin"), most=0.005),
        Bar("newborns taken for somebody", _wrong(given, "newborn"), most=0.0),
    ]


def _wrong(given: Iterable[Answer], kind: str) -> Share:
    of_kind = [each for each in given if each.query.kind == kind]
    return Share(sum(each.outcome() is Outcome.CERTAIN and not each.is_right() for each in of_kind), len(of_kind))


def by_threshold(given: Sequence[Answer]) -> Iterator[dict[str, Any]]:
    """A row for each threshold: precision of the certain, share of the known, share left to a person, wrong ones."""
    for threshold, guarded in THRESHOLDS:
        outcomes = [each.outcome(threshold, guarded=guarded) for each in given]
        certain = [each for each, outcome in zip(given, outcomes, strict=True) if outcome is Outcome.CERTAIN]
        wrong = Counter(each.query.kind for each in certain if not each.is_right())
        right = len(certain) - wrong.total()
        yield {
            "certain_from": threshold,
            "guards": guarded,
            "precision": str(Share(right, len(certain))),
            "known_certain": str(Share(right, sum(each.query.meant is not None for each in given))),
            "to_a_person": str(Share(outcomes.count(Outcome.POSSIBLE), len(given))),
            "wrong": dict(wrong),
        }


def by_kind(given: Sequence[Answer]) -> dict[str, dict[str, int]]:
    """How each kind of query was decided; of the known, where the right one stood."""
    counted: dict[str, Counter[str]] = {}
    for each in given:
        told = each.outcome().value
        if each.query.meant is not None:
            told += " right" if each.is_right() else " wrong"
        elif told == "certain":
            told += " wrong"
        counted.setdefault(each.query.kind, Counter())[told] += 1
    return {kind: dict(counter.most_common()) for kind, counter in sorted(counted.items())}


def why_not_certain(given: Sequence[Answer]) -> dict[str, int]:
    """Of the known who were not matched by themselves: what stood in the way."""
    found: Counter[str] = Counter()
    for each in given:
        if each.query.meant is None or (each.outcome() is Outcome.CERTAIN and each.is_right()):
            continue
        reached = each.query.meant in {one.patient_id for one in each.decision.scored}
        guard = each.decision.guard.value if each.decision.guard else "score"
        found[f"{each.outcome().value}: {guard}" + ("" if reached else " (not among the candidates)")] += 1
    return dict(found.most_common())


async def _decided(url: str, asked: Sequence[Query]) -> list[Answer]:
    engine = create_engine(url, pool_size=1)
    try:
        async with engine.connect() as connection:
            with progress("queries", len(asked)) as tell:
                return await answers(connection, asked, tell)
    finally:
        await engine.dispose()


def main() -> None:
    """Load a labelled register, decide its queries, and print how good that is. Exit code 1: a bar is missed."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("directory", type=Path, help="what `registry demo write --out` made")
    parser.add_argument("--home", type=Path, default=Path("var/bench"), help="where the database server lives")
    parser.add_argument("--database", default="decisions", help="its name; one of that name is replaced")
    parser.add_argument("--loaded", action="store_true", help="the database is loaded already, by an earlier run")
    parser.add_argument("--queries", type=int, help="only so many of them")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    if given.loaded:
        server = make_url(ensure_server(given.home, durable=False))
        url = server.set(database=given.database).render_as_string(hide_password=False)
    else:
        url = fresh_database(given.home, given.database)
        load_keys(url, given.directory / "people.parquet")
    decided = asyncio.run(_decided(url, queries(given.directory, given.queries)))
    met = bars(decided)
    told = {
        "by_threshold": list(by_threshold(decided)),
        "by_kind": by_kind(decided),
        "known_not_certain": why_not_certain(decided),
        "bars": {bar.name: {"figure": str(bar.share), "met": bar.is_met} for bar in met},
    }
    print(json.dumps(told, indent=None if given.json else 2))
    raise SystemExit(0 if all(bar.is_met for bar in met) else 1)


if __name__ == "__main__":
    main()
