"""Sweeps one after another: who changed is compared, what a person judged stands, and what is no longer true goes."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from registry.database import Writes
from registry.matching.model.load import SHIPPED
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.people import change_person
from registry.transactions.settle import Decision, Settled
from registry.transactions.sweep import offer as offering
from registry.transactions.sweep.begin import NONE_UNFINISHED, OTHER_KEYS, OTHER_MODEL, Asked, Refused
from registry.transactions.sweep.run import run_sweep, tidy_and_offer
from tests.support.committing_office import CommittingOffice
from tests.support.merging import merged, suspected
from tests.support.sweeping import ADA, AWAY, GRETA, pairs, queue, renamed, somebody, swept, taken_on

A_WEEK = timedelta(days=7)


def later(office: CommittingOffice) -> None:
    office.clock.instant += A_WEEK


async def change(office: CommittingOffice, person: UUID, **columns: object) -> None:
    """Somebody's particulars change, as the register changes them."""
    async with office.at_work() as work:
        await lock_people(work.connection, [person])
        writes = Writes()
        change_person(writes, work.context(), await gather_person(work.connection, person), dict(columns), None)
        await writes.flush(work.connection)


async def judged(office: CommittingOffice, verdict: str) -> None:
    """A clerk decides the one case."""
    [case] = await office.cases()
    version = await office.one("select version from anomalies where id = :id", id=case)
    answer = await office.settle(Decision(verdict, version, "looked at"))  # pyright: ignore[reportArgumentType]
    assert isinstance(answer, Settled), answer


async def states(office: CommittingOffice) -> list[str]:
    return sorted(row["state"] for row in (await pairs(office)).values())


async def test_the_second_sweep_compares_who_changed_with_everybody(committing: CommittingOffice):
    await taken_on(committing, ADA, ADA, GRETA)
    later(committing)
    first = await swept(committing)
    later(committing)
    await taken_on(committing, renamed(GRETA, surname="Oakhangar"))
    second = await swept(committing)
    assert (first.since, first.changed, first.pairs) == (None, 3, 1)
    assert (second.people, second.changed, second.pairs, second.opened) == (4, 1, 1, 1)
    assert second.since is not None and second.since < first.started_at
    assert len(await queue(committing)) == 2


async def test_everybody_can_be_compared_again(committing: CommittingOffice):
    await taken_on(committing, ADA, ADA)
    await swept(committing)
    later(committing)
    again = await swept(committing, Asked(everybody=True))
    assert (again.since, again.changed, again.pairs, again.opened) == (None, 2, 1, 0)
    assert len(await pairs(committing)) == len(await queue(committing)) == 1


async def test_a_sweep_with_another_model_compares_everybody(committing: CommittingOffice):
    await taken_on(committing, ADA, ADA)
    await swept(committing)
    later(committing)
    report = await run_sweep(committing.engine, committing.plan.context(), replace(SHIPPED, version="another"))
    assert not isinstance(report, Refused)
    assert (report.since, report.changed) == (None, 2)


@pytest.mark.parametrize("verdict", ["different", "household"])
async def test_who_was_judged_to_be_two_is_not_asked_about_until_one_changes(
    committing: CommittingOffice, verdict: str
):
    ada, _ = await taken_on(committing, ADA, renamed(ADA, surname="Fetherstone"))
    await swept(committing)
    await judged(committing, verdict)
    later(committing)
    assert (await swept(committing, Asked(everybody=True))).opened == 0
    assert await states(committing) == ["judged"]
    await change(committing, ada, residential_institute="AB")
    later(committing)
    assert (await swept(committing)).opened == 0, "nothing that is compared has changed"
    assert await states(committing) == ["judged"]
    await change(committing, ada, second_forename="Belinda")
    later(committing)
    assert (await swept(committing)).opened == 1
    assert await states(committing) == ["offered"]


