"""Notices about people, by letter and telephone: what each does, and to whom it is told."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from registry.database import Writes
from registry.transactions.acts.act import Done, Impossible
from registry.transactions.commands import Changes
from registry.transactions.deductions.acts import NOTIFY
from registry.transactions.deductions.causes import Cause, row_of
from registry.transactions.due.deductions import deduction_falls_due
from registry.transactions.due.letters import hand_over
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.outside import Outside
from registry.transactions.removals.cancel import CANCEL
from registry.transactions.settle import Action, Decision, Settled, settle
from registry.transactions.settle import Impossible as CannotSettle
from registry.values.period import start_of_day
from tests.support.acts import do, done
from tests.support.office import ANNA, Office, Practice


@dataclass(frozen=True, slots=True)
class Desk:
    """Anna on a practice's list, and whoever rings about her."""

    office: Office
    practice: Practice
    anna: UUID
    number: str

    async def told(self, cause: str, **details: Any) -> Any:
        usual = {"happened_on": self.office.today - timedelta(days=3), "reason": "telephone"}
        what = {"nhs_number": self.number, "cause": cause, **usual, **details}
        return await do(self.office.connection, self.office.context(), NOTIFY, **what)

    async def row(self, what: str) -> Any:
        return await self.office.one(f"select {what} from patients where id = :id", id=self.anna)

    async def last_movement(self) -> tuple[str, str, date]:
        rows = await self.office.connection.exec_driver_sql(
            "select l.code, v.removal, v.effective_on from list_movements v join lists l on l.id = v.to_list"
            " where v.patient_id = $1 order by v.id desc limit 1",
            (self.anna,),
        )
        return tuple(rows.one())  # pyright: ignore[reportReturnType]

    async def settle(self, action: Action, **what: Any) -> Any:
        found = await self.office.connection.exec_driver_sql("select id, version from anomalies where state = 'open'")
        case = found.one()
        context = self.office.context()
        return await settle(
            self.office.connection, context, case.id, Decision(action, case.version, "looked at", **what)
        )


@pytest.fixture
async def desk(office: Office) -> Desk:
    practice = await office.practice()
    anna, number = await office.person(practice)
    return Desk(office, practice, anna, number)


_ENOUGH = {"prison": {"months": 30}, "scotland": {"confirmed": True}, "northern-ireland": {"confirmed": True},
           "other-register": {"confirmed": True}}  # fmt: skip
_AT_ONCE = ["emigration", "enlistment", "services-dependant", "prison", "scotland", "northern-ireland",
            "other-register", "mental-hospital", "other"]  # fmt: skip


@pytest.mark.parametrize("cause", _AT_ONCE)
async def test_each_cause_takes_off_and_tells_as_its_row_says(desk: Desk, cause: str):
    assert isinstance(await desk.told(cause, **_ENOUGH.get(cause, {})), Done)
    row = row_of(Cause(cause))
    assert await desk.office.list_of(desk.anna) is None
    day = desk.office.today - timedelta(days=3) if row.runs_from == "event" else desk.office.today
    assert await desk.last_movement() == (row.leads_to.value, row.reason.code, day)
    [(kind, items)] = await desk.office.inbox(desk.practice)
    assert (kind, items["deduction_reason"], items["deduction_date"]) == ("F2", row.f2_reason, day.isoformat())


async def test_absence_for_months(desk: Desk):
    assert isinstance(await desk.told("absence", happened_on=date(2026, 7, 1)), Done)
    assert await desk.last_movement() == ("abroad", "EMB", desk.office.today)


async def test_an_announced_departure_waits_for_its_day(desk: Desk):
    leaves = desk.office.today + timedelta(days=10)
    answer = await desk.told("emigration", happened_on=leaves)
    assert isinstance(answer, Done) and answer.state == "deduction-pending"
    assert await desk.office.list_of(desk.anna) == desk.practice.id
    desk.office.on(leaves)
    pending = await desk.office.one("select id from pending_deductions")
    assert await deduction_falls_due(desk.office.connection, desk.office.context(), pending) == "deducted"
    assert await desk.last_movement() == ("abroad", "EMB", leaves)


