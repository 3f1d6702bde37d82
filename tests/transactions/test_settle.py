"""What a clerk decides, carried out: each remedy, and everything that stands in its way."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from registry.transactions.commands import Changes, Defect, TraceAnswer
from registry.transactions.national_answers import take_answer
from registry.transactions.outcome import Outcome
from registry.transactions.settle import Answer, Decision, Impossible, NoSuchCase, Settled, Stale, settle
from registry.values.person import Name, Sex
from tests.support.office import ANNA, Office, Practice

UNLIKE = replace(ANNA, name=Name("Okonkwo", "Chidi"), sex=Sex.MALE, date_of_birth=date(1999, 12, 1))


async def the_case(office: Office) -> tuple[UUID, int]:
    """Id and version of the open case."""
    row = (await office.connection.exec_driver_sql("select id, version from anomalies where state = 'open'")).one()
    return row.id, row.version


async def decide(office: Office, action: Any, version: int | None = None, **items: Any) -> Answer:
    """Decide the open case, at its present version unless another is named."""
    case, present = await the_case(office)
    decision = Decision(action, version or present, items.pop("reason", "looked at it"), **items)
    return await settle(office.connection, office.context(), case, decision)


async def answered(office: Office, answer: TraceAnswer) -> Outcome | None:
    """Let the national side answer the one question that is open."""
    question = await office.one("select id from national_requests where state <> 'C' and kind <> 'update'")
    return await take_answer(office.connection, office.context(), question, answer)


async def everything(office: Office) -> list[int]:
    """How many rows there are of what a decision could leave behind, and the case's version."""
    counts = "select count(*) from {}"
    tables = ("patients", "list_movements", "practice_messages", "national_requests", "audit_events", "anomalies")
    return [
        *[await office.one(counts.format(table)) for table in tables],
        await office.one("select sum(version) from patients"),
    ]


async def with_text(office: Office) -> tuple[Practice, Practice, UUID, str]:
    """Old and new practice, and a person of the old one whom the new one accepts with a text."""
    old, new = await office.practice(), await office.practice()
    anna, number = await office.person(old)
    await office.send(office.acceptance(new, number=number, free_text="PLEASE CALL"))
    return old, new, anna, number


async def test_accepting_moves_the_person_as_any_acceptance_does(office: Office):
    old, new, anna, number = await with_text(office)

    answer = await decide(office, "accept", number=number)

    assert isinstance(answer, Settled) and answer.outcome is not None
    assert (answer.outcome.state, answer.outcome.outcome) == ("accepted", "registered")
    assert await office.list_of(anna) == new.id
    assert [kind for kind, _ in await office.inbox(new)] == ["F4"]
    assert [kind for kind, _ in await office.inbox(old)] == ["F2"]
    row = "select state || ', ' || decided_by || ', ' || decision || ', ' || decision_reason from anomalies"
    assert await office.one(row) == "decided, clerk, accept, looked at it"
    audit = "select actor_name from audit_events where action = 'anomaly.decided'"
    assert await office.one(audit) == "clerk"


async def test_a_number_may_be_written_in_groups(office: Office):
    _, new, anna, number = await with_text(office)

    assert isinstance(await decide(office, "accept", number=f"{number[:3]} {number[3:6]} {number[6:]}"), Settled)
    assert await office.list_of(anna) == new.id


async def test_somebody_whom_the_matcher_did_not_see_may_be_named(office: Office):
    practice = await office.practice()
    chidi, number = await office.person(like=UNLIKE)
    await office.send(office.acceptance(practice))

    await decide(office, "accept", number=number)

    assert await office.list_of(chidi) == practice.id
    assert await office.one("select surname from patients where id = :id", id=chidi) == "Harrowgate"
    assert (await office.inbox(practice))[0] == ("F4", {"gp_code": practice.gp_code, "number": number})


