"""The close of a quarter: blocked by what is open, confirmed by a second person, and never changed afterwards."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.links.documents import to_document
from registry.links.from_messages import PracticeMessage, to_items
from registry.links.send import send
from registry.transactions.acts.act import Done, Impossible, Stale, WrongState
from registry.transactions.deductions.acts import NOTIFY, REVERSE_DEATH
from registry.transactions.invariants import INVARIANTS
from registry.transactions.quarters.acts import BLOCKERS, CONFIRM, PREPARE, WITHDRAW
from registry.values.actor import Actor, ActorKind
from tests.support.acts import do, done
from tests.support.committing_office import CommittingOffice
from tests.support.office import ANNA, Office, Practice

ENDS, FIRST = date(2026, 12, 31), date(2027, 1, 1)
SECOND = Actor(ActorKind.STAFF, "supervisor")


async def prepare(office: Office, **what: Any) -> Any:
    return await do(office.connection, office.context(), PREPARE, **what)


async def confirm(office: Office, prepared: Done, by: Actor = SECOND) -> Any:
    return await do(office.connection, office.context(by), CONFIRM, id=prepared.id, version=prepared.version)


async def close(office: Office, ends_on: date = ENDS) -> Done:
    prepared = await done(office.connection, office.context(), PREPARE, ends_on=ends_on)
    closed = await confirm(office, prepared)
    assert isinstance(closed, Done), closed
    return closed


async def counts(office: Office) -> dict[str, int]:
    rows = await office.connection.execute(
        text("select p.ods_code, c.people from quarter_counts c join practices p on p.id = c.practice_id")
    )
    return {row.ods_code: row.people for row in rows}


async def nothing_waits(office: Office) -> None:
    """The national side has answered everything."""
    await office.connection.execute(
        text("update national_requests set state = 'C', closed_at = now(), next_attempt_at = null")
    )


@pytest.fixture
async def practice(office: Office) -> Practice:
    made = await office.practice()
    for year in (1950, 1960, 1970):
        await office.person(made, like=replace(ANNA, date_of_birth=date(year, 1, 1)))
    return made


async def test_a_quarter_closes_after_it_has_ended(office: Office, practice: Practice):
    office.on(ENDS)
    refused = await prepare(office, ends_on=ENDS)
    assert isinstance(refused, Impossible) and "2027-01-01" in refused.sentence
    office.on(FIRST)
    assert isinstance(await prepare(office), Done)
    assert isinstance(await prepare(office, ends_on=date(2026, 12, 30)), Impossible)


async def test_counts_are_frozen_and_every_practice_is_told(office: Office, practice: Practice):
    other = await office.practice()
    office.on(FIRST)
    closed = await close(office)
    assert closed.state == "closed"
    assert await counts(office) == {practice.ods_code: 3, other.ods_code: 0}
    for each in (practice, other):
        assert await office.inbox(each) == [("F8", {"gp_code": "", "quarter_end": "2026-12-31"})]


async def test_the_notification_can_be_written(committing: CommittingOffice):
    async with committing.at_work() as office:
        practice = await office.practice()
        office.on(FIRST)
        await close(office)
    [sent] = await send(committing.engine, committing.clock)
    content: bytes = await committing.one("select content from interchanges where id = :id", id=sent.interchange_id)
    assert b"RFF+950:F8" in content and b"DTM+206:19911231" not in content and b"DTM+206:20261231:102" in content
    message = PracticeMessage(
        1, sent.interchange_id, practice.id, practice.partner_code, practice.cipher, "F8",
        {"gp_code": "", "quarter_end": "2026-12-31"}, 7, committing.clock.now(), 1,
    )  # fmt: skip
    assert {"name": "quarterEndDate", "valueString": "2026-12-31"} in to_document(to_items(message))["parameter"]


async def test_two_people_close_it(office: Office, practice: Practice):
    office.on(FIRST)
    prepared = await done(office.connection, office.context(), PREPARE)
    refused = await confirm(office, prepared, office.context().actor)
    assert isinstance(refused, Impossible) and "another person" in refused.sentence
    assert isinstance(await confirm(office, prepared), Done)
    again = await do(office.connection, office.context(SECOND), CONFIRM, id=prepared.id, version=2)
    assert isinstance(again, WrongState)
    assert isinstance(await confirm(office, prepared), Stale)
    refused = await prepare(office, ends_on=ENDS)
    assert isinstance(refused, Impossible) and "never opened again" in refused.sentence


async def test_it_is_prepared_once_and_may_be_withdrawn(office: Office, practice: Practice):
    office.on(FIRST)
    prepared = await done(office.connection, office.context(), PREPARE)
    refused = await prepare(office)
    assert isinstance(refused, Impossible) and str(prepared.id) in refused.sentence
    await done(office.connection, office.context(), WITHDRAW, id=prepared.id, version=1, reason="a file is missing")
    assert isinstance(await prepare(office), Done)


async def test_quarters_close_in_their_order(office: Office, practice: Practice):
    office.on(FIRST)
    await close(office)
    office.on(date(2027, 7, 1))
    refused = await prepare(office, ends_on=date(2027, 6, 30))
    assert isinstance(refused, Impossible) and "2027-03-31" in refused.sentence
    await close(office, date(2027, 3, 31))
    await close(office, date(2027, 6, 30))


_OPEN = {
    "pending-deductions": "emigration",
    "national-requests": "scotland",
    "notices-in-queue": "death",
}


@pytest.mark.parametrize("name", _OPEN)
async def test_each_condition_by_itself_blocks_the_close(office: Office, practice: Practice, name: str):
    _, number = await office.person(practice)
    office.on(date(2026, 12, 20))
    details: dict[str, Any] = {"happened_on": date(2026, 12, 15), "confirmed": True}
    if name == "pending-deductions":
        details["happened_on"] = ENDS
    if name == "notices-in-queue":
        details["sex"] = "male"
    await done(office.connection, office.context(), NOTIFY, nhs_number=number, cause=_OPEN[name], **details)
    if name != "national-requests":
        await nothing_waits(office)
    office.on(FIRST)
    found = await done(office.connection, office.context(), BLOCKERS, ends_on=ENDS)
    assert [each.name for each in found.data["found"] if each.blocks] == [name]
    prepared = await done(office.connection, office.context(), PREPARE)
    refused = await confirm(office, prepared)
    assert isinstance(refused, Impossible) and "Not closed" in refused.sentence
    assert await counts(office) == {}
    assert "F8" not in [kind for kind, _ in await office.inbox(practice)]
    if name == "national-requests":
        await nothing_waits(office)
        assert isinstance(await confirm(office, prepared), Done)


async def test_a_deduction_of_the_next_quarter_blocks_nothing(office: Office, practice: Practice):
    _, number = await office.person(practice)
    office.on(date(2026, 12, 20))
    await done(office.connection, office.context(), NOTIFY, nhs_number=number, cause="emigration", happened_on=FIRST)
    await nothing_waits(office)
    office.on(FIRST)
    await close(office)


async def test_an_fp69_of_the_quarter_blocks_it(office: Office, practice: Practice):
    _, number = await office.person(practice)
    from registry.transactions.fp69.acts import FP69

    [flag] = [act for act in FP69.acts if act.name == "set"]
    office.on(date(2026, 9, 1))
    await done(office.connection, office.context(), flag, nhs_number=number, code="7", reason="post came back")
    await nothing_waits(office)
    office.on(FIRST)
    found = await done(office.connection, office.context(), BLOCKERS, ends_on=ENDS)
    assert [each.name for each in found.data["found"] if each.blocks] == ["fp69-due"]


async def test_an_unfinished_file_blocks_it(committing: CommittingOffice):
    async with committing.at_work() as office:
        await office.practice()
        await office.connection.execute(
            text(
                "insert into notice_files (id, kind, name, content_hash, notices, received_at)"
                " values (gen_random_uuid(), 'deaths', 'week.csv', '', 1, '2026-12-20')"
            )
        )
        office.on(FIRST)
        found = await done(office.connection, office.context(), BLOCKERS, ends_on=ENDS)
        assert [each.name for each in found.data["found"]] == ["notice-files"]


async def test_unanswered_acceptances_are_told_and_do_not_block(office: Office, practice: Practice):
    office.on(date(2026, 12, 20))
    stranger = replace(ANNA, date_of_birth=date(1999, 9, 9))
    await office.send(office.acceptance(practice, stranger, office.number(), free_text="PLEASE READ"))
    office.on(FIRST)
    found = await done(office.connection, office.context(), BLOCKERS, ends_on=ENDS)
    assert [(each.name, each.blocks) for each in found.data["found"]] == [("acceptances-unanswered", False)]


async def test_what_comes_late_never_changes_a_closed_quarter(office: Office, practice: Practice):
    """A back debit, a late acceptance, and a death taken back: all of them count in the next quarter."""
    _, gone = await office.person(practice, like=replace(ANNA, date_of_birth=date(1980, 1, 1)))
    _, dead = await office.person(practice, like=replace(ANNA, date_of_birth=date(1981, 1, 1)))
    office.on(date(2026, 12, 20))
    died = {"cause": "death", "happened_on": date(2026, 12, 1)}
    await done(office.connection, office.context(), NOTIFY, nhs_number=dead, **died)
    await nothing_waits(office)
    office.on(date(2027, 1, 4))
    await close(office)
    assert await counts(office) == {practice.ods_code: 4}
    await done(office.connection, office.context(), NOTIFY, nhs_number=gone, cause="scotland", confirmed=True,
               happened_on=date(2026, 12, 15))  # fmt: skip
    await done(office.connection, office.context(), REVERSE_DEATH, nhs_number=dead, reason="rang us")
    assert await office.one("select effective_on from list_movements where removal = 'SCT'") == date(2026, 12, 15)
    assert await counts(office) == {practice.ods_code: 4}
    await nothing_waits(office)
    office.on(date(2027, 4, 1))
    await close(office, date(2027, 3, 31))
    last = "select people from quarter_counts where ends_on = '2027-03-31' and practice_id = :id"
    assert await office.one(last, id=practice.id) == 4


@pytest.mark.parametrize("statement", ["update quarter_counts set people = people + 1", "delete from quarters"])
async def test_the_database_refuses_to_change_it(office: Office, practice: Practice, statement: str):
    office.on(FIRST)
    await close(office)
    with pytest.raises(DBAPIError, match="closed quarter never changes"):
        async with office.connection.begin_nested():
            await office.connection.exec_driver_sql(statement)


async def test_the_invariant_finds_a_movement_with_an_old_number(office: Office, practice: Practice):
    await office.person(practice)
    office.on(FIRST)
    await close(office)
    [invariant] = [each for each in INVARIANTS if each.name == "closed_quarter_counts_stand"]
    assert (await office.connection.execute(text(invariant.query))).all() == []
    async with office.connection.begin_nested() as undone:
        await office.connection.exec_driver_sql("alter table quarter_counts disable trigger closed_quarters_stand")
        await office.connection.exec_driver_sql("update quarter_counts set people = people + 1")
        assert len((await office.connection.execute(text(invariant.query))).all()) == 1
        await undone.rollback()


async def test_a_close_that_nobody_confirms_rises(office: Office, practice: Practice):
    from registry.transactions.due.matters import matter_falls_due

    office.on(FIRST)
    prepared = await done(office.connection, office.context(), PREPARE)
    assert prepared.id is not None
    office.on(FIRST + timedelta(days=10))
    assert await matter_falls_due(office.connection, office.context(), prepared.id) == "escalated"


async def test_nobody_moves_while_it_closes(committing: CommittingOffice):
    """Somebody who is being moved is either counted with the close or recorded after it; never in between."""
    import asyncio

    async with committing.at_work() as office:
        practice, other = await office.practice(), await office.practice()
        numbers = [
            (await office.person(practice, like=replace(ANNA, date_of_birth=date(1950 + n, 1, 1))))[1] for n in range(8)
        ]
    committing.on(FIRST)
    prepared = await committing.act(lambda connection: done(connection, committing.plan.context(), PREPARE))

    async def moves(at: int) -> None:
        like = replace(ANNA, date_of_birth=date(1950 + at, 1, 1))
        await committing.send(committing.plan.acceptance(other, like, numbers[at]))

    async def closes() -> Any:
        context = committing.plan.context(SECOND)
        return await committing.act(
            lambda connection: do(connection, context, CONFIRM, id=prepared.id, version=prepared.version)
        )

    await asyncio.gather(*(moves(at) for at in range(4)), closes(), *(moves(at) for at in range(4, 8)))
    assert await committing.breaches() == []
