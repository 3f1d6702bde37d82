"""Makes a part of the country: its records with the truth beside them, and its incoming registrations."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from registry.demo.labelled.duplicates import duplicates
from registry.demo.labelled.people import NOBODY, TAGS, People, Rows
from registry.demo.labelled.plan import Chunk
from registry.demo.labelled.pool import NamePool
from registry.demo.labelled.population import population
from registry.demo.labelled.queries import TYPES, Queries, queries
from registry.demo.labelled.render import about_columns, number_column, person_columns, scattered, tag_column
from registry.demo.labelled.world import World


@dataclass(frozen=True, slots=True)
class Tables:
    """Records in the three files' columns, row by row the same."""

    people: pa.Table
    truth: pa.Table
    about: pa.Table

    def take(self, rows: Rows) -> "Tables":
        """Some of the rows, in the order given."""
        indices = pa.array(rows)
        return Tables(self.people.take(indices), self.truth.take(indices), self.about.take(indices))

    @classmethod
    def together(cls, parts: "list[Tables]") -> "Tables":
        """The rows of several."""
        return cls(
            pa.concat_tables([part.people for part in parts]),
            pa.concat_tables([part.truth for part in parts]),
            pa.concat_tables([part.about for part in parts]),
        )


@dataclass(frozen=True, slots=True)
class Made:
    """A part of the country, ready to be written."""

    people: Tables
    duplicates: Tables
    queries: pa.Table
    counts: Counter[str]


def make(world: World, chunk: Chunk) -> Made:
    """A part of the country; depends on the plan's arguments and the part's number alone."""
    plan = world.plan
    rng = np.random.default_rng([plan.seed, 7, chunk.number])
    pool = NamePool(world.names)
    everybody, first = population(world, chunk, rng, pool)
    people = everybody.rows(slice(0, chunk.people))
    extra = duplicates(world, chunk, rng, pool, people)
    come = queries(world, chunk, rng, pool, everybody, first, extra.person)
    return Made(
        people=_tables(world, rng, pool, people, "person", people.person),
        duplicates=_tables(
            world, rng, pool, extra, "duplicate", plan.persons + chunk.first_extra + np.arange(len(extra))
        ),
        queries=_query_table(world, rng, pool, come),
        counts=_counts(people, extra, come),
    )


def _tables(
    world: World, rng: np.random.Generator, pool: NamePool, people: People, kind: str, positions: Rows
) -> Tables:
    plan = world.plan
    ids = pa.array(scattered(positions, plan.people, plan.seed % 1009))
    clusters = pa.array(scattered(people.person, plan.persons, plan.seed % 997 + 1))
    known_by = person_columns(world, rng, pool, people, number_column(world, people))
    return Tables(
        pa.table({"id": ids, **known_by}),
        pa.table({"id": ids, "cluster": clusters}),
        pa.table({"id": ids, **about_columns(world, people, kind)}),
    )


def _query_table(world: World, rng: np.random.Generator, pool: NamePool, come: Queries) -> pa.Table:
    plan = world.plan
    is_known = come.people.person != NOBODY
    true_ids = scattered(np.maximum(come.people.person, 0), plan.people, plan.seed % 1009)
    columns = person_columns(world, rng, pool, come.people, pa.array(come.numbers, type=pa.string()))
    del columns["accepted_on"]
    return pa.table(
        {
            **columns,
            "true_id": pa.array(true_ids, mask=~is_known),
            "type": pa.array(TYPES).take(pa.array(come.types)),
            "tags": tag_column(come.people.tags),
        }
    )


def _counts(people: People, extra: People, come: Queries) -> Counter[str]:
    counts: Counter[str] = Counter({"people": len(people), "duplicates": len(extra)})
    for tag in TAGS:
        counts[f"people {tag}"] = int(people.has(tag).sum())
        counts[f"duplicates {tag}"] = int(extra.has(tag).sum())
        counts[f"queries {tag}"] = int(come.people.has(tag).sum())
    for place, kind in enumerate(TYPES):
        counts[f"queries of type {kind}"] = int((come.types == place).sum())
    return +counts
