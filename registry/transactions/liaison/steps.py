"""The steps that every case with another body takes: evidence and people put in, references, chasers, answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.types import Uuid

from registry.database import iso
from registry.security.callers import Permission
from registry.transactions.acts.act import Act, Impossible
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.liaison.asked import Answered, Evidence, NamePeople, Said, TakeOut, Theirs
from registry.transactions.liaison.evidence import find_evidence
from registry.transactions.liaison.models import liaison_cases, liaison_items
from registry.transactions.liaison.packs import MOST_ITEMS, items_of, put_in
from registry.transactions.liaison.people import add_people, find_people, people_of
from registry.transactions.liaison.rules import Clock, clock_for, reference_fault
from registry.transactions.matters.kind import Work
from registry.transactions.matters.machine import Machine
from registry.transactions.matters.step import advance

_CASE = text("select * from liaison_cases where id = :id").bindparams(bindparam("id", type_=Uuid))


@dataclass(frozen=True, slots=True)
class CaseActs:
    """Makes the acts that both kinds of case have, each for its machine, group and permission.

    `days` is the policy with the working days of the office's own steps.
    """

    machine: Machine
    group: str
    permission: Permission
    days: str

    def act(
        self,
        event: str,
        asked: type[Any],
        do: Callable[[Work, Any], Awaitable[str | Impossible]],
        summary: str,
        *,
        name: str | None = None,
        example: str = "",
    ) -> Act[Any]:
        """An act on a case."""
        return matter_act(
            self.machine, self.group, event, asked, do,
            summary=summary, name=name, example=example, permission=self.permission,
        )  # fmt: skip

    def working_days(self, work: Work, what: str) -> datetime:
        """When the office's own next step is due."""
        days: int = work.context.policies.on(self.days, work.matter.trigger_on)[what]
        return work.context.after_working_days(days)

    def common(self) -> tuple[Act[Any], ...]:
        """Evidence in and out, people, references."""
        example = f'{self.group} evidence 0192… --version 1 --items transaction:0192… --items "document:MIN 2026/14"'
        return (
            self.act("evidence", Evidence, self._evidence, "Put things into the index of evidence.", example=example),
            self.act(
                "evidence", TakeOut, self._take_out, "Take an item out that was not sent yet.", name="evidence-out"
            ),
            self.act("person", NamePeople, self._people, "Name people who are concerned too.", name="people"),
            self.act("reference", Theirs, self._reference, "Note their reference."),
        )

    def answers(self) -> tuple[Act[Any], ...]:
        """What they say."""
        return (
            self.act("more-asked", Said, self._more_asked, "They ask for more."),
            self.act("answer", Answered, self._answer, "Enter their answer: what waits for it shows it."),
        )

    async def _evidence(self, work: Work, what: Evidence) -> str | Impossible:
        matter, context = work.matter, work.context
        named = await find_evidence(work.connection, matter.id, what.items, context.today)
        if isinstance(named, Impossible):
            return named
        before = await items_of(work.connection, matter.id)
        if len(before) + len(named) > MOST_ITEMS:
            return Impossible(f"An index holds {MOST_ITEMS} items at most.", "items")
        numbers = put_in(work.writes, context, matter.id, named, before)
        if not numbers:
            return Impossible("All of it is in the index already.", "items")
        self._stay(work, "evidence", what.reason, {"items": numbers})
        return f"{len(numbers)} put in; the index holds {len(before) + len(numbers)}."

    async def _take_out(self, work: Work, what: TakeOut) -> str | Impossible:
        before = await items_of(work.connection, work.matter.id)
        found = next((each for each in before if each.item.number == what.number), None)
        if found is None:
            return Impossible("The index has no item of this number.", "number")
        if found.pack is not None:
            return Impossible("It was sent, and what was sent stays as it is.", "number")
        work.writes.delete(liaison_items, found.id)
        self._stay(work, "evidence", what.reason, {"taken_out": what.number, "kind": found.item.kind})
        return "Taken out."

    async def _people(self, work: Work, what: NamePeople) -> str | Impossible:
        found = await find_people(work.connection, what.nhs_numbers)
        if isinstance(found, Impossible):
            return found
        there = await people_of(work.connection, work.matter.id)
        fresh = [patient_id for patient_id in found if patient_id not in there.values()]
        if not fresh:
            return Impossible("They are of the case already.", "nhs_numbers")
        first = max(there, default=0) + 1
        numbers = add_people(work.writes, work.context, work.matter.id, self.machine.kind, fresh, first)
        self._stay(work, "person", what.reason, {"people": numbers})
        return f"Named: {', '.join(f'P{number}' for number in numbers)}."

    async def _reference(self, work: Work, what: Theirs) -> str | Impossible:
        noted = await self.note_case(work, what.their_reference)
        if noted is not None:
            return noted
        self._stay(work, "reference", what.reason, {"their_reference": what.their_reference})
        return "Noted."

    async def _more_asked(self, work: Work, what: Said) -> str | Impossible:
        noted = await self.note_case(work, what.their_reference)
        if noted is not None:
            return noted
        due_at = self.working_days(work, "more")
        self.go(work, "more-asked", what.reason, {"way": what.way}, due_at=due_at)
        return "They ask for more; their clock rests until it is sent."

    async def _answer(self, work: Work, what: Answered) -> str | Impossible:
        noted = await self.note_case(work, what.their_reference, outcome=what.outcome)
        if noted is not None:
            return noted
        due_at = self.working_days(work, "close")
        facts = {"outcome": what.outcome, "answered_on": iso(work.context.today)}
        self.go(work, "answer", what.reason, {"way": what.way, "outcome": what.outcome}, due_at=due_at, facts=facts)
        return f"Answered: {what.outcome}."

    async def note_case(self, work: Work, their_reference: str, **changes: Any) -> Impossible | None:
        """Change what stands of a case, their reference if one is given; or why it is none of theirs."""
        row = await self.case(work)
        if their_reference:
            formats: Mapping[str, str] = work.context.policies.on("liaison_their_reference", work.context.today)
            fault = reference_fault(formats, row["with_whom"], their_reference)
            if fault is not None:
                return Impossible(fault, "their_reference")
            changes["their_reference"] = their_reference
        if changes:
            work.writes.update(liaison_cases, work.matter.id, **changes)
        return None

    async def case(self, work: Work) -> dict[str, Any]:
        """The row of a case in hand."""
        return dict((await work.connection.execute(_CASE, {"id": work.matter.id})).mappings().one())

    async def clock(self, work: Work, sent_on: date) -> Clock:
        """Their clock, for what is sent on a day."""
        row, policies, trigger = await self.case(work), work.context.policies, work.matter.trigger_on
        clocks = policies.on("liaison_clocks", trigger)
        return clock_for(clocks, row["with_whom"], row["asks"], sent_on, policies.bank_holidays(sent_on))

    def go(
        self,
        work: Work,
        event: str,
        reason: str,
        details: Mapping[str, Any],
        *,
        due_at: datetime | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Take a step."""
        advance(
            work.writes, work.context, self.machine, work.matter, event,
            due_at=due_at, facts=facts, reason=reason or None, details=details,
        )  # fmt: skip

    def _stay(self, work: Work, event: str, reason: str, details: Mapping[str, Any]) -> None:
        self.go(work, event, reason, details)
