"""Changes of identity: the steps, who may take them, the clocks, and what the register does by itself."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import unit_of_work
from registry.links.outbox import number_waiting
from registry.patients.invalidated import is_invalidated
from registry.transactions.acts.act import Impossible, Stale, WrongState
from registry.transactions.identities import acts, clock
from registry.transactions.quarters.acts import BLOCKERS
from registry.values.person import Demographics
from registry.vault.door import in_vault
from registry.vault.private import Private, private_of
from tests.support.committing_office import CommittingOffice
from tests.support.identities import IRIS, OMAR, REASON, Identities
from tests.support.office import ANNA, Practice
from tests.support.townspeople import STRANGERS

LEON = STRANGERS[5]


async def somebody(office: CommittingOffice, like: Demographics = ANNA) -> tuple[Practice, UUID, str, str]:
    """A practice, somebody on its list, their number, and another that nobody has."""
    async with office.at_work() as at_work:
        practice = await at_work.practice()
        patient_id, number = await at_work.person(practice, like=like)
        return practice, patient_id, number, at_work.number()


async def on_list(office: CommittingOffice, practice: Practice) -> int:
    return await office.one(
        "select count(*) from list_memberships where list_id = :id and upper_inf(period)", id=practice.id
    )


async def test_the_new_record_is_on_the_list_at_once_and_like_any_other(committing: CommittingOffice):
    practice, _, number, new_number = await somebody(committing)
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    assert await on_list(committing, practice) == 1
    new = await identities.make(case)
    assert await committing.list_of(new) == practice.id
    [row] = await committing.column("select to_jsonb(p) from patients p where id = :id", id=new)
    assert (row["surname"], row["nhs_number"], row["apart"], row["restricted"]) == ("Newman", new_number, True, False)
    assert row["place_of_birth"] is None and row["previous_surname"] is None
    [accepted] = await committing.column("select accepted_on from list_memberships where patient_id = :id", id=new)
    assert accepted == committing.today
    assert (await identities.case(case)).state == "awaiting-registration"
    assert await committing.column("select kind from letters") == ["ID-1"]
    [said] = await committing.column("select content from letters")
    assert said["register_by"] == "2026-11-09" and number not in str(said)


async def test_what_is_paid_for_is_kept_in_the_vault_and_survives_a_third_identity(committing: CommittingOffice):
    practice, old, number, new_number = await somebody(committing)
    identities = Identities(committing)
    case = await identities.gender(number, new_number, practice.ods_code, sex="1")
    new = await identities.make(case)
    third_number = committing.plan.number()
    while third_number in (number, new_number):
        third_number = committing.plan.number()
    asked: dict[str, Any] = {"kind": "gender", "authority": "practice", "reference": "1", "evidence": "form"}
    said: dict[str, Any] = {
        "by_practice": practice.ods_code,
        "counselled": True,
        "consented_on": committing.today.isoformat(),
    }
    early = await identities.answer(acts.NOTIFY, nhs_number=new_number, **asked, **said)
    assert isinstance(early, Impossible) and "open already" in early.sentence
    await identities.to_the_end(case)
    committing.on(committing.today + timedelta(days=7))
    again = await identities.gender(new_number, third_number, practice.ods_code, sex="2")
    third = await identities.make(again)

    async def kept(connection: AsyncConnection) -> list[Private | None]:
        async with in_vault(connection, IRIS, committing.clock.now(), "tested") as vault:
            return [await private_of(vault, each) for each in (new, third)]

    day = date(2020, 3, 2)
    assert await committing.act(kept) == [Private(day, day, day), Private(day, day, day)]
    assert len({old, new, third}) == 3


async def test_the_old_record_is_sealed_minutes_later_and_leaves_on_another_day(committing: CommittingOffice):
    practice, old, number, new_number = await somebody(committing)
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    new = await identities.make(case)
    made_at = committing.clock.now()
    assert timedelta(minutes=5) <= await identities.at(case, "work_at") - made_at <= timedelta(hours=1)
    await identities.work(case, "seal")
    [row] = await committing.column("select to_jsonb(p) from patients p where id = :id", id=old)
    assert (row["status"], row["nhs_number"], row["surname"], row["date_of_birth"]) == ("invalidated", None, "", None)
    assert await committing.act(lambda connection: is_invalidated(connection, number))
    assert await on_list(committing, practice) == 2
    await identities.work(case, "leave")
    assert await on_list(committing, practice) == 1
    moved = await committing.column(
        "select json_build_array(patient_id, effective_on, reason, removal, id) from list_movements order by id"
    )
    (_, joined, _, _, first), (whose, left, reason, removal, second) = moved[1:]
    assert UUID(whose) == old and (reason, removal) == ("deduction-13", "ORR")
    assert left != joined and second - first > 1
    [(kind, items)] = await inbox(committing, practice)
    assert (kind, items["number"], items["deduction_reason"]) == ("F2", number, "7")
    assert await committing.list_of(new) == practice.id


async def inbox(office: CommittingOffice, practice: Practice) -> list[tuple[str, dict[str, str]]]:
    async with office.at_work() as at_work:
        return await at_work.inbox(practice)


async def test_the_message_about_the_old_number_is_sealed_when_the_practice_has_taken_it(committing: CommittingOffice):
    practice, _, number, new_number = await somebody(committing)
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    await identities.make(case)
    await identities.work(case, "seal", "leave", "sweep")
    assert (await identities.case(case)).facts["work"] == "sweep"
    async with unit_of_work(committing.engine) as connection:
        await connection.exec_driver_sql("update practice_messages set closed_at = now(), due_at = null")
    await identities.work(case, "sweep")
    [(_, items)] = await inbox(committing, practice)
    assert set(items) == {"gp_code"}
    assert (await identities.case(case)).facts["work"] == "sweep", "late forms may come"
    sealed_on = committing.today
    await identities.nights(case)
    assert (await identities.case(case)).facts["work"] is None
    assert timedelta(days=7) <= committing.today - sealed_on <= timedelta(days=14)


async def test_a_practice_that_acknowledges_nothing_is_not_waited_for_for_ever(committing: CommittingOffice):
    practice, _, number, new_number = await somebody(committing)
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    await identities.make(case)
    await identities.work(case, "seal", "leave")
    later = committing.today + timedelta(days=40)
    committing.on(later)
    await committing.fall_due()
    assert (await identities.case(case)).facts["work"] == "sweep", "what was never delivered is not lost"
    await committing.act(lambda connection: number_waiting(connection, practice.id))
    committing.on(later + timedelta(days=1))
    await committing.fall_due()
    assert (await identities.case(case)).facts["work"] is None
    [(_, items)] = await inbox(committing, practice)
    assert set(items) == {"gp_code"}


@pytest.mark.parametrize("died_in", ["make", "seal", "leave", "sweep"])
async def test_whatever_ends_between_two_things_the_clock_goes_on(
    committing: CommittingOffice, monkeypatch: pytest.MonkeyPatch, died_in: str
):
    practice, old, number, new_number = await somebody(committing)
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    real = clock.WORK[died_in]
    monkeypatch.setitem(clock.WORK, died_in, _dying(real))
    for name in ("make", "seal", "leave", "sweep"):
        facts = (await identities.case(case)).facts
        assert facts["work"] == name
        committing.clock.instant = max(committing.clock.now(), datetime.fromisoformat(facts["work_at"]))
        assert (await committing.fall_due())["failed"] == (1 if name == died_in else 0)
        if name == died_in:
            assert (await identities.case(case)).facts["work"] == name
            monkeypatch.setitem(clock.WORK, died_in, real)
            committing.clock.instant += timedelta(minutes=31)
            assert (await committing.fall_due())["failed"] == 0
    assert await committing.one("select count(*) from list_movements where reason = 'placed-on-list'") == 1
    assert await committing.one("select count(*) from practice_messages") == 1
    assert await committing.list_of(old) is None and await on_list(committing, practice) == 1


def _dying(
    work: Callable[..., Awaitable[str]],
) -> Callable[..., Awaitable[str]]:
    async def die(*given: object) -> str:
        await work(*given)
        raise RuntimeError("the machine stopped before it was committed")

    return die


async def test_nobody_approves_what_they_began_or_described(committing: CommittingOffice):
    _, _, number, new_number = await somebody(committing)
    identities = Identities(committing)
    asked: dict[str, Any] = {"kind": "adoption", "authority": "nbo", "reference": "1", "evidence": "list"}
    case = await identities.done(acts.NOTIFY, nhs_number=number, reason=REASON, **asked)
    said: dict[str, Any] = {"new_number": new_number, "surname": "Newman", "first_forename": "Ash"}
    await identities.done(acts.NUMBER, OMAR, id=case.id, version=1, **said)
    for who in (IRIS, OMAR):
        assert isinstance(await identities.answer(acts.APPROVE, who, id=case.id, version=2), Impossible)
    assert await committing.one("select count(*) from patients") == 1


async def test_steps_out_of_turn_and_from_an_old_view_are_refused(committing: CommittingOffice):
    _, _, number, new_number = await somebody(committing)
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    assert isinstance(await identities.answer(acts.WITHDRAW, id=case, version=3, reason="no"), WrongState)
    assert isinstance(await identities.answer(acts.CLOSE, id=case, version=2), Stale)
    asked: dict[str, Any] = {"kind": "adoption", "authority": "nbo", "reference": "1", "evidence": "list"}
    again = await identities.answer(acts.NOTIFY, nhs_number=number, **asked)
    assert isinstance(again, Impossible) and "open already" in again.sentence


async def test_a_case_that_is_withdrawn_changes_nothing(committing: CommittingOffice):
    _, old, number, _ = await somebody(committing)
    identities = Identities(committing)
    asked: dict[str, Any] = {"kind": "adoption", "authority": "nbo", "reference": "1", "evidence": "list"}
    case = await identities.done(acts.NOTIFY, nhs_number=number, **asked)
    assert isinstance(await identities.answer(acts.WITHDRAW, id=case.id, version=1), Impossible)
    ended = await identities.done(acts.WITHDRAW, id=case.id, version=1, reason="another number was meant")
    assert ended.state == "withdrawn"
    assert await committing.column("select nhs_number from patients where id = :id", id=old) == [number]
    assert await committing.column("select action from audit_events where :id = any(patient_ids)", id=old) == []


async def test_the_old_number_is_not_taken_for_the_new_one_nor_somebody_elses(committing: CommittingOffice):
    practice, _, number, new_number = await somebody(committing)
    async with committing.at_work() as at_work:
        _, others = await at_work.person(practice, like=LEON)
    identities = Identities(committing)
    asked: dict[str, Any] = {"kind": "adoption", "authority": "nbo", "reference": "1", "evidence": "list"}
    case = await identities.done(acts.NOTIFY, nhs_number=number, **asked)
    said: dict[str, Any] = {"surname": "Newman", "first_forename": "Ash"}
    for wrong in (number, others, "9990000019"):
        answer = await identities.answer(acts.NUMBER, id=case.id, version=1, new_number=wrong, **said)
        assert isinstance(answer, Impossible) and answer.field == "new_number" and wrong not in answer.sentence
    asked_again = await identities.done(acts.NUMBER, id=case.id, version=1)
    assert asked_again.state == "notified"
    await identities.done(acts.NUMBER, id=case.id, version=2, new_number=new_number, **said)


async def test_a_practice_that_was_faster_than_the_office_has_made_the_record_already(committing: CommittingOffice):
    practice, old, number, new_number = await somebody(committing)
    async with committing.at_work() as at_work:
        there, _ = await at_work.person(practice, number=new_number, accepted_on=committing.today)
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    assert await identities.make(case) == there
    assert await committing.one("select apart from patients where id = :id", id=there)
    await identities.work(case, "seal", "leave")
    assert await on_list(committing, practice) == 1 and await committing.list_of(old) is None


async def test_the_practice_is_chased_after_five_working_days_and_then_the_commissioner(committing: CommittingOffice):
    _, _, number, new_number = await somebody(committing)
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    await identities.make(case)
    monday = committing.today
    seen = {}
    for days in range(1, 17):
        for hour in (7, 12, 19):
            committing.on(monday + timedelta(days=days), hour)
            await committing.fall_due()
        seen[days] = (await identities.case(case)).state
    assert [seen[7], seen[8], seen[15], seen[16]] == [
        "awaiting-registration",
        "registration-chased",
        "registration-chased",
        "with-commissioner",
    ]
    assert await committing.column("select coalesce(content ->> 'again', '') from letters order by 1") == ["", "true"]


async def test_other_changes_have_ten_working_days(committing: CommittingOffice):
    practice, _, number, new_number = await somebody(committing)
    identities = Identities(committing)
    case = await identities.gender(number, new_number, practice.ods_code, sex="1")
    await identities.make(case)
    assert await identities.at(case, "stage_due_at") == datetime(2026, 11, 17, tzinfo=UTC)


async def test_the_practices_acceptance_is_noticed_the_next_morning(committing: CommittingOffice):
    practice, _, number, new_number = await somebody(committing)
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    new = await identities.make(case)
    [like] = await committing.column("select to_jsonb(p) from patients p where id = :id", id=new)
    assert like["surname"] == "Newman"
    form = replace_name(ANNA, "Newman", "Ash")
    outcome = await committing.send(committing.plan.acceptance(practice, form, new_number))
    assert (outcome.state, outcome.outcome, outcome.patient_id) == ("accepted", "already-there", new)
    committing.on(committing.today + timedelta(days=1))
    await committing.fall_due()
    assert (await identities.case(case)).state == "registered"


def replace_name(like: Demographics, surname: str, forename: str) -> Demographics:
    from dataclasses import replace

    return replace(like, name=replace(like.name, surname=surname, first_forename=forename, second_forename=""))


async def test_a_case_closes_when_everything_is_done_and_not_before(committing: CommittingOffice):
    practice, _, number, new_number = await somebody(committing)
    identities = Identities(committing)
    case = await identities.gender(number, new_number, practice.ods_code, sex="1")
    await identities.make(case)

    async def version() -> int:
        return (await identities.case(case)).version

    await identities.done(acts.REGISTERED, id=case, version=await version())
    await identities.done(acts.ENVELOPE, id=case, version=await version())
    early = await identities.answer(acts.CLOSE, id=case, version=await version())
    assert isinstance(early, Impossible) and "screening-cervical" in early.sentence
    wrong = await identities.answer(acts.CARRIED, id=case, version=await version(), task="all")
    assert isinstance(wrong, Impossible) and wrong.field == "task"
    await identities.done(acts.CARRIED, id=case, version=await version(), task="screening-cervical")
    early = await identities.answer(acts.CLOSE, id=case, version=await version())
    assert isinstance(early, Impossible) and "has not finished" in early.sentence
    await identities.work(case, "seal", "leave")
    async with unit_of_work(committing.engine) as connection:
        await connection.exec_driver_sql("update practice_messages set closed_at = now(), due_at = null")
    await identities.nights(case)
    closed = await identities.done(acts.CLOSE, id=case, version=await version())
    assert closed.state == "closed" and (await identities.done(acts.LIST)).data == []


async def test_no_quarter_closes_while_the_old_record_is_to_leave_within_it(committing: CommittingOffice):
    practice, _, number, new_number = await somebody(committing)
    committing.on(date(2026, 12, 31))
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    await identities.make(case)
    await identities.work(case, "seal")
    committing.on(date(2027, 1, 1), 1)

    async def blockers() -> list[str]:
        return [each.name for each in (await identities.done(BLOCKERS, ends_on="2026-12-31")).data["found"]]

    assert "unfinished" in await blockers()
    await identities.work(case, "leave")
    assert committing.today >= date(2027, 1, 4) and "unfinished" not in await blockers()
    counted = await committing.one(
        "select sum(case when to_list = :id then 1 else -1 end) from list_movements"
        " where :id in (to_list, from_list) and effective_on <= '2026-12-31'",
        id=practice.id,
    )
    assert counted == 1


async def test_open_work_about_the_old_record_ends_for_one_reason(committing: CommittingOffice):
    practice, old, number, new_number = await somebody(committing)
    await committing.send(committing.plan.deduction(practice, number))
    await committing.send(
        committing.plan.amendment(practice, number, changes(), free_text="SOMETHING TO BE READ ABOUT HER")
    )
    assert await committing.column("select kind from anomalies where state = 'open'")
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    await identities.make(case)
    await identities.work(case, "seal")
    assert await committing.column("select id from anomalies where state = 'open'") == []
    assert (
        await committing.column("select id from transactions where due_at is not null and patient_id = :id", id=old)
        == []
    )
    assert await committing.column("select state from pending_deductions") == ["cancelled"]


def changes():
    from registry.transactions.commands import Changes

    return Changes(surname="Marked-Surname")


async def test_a_protected_person_goes_to_another_practice_and_nothing_goes_home(committing: CommittingOffice):
    practice, _, number, new_number = await somebody(committing)
    async with committing.at_work() as at_work:
        other = await at_work.practice(cipher="YD")
    identities = Identities(committing)
    case = await identities.protection(
        number, new_number, practice=other.ods_code, date_of_birth="1983-02-01", surname="Quiet", address=[]
    )
    new = await identities.make(case)
    assert await committing.list_of(new) == other.id
    assert await committing.one("select restricted and apart from patients where id = :id", id=new)
    assert await committing.one("select line_2 from patients where id = :id", id=new) == ""
    await identities.work(case, "seal", "leave")
    assert await committing.column("select distinct route from letters") == ["practice"]
    assert [kind for kind, _ in await inbox(committing, practice)] == ["F2"]
    assert "new_ha_cipher" not in (await inbox(committing, practice))[0][1]
