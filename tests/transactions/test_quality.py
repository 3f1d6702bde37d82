"""The nightly rules: each with somebody of whom it holds and one who looks alike; and what becomes of what is found."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from registry.transactions.acts.act import Impossible
from registry.transactions.commands import Changes
from registry.transactions.quality.acts import QUALITY
from registry.transactions.quality.night import run_now
from registry.transactions.quality.rules import RULES, values
from registry.transactions.quality.run import open_cases, run_rule
from registry.transactions.settle import Decision, Settled, settle
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex
from tests.support.acts import do, done
from tests.support.office import ANNA, Office, Practice

BY_NAME = {rule.name: rule for rule in RULES}
CHILD = replace(ANNA, name=Name("Harrowgate", "Tom"), sex=Sex.MALE, date_of_birth=date(2016, 5, 1))
ELSEWHERE = Address(("", "40 Mill Lane", "", "Saltholme", ""), "ZX9 1AB")

Story = Callable[[Office, Practice], Awaitable[tuple[set[UUID], set[UUID]]]]
"""Makes those whom a rule is to find, and those who look alike."""


def at(like: Demographics, *lines: str, postcode: str | None = "ZX9 1AB") -> Demographics:
    return replace(like, address=Address.of(["", *lines], postcode))


async def one(office: Office, practice: Practice | None, like: Demographics = ANNA, **columns: Any) -> UUID:
    return (await office.person(practice, like=like, **columns))[0]


async def sql(office: Office, statement: str, **values: Any) -> None:
    await office.connection.execute(text(statement), values)


async def dead(office: Office, practice: Practice) -> tuple[set[UUID], set[UUID]]:
    found = await one(office, practice)
    alike, number = await office.person(practice)
    await office.send(office.deduction(practice, number, "1"))
    await sql(office, "update patients set status = 'informal-dead' where id = :id", id=found)
    return {found}, {alike}


async def gone_record(office: Office, practice: Practice) -> tuple[set[UUID], set[UUID]]:
    return (
        {await one(office, practice, status="invalidated")},
        {await one(office, None, status="invalidated"), await one(office, practice)},
    )


async def after_acceptance(office: Office, practice: Practice) -> tuple[set[UUID], set[UUID]]:
    born = replace(ANNA, date_of_birth=date(2020, 3, 3))
    same_day = replace(ANNA, date_of_birth=date(2020, 3, 2))
    return {await one(office, practice, born)}, {await one(office, practice, same_day), await one(office, None, born)}


async def very_old(office: Office, practice: Practice) -> tuple[set[UUID], set[UUID]]:
    old = replace(ANNA, date_of_birth=date(1916, 11, 1))
    just_not = replace(ANNA, date_of_birth=date(1916, 11, 2))
    return {await one(office, practice, old)}, {await one(office, practice, just_not), await one(office, None, old)}


async def without_number(office: Office, practice: Practice) -> tuple[set[UUID], set[UUID]]:
    long_ago = office.clock.now() - timedelta(days=40)
    found = (await office.person(practice, number=None, created_at=long_ago))[0]
    return {found}, {(await office.person(practice, number=None))[0], await one(office, practice, created_at=long_ago)}


async def child_alone(office: Office, practice: Practice) -> tuple[set[UUID], set[UUID]]:
    found = await one(office, practice, at(CHILD, "1 High Street", "", "Saltholme"))
    alike = {await one(office, practice, CHILD), await one(office, practice, ANNA)}
    home = replace(at(CHILD, "9 Orchard House", "", "Saltholme"))
    alike.add(await one(office, practice, home, residential_institute="RI7"))
    alike.add(await one(office, practice, replace(CHILD, address=Address(("", "", "", "NFA", ""), "ZZ99 3VZ"))))
    alike.add(
        await one(office, practice, replace(CHILD, address=Address(("c/o Vane", "2 Row", "", "X", ""), "ZX9 1AB")))
    )
    alike.add(
        await one(office, practice, at(replace(CHILD, date_of_birth=date(2010, 11, 2)), "7 Row", "", "Saltholme"))
    )
    return {found}, alike


async def crowded(office: Office, practice: Practice) -> tuple[set[UUID], set[UUID]]:
    nine = {await one(office, practice, at(ANNA, "1 High Street", "", "Saltholme")) for _ in range(9)}
    eight = {await one(office, practice, at(ANNA, "2 High Street", "", "Saltholme")) for _ in range(8)}
    home = at(ANNA, "3 High Street", "", "Saltholme")
    many = {await one(office, practice, home, residential_institute="RI7") for _ in range(9)}
    return {min(nine, key=str)}, eight | many


async def special(office: Office, practice: Practice) -> tuple[set[UUID], set[UUID]]:
    found = {await one(office, practice, at(ANNA, postcode=each)) for each in ("ZZ99 3VZ", "NFA", "ANK")}
    return found, {await one(office, practice, at(ANNA, postcode="ZZ9 9ZZ"))}


async def no_postcode(office: Office, practice: Practice) -> tuple[set[UUID], set[UUID]]:
    found = await one(office, practice, at(ANNA, postcode="SALTHOLME"))
    alike = {await one(office, practice, at(ANNA, postcode=each)) for each in ("ZX9 1AB", "NFA", None)}
    return {found}, alike


async def unknown_postcode(office: Office, practice: Practice) -> tuple[set[UUID], set[UUID]]:
    await sql(office, "insert into postcode_places values ('ZX9 1AB', 400000, 400000)")
    return {await one(office, practice, at(ANNA, postcode="ZX4 7QP"))}, {await one(office, practice, at(ANNA))}


async def doctorless(office: Office, practice: Practice) -> tuple[set[UUID], set[UUID]]:
    other = await office.practice()
    await sql(office, "update practice_doctors set period = '(,2026-11-02)' where practice_id = :id", id=other.id)
    return {await one(office, other)}, {await one(office, practice)}


async def titled(office: Office, practice: Practice) -> tuple[set[UUID], set[UUID]]:
    def bearing(title: str, sex: Sex) -> Demographics:
        return replace(ANNA, name=replace(ANNA.name, title=title), sex=sex)

    found = {
        await one(office, practice, bearing("Mrs", Sex.MALE)),
        await one(office, practice, bearing("Mr", Sex.FEMALE)),
    }
    return found, {
        await one(office, practice, bearing("Mx", Sex.MALE)),
        await one(office, practice, bearing("Dr", Sex.FEMALE)),
    }


async def spelt(office: Office, practice: Practice) -> tuple[set[UUID], set[UUID]]:
    def named(surname: str) -> Demographics:
        return replace(ANNA, name=replace(ANNA.name, surname=surname))

    return {await one(office, practice, named("Sm1th"))}, {
        await one(office, practice, named("O'Brien-Müller St. Clair"))
    }


async def by_hand(office: Office, practice: Practice) -> tuple[set[UUID], set[UUID]]:
    def first(line: str) -> Demographics:
        return replace(ANNA, address=Address((line, "2 Row", "", "X", ""), "ZX9 1AB"))

    return {await one(office, practice, first("C/O Vane"))}, {await one(office, practice, first("Careofficer House"))}


async def birthless(office: Office, practice: Practice) -> tuple[set[UUID], set[UUID]]:
    return {await one(office, practice, replace(ANNA, date_of_birth=None))}, {await one(office, practice)}


async def unnoted(office: Office, practice: Practice) -> tuple[set[UUID], set[UUID]]:
    found, alike = await one(office, practice), await office.person(practice)
    await sql(office, "update patients set version = 2 where id = :id", id=found)
    row = "insert into patient_versions values (:id, 1, now(), 'x', null, '{}')"
    await sql(office, row, id=found)
    await office.send(office.amendment(practice, alike[1], Changes(title="Dr")))
    return {found}, {alike[0]}


STORIES: list[tuple[str, Story]] = [
    ("gone-record-on-list", gone_record),
    ("born-after-acceptance", after_acceptance),
    ("very-old", very_old),
    ("number-missing", without_number),
    ("child-alone", child_alone),
    ("crowded-dwelling", crowded),
    ("postcode-special", special),
    ("postcode-unmatched", no_postcode),
    ("postcode-unmatched", unknown_postcode),
    ("practice-without-doctor", doctorless),
    ("sex-and-title", titled),
    ("name-characters", spelt),
    ("care-of", by_hand),
    ("birth-date-missing", birthless),
    ("change-not-noted", unnoted),
]


async def found_by(office: Office, name: str) -> set[UUID]:
    query = text(f"select array_agg(patient_id) from ({BY_NAME[name].query}) found")
    given = {key: value for key, value in values(office.context()).items() if f":{key}" in BY_NAME[name].query}
    return set((await office.connection.execute(query, given)).scalar_one() or ())


@pytest.mark.parametrize(("name", "story"), STORIES, ids=[name for name, _ in STORIES])
async def test_a_rule_finds_whom_it_means_and_nobody_who_looks_alike(office: Office, name: str, story: Story):
    practice = await office.practice()
    found, alike = await story(office, practice)

    seen = await found_by(office, name)

    assert found <= seen and not seen & alike
    run = await run_rule(office.connection, office.context(), BY_NAME[name])
    assert run.found == len(seen) and sum(run.by_practice.values()) == run.found


async def test_the_dead_on_a_list_are_found(connection: Any, clock: Any):
    """Apart from the others, for it is a promise broken, and the fixture looks at those."""
    office = Office(connection, clock)
    practice = await office.practice()
    found, alike = await dead(office, practice)

    assert await found_by(office, "dead-on-list") == found and alike


async def test_what_constraints_rule_out_is_looked_for_all_the_same(connection: Any, clock: Any):
    office = Office(connection, clock)
    one_of, other = await office.practice(), await office.practice()
    twice, once = await one(office, one_of), await one(office, one_of)
    await sql(office, "alter table list_memberships drop constraint one_list_at_a_time")
    row = "insert into list_memberships values (:id, :who, :list, '[2021-01-01,)', '2021-01-01', now(), 'X', null)"
    await sql(office, row, id=uuid4(), who=twice, list=other.id)
    await sql(office, "alter table patients drop constraint ck_patients_number_is_valid")
    await sql(office, "update patients set nhs_number = '9990000019' where id = :id", id=once)

    assert await found_by(office, "on-two-lists") == {twice}
    assert await found_by(office, "number-check-digit") == {once}


async def the_old(office: Office, practice: Practice, count: int = 1) -> list[UUID]:
    old = replace(ANNA, date_of_birth=date(1900, 1, 1))
    return [await one(office, practice, at(old, f"{number} High Street", "", "Saltholme")) for number in range(count)]


async def night(office: Office, days: int = 0) -> int:
    """A night passes; how many cases it opens."""
    office.on(office.today + timedelta(days=days))
    return (await run_now(office.connection, office.context()))[1]


async def cases(office: Office, state: str = "open") -> list[Any]:
    query = "select id, version, patient_ids, practice_id, evidence, decided_by, decision_reason from anomalies"
    rows = await office.connection.execute(
        text(f"{query} where kind = 'quality' and state = :state order by id"), {"state": state}
    )
    return list(rows)


async def close(office: Office) -> None:
    [case] = await cases(office)
    answer = await settle(office.connection, office.context(), case.id, Decision("close", case.version, "it is so"))
    assert isinstance(answer, Settled)


async def test_a_finding_opens_one_case_however_many_nights_pass(office: Office):
    practice = await office.practice()
    [who] = await the_old(office, practice)

    assert [await night(office), await night(office, 1), await night(office, 1)] == [1, 0, 0]

    [case] = await cases(office)
    assert case.patient_ids == [] and case.practice_id == practice.id
    assert case.evidence["rule"] == "very-old" and case.evidence["candidates"][0]["patient_id"] == str(who)
    assert await office.one("select count(*) from quality_findings") == 1


async def test_a_case_closes_by_itself_when_the_finding_is_gone(office: Office):
    practice = await office.practice()
    [who] = await the_old(office, practice)
    await night(office)

    number = await office.one("select nhs_number from patients where id = :id", id=who)
    await office.send(office.amendment(practice, number, Changes(date_of_birth=date(1990, 1, 1))))
    await night(office, 1)

    [case] = await cases(office, "decided")
    assert case.decision_reason == "The register does not say so any more."
    assert await office.one("select gone_at is not null from quality_findings")


async def test_what_a_person_accepted_stays_closed_until_the_person_changes(office: Office):
    practice = await office.practice()
    [who] = await the_old(office, practice)
    await night(office)
    await close(office)

    assert [await night(office, 1), await night(office, 200)] == [0, 0]
    assert await office.one("select accepted_version from quality_findings") == 1

    number = await office.one("select nhs_number from patients where id = :id", id=who)
    await office.send(office.amendment(practice, number, Changes(title="Dr")))
    assert await night(office, 1) == 1


async def test_what_changed_after_the_case_was_opened_and_before_it_was_closed_was_seen(office: Office):
    practice = await office.practice()
    [who] = await the_old(office, practice)
    await night(office)
    number = await office.one("select nhs_number from patients where id = :id", id=who)
    await office.send(office.amendment(practice, number, Changes(title="Dr")))
    office.later(office.clock.now() + timedelta(minutes=5))
    await close(office)

    assert await night(office, 1) == 0


async def test_no_fixed_abode_is_asked_about_again_after_half_a_year(office: Office):
    practice = await office.practice()
    await one(office, practice, at(ANNA, postcode="ZZ99 3VZ"))
    await night(office)
    await close(office)

    assert [await night(office, 181), await night(office, 2)] == [0, 1]


async def test_a_night_opens_no_more_than_its_share_and_the_oldest_first(office: Office):
    practice = await office.practice()
    first = await the_old(office, practice, 50)
    assert await night(office) == 50
    await the_old(office, practice, 3)

    assert await night(office) == 0 and len(await cases(office)) == 50
    assert await office.one("select count(*) from quality_findings where case_id is null") == 3
    assert await night(office, 1) == 3
    asked = {case.evidence["candidates"][0]["patient_id"] for case in (await cases(office))[:50]}
    assert asked == {str(each) for each in first}


async def test_the_gravest_of_one_night_come_first(office: Office):
    practice = await office.practice()
    await one(office, practice, at(ANNA, postcode="ZZ99 3VZ"))
    await the_old(office, practice)
    for rule in reversed(RULES):
        await run_rule(office.connection, office.context(), rule)

    await open_cases(office.connection, office.context())

    assert [case.evidence["rule"] for case in await cases(office)] == ["very-old", "postcode-special"]


async def test_a_case_of_quality_holds_up_no_clock(office: Office):
    practice = await office.practice()
    [who] = await the_old(office, practice)
    await night(office)
    number = await office.one("select nhs_number from patients where id = :id", id=who)

    outcome = await office.send(office.deduction(practice, number, "5"))

    assert outcome.outcome == "deducted"


async def test_whoever_is_kept_apart_is_asked_about_by_nobody(office: Office):
    practice = await office.practice()
    await one(office, practice, replace(CHILD, date_of_birth=date(1900, 1, 1)), apart=True)
    await one(office, practice, at(CHILD, "1 High Street", "", "Saltholme"), apart=True)

    assert await night(office) == 0


async def test_of_somebody_restricted_the_case_names_no_practice(office: Office):
    practice = await office.practice()
    await one(office, practice, replace(ANNA, date_of_birth=date(1900, 1, 1)), restricted=True)

    await night(office)

    [case] = await cases(office)
    assert case.practice_id is None


async def test_information_asks_nobody_and_is_counted_by_practice(office: Office):
    practice, other = await office.practice(), await office.practice()
    await one(office, practice, replace(ANNA, date_of_birth=None))
    await one(office, other, replace(ANNA, date_of_birth=None))

    assert await night(office) == 0
    counted = "select by_practice from quality_rounds where rule = 'birth-date-missing'"
    assert await office.one(counted) == {practice.ods_code: 1, other.ods_code: 1}
    assert await office.one("select count(*) from quality_findings") == 0


async def test_the_report_counts_by_rule_and_practice_with_ages_and_the_trend(office: Office):
    practice = await office.practice()
    await the_old(office, practice, 2)
    await night(office)
    await night(office, 30)
    act = next(each for each in QUALITY.acts if each.name == "report")

    report = await done(office.connection, office.context(), act, days=60)

    line = next(each for each in report.data if each["rule"] == "very-old")
    assert (line["found"], line["findings"], line["asked"], line["over_four_weeks"]) == (2, 2, 2, 2)
    assert line["by_practice"] == {practice.ods_code: 2}
    assert [found for _, found in line["trend"]] == [2, 2]
    assert {each["rule"] for each in report.data} == set(BY_NAME)


async def test_one_rule_may_be_run_and_there_must_be_one(office: Office):
    await office.practice()
    act = next(each for each in QUALITY.acts if each.name == "run")

    ran = await done(office.connection, office.context(), act, rule="very-old")
    wrong = await do(office.connection, office.context(), act, rule="nonsense")

    assert [each["rule"] for each in ran.data] == ["very-old"]
    assert isinstance(wrong, Impossible) and "very-old" in wrong.sentence


async def test_how_long_queries_took_in_working_days(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    act = next(each for each in QUALITY.acts if each.name == "times")
    # Asked on Monday; settled on the same day, on Tuesday, and on Friday.
    for days in (0, 1, 4):
        office.on(date(2026, 11, 2))
        await office.send(office.amendment(practice, number, Changes(title="Dr"), free_text=f"PLEASE READ {days}"))
        case = await office.one("select id from anomalies where state = 'open'")
        office.on(date(2026, 11, 2) + timedelta(days=days))
        await settle(office.connection, office.context(), case, Decision("reject", 1, "read"))
    office.on(date(2026, 11, 2))
    await office.send(office.amendment(practice, number, Changes(title="Rev"), free_text="STILL OPEN"))
    office.on(date(2026, 11, 9))

    times = await done(office.connection, office.context(), act)

    everything, practices, kind = times.data
    assert everything == {**practices, "kind": "all"} and kind["kind"] == "free-text"
    assert everything == {
        "kind": "all", "opened": 4, "decided": 3, "within_1_working_day": 2, "median_working_days": 1.0,
        "longest_working_days": 4, "open": 1, "late": 2,
    }  # fmt: skip