async def test_who_is_held_to_be_one_is_worked_on_in_a_matter_and_not_asked_about_again(committing: CommittingOffice):
    await taken_on(committing, ADA, ADA)
    await swept(committing)
    await judged(committing, "same")
    later(committing)
    assert (await swept(committing, Asked(everybody=True))).opened == 0
    assert await committing.one("select count(*) from matters where kind = 'duplicate' and closed_at is null") == 1
    assert await committing.one("select count(*) from patients where merged_into is not null") == 0


async def test_a_pair_that_is_suspected_already_waits(committing: CommittingOffice):
    one, other = await taken_on(committing, ADA, ADA)
    async with committing.at_work() as office:
        await suspected(office, one, other)
    assert (await swept(committing)).opened == 0
    assert await states(committing) == ["waiting"]


async def test_a_pair_that_was_merged_is_gone(committing: CommittingOffice):
    one, other = await taken_on(committing, ADA, ADA)
    await swept(committing)
    async with committing.at_work() as office:
        await merged(office, one, other)
    await tidy_and_offer(committing.engine, committing.plan.context())
    [row] = (await pairs(committing)).values()
    assert (row["state"], row["closed_because"]) == ("gone", "One of the two records takes part in the search no more.")
    assert await queue(committing) == []


async def test_a_case_about_records_that_are_alike_no_more_is_closed(committing: CommittingOffice):
    ada, _ = await taken_on(committing, ADA, renamed(ADA, surname="Fetherstone"))
    later(committing)
    await swept(committing)
    later(committing)
    async with committing.at_work() as office:
        # A whole person was corrected: what the record said before was another's.
        for statement in (
            "update match_keys set surname = 'OAKHANGER', surname_code = 'X', first_forename = 'GRETA',"
            " second_forename = '', date_of_birth = '1979-11-02', postcode = 'QZ23AB', address_key = '8|TARN',"
            " sex = '1' where patient_id = :id",
            "update patients set surname = 'Oakhanger', first_forename = 'Greta', sex = '1',"
            " date_of_birth = '1979-11-02', postcode = 'QZ2 3AB', updated_at = :now where id = :id",
        ):
            await office.connection.execute(text(statement), {"id": ada, "now": office.clock.now()})
    later(committing)
    assert (await swept(committing)).changed == 1
    assert await states(committing) == ["gone"]
    assert await queue(committing) == []


async def test_when_both_are_dead_the_case_is_closed(committing: CommittingOffice):
    one, other = await taken_on(committing, ADA, ADA)
    await swept(committing)
    async with committing.at_work() as office:
        dead = text("update patients set status = 'formal-dead' where id = any(:ids)")
        await office.connection.execute(dead, {"ids": [one, other]})
    closed, opened = await tidy_and_offer(committing.engine, committing.plan.context())
    assert (closed, opened) == (1, 0)
    assert await states(committing) == ["gone"]


async def test_who_is_kept_apart_since_is_asked_about_no_more_and_nobody_is_told_why(committing: CommittingOffice):
    one, _ = await taken_on(committing, ADA, ADA)
    await swept(committing)
    async with committing.at_work() as office:
        await office.connection.execute(text("update patients set apart = true where id = :id"), {"id": one})
    await tidy_and_offer(committing.engine, committing.plan.context())
    assert await queue(committing) == []
    reason = await committing.one("select decision_reason from anomalies where kind = 'possible-duplicate'")
    assert reason == "One of the two records takes part in the search no more."


