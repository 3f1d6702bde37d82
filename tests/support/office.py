"""An office for tests: practices, people on their lists, and what practices send.

A test builds only what it is about; everything else is supplied here. People are invented,
and their numbers come from the 999 range.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.policies.store import shipped
from registry.practices.models import practice_doctors, practices
from registry.transactions.commands import (
    AmendPatient,
    Changes,
    Command,
    Origin,
    RegisterPatient,
    RemovePatient,
    RequestDeduction,
)
from registry.transactions.context import Context
from registry.transactions.due.letters import hand_over
from registry.transactions.ledger import Movement, Place, join_list
from registry.transactions.letters.write import next_post
from registry.transactions.models import lists
from registry.transactions.outcome import Outcome
from registry.transactions.outside import Outside
from registry.transactions.people import create_person
from registry.transactions.receive import consider
from registry.values.actor import Actor, ActorKind
from registry.values.address import Address
from registry.values.clock import Clock, FixedClock
from registry.values.nhs_number import check_digit
from registry.values.period import london_date, start_of_day
from registry.values.person import Demographics, Name, Sex

CIPHER = "XD1"
OTHER_CIPHER = "YD"
CLERK = Actor(ActorKind.STAFF, "clerk")


def numbers(first: int = 1) -> Iterator[str]:
    """NHS numbers of the 999 range, in order."""
    for sequence in count(first):
        stem = f"999{sequence:06d}"
        digit = check_digit(stem)
        if digit is not None:
            yield f"{stem}{digit}"


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice of the test's office."""

    id: UUID
    ods_code: str
    partner_code: str
    cipher: str
    gp_code: str


ANNA = Demographics(
    name=Name("Harrowgate", "Anna", "Maud", "", "Ms"),
    sex=Sex.FEMALE,
    date_of_birth=date(1984, 5, 17),
    address=Address(("", "12 Quillet Lane", "", "Nethermoor", ""), "ZX4 7QP"),
    place_of_birth="NETHERMOOR",
)
"""Somebody whom a test may register."""


