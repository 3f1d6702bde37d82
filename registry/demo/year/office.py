"""The office's own acts of a simulated year: what comes by telephone, by letter and by file."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry.demo.person import DemoPerson
from registry.demo.practices import DemoPractice
from registry.demo.year.town import Town
from registry.monitoring.acts import MONITOR
from registry.policies.store import Policies
from registry.retry import OVERTAKEN, retrying
from registry.transactions.acts.act import Act, Answer, Asked, Done
from registry.transactions.context import Context
from registry.transactions.office_acts import OFFICE_ACTS
from registry.transactions.quarters.calendar import quarter_of
from registry.values.actor import Actor, ActorKind
from registry.values.clock import FixedClock
from registry.values.period import london_date

ACTS: dict[str, Act[Any]] = {f"{group.name} {act.name}": act for group in (*OFFICE_ACTS, MONITOR) for act in group.acts}
"""Every act by its command."""

CLERK = Actor(ActorKind.STAFF, "clerk")
SUPERVISOR = Actor(ActorKind.STAFF, "supervisor")

Details = dict[str, Any]
Telling = tuple[str, Details]
"""An act and what is said to do it."""


@dataclass(slots=True)
class Desk:
    """Where acts are done and counted."""

    engine: AsyncEngine
    clock: FixedClock
    policies: Policies
    done: Counter[str] = field(default_factory=Counter[str])

    @property
    def today(self) -> date:
        return london_date(self.clock.now())

    async def do(self, command: str, actor: Actor = CLERK, **details: Any) -> Answer:
        """Do an act of the office, and count what became of it."""
        act = ACTS[command]
        asked: Asked = act.asked.model_validate(details)

        async def work(connection: AsyncConnection) -> Answer:
            return await act.run(connection, Context(actor, self.clock, self.policies), asked)

        answer = await retrying(self.engine, work, OVERTAKEN)
        self.done[command if isinstance(answer, Done) else f"{command}: not possible"] += 1
        return answer


@dataclass(slots=True)
class Telephone:
    """What people and practices ask of the office, at so many a thousand acceptances."""

    desk: Desk
    town: Town

    def todays(self, acceptances: int) -> Iterator[Telling]:
        """What is asked on a day of so many acceptances. Somebody of the town is meant, whoever they are."""
        rng = self.town.rng
        for per_thousand, telling in _RATES:
            exact = per_thousand * acceptances / 1000
            for _ in range(int(exact) + (rng.random() < exact % 1)):
                practice = rng.choice(self.town.practices)
                people = self.town.held[practice.ods_code]
                if people:
                    yield telling(self, rng.choice(people), practice)

    def removal(self, person: DemoPerson, practice: DemoPractice) -> Telling:
        today = self.desk.today
        return "removals by-practice", {
            "nhs_number": str(person.nhs_number),
            "practice": practice.ods_code,
            "received_on": today,
            "ground": "breakdown",
            "reasons_given": True,
            "warned_on": today - timedelta(days=self.town.rng.choice((30, 90, 400))),
        }

    def own_request(self, person: DemoPerson, _practice: DemoPractice) -> Telling:
        return "removals by-patient", {
            "nhs_number": str(person.nhs_number),
            "received_on": self.desk.today,
            "medium": "letter",
            "signed": True,
            "own_carer": True,
            "checked_with": "practice manager",
            "checked_on": self.desk.today,
        }

    def violence(self, person: DemoPerson, practice: DemoPractice) -> Telling:
        happened_at: datetime = self.desk.clock.now() - timedelta(hours=3)
        return "scheme notice", {
            "nhs_number": str(person.nhs_number),
            "practice": practice.ods_code,
            "happened_at": happened_at,
            "incident_number": "" if self.town.rng.random() < 0.1 else f"0{self.town.rng.randrange(10**6):06d}",
            "persons_affected": 1,
            "narrative": "Told by telephone.",
        }

    def death(self, person: DemoPerson, _practice: DemoPractice) -> Telling:
        return "deductions notify", {
            "nhs_number": str(person.nhs_number),
            "cause": "death",
            "happened_on": self.desk.today - timedelta(days=self.town.rng.randrange(1, 8)),
            "told_by": "relative",
        }

    def enlisted(self, person: DemoPerson, _practice: DemoPractice) -> Telling:
        return "deductions notify", {
            "nhs_number": str(person.nhs_number),
            "cause": "enlistment",
            "happened_on": self.desk.today,
            "told_by": "forces",
        }

    def prison(self, person: DemoPerson, _practice: DemoPractice) -> Telling:
        return "deductions notify", {
            "nhs_number": str(person.nhs_number),
            "cause": "prison",
            "happened_on": self.desk.today - timedelta(days=3),
            "months": self.town.rng.choice((6, 30, 60)),
        }

    def address_doubted(self, person: DemoPerson, _practice: DemoPractice) -> Telling:
        return "fp69 set", {
            "nhs_number": str(person.nhs_number),
            "code": "4",
            "letter_on": self.desk.today - timedelta(days=10),
            "reason": "a screening letter came back",
        }

    def staying(self, person: DemoPerson, practice: DemoPractice) -> Telling:
        elsewhere = [each for each in self.town.practices if each is not practice]
        return "stays temporary", {
            "nhs_number": str(person.nhs_number),
            "practice": self.town.rng.choice(elsewhere).ods_code,
            "begins_on": self.desk.today,
            "until": self.desk.today + timedelta(days=self.town.rng.choice((10, 40, 88))),
        }

    def never_came(self, person: DemoPerson, practice: DemoPractice) -> Telling:
        return "undo acceptance", {
            "nhs_number": str(person.nhs_number),
            "practice": practice.ods_code,
            "reason": "telephoned: never came",
        }

    def wants_a_practice(self, person: DemoPerson, practice: DemoPractice) -> Telling:
        """Somebody whom a practice refuses; they apply to the office when they are on no list."""
        return "assignments refusal", {
            "nhs_number": str(person.nhs_number),
            "practice": practice.ods_code,
            "refused_on": self.desk.today,
            "ground": "list-full",
            "reasons_given_on": self.desk.today if self.town.rng.random() < 0.7 else None,
        }


_RATES: tuple[tuple[float, Callable[[Telephone, DemoPerson, DemoPractice], Telling]], ...] = (
    (5.0, Telephone.removal),
    (1.0, Telephone.own_request),
    (1.0, Telephone.violence),
    (40.0, Telephone.death),
    (5.0, Telephone.enlisted),
    (1.5, Telephone.prison),
    (150.0, Telephone.address_doubted),
    (20.0, Telephone.staying),
    (6.0, Telephone.never_came),
    (3.0, Telephone.wants_a_practice),
)
"""How often, for a thousand acceptances: domain rules §7 (a thousand people send a hundred acceptances a year)."""

_RETURNED = text(
    "select reference from letters where state = 'posted' and route = 'home' and posted_on = :day order by reference"
)
_UNSIGNED = text("select day from balance_days where signed_at is null order by day")
_QUARTER_BEGUN = text(
    "select 1 from matters where kind = 'quarter-close' and state <> 'withdrawn' and facts ->> 'ends_on' = :day_text"
)
_UNREGISTERED = text(
    """
    select p.nhs_number from list_movements v join patients p on p.id = v.patient_id and p.status = 'live'
    where v.removal in ('RDR', 'RPR', 'CAN') and v.effective_on between :since and :until and p.nhs_number is not null
      and not exists (select from list_memberships m where m.patient_id = p.id and upper_inf(m.period))
      and not exists (select from matters x where x.patient_id = p.id and x.kind = 'assignment' and x.closed_at is null)
    order by v.id
    """
)


@dataclass(slots=True)
class TheOffice:
    """A day at the office: what is asked of it, what the post brings back, and every matter a step further."""

    desk: Desk
    town: Town

    @property
    def done(self) -> Counter[str]:
        """How often each act was done, or was not possible."""
        return self.desk.done

    async def open(self) -> None:
        """Before the first day: one practice takes the people of the scheme."""
        provider = self.town.practices[-1]
        for cipher in sorted({practice.cipher for practice in self.town.practices}):
            await self.desk.do("scheme providers-add", practice=provider.ods_code, area=cipher, contact="ring first")

    async def work(self, acceptances: int) -> None:
        """A working day. Without acceptances nothing new begins, and what was begun goes on."""
        for name, details in Telephone(self.desk, self.town).todays(acceptances):
            await self.desk.do(name, **details)
        if acceptances:
            await self._post_comes_back()
        await self._close_the_quarter()
        await self._sign()
        await self._help_the_unregistered()

    async def _post_comes_back(self) -> None:
        """Of the letters posted a week ago some come back, for one cause or another."""
        for reference in await self._column(_RETURNED, day=self.desk.today - timedelta(days=7)):
            if self.town.rng.random() < 0.05:
                cause = self.town.rng.choice(("gone-away", "gone-away", "addressee-unknown", "refused", "abroad"))
                await self.desk.do("returned-mail scan", reference=reference, cause=cause)

    async def _sign(self) -> None:
        """The supervisor signs every day that was balanced, the earliest first."""
        for day in await self._column(_UNSIGNED):
            await self.desk.do("monitor sign", actor=SUPERVISOR, day=day, remark="looked at")

    async def _close_the_quarter(self) -> None:
        """In the third week of a quarter the one before is prepared; a second person closes it (see the matters)."""
        today = self.desk.today
        ended = quarter_of(today).previous
        if 14 < (today - ended.ends_on).days < 40 and not await self._column(
            _QUARTER_BEGUN, day_text=ended.ends_on.isoformat()
        ):
            await self.desk.do("quarters prepare", ends_on=ended.ends_on)

    async def _help_the_unregistered(self) -> None:
        """Who was removed and found no practice within two weeks applies to the office."""
        day = self.desk.today - timedelta(days=14)
        for number in await self._column(_UNREGISTERED, since=day - timedelta(days=3), until=day):
            applied = await self.desk.do("assignments apply", nhs_number=number, circumstances=[])
            if isinstance(applied, Done) and applied.id is not None:
                await self._refused_before(number)

    async def _refused_before(self, number: str) -> None:
        practice = self.town.rng.choice(self.town.practices)
        await self.desk.do(
            "assignments refusal",
            nhs_number=number,
            practice=practice.ods_code,
            refused_on=self.desk.today,
            ground="list-full",
            reasons_given_on=self.desk.today,
        )

    async def _column(self, query: Any, **values: Any) -> list[Any]:
        async with self.desk.engine.connect() as connection:
            return list((await connection.execute(query, values)).scalars())