async def test_the_likeliest_are_asked_about_first_and_the_rest_as_cases_are_decided(
    committing: CommittingOffice, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(offering, "_PAGE", 2)
    names = ("Hew", "Orla", "Petra", "Quentin", "Rhona")
    for place, name in enumerate(names):
        person = somebody(name, f"Marchb{'aeiou'[place]}nk", f"19{60 + 7 * place}-02-03")
        again = renamed(person, surname=f"{person.name.surname}s") if place % 2 else replace(person, address=AWAY)
        await taken_on(committing, person, again)
    report = await swept(committing, at_most=2)
    assert (report.pairs, report.opened, report.waiting) == (5, 2, 3)
    scores = sorted((row["score"] for row in (await pairs(committing)).values()), reverse=True)
    offered = await pairs(committing, "offered")
    assert [offered[each]["score"] for each in await queue(committing)] == scores[:2]
    _, opened = await tidy_and_offer(committing.engine, committing.plan.context())
    assert opened == 3
    assert [(await pairs(committing))[each]["score"] for each in await queue(committing)] == scores


async def test_no_more_are_open_than_the_office_allows(committing: CommittingOffice):
    await taken_on(committing, ADA, ADA, GRETA, GRETA)
    async with committing.at_work() as office:
        context = office.context()
    context.policies.rows["duplicate_cases_open_at_most"] = [(None, None, 1)]
    report = await run_sweep(committing.engine, context, SHIPPED)
    assert not isinstance(report, Refused)
    assert (report.pairs, report.open_cases, report.waiting) == (2, 1, 1)
    await judged(committing, "different")
    assert await tidy_and_offer(committing.engine, context) == (0, 1)


async def test_three_of_one_person_are_asked_about_without_a_circle(committing: CommittingOffice):
    """Who has no number and is there three times: two pairs join all three, and the third says nothing new."""
    async with committing.at_work() as office:
        for _ in range(3):
            await office.person(like=ADA, number=None)
    report = await swept(committing)
    assert (report.pairs, report.opened, report.waiting, report.clusters_to_check) == (3, 2, 1, 0)


async def test_three_with_several_numbers_are_to_be_checked_link_by_link(committing: CommittingOffice):
    await taken_on(committing, ADA, ADA, ADA)
    report = await swept(committing)
    assert (report.pairs, report.opened, report.clusters_to_check) == (3, 3, 1)
    evidence = await committing.column("select evidence -> 'cluster' from anomalies where kind = 'possible-duplicate'")
    assert evidence == [{"people": 3, "check_links": True, "weak": False}] * 3


async def test_a_sweep_and_its_cases_are_in_the_audit(committing: CommittingOffice):
    one, other = await taken_on(committing, ADA, ADA)
    report = await swept(committing)
    [subject] = await committing.column("select subject from audit_events where action = 'register.swept'")
    assert subject == {
        "sweep": str(report.id), "since": None, "people": 2, "changed": 2, "pairs": 1, "certain": 0, "possible": 1,
    }  # fmt: skip
    assert await committing.column("select patient_ids from audit_events where action = 'anomaly.opened'") == [
        sorted([one, other])
    ]


async def test_keys_of_another_normaliser_are_refused(committing: CommittingOffice):
    await taken_on(committing, ADA)
    async with committing.at_work() as office:
        await office.connection.execute(text("update match_keys set normaliser_version = '0'"))
    answer = await run_sweep(committing.engine, committing.plan.context(), SHIPPED)
    assert answer == Refused(OTHER_KEYS)


async def test_there_is_nothing_to_resume_after_a_whole_sweep(committing: CommittingOffice):
    await swept(committing)
    answer = await run_sweep(committing.engine, committing.plan.context(), SHIPPED, Asked(resume=True))
    assert answer == Refused(NONE_UNFINISHED)


async def test_what_was_broken_off_goes_on_only_with_its_own_model(committing: CommittingOffice):
    await taken_on(committing, ADA, ADA)
    async with committing.at_work() as office:
        await office.connection.execute(
            text(
                "insert into match_sweeps (id, model_version, normaliser_version, author, started_at, chunks)"
                " values (gen_random_uuid(), 'another', '1', 'somebody', now(), 3)"
            )
        )
    context = committing.plan.context()
    assert await run_sweep(committing.engine, context, SHIPPED, Asked(resume=True)) == Refused(OTHER_MODEL)
    assert (await swept(committing)).resumed is False
    assert await committing.column("select state from match_sweeps order by started_at") != ["running"] * 2
    assert sorted(await committing.column("select state from match_sweeps")) == ["finished", "given-up"]


async def test_an_empty_register_is_swept(committing: CommittingOffice):
    report = await swept(committing)
    assert (report.people, report.pairs, report.opened) == (0, 0, 0)
