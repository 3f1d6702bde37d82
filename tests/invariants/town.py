"""A small town whose practices, clerks and national side do anything at all, one act after another.

Four practices of two authorities and twelve people, of whom the register holds nine at first.
Every act is committed and counted by what became of it, so that a run can say what it has tried.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from registry.database import Writes
from registry.transactions.amend import amend_by_office
from registry.transactions.commands import (
    AmendPatient,
    Changes,
    Command,
    Defect,
    RegisterPatient,
    TraceAnswer,
)
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.outcome import Outcome
from registry.transactions.people import change_person
from registry.transactions.rules.reasons import RULED_BY_CODE, Refusal
from registry.transactions.settle import Decision, Settled
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex
from tests.support.committing_office import CommittingOffice
from tests.support.office import CIPHER, OTHER_CIPHER, Practice
from tests.support.townspeople import TOWNSPEOPLE

HELD = 9
"""How many of the townspeople are on a list when it begins; the others come later."""

SCOTTISH = "0101011237"
WRONG_NUMBER = "9990000019"

VARIANTS = ("number", "number", "none", "former", "anothers", "scottish", "slip", "married", "moved", "stale-year")
FAULTS = (
    Refusal.UNREADABLE_ITEM,
    Refusal.WRONG_AUTHORITY,
    Refusal.TYPE_RETIRED,
    Refusal.TYPE_UNKNOWN,
    Refusal.NAME_MISSING,
    Refusal.SEX_MISSING,
    Refusal.BIRTH_DATE_MISSING,
    Refusal.ADDRESS_MISSING,
    Refusal.NUMBER_MISSING,
    Refusal.BIRTHPLACE_MISSING,
    Refusal.PREVIOUS_ADDRESS_MISSING,
    Refusal.PREVIOUS_GP_MISSING,
    Refusal.ENTRY_DATE_MISSING,
    Refusal.ACCEPTANCE_DATE_MISSING,
    Refusal.NUMBER_WRONG,
    Refusal.BIRTH_IN_FUTURE,
    Refusal.BIRTH_AFTER_ACCEPTANCE,
    Refusal.ACCEPTANCE_IN_FUTURE,
)
CHANGES = (
    Changes(title="Dr"),
    Changes(surname="Vane"),
    Changes(forenames="%", previous_surname="%", postcode="%"),
    Changes(address=("", "5 New Row", "", "Saltholme", ""), postcode="ZX9 9ZZ"),
    Changes(address=("", "6 New Row", "", "", "")),
    Changes(surname="Ash", sex=Sex.UNKNOWN),
    Changes(sex=Sex.NOT_SPECIFIED),
    Changes(date_of_birth=date(2099, 1, 1)),
    Changes(date_of_birth=date(1970, 1, 1)),
    Changes(),
    Changes(),
)
ANSWERS = ("single", "single", "single", "renumbered", "several", "none", "none", "none", "dead", "unanswered")
ACTIONS = ("accept", "accept", "accept", "create", "create", "reject", "close", "wrong-person", "stale")


_NEW_SURNAMES = ("Quillfeather", "Osei", "Haraldsen", "Bianchi", "Zhou", "Ferrars", "Ude")


@dataclass(slots=True)
class Townsperson:
    """Somebody of the town: what they say of themselves, and the numbers that are or were theirs."""

    like: Demographics
    number: str
    former: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Town:
    """Acts by small numbers: whatever the numbers are, there is such a practice, person, question or case."""

    office: CommittingOffice
    reached: Counter[str]
    """How often each outcome was reached, and each kind of thing that fell due or was decided."""
    practices: list[Practice] = field(default_factory=list)
    people: list[Townsperson] = field(default_factory=list)
    last: Command | None = None
    newcomers: int = 0

    async def begin(self) -> None:
        """Open four practices, and put nine people on their lists; one of them has no number."""
        plan = self.office.plan
        async with self.office.at_work() as at_work:
            for cipher in (CIPHER, CIPHER, OTHER_CIPHER, OTHER_CIPHER):
                self.practices.append(await at_work.practice(cipher=cipher))
            for at, like in enumerate(TOWNSPEOPLE):
                each = Townsperson(like, plan.number())
                self.people.append(each)
                if at < HELD:
                    held = None if at == HELD - 1 else each.number
                    await at_work.person(self.practices[at % 4], like=like, number=held)

    def practice(self, at: int) -> Practice:
        return self.practices[at % len(self.practices)]

    def person(self, at: int) -> Townsperson:
        return self.people[at % len(self.people)]

    # What practices send

    async def accept(self, practice: int, person: int, variant: int, kind: str, code: str, days_ago: int) -> None:
        """An acceptance, of any type and code, by any description of the person."""
        form = self._form(self.practice(practice), person, VARIANTS[variant % len(VARIANTS)])
        accepted_on = self.office.today - timedelta(days=days_ago)
        entered = accepted_on if kind == "4" else None
        text = "PLEASE READ" if days_ago == 1 else None
        await self._send(
            replace(
                form,
                acceptance_type=kind,
                acceptance_code=code,
                accepted_on=accepted_on,
                entered_uk_on=entered,
                free_text=text,
            )
        )

    async def welcome(self, practice: int, kind: str, with_number: bool, text: str | None) -> None:
        """An acceptance of somebody of whom nobody here has ever heard."""
        self.newcomers += 1
        like = replace(
            self.people[0].like,
            name=Name(_NEW_SURNAMES[self.newcomers % len(_NEW_SURNAMES)], f"Newcomer{self.newcomers}"),
            date_of_birth=date(1940, 1, 2) + timedelta(days=701 * self.newcomers % 28000),
            address=Address(("", f"{self.newcomers} Landing Stage", "", "Saltholme", ""), "ZX9 1AB"),
        )
        plan, today = self.office.plan, self.office.today
        number = plan.number() if with_number else None
        items = {"acceptance_type": kind, "free_text": text, "entered_uk_on": today if kind == "4" else None}
        await self._send(plan.acceptance(self.practice(practice), like, number, **items))

    async def send_with_fault(self, practice: int, person: int, fault: int) -> None:
        """Acceptances that a practice has to mend, a third of all kinds at once."""
        for each in range(fault % 3, len(FAULTS), 3):
            form = self._form(self.practice(practice), person, "number")
            await self._send(_spoiled(form, FAULTS[each], self.office.today))

    async def amend(self, practice: int, person: int, change: int, trouble: int) -> None:
        """An amendment by the practice that holds the person, or by any other."""
        sender = await self._sender(practice, person)
        whom = self.person(person)
        origin = self.office.plan.origin(sender)
        command = AmendPatient(origin, whom.number, CHANGES[change % len(CHANGES)])
        match trouble % 16:
            case 0:
                command = replace(command, origin=replace(origin, authority_cipher="ZZ9"))
            case 1:
                command = replace(command, number=WRONG_NUMBER)
            case 2:
                command = replace(command, number=self.office.plan.number())
            case 3 | 7:
                long_ago = origin.document_at - timedelta(days=9000)
                command = replace(command, origin=replace(origin, document_at=long_ago))
            case 4:
                command = replace(command, free_text="PLEASE READ")
            case 5:
                command = replace(command, defects=(Defect("gender", "no code"),))
            case 6 if whom.former:
                command = replace(command, number=whom.former[-1])
            case _:
                pass
        await self._send(command)

    async def ask_for_deduction(self, practice: int, person: int, kind: int) -> None:
        """A deduction request: a true one, a false one, or one that cannot be followed."""
        sender = await self._sender(practice, person)
        plan, number, today = self.office.plan, self.person(person).number, self.office.today
        origin = plan.origin(sender, authority_cipher="ZZ9")
        kinds: tuple[dict[str, Any], ...] = (
            {},
            {"free_text": "OOA REG"},
            {"reason": "5"},
            {"reason": "5", "happened_on": today + timedelta(days=9)},
            {"reason": "5", "happened_on": today + timedelta(days=2)},
            {"reason": "5", "happened_on": today + timedelta(days=400)},
            {"reason": "1"},
            {"reason": "1", "happened_on": today - timedelta(days=400)},
            {"reason": "1", "happened_on": today - timedelta(days=3)},
            {"reason": "1", "happened_on": today + timedelta(days=1)},
            {"reason": "1", "happened_on": date(1900, 1, 1)},
            {"reason": "5", "happened_on": date(1900, 1, 1)},
            {"reason": "7"},
            {"happened_on": None},
            {"number": WRONG_NUMBER},
            {"number": plan.number()},
            {"origin": origin},
        )
        await self._send(plan.deduction(sender, **{"number": number, **kinds[kind % len(kinds)]}))

    async def ask_twice(self, person: int, days: int) -> None:
        """Two requests that contradict each other, by the practice that holds the person."""
        sender = await self._sender(0, person)
        plan, number = self.office.plan, self.person(person).number
        leaves_on = self.office.today + timedelta(days=days)
        await self._send(plan.deduction(sender, number))
        await self._send(plan.deduction(sender, number, "5", happened_on=leaves_on))

    async def remove(self, practice: int, person: int, defective: bool) -> None:
        """A removal."""
        sender = await self._sender(practice, person)
        defects = (Defect("gpCode", "no code"),) if defective else ()
        await self._send(self.office.plan.removal(sender, self.person(person).number, defects=defects))

    async def repeat(self) -> None:
        """The last transaction once more, as a new one."""
        if self.last is not None:
            origin = self.office.plan.origin(self._named(self.last))
            await self._send(
                replace(self.last, origin=replace(origin, authority_cipher=self.last.origin.authority_cipher))
            )

    # What others do

    async def answer(self, question: int, answer: int) -> None:
        """The national side answers an open question."""
        questions = await self.office.open_questions()
        if not questions:
            return
        asked = questions[question % len(questions)]
        said = ANSWERS[answer % len(ANSWERS)]
        outcome = await self.office.answer(await self._answer(asked, said), asked)
        self._count(outcome)

    async def decide(self, case: int, action: int, code: int) -> None:
        """A clerk decides an open case, rightly or wrongly."""
        cases = await self.office.cases()
        if not cases:
            return
        chosen = cases[case % len(cases)]
        version: int = await self.office.one("select version from anomalies where id = :id", id=chosen)
        shown = await self.office.column(
            "select p.nhs_number from anomalies a join patients p on p.id = any(a.patient_ids)"
            " where a.id = :id and p.nhs_number is not null order by p.nhs_number",
            id=chosen,
        )
        number = shown[code % len(shown)] if shown else self.person(code).number
        codes = [7, 8, 10] * 3 + sorted(RULED_BY_CODE)
        decisions: dict[str, Decision] = {
            "accept": Decision("accept", version, "it is they", number=number),
            "create": Decision("create", version, "nobody we know"),
            "reject": Decision("reject", version, "not so", code=str(codes[code % len(codes)])),
            "close": Decision("close", version, "seen"),
            "wrong-person": Decision("accept", version, "a mistake", number=self.person(code).number),
            "stale": Decision("accept", version + 1, "too late", number=number),
        }
        answer = await self.office.settle(decisions[ACTIONS[action % len(ACTIONS)]], chosen)
        self.reached[f"case {type(answer).__name__.lower()}"] += 1
        if isinstance(answer, Settled):
            self._count(answer.outcome)

    async def pass_days(self, days: int) -> None:
        """Time passes, and what has fallen due is done."""
        self.office.clock.instant += timedelta(days=days, hours=1)
        done = await self.office.fall_due()
        assert done["failed"] == 0
        for name, count in done.items():
            self.reached[f"due {name}"] += count

    async def renumber(self, person: int) -> None:
        """The national side gives somebody another number; the former one still finds them."""
        whom = self.person(person)
        ids = await self.office.column("select id from patients where nhs_number = :number", number=whom.number)
        if not ids:
            return
        number = self.office.plan.number()
        async with self.office.at_work() as at_work:
            await lock_people(at_work.connection, ids)
            writes = Writes()
            held = await gather_person(at_work.connection, ids[0])
            change_person(writes, at_work.context(), held, {"nhs_number": number}, None)
            await writes.flush(at_work.connection)
            await at_work.connection.exec_driver_sql(
                "insert into patient_numbers (nhs_number, patient_id) values ($1, $2)", (whom.number, ids[0])
            )
        whom.former.append(whom.number)
        whom.number = number

    async def open_or_close(self, practice: int) -> None:
        """A practice opens or closes its list."""
        async with self.office.at_work() as at_work:
            await at_work.connection.exec_driver_sql(
                "update practices set list_state = case list_state when 'open' then 'closed' else 'open' end"
                " where id = $1",
                (self.practice(practice).id,),
            )

    async def amend_by_office(self, person: int, change: int) -> None:
        """The office changes somebody's particulars."""
        changes = CHANGES[change % 4]
        async with self.office.at_work() as at_work:
            number = self.person(person).number
            await amend_by_office(at_work.connection, at_work.context(), number, changes, "by letter")

    async def end(self) -> None:
        """Forty days later nobody waits for an answer, and no deduction is late but over unread mail."""
        await self.pass_days(40)
        assert await self.office.column("select id from transactions where state = 'waiting-for-trace'") == []
        late = "select id from pending_deductions where state = 'pending' and due_on <= :today and held_because is null"
        assert await self.office.column(late, today=self.office.today) == []
        for outcome in await self.office.column("select outcome from transactions"):
            self.reached[outcome] += 1
        for kind in await self.office.column("select kind from practice_messages"):
            self.reached[f"message {kind}"] += 1

    async def check(self) -> None:
        """Every invariant holds."""
        breaches = await self.office.breaches()
        assert not breaches, [(breach.name, breach.rows[:2]) for breach in breaches]

    def _form(self, practice: Practice, person: int, variant: str) -> RegisterPatient:
        """How somebody may be described."""
        whom = self.person(person)
        like, number = whom.like, whom.number
        match variant:
            case "none":
                return self.office.plan.acceptance(practice, like)
            case "former":
                number = whom.former[0] if whom.former else number
            case "anothers":
                number = self.person(person + 1).number
            case "scottish":
                number = SCOTTISH
            case "slip":
                assert like.date_of_birth is not None
                like = replace(like, date_of_birth=like.date_of_birth.replace(year=like.date_of_birth.year - 1))
            case "married":
                like = replace(like, name=replace(like.name, surname="Vane"), previous_surname=like.name.surname)
            case "moved":
                like = replace(like, address=Address(("", "5 New Row", "", "Saltholme", ""), "ZX9 9ZZ"))
            case "stale-year":
                assert like.date_of_birth is not None
                like = replace(like, date_of_birth=like.date_of_birth.replace(year=like.date_of_birth.year - 37, day=3))
                return self.office.plan.acceptance(practice, like)
            case _:
                pass
        return self.office.plan.acceptance(practice, like, number)

    async def _sender(self, practice: int, person: int) -> Practice:
        """Mostly the practice that holds the person."""
        if practice % 8 < 7:
            holders = await self.office.column(
                "select m.list_id from list_memberships m join patients p on p.id = m.patient_id"
                " where p.nhs_number = :number and upper_inf(m.period)",
                number=self.person(person).number,
            )
            for holder in holders:
                return next(each for each in self.practices if each.id == holder)
        return self.practice(practice)

    async def _answer(self, question: Any, said: str) -> TraceAnswer:
        row = "select {} from national_requests r left join transactions t on t.id = r.transaction_id where r.id = :id"
        if await self.office.one(row.format("r.kind"), id=question) == "allocate":
            fits = said not in ("several", "none", "dead", "unanswered")
            return TraceAnswer("allocated", self.office.plan.number()) if fits else TraceAnswer("unanswered")
        quoted = await self.office.one(row.format("t.command -> 'demographics' ->> 'number'"), id=question)
        surname = await self.office.one(row.format("t.command -> 'demographics' -> 'name' ->> 'surname'"), id=question)
        if said == "renumbered" or (said == "single" and quoted in (None, SCOTTISH)):
            known = next((each.number for each in self.people if each.like.name.surname == surname), None)
            return TraceAnswer("single", known or self.office.plan.number())
        if said == "single":
            return TraceAnswer("single", quoted)
        return TraceAnswer(said)  # pyright: ignore[reportArgumentType]

    def _named(self, command: Command) -> Practice:
        return next(each for each in self.practices if each.id == command.origin.practice_id)

    async def _send(self, command: Command) -> None:
        self.last = command
        self._count(await self.office.send(command))

    def _count(self, outcome: Outcome | None) -> None:
        if outcome is not None:
            self.reached[outcome.outcome] += 1