async def test_an_older_acceptance_may_be_accepted_by_a_person(office: Office):
    holder, late = await office.practice(), await office.practice()
    anna, number = await office.person(holder, accepted_on=date(2026, 10, 1))
    await office.send(office.acceptance(late, number=number, accepted_on=date(2026, 9, 1)))

    assert isinstance(await decide(office, "accept", number=number), Settled)
    assert await office.list_of(anna) == late.id and [kind for kind, _ in await office.inbox(holder)] == ["F2"]


async def test_creating_makes_a_new_person_beside_the_one_who_was_shown(office: Office):
    practice = await office.practice()
    anna, _ = await office.person(number=None)
    await office.send(office.acceptance(practice, number=office.number(), free_text="HER NAMESAKE"))

    answer = await decide(office, "create")
    assert isinstance(answer, Settled) and answer.outcome is not None and answer.outcome.outcome == "trace-asked"
    number = await office.one("select command -> 'demographics' ->> 'number' from transactions")
    done = await answered(office, TraceAnswer("single", number))

    assert done is not None and done.outcome == "created" and done.patient_id != anna
    assert await office.list_of(anna) is None


async def test_somebody_without_a_number_is_accepted_by_who_they_are(office: Office):
    practice = await office.practice()
    anna, _ = await office.person(number=None)
    await office.send(office.acceptance(practice, free_text="PLEASE CALL"))

    assert isinstance(await decide(office, "accept", patient_id=uuid4()), Impossible)
    answer = await decide(office, "accept", patient_id=anna)

    assert isinstance(answer, Settled) and await office.list_of(anna) == practice.id


async def test_what_the_national_side_said_is_remembered_by_the_case(office: Office):
    """The form's number was superseded by one that somebody here bears: they are shown, and nobody is made."""
    practice = await office.practice()
    stranger = replace(ANNA, name=Name("Okonkwo", "Chidi"), date_of_birth=date(1999, 12, 1))
    holder, number = await office.person(like=stranger)
    await office.send(office.acceptance(practice, number=office.number()))
    await answered(office, TraceAnswer("single", number))
    assert await office.one("select patient_ids from anomalies where state = 'open'") == [holder]

    answer = await decide(office, "create")

    assert isinstance(answer, Impossible) and await office.one("select count(*) from patients") == 1


async def test_creating_an_immigrant_waits_for_a_number(office: Office):
    practice = await office.practice()
    form = office.acceptance(practice, acceptance_type="4", entered_uk_on=date(2026, 9, 1), free_text="PLEASE CALL")
    await office.send(form)

    waiting = await decide(office, "create")
    assert isinstance(waiting, Settled) and waiting.outcome is not None and waiting.outcome.outcome == "trace-asked"
    untraced = await answered(office, TraceAnswer("none"))
    assert (
        untraced is not None
        and untraced.outcome == "allocate-asked"
        and await office.one("select count(*) from patients") == 0
    )
    allotted = office.number()
    request = await office.one("select id from national_requests where kind = 'allocate'")
    done = await take_answer(office.connection, office.context(), request, TraceAnswer("allocated", allotted))

    assert done is not None and done.outcome == "created"
    assert await office.one("select nhs_number from patients") == allotted


async def test_a_number_that_does_not_come_makes_nobody(office: Office):
    practice = await office.practice()
    form = office.acceptance(practice, acceptance_type="4", entered_uk_on=date(2026, 9, 1), free_text="PLEASE CALL")
    await office.send(form)
    await decide(office, "create")
    await answered(office, TraceAnswer("none"))
    request = await office.one("select id from national_requests where kind = 'allocate'")

    done = await take_answer(office.connection, office.context(), request, TraceAnswer("unanswered"))

    assert done is not None and (done.state, done.outcome) == ("in-queue", "trace-unanswered")
    assert await office.one("select count(*) from patients") == 0