@pytest.mark.parametrize("by", ["practice", "relative"])
async def test_nobody_is_off_the_list_before_the_prison_has_them(desk: Desk, by: str):
    begins = desk.office.today + timedelta(days=200)
    answer = await desk.told("prison", happened_on=begins, told_by=by, months=36)
    assert isinstance(answer, Done) and answer.state == "deduction-pending"
    assert await desk.office.list_of(desk.anna) == desk.practice.id
    assert await desk.office.one("select due_on from pending_deductions") == begins


TOO_SHORT: list[tuple[str, dict[str, Any], str]] = [
    ("emigration", {"until": date(2026, 12, 1)}, "EMB"),
    ("absence", {"happened_on": date(2026, 10, 1)}, "EMB"),
    ("prison", {"months": 12}, "ORR"),
]


@pytest.mark.parametrize(("cause", "details", "reason"), TOO_SHORT)
async def test_who_is_not_to_be_deducted_after_all_and_whose_deduction_waits(
    desk: Desk, cause: str, details: dict[str, Any], reason: str
):
    leaves = desk.office.today + timedelta(days=10)
    announced = {"prison": {"months": 30}}.get(cause, {})
    await desk.told("prison" if announced else "emigration", happened_on=leaves, **announced)
    answer = await desk.told(cause, **details)
    assert isinstance(answer, Impossible)
    assert f"reason {reason} is pending" in answer.sentence and "`removals cancel`" in answer.sentence
    assert leaves.isoformat() in answer.sentence and "version is 1" in answer.sentence
    assert await desk.office.one("select state from pending_deductions") == "pending"
    asked = {"nhs_number": desk.number, "version": 1, "asked_by": "office", "told_by": "a clerk"}
    what = {**asked, "told_on": desk.office.today}
    await done(desk.office.connection, desk.office.context(), CANCEL, **what)
    assert await desk.office.one("select state from pending_deductions") == "cancelled"
    again = await desk.told(cause, **details)
    assert isinstance(again, Impossible) and "pending" not in again.sentence


async def test_a_deduction_that_waits_for_another_reason_is_not_named(desk: Desk):
    await desk.told("enlistment", happened_on=desk.office.today + timedelta(days=10))
    answer = await desk.told("emigration", until=date(2026, 12, 1))
    assert answer == Impossible("Do not deduct: they mean to be away for less than three months.", "until")


async def test_a_stay_that_was_too_short_names_the_deduction_that_waits_for_its_letter(desk: Desk):
    await desk.told("temporary-resident", happened_on=date(2026, 7, 1))
    answer = await desk.told("temporary-resident", happened_on=date(2026, 10, 1))
    assert isinstance(answer, Impossible) and "off the list when its days are over" in answer.sentence


async def test_the_same_announcement_twice_waits_once(desk: Desk):
    leaves = desk.office.today + timedelta(days=10)
    await desk.told("emigration", happened_on=leaves)
    again = await desk.told("emigration", happened_on=leaves)
    assert isinstance(again, Done) and again.transaction_id is None
    assert await desk.office.one("select count(*) from pending_deductions") == 1
    sooner = await desk.told("enlistment", happened_on=leaves - timedelta(days=5))
    assert isinstance(sooner, Done)
    assert await desk.office.one("select removal || due_on from pending_deductions") == "AFL2026-11-07"
    states = (await desk.office.connection.exec_driver_sql("select state from transactions order by id")).scalars()
    assert list(states) == ["superseded", "pending"]


async def test_a_temporary_resident_elsewhere_is_asked_first(desk: Desk):
    assert isinstance(await desk.told("temporary-resident", happened_on=date(2026, 7, 1)), Done)
    rows = await desk.office.connection.exec_driver_sql("select kind from letters order by kind")
    assert list(rows.scalars()) == ["TRA-1", "TRA-2"]
    assert await desk.office.one("select due_on is null and waits_for = 'letter' from pending_deductions")
    desk.office.later(start_of_day(desk.office.today) + timedelta(hours=18))
    await hand_over(desk.office.connection, desk.office.context())
    due = desk.office.today + timedelta(days=28)
    assert await desk.office.one("select due_on from pending_deductions") == due
    desk.office.on(due)
    pending = await desk.office.one("select id from pending_deductions")
    assert await deduction_falls_due(desk.office.connection, desk.office.context(), pending) == "deducted"
    assert await desk.last_movement() == ("elsewhere", "TRA", due)