def _spoiled(form: RegisterPatient, fault: Refusal, today: date) -> RegisterPatient:
    """A form with a fault that earns the refusal."""
    tomorrow = today + timedelta(days=1)
    who = form.demographics
    of_person: dict[Refusal, dict[str, Any]] = {
        Refusal.NAME_MISSING: {"name": Name("")},
        Refusal.SEX_MISSING: {"sex": None},
        Refusal.BIRTH_DATE_MISSING: {"date_of_birth": None},
        Refusal.ADDRESS_MISSING: {"address": Address()},
        Refusal.NUMBER_MISSING: {"number": None},
        Refusal.BIRTHPLACE_MISSING: {"number": None, "place_of_birth": None},
        Refusal.PREVIOUS_ADDRESS_MISSING: {"previous_address": Address()},
        Refusal.NUMBER_WRONG: {"number": WRONG_NUMBER},
        Refusal.BIRTH_IN_FUTURE: {"date_of_birth": tomorrow},
        Refusal.BIRTH_AFTER_ACCEPTANCE: {"date_of_birth": today},
    }
    of_form: dict[Refusal, dict[str, Any]] = {
        Refusal.UNREADABLE_ITEM: {"defects": (Defect("birthDate", "no date"),)},
        Refusal.WRONG_AUTHORITY: {"origin": replace(form.origin, authority_cipher="ZZ9")},
        Refusal.TYPE_RETIRED: {"acceptance_type": "5"},
        Refusal.TYPE_UNKNOWN: {"acceptance_type": "9"},
        Refusal.BIRTH_DATE_MISSING: {"acceptance_type": "1"},
        Refusal.NUMBER_MISSING: {"acceptance_type": "1"},
        Refusal.PREVIOUS_GP_MISSING: {"previous_gp_name": None},
        Refusal.ENTRY_DATE_MISSING: {"acceptance_type": "4"},
        Refusal.ACCEPTANCE_DATE_MISSING: {"accepted_on": None},
        Refusal.BIRTH_AFTER_ACCEPTANCE: {"accepted_on": today - timedelta(days=1)},
        Refusal.ACCEPTANCE_IN_FUTURE: {"accepted_on": tomorrow},
    }
    return replace(form, demographics=replace(who, **of_person.get(fault, {})), **of_form.get(fault, {}))
