"""Merges, undos, amendments and acceptances in parallel, at random: whatever came before, every promise holds."""

import asyncio
import os
from collections import Counter
from random import Random
from typing import Any
from uuid import UUID

import pytest

from registry.transactions.acts.act import Done, Stale
from registry.transactions.commands import Changes
from tests.support.committing_office import CommittingOffice
from tests.support.office import ANNA, Practice
from tests.transactions.test_merges_at_once import acted, merge

LONG = os.environ.get("REGISTRY_LONG") == "1"
ROUNDS = 60 if LONG else 14
AT_ONCE = 4
SEEDS = range(20) if LONG else range(3)

FACTS = """
    select jsonb_build_object(
      'people', (select jsonb_agg(to_jsonb(p) - 'version' - 'updated_at' order by p.id) from patients p),
      'numbers', (select jsonb_agg(jsonb_build_array(nhs_number, patient_id) order by nhs_number) from patient_numbers),
      'lists', (select jsonb_agg(to_jsonb(m) - 'id' order by m.patient_id) from list_memberships m
        where upper_inf(m.period)),
      'removals', (select jsonb_agg(to_jsonb(d) - 'version' order by d.id) from pending_deductions d
        where d.state = 'pending'),
      'cases', (select jsonb_agg(to_jsonb(a) - 'version' order by a.id) from anomalies a where a.state = 'open'),
      'work', (select jsonb_agg(to_jsonb(t) - 'version' - 'posted_at' order by t.id) from transactions t
        where t.due_at is not null),
      'matters', (select jsonb_agg(to_jsonb(m) - 'version' - 'priority' order by m.id) from matters m
        where m.closed_at is null),
      'keys', (select jsonb_agg(to_jsonb(k) - 'id' order by k.patient_id) from match_keys k where k.is_current))
"""
"""Every current fact."""


class Village:
    """A few practices, and more records than people."""

    def __init__(self, office: CommittingOffice, chance: Random) -> None:
        self.office, self.chance, self.reached = office, chance, Counter[str]()
        self.practices: list[Practice] = []
        self.people: list[UUID] = []
        self.numbers: list[str] = []

    async def begin(self) -> None:
        async with self.office.at_work() as at_work:
            self.practices = [await at_work.practice() for _ in range(3)]
            for each in range(7):
                practice = self.chance.choice([*self.practices, None])
                changes: dict[str, Any] = {"place_of_birth": None} if each % 3 else {"restricted": each == 0}
                person, number = await at_work.person(practice, **changes)
                self.people.append(person)
                self.numbers.append(number)

    async def something(self) -> None:
        act = self.chance.choice([self.merge, self.merge, self.merge, self.undo, self.undo, self.amend, self.accept,
                                  self.deduct, self.suspect, self.judge])  # fmt: skip
        await act()

    def _count(self, what: str, answer: object) -> None:
        self.reached[f"{what} {type(answer).__name__.lower()}"] += 1

    async def merge(self) -> None:
        one, other = self.chance.sample(self.people, 2)
        self._count("merge", await merge(self.office, one, other))

    async def suspect(self) -> None:
        one, other = self.chance.sample(self.people, 2)
        answer = await acted(self.office, "suspect", one=str(one), other=str(other), again=True, reason="once more")
        self._count("suspect", answer)

    async def judge(self) -> None:
        query = "select id::text || ' ' || version from matters where kind = 'duplicate' and closed_at is null"
        open_now = await self.office.column(query)
        if open_now:
            matter, version = self.chance.choice(open_now).split()
            answer = await acted(self.office, "not-duplicate", id=matter, version=version, reason="not alike")
            self._count("judge", answer)

    async def undo(self) -> None:
        standing = await self.office.column("select id from merges where state = 'made' order by id")
        if not standing:
            return
        said: dict[str, Any] = {"id": self.chance.choice(standing), "reason": "two people"}
        said["verdict"] = self.chance.choice(["different", "open"])
        answer = await acted(self.office, "undo", **said)
        while isinstance(answer, Stale):
            self._count("undo", answer)
            choices = [f"{each['item']}={self.chance.choice(each['choices'])}" for each in answer.facts["asks"]]
            said["choices"] = [*said.get("choices", []), *choices]
            answer = await acted(self.office, "undo", **said)
        self._count("undo", answer)

    async def amend(self) -> None:
        changes = self.chance.choice([Changes(title="Dr"), Changes(surname="Vane"), Changes(postcode="ZX9 9ZZ")])
        number, practice = self.chance.choice(self.numbers), self.chance.choice(self.practices)
        outcome = await self.office.send(self.office.plan.amendment(practice, number, changes))
        self.reached[outcome.outcome] += 1

    async def accept(self) -> None:
        number, practice = self.chance.choice(self.numbers), self.chance.choice(self.practices)
        outcome = await self.office.send(self.office.plan.acceptance(practice, ANNA, number))
        self.reached[outcome.outcome] += 1

    async def deduct(self) -> None:
        number, practice = self.chance.choice(self.numbers), self.chance.choice(self.practices)
        outcome = await self.office.send(self.office.plan.deduction(practice, number))
        self.reached[outcome.outcome] += 1

    async def check(self) -> None:
        breaches = await self.office.breaches()
        assert not breaches, [(each.name, each.rows[:3]) for each in breaches]
        for number in self.numbers:
            bearers = await self.office.column(
                "select id from patients where nhs_number = :n"
                " union all select patient_id from patient_numbers where nhs_number = :n",
                n=number,
            )
            assert len(bearers) == 1
            assert await self.office.one("select merged_into is null from patients where id = :id", id=bearers[0])


@pytest.mark.parametrize("drawn", SEEDS)
async def test_every_fact_belongs_to_one_person_after_any_sequence(committing: CommittingOffice, drawn: int):
    village = Village(committing, Random(drawn))
    await village.begin()
    for number in range(ROUNDS):
        await asyncio.gather(*(village.something() for _ in range(AT_ONCE)))
        if number % 5 == 0:
            committing.on(committing.today.fromordinal(committing.today.toordinal() + 1))
            assert (await committing.fall_due())["failed"] == 0
        await village.check()
    await _last_merge_is_undone_without_a_trace(village)
    assert village.reached["merge done"] and village.reached["undo done"], village.reached


async def _last_merge_is_undone_without_a_trace(village: Village) -> None:
    """Of everything that the register says now, nothing is different after a merge and its undo."""
    office = village.office
    for one, other in zip(village.people, village.people[1:], strict=False):
        # The pair's own matter is there before and after: it ends with the merge, and is opened anew.
        before = await office.one(FACTS)
        answer = await merge(office, one, other)
        if not isinstance(answer, Done):
            continue
        last = await office.one("select id from merges where state = 'made' order by made_at desc, id desc limit 1")
        undone = await acted(office, "undo", id=last, reason="two people")
        assert isinstance(undone, Done), undone
        after = await office.one(FACTS)
        pair = {*await office.one("select array[source_id::text, target_id::text] from merges where id = :id", id=last)}
        for facts in (before, after):
            facts["matters"] = [each for each in facts["matters"] or [] if not _is_of(each, pair)]
        for name in after:
            ones, others = after[name] or [], before[name] or []
            differ = [each for each in ones if each not in others], [each for each in others if each not in ones]
            assert differ == ([], []), (name, differ)
        await village.check()


def _is_of(matter: dict[str, Any], pair: set[str]) -> bool:
    return matter["kind"] == "duplicate" and {matter["patient_id"], matter["other_patient_id"]} <= pair