async def test_whoever_comes_back_in_time_stays(desk: Desk):
    await desk.told("temporary-resident", happened_on=date(2026, 7, 1))
    await desk.office.send(desk.office.acceptance(desk.practice, number=desk.number))
    assert await desk.office.one("select state from pending_deductions") == "cancelled"
    assert await desk.office.list_of(desk.anna) == desk.practice.id


async def test_a_school_list_ends_after_notice(desk: Desk):
    answer = await desk.told("school-list")
    assert isinstance(answer, Done)
    assert await desk.office.one("select kind from letters") == "DED-2"
    assert await desk.office.one("select due_on from pending_deductions") == desk.office.today + timedelta(days=21)


@pytest.mark.parametrize(
    ("cause", "details", "field"),
    [
        ("prison", {"months": 24}, "months"),
        ("emigration", {"until": date(2026, 12, 1)}, "until"),
        ("absence", {"happened_on": date(2026, 9, 1)}, "happened_on"),
        ("emigration", {"happened_on": date(9999, 12, 31)}, "happened_on"),
        ("absence", {"happened_on": date(9999, 12, 31)}, "happened_on"),
        ("scotland", {}, "confirmed"),
        ("gone-away", {}, "cause"),
        ("other", {"reason": ""}, "reason"),
        ("death", {"happened_on": date(2027, 1, 1)}, "happened_on"),
        ("death", {"nhs_number": "9990000019"}, "nhs_number"),
        ("death", {"nhs_number": "9990000069"}, "nhs_number"),
    ],
)
async def test_what_cannot_be_followed_is_refused_by_name_and_writes_nothing(
    desk: Desk, cause: str, details: dict[str, Any], field: str
):
    answer = await desk.told(cause, **details)
    assert isinstance(answer, Impossible) and answer.field == field
    assert await desk.office.one("select count(*) from transactions") == 0
    assert await desk.office.list_of(desk.anna) == desk.practice.id


async def test_a_death_ends_the_registration_when_the_office_hears_of_it(desk: Desk):
    died = date(2026, 9, 20)
    answer = await desk.told("death", happened_on=died, told_by="relative")
    assert isinstance(answer, Done)
    assert await desk.row("status || date_of_death") == "informal-dead2026-09-20"
    assert await desk.last_movement() == ("death", "DEA", desk.office.today)
    [(_, items)] = await desk.office.inbox(desk.practice)
    assert items["deduction_reason"] == "1" and "free_text" not in items
    again = await desk.told("death", happened_on=died)
    assert isinstance(again, Done) and again.transaction_id is None


async def test_the_registrar_confirms_a_death_and_nobody_changes_it_afterwards(desk: Desk):
    died = date(2026, 10, 20)
    await desk.told("death", happened_on=died)
    await desk.told("death", happened_on=died, formal=True, told_by="registrar")
    assert await desk.row("status") == "formal-dead"
    assert await desk.office.one("select count(*) from list_movements where removal = 'DEA'") == 1
    answer = await desk.told("death", happened_on=date(2026, 10, 21))
    assert isinstance(answer, Done) and answer.state == "death-dates-conflict"
    refused = await desk.settle("accept", number=desk.number)
    assert isinstance(refused, CannotSettle) and "National Back Office" in refused.sentence
    assert isinstance(await desk.settle("reject"), Settled)
    assert await desk.row("date_of_death") == died