async def test_two_cases_of_one_new_person_make_one_though_both_were_to_be_created(office: Office):
    """Both clerks looked before either person was there."""
    practice, other = await office.practice(), await office.practice()
    for sender in (practice, other):
        form = office.acceptance(sender, acceptance_type="4", entered_uk_on=date(2026, 9, 1), free_text="NEW HERE")
        await office.send(form)
    cases = (await office.connection.exec_driver_sql("select id from anomalies order by id")).scalars().all()
    for case in cases:
        await settle(office.connection, office.context(), case, Decision("create", 1, "nobody we know"))
    asked = await office.connection.exec_driver_sql("select id from national_requests where kind = 'trace'")
    for question in asked.scalars().all():
        await take_answer(office.connection, office.context(), question, TraceAnswer("none"))
    requests = await office.connection.exec_driver_sql("select id from national_requests where kind = 'allocate'")
    allotted = [TraceAnswer("allocated", office.number()) for _ in cases]

    ends = [
        await take_answer(office.connection, office.context(), request, answer)
        for request, answer in zip(requests.scalars().all(), allotted, strict=True)
    ]

    assert [end.outcome for end in ends if end is not None] == ["created", "possible-match"]
    assert await office.one("select count(*) from patients") == 1


@pytest.mark.parametrize("code", ["1", "7", "10", "13"])
async def test_rejecting_answers_the_practice_with_the_code(office: Office, code: str):
    old, new, anna, _ = await with_text(office)

    answer = await decide(office, "reject", code=code)

    assert isinstance(answer, Settled) and answer.outcome is not None and answer.outcome.state == "refused"
    assert (await office.inbox(new))[0][1]["free_text"].split(" ")[0] == code
    assert await office.list_of(anna) == old.id and await office.inbox(old) == []
    assert await office.one("select chase_at is not null from transactions") is True


IMPOSSIBLE: list[tuple[str, dict[str, Any], str | None]] = [
    ("reject without a code", {"action": "reject"}, "code"),
    ("reject with a code of nobody's", {"action": "reject", "code": "11"}, "code"),
    ("accept nobody", {"action": "accept"}, "number"),
    ("accept a number of nobody's", {"action": "accept", "number": "9990009996"}, "number"),
    ("accept somebody dead", {"action": "accept", "number": "the dead one's"}, None),
    ("create under a number that is held", {"action": "create"}, None),
    ("close what waits for a remedy", {"action": "close"}, "action"),
    ("give no reason", {"action": "reject", "code": "8", "reason": "  "}, "reason"),
]


@pytest.mark.parametrize(("why", "decision", "field"), IMPOSSIBLE, ids=[each[0] for each in IMPOSSIBLE])
async def test_what_cannot_be_done_leaves_nothing_behind(
    office: Office, why: str, decision: dict[str, Any], field: str | None
):
    await with_text(office)
    _, dead = await office.person(like=UNLIKE, status="formal-dead", date_of_death=date(2025, 1, 1))
    if decision.get("number") == "the dead one's":
        decision = {**decision, "number": dead}
    before = await everything(office)

    answer = await decide(office, **decision)

    assert isinstance(answer, Impossible) and answer.field == field and answer.sentence.endswith(".")
    assert await everything(office) == before
    assert await office.one("select state from transactions") == "in-queue"
    assert (await the_case(office))[1] == 1


async def test_a_version_that_is_not_the_present_one_is_stale(office: Office):
    _, _, _, number = await with_text(office)
    before = await everything(office)

    assert await decide(office, "accept", version=2, number=number) == Stale(1)
    assert await everything(office) == before


async def test_a_person_who_changed_since_is_shown_again(office: Office):
    old, new, anna, number = await with_text(office)
    await office.send(office.amendment(old, number, Changes(title="Dr")))

    assert await decide(office, "accept", version=1, number=number) == Stale(2)
    assert await office.list_of(anna) == old.id and await office.inbox(new) == []
    shown = await office.one("select evidence -> 'candidates' -> 0 ->> 'version' from anomalies")
    assert shown == "2"
    assert isinstance(await decide(office, "accept", version=2, number=number), Settled)
    assert await office.list_of(anna) == new.id


