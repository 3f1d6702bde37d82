"""Names written shortly, wrongly, in the wrong field, or not at all."""

from collections.abc import Iterable
from functools import cache
from random import Random

import numpy as np

from registry.demo.labelled.people import People, Rows
from registry.demo.labelled.plan import TODAY
from registry.demo.labelled.pool import NamePool
from registry.demo.mistakes import misspell
from registry.demo.words import sections

_STAND_INS = ("Baby", "Baby", "Baby Boy", "Baby Girl", "Infant", "")


@cache
def _short_forms() -> dict[str, tuple[str, ...]]:
    groups = (word.split(">") for word in sections("short_forms")["forms"].words)
    return {group[0]: tuple(group[1:]) for group in groups}


def call_by_short_form(rng: np.random.Generator, pool: NamePool, records: People, rows: Rows) -> None:
    forms = [_short_forms().get(text) for text in pool.texts(records.forename[rows])]
    which = rng.random(len(rows)).tolist()
    known = [place for place, group in enumerate(forms) if group]
    rows = rows[known]
    records.forename[rows] = pool.add(_one_of(forms[place], which[place]) for place in known)
    records.tag(rows, "nickname")


def _one_of(group: tuple[str, ...] | None, share: float) -> str:
    """The first forms of a group oftener than the last."""
    return group[int(share * share * len(group))] if group else ""


def leave_infants_unnamed(rng: np.random.Generator, pool: NamePool, records: People, rows: Rows) -> None:
    rows = rows[TODAY - records.born[rows] < 365]
    leave_unnamed(rng, pool, records, rows)


def leave_unnamed(rng: np.random.Generator, pool: NamePool, records: People, rows: Rows) -> None:
    """Newborn children whose forename nobody knows yet: none, or a word that stands for one."""
    records.forename[rows] = pool.add(_STAND_INS[place] for place in rng.integers(0, len(_STAND_INS), len(rows)))
    records.middle[rows] = 0
    records.tag(rows, "no-forename")


def write_initial(pool: NamePool, records: People, rows: Rows) -> None:
    rows = rows[records.forename[rows] != 0]
    records.forename[rows] = pool.add(text[:1] for text in pool.texts(records.forename[rows]))
    records.tag(rows, "initial")


def misspelt(rng: np.random.Generator, texts: list[str]) -> Iterable[str]:
    slips = Random(int(rng.integers(1 << 62)))
    return [misspell(slips, text) for text in texts]


def swap_names(records: People, rows: Rows) -> None:
    rows = rows[(records.forename[rows] != 0) & (records.surname[rows] != 0)]
    records.forename[rows], records.surname[rows] = records.surname[rows], records.forename[rows]
    records.tag(rows, "swapped-names")