async def test_two_days_of_an_informal_death_are_for_a_person(desk: Desk):
    await desk.told("death", happened_on=date(2026, 10, 20))
    await desk.told("death", happened_on=date(2026, 10, 21), formal=True, told_by="registrar")
    answer = await desk.settle("accept", number=desk.number)
    assert isinstance(answer, Settled) and answer.outcome is not None and answer.outcome.outcome == "death-confirmed"
    assert await desk.row("status || date_of_death") == "formal-dead2026-10-21"


async def test_a_death_that_is_contradicted_waits_for_a_clerk(desk: Desk):
    await desk.office.send(desk.office.amendment(desk.practice, desk.number, Changes(title="Dr")))
    answer = await desk.told("death")
    assert isinstance(answer, Done) and answer.state == "death-contradicted"
    assert await desk.row("status") == "live"
    assert isinstance(await desk.settle("create"), CannotSettle)
    assert isinstance(await desk.settle("accept", number=desk.office.number()), CannotSettle)
    answer = await desk.settle("accept", number=desk.number)
    assert isinstance(answer, Settled) and answer.outcome is not None and answer.outcome.outcome == "death-recorded"
    assert await desk.row("status") == "informal-dead"


async def test_a_death_that_is_contradicted_may_be_declined(desk: Desk):
    await desk.told("death", sex="male")
    answer = await desk.settle("reject")
    assert isinstance(answer, Settled) and answer.outcome is not None and answer.outcome.state == "refused"
    assert await desk.row("status") == "live" and await desk.office.list_of(desk.anna) == desk.practice.id


async def test_a_death_of_somebody_on_no_list(desk: Desk):
    gone, number = await desk.office.person(None, like=replace(ANNA, date_of_birth=date(1950, 1, 1)))
    answer = await done(
        desk.office.connection, desk.office.context(), NOTIFY, nhs_number=number, cause="death",
        happened_on=desk.office.today,
    )  # fmt: skip
    assert answer.state == "death-recorded"
    assert await desk.office.one("select status from patients where id = :id", id=gone) == "informal-dead"


async def test_out_of_the_forces_and_on_a_list_again(desk: Desk):
    await desk.told("enlistment", told_by="forces")
    assert (await desk.last_movement())[1] == "AFN"
    desk.office.on(date(2027, 5, 3))
    assert isinstance(await desk.told("discharge", told_by="forces"), Done)
    assert await desk.last_movement() == ("unregistered", "ORR", date(2027, 5, 3))
    await desk.office.send(desk.office.acceptance(desk.practice, number=desk.number))
    assert await desk.office.list_of(desk.anna) == desk.practice.id


async def test_scottish_news_of_last_quarter_is_a_back_debit_in_the_first_month(desk: Desk):
    desk.office.on(date(2026, 10, 31))
    await desk.told("scotland", happened_on=date(2026, 9, 20), confirmed=True)
    assert await desk.last_movement() == ("scotland", "SCT", date(2026, 9, 20))


async def test_later_in_the_quarter_it_counts_from_the_quarters_first_day(desk: Desk):
    desk.office.on(date(2026, 11, 1))
    await desk.told("scotland", happened_on=date(2026, 9, 20), confirmed=True)
    assert await desk.last_movement() == ("scotland", "SCT", date(2026, 10, 1))
    assert await desk.office.one("select command ->> 'happened_on' from transactions") == "2026-09-20"


async def test_nothing_is_posted_to_the_dead_at_selection_or_at_print(desk: Desk):
    office = desk.office

    async def write() -> None:
        await lock_people(office.connection, [desk.anna])
        person, writes = await gather_person(office.connection, desk.anna), Writes()
        write_letter(writes, office.context(), Letter.INQUIRY, person, {})
        await writes.flush(office.connection)

    await write()
    await desk.told("death", happened_on=office.today)
    await write()
    at_selection = "select count(*) from letters where suppressed_because = 'The person has died.'"
    assert await office.one(at_selection) == 1
    office.later(start_of_day(office.today) + timedelta(hours=18))
    await hand_over(office.connection, office.context())
    assert await office.one(at_selection) == 2
    assert await office.one("select coalesce(sum(letters), 0) from letter_batches") == 0
    assert Outside.DEATH.value == (await desk.last_movement())[0]