async def test_a_person_who_moved_since_is_shown_again(office: Office):
    """A move changes no particular of a person; it changes what a decision about them means."""
    _, new, anna, number = await with_text(office)
    third = await office.practice()
    await office.send(office.acceptance(third, number=number))

    assert await decide(office, "accept", version=1, number=number) == Stale(2)
    assert await office.list_of(anna) == third.id and await office.inbox(new) == []


async def test_somebody_who_is_found_since_is_shown(office: Office):
    practice = await office.practice()
    await office.send(office.acceptance(practice))
    anna, _ = await office.person()

    assert await decide(office, "create", version=1) == Stale(2)
    assert await office.one("select patient_ids from anomalies") == [anna]
    assert await office.one("select count(*) from patients") == 1


async def test_a_case_is_decided_once(office: Office):
    _, _, _, number = await with_text(office)
    case, version = await the_case(office)
    await decide(office, "accept", number=number)
    before = await everything(office)

    again = await settle(
        office.connection, office.context(), case, Decision("reject", version, "changed my mind", code="8")
    )

    assert again == Stale(version + 1), "the case has moved on: look at it again"
    assert await everything(office) == before


async def test_there_is_no_such_case(office: Office):
    assert await settle(office.connection, office.context(), uuid4(), Decision("create", 1, "x")) == NoSuchCase()


async def test_the_holder_of_the_number_is_shown_however_unlike(office: Office):
    practice = await office.practice()
    chidi, number = await office.person(practice, like=UNLIKE)

    await office.send(office.acceptance(practice, number=number))

    assert await office.one("select kind from anomalies") == "number-held-by-another"
    assert await office.one("select patient_ids from anomalies") == [chidi]


async def test_somebody_whom_only_the_national_side_brought_in_stays_in_view(office: Office):
    """The form quotes no number, so nobody here would find the stranger again."""
    practice = await office.practice()
    chidi, number = await office.person(like=UNLIKE)
    await office.send(office.acceptance(practice, acceptance_type="4", entered_uk_on=date(2026, 9, 1)))
    request = await office.one("select id from national_requests")
    await take_answer(office.connection, office.context(), request, TraceAnswer("single", number))
    assert await office.one("select patient_ids from anomalies") == [chidi]

    answer = await decide(office, "accept", version=1, number=number)

    assert isinstance(answer, Settled) and await office.list_of(chidi) == practice.id


# Amendments


async def doubted(office: Office) -> tuple[Practice, UUID, str]:
    """A person whose practice sends another surname and sex, which waits for a clerk."""
    practice = await office.practice()
    anna, number = await office.person(practice)
    await office.send(office.amendment(practice, number, Changes(surname="Winterbourne", sex=Sex.MALE)))
    return practice, anna, number


async def test_an_amendment_is_applied_by_decision(office: Office):
    practice, anna, number = await doubted(office)

    answer = await decide(office, "accept", number=number)

    assert isinstance(answer, Settled) and answer.outcome is not None and answer.outcome.outcome == "amended"
    assert await office.one("select surname || sex from patients where id = :id", id=anna) == "Winterbourne1"
    assert await office.inbox(practice) == []


async def test_an_amendment_that_is_not_followed_is_answered_with_what_the_register_says(office: Office):
    practice, anna, number = await doubted(office)

    answer = await decide(office, "reject", reason="two people confused")

    assert isinstance(answer, Settled) and answer.outcome is not None
    assert (answer.outcome.state, answer.outcome.outcome) == ("refused", "declined-by-office")
    assert await office.inbox(practice) == [
        ("F1", {"gp_code": practice.gp_code, "number": number, "surname": "Harrowgate", "sex": "2"})
    ]
    assert await office.one("select version from patients where id = :id", id=anna) == 1


async def test_an_amendment_is_about_the_person_whom_it_names(office: Office):
    await doubted(office)
    _, other = await office.person(like=UNLIKE)
    before = await everything(office)

    answer = await decide(office, "accept", number=other)

    assert answer == Impossible("The request is about another person.", "number")
    assert await everything(office) == before