@dataclass(slots=True)
class Office:
    """Builds what a test needs on one connection, and sends what practices send."""

    connection: AsyncConnection
    clock: Clock
    profile: str = "current"
    """Whose policies are in force."""
    _numbers: Iterator[str] = field(default_factory=numbers)
    _sent: Iterator[int] = field(default_factory=lambda: count(1))
    _practices: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def today(self) -> date:
        return london_date(self.clock.now())

    def context(self, actor: Actor = CLERK) -> Context:
        return Context(actor, self.clock, shipped(self.profile))

    def number(self) -> str:
        """A valid number that nobody has yet."""
        return next(self._numbers)

    def later(self, instant: datetime) -> None:
        """Set the clock on, where it is one that can be set."""
        assert isinstance(self.clock, FixedClock)
        self.clock.instant = instant

    def on(self, day: date) -> None:
        """Set the clock to nine in the morning of a day."""
        self.later(start_of_day(day) + timedelta(hours=9))

    async def practice(self, *, cipher: str = CIPHER, list_state: str = "open") -> Practice:
        """A practice with one doctor."""
        each = next(self._practices)
        made = Practice(uuid4(), f"Y9{each:04d}", f"T{each:02d}5", cipher, f"99{each:05d},{each}")
        gmc, local = made.gp_code.split(",")
        writes = Writes()
        writes.insert(
            practices,
            id=made.id,
            ods_code=made.ods_code,
            name=f"Practice {each}",
            trading_partner_code=made.partner_code,
            authority_cipher=cipher,
            list_state=list_state,
            updated_at=self.clock.now(),
        )
        writes.insert(practice_doctors, id=uuid4(), practice_id=made.id, gmc_number=gmc, local_code=local, period="(,)")
        writes.insert(lists, id=made.id, code=made.ods_code, practice_id=made.id)
        await writes.flush(self.connection)
        return made

    async def person(
        self,
        practice: Practice | None = None,
        *,
        like: Demographics = ANNA,
        accepted_on: date = date(2020, 3, 2),
        number: str | None = "",
        **columns: Any,
    ) -> tuple[UUID, str]:
        """Somebody in the register, on a practice's list or on none; returns id and number."""
        held = self.number() if number == "" else number
        writes = Writes()
        patient_id = create_person(writes, self.context(), self._form(like), held)
        await writes.flush(self.connection)
        if practice is not None:
            at = start_of_day(accepted_on)
            place = Place(practice.id, accepted_on, practice.gp_code)
            join_list(writes, patient_id, Outside.TAKE_ON.id, place, Movement(accepted_on, at, "take-on", None))
            await writes.flush(self.connection)
        for column, value in columns.items():
            statement = text(f"update patients set {column} = :value where id = :id")
            await self.connection.execute(statement, {"value": value, "id": patient_id})
        return patient_id, held or ""

    def _form(self, like: Demographics) -> RegisterPatient:
        now = self.clock.now()
        origin = Origin("facade", uuid4(), "T005", CIPHER, next(self._sent), now, now, "")
        return RegisterPatient(origin, like, "3", "A", self.today)

    def origin(self, practice: Practice, **items: Any) -> Origin:
        now = self.clock.now()
        usual: dict[str, Any] = {
            "source": "facade",
            "practice_id": practice.id,
            "partner_code": practice.partner_code,
            "authority_cipher": practice.cipher,
            "transaction_number": next(self._sent),
            "received_at": now,
            "document_at": now,
            "gp_code": practice.gp_code,
        }
        return Origin(**{**usual, **items})

    def acceptance(
        self, practice: Practice, like: Demographics = ANNA, number: str | None = None, **items: Any
    ) -> RegisterPatient:
        """A transfer in, complete, accepted today."""
        previous = Address(("", "3 Former Street", "", "Oldtown", ""))
        usual: dict[str, Any] = {
            "origin": self.origin(practice),
            "demographics": replace(like, number=number or like.number, previous_address=previous),
            "acceptance_type": "3",
            "acceptance_code": "A",
            "accepted_on": self.today,
            "previous_gp_name": "DR BEFORE",
        }
        return RegisterPatient(**{**usual, **items})

    def amendment(self, practice: Practice, number: str, changes: Changes, **items: Any) -> AmendPatient:
        return AmendPatient(**{"origin": self.origin(practice), "number": number, "changes": changes, **items})

    def deduction(self, practice: Practice, number: str, reason: str = "13", **items: Any) -> RequestDeduction:
        usual: dict[str, Any] = {"origin": self.origin(practice), "number": number, "happened_on": self.today}
        return RequestDeduction(**{**usual, "reason": reason, **items})

    def removal(self, practice: Practice, number: str, **items: Any) -> RemovePatient:
        usual: dict[str, Any] = {"origin": self.origin(practice), "number": number, "free_text": "OUT OF OUR AREA"}
        return RemovePatient(**{**usual, **items})

    async def send(self, command: Command) -> Outcome:
        """Have a command considered, as its practice."""
        sender = Actor(ActorKind.PRACTICE, command.origin.partner_code, command.origin.partner_code)
        return await consider(self.connection, self.context(sender), command)

    async def inbox(self, practice: Practice) -> list[tuple[str, dict[str, Any]]]:
        """Kind and content of every message to a practice, oldest first."""
        rows = await self.connection.execute(
            text("select kind, content from practice_messages where practice_id = :id order by id"),
            {"id": practice.id},
        )
        return [(row.kind, row.content) for row in rows]

    async def letters(self) -> list[tuple[str, str, str]]:
        """Kind, state and way of every letter, in the order in which they were decided."""
        rows = await self.connection.execute(text("select kind, state, route from letters order by reference"))
        return [(row.kind, row.state, row.route) for row in rows]

    async def post_leaves(self) -> None:
        """The evening's post leaves."""
        self.later(next_post(self.context()))
        await hand_over(self.connection, self.context())

    async def list_of(self, patient_id: UUID) -> UUID | None:
        """The practice whose list a person is on now."""
        rows = await self.connection.execute(
            text("select list_id from list_memberships where patient_id = :id and upper_inf(period)"),
            {"id": patient_id},
        )
        return rows.scalar_one_or_none()

    async def one(self, query: str, **values: Any) -> Any:
        """The one value that a query gives."""
        return (await self.connection.execute(text(query), values)).scalar_one()