@pytest.mark.parametrize("changes", [Changes(date_of_birth=date(2026, 11, 3)), Changes(surname="Vane")])
async def test_what_can_never_be_applied_stays_in_the_queue(office: Office, changes: Changes):
    former, holder = await office.practice(), await office.practice()
    anna, number = await office.person(holder)
    sender = holder if changes.date_of_birth else former
    await office.send(office.amendment(sender, number, changes))
    before = await everything(office)

    assert isinstance(await decide(office, "accept", number=number), Impossible)
    assert await everything(office) == before
    assert isinstance(await decide(office, "reject"), Settled)
    assert await office.one("select version from patients where id = :id", id=anna) == 1


async def test_only_an_acceptance_creates(office: Office):
    await doubted(office)

    assert await decide(office, "create") == Impossible("Only an acceptance can create a person.", "action")


# Deductions


async def test_a_contradicted_death_is_true_by_decision(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice, accepted_on=office.today - timedelta(days=3))
    died_on = office.today - timedelta(days=4)
    await office.send(office.deduction(practice, number, "1", happened_on=died_on))

    assert isinstance(await decide(office, "accept", number=number), Settled)
    assert await office.list_of(anna) is None
    assert await office.one("select date_of_death from patients where id = :id", id=anna) == died_on


async def test_a_contradicted_death_is_not_followed_by_decision(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice, accepted_on=office.today - timedelta(days=3))
    await office.send(office.deduction(practice, number, "1", happened_on=office.today - timedelta(days=4)))

    assert isinstance(await decide(office, "reject"), Settled)
    assert await office.list_of(anna) == practice.id
    [(kind, content)] = await office.inbox(practice)
    assert (kind, content["free_text"]) == ("F11", "REQUEST NOT FOLLOWED: PLEASE CONTACT THE OFFICE")


async def test_a_death_from_a_former_practice_is_told_to_the_one_that_holds_the_person(office: Office):
    former, holder = await office.practice(), await office.practice()
    anna, number = await office.person(former)
    await office.send(office.acceptance(holder, number=number, accepted_on=office.today - timedelta(days=1)))
    await office.send(office.deduction(former, number, "1"))

    assert isinstance(await decide(office, "accept", number=number), Settled)
    assert await office.list_of(anna) is None
    kind, content = (await office.inbox(holder))[-1]
    assert (kind, content["deduction_reason"], content["gp_code"]) == ("F2", "1", holder.gp_code)


async def test_a_death_of_somebody_on_no_list_is_kept_by_decision(office: Office):
    practice = await office.practice()
    anna, number = await office.person()
    await office.send(office.deduction(practice, number, "1"))

    assert isinstance(await decide(office, "accept", number=number), Settled)
    assert await office.one("select status from patients where id = :id", id=anna) == "informal-dead"
    assert await office.inbox(practice) == []


async def test_nobody_dies_twice_by_decision(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice)
    await office.send(office.deduction(practice, number, "1"))
    await office.send(office.deduction(practice, number, "1", happened_on=office.today - timedelta(days=2)))

    assert isinstance(await decide(office, "accept", number=number), Impossible)
    assert isinstance(await decide(office, "reject"), Settled)
    assert await office.one("select date_of_death from patients where id = :id", id=anna) == office.today


async def test_a_removal_with_an_unreadable_item_is_followed_by_decision(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    await office.send(office.removal(practice, number, defects=(Defect("gpCode", "no code"),)))

    answer = await decide(office, "accept", number=number)

    assert isinstance(answer, Settled) and answer.outcome is not None and answer.outcome.state == "pending"
    assert await office.one("select waits_for || ' ' || days from pending_deductions") == "letter 30"


async def test_a_removal_that_is_not_followed_has_no_answer_on_the_link(office: Office):
    practice = await office.practice()
    anna, number = await office.person(practice)
    await office.send(office.removal(practice, number, defects=(Defect("gpCode", "no code"),)))

    assert isinstance(await decide(office, "reject"), Settled)
    assert await office.inbox(practice) == [] and await office.list_of(anna) == practice.id
