"""Applications for a practice: refusals as evidence, vetting, candidates, the choice, and every end."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.database import Writes
from registry.transactions.acts.act import Act, Answer, Done, Impossible, Nothing, Stale, WrongState
from registry.transactions.assignment import acts
from registry.transactions.due.matters import matter_falls_due
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.leave import take_off
from registry.transactions.matters.step import open_matter
from registry.transactions.national_answers import read_request
from registry.transactions.office_transactions import note_transaction
from registry.transactions.rules.assignment_facts import FACTORS
from registry.transactions.rules.removal_reasons import RemovalReason
from registry.transactions.scheme.placement import SPECIAL_ALLOCATION
from registry.values.person import Name
from tests.support import acts as doing
from tests.support.office import ANNA, Office, Practice


class Desk:
    """A clerk at work on one application."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.id: UUID | None = None

    async def do(self, act: Act[Any], **details: Any) -> Answer:
        return await doing.do(self.office.connection, self.office.context(), act, **details)

    async def done(self, act: Act[Any], **details: Any) -> Done:
        return await doing.done(self.office.connection, self.office.context(), act, **details)

    async def step(self, act: Act[Any], **details: Any) -> Answer:
        """Do an act on the application at its present version."""
        return await self.do(act, id=self.id, version=await self.version(), **details)

    async def version(self, matter: UUID | None = None) -> int:
        return await self.office.one("select version from matters where id = :id", id=matter or self.id)

    async def state(self, matter: UUID | None = None) -> str:
        return await self.office.one("select state from matters where id = :id", id=matter or self.id)

    async def refused(self, number: str, practice: Practice, ground: str = "outside-area", **items: Any) -> Done:
        details = {"nhs_number": number, "practice": practice.ods_code, "refused_on": self.office.today, **items}
        return await self.done(acts.REFUSE, ground=ground, **details)

    async def applies(self, number: str, **items: Any) -> UUID:
        self.id = (await self.done(acts.APPLY, nhs_number=number, **items)).id
        assert self.id is not None
        return self.id

    async def eligible(self, number: str, practice: Practice, **items: Any) -> UUID:
        """Somebody refused by a practice, whose application was found eligible."""
        await self.refused(number, practice)
        matter = await self.applies(number, **items)
        assert isinstance(await self.step(acts.FIND_ELIGIBLE), Done)
        return matter

    async def falls_due(self, matter: UUID | None = None) -> str:
        """Set the clock to when the application is due, and let it strike."""
        due_at: datetime = await self.office.one("select due_at from matters where id = :id", id=matter or self.id)
        self.office.later(due_at)
        return await matter_falls_due(self.office.connection, self.office.context(), matter or self.id or UUID(int=0))

    async def letters(self) -> list[tuple[str, dict[str, Any], str]]:
        query = "select kind, content, state from letters order by decided_at, id"
        return [tuple(row) for row in await self.office.connection.execute(text(query))]


@pytest_asyncio.fixture
async def desk(office: Office) -> Desk:
    return Desk(office)


async def removed(office: Office, patient_id: UUID, reason: RemovalReason, on: date | None = None) -> None:
    """Take somebody off the list they are on, at their practice's request."""
    await lock_people(office.connection, [patient_id])
    person = await gather_person(office.connection, patient_id)
    writes = Writes()
    context = office.context()
    transaction = note_transaction(
        writes, context, "practice-removal", outcome="removed", sentence="Removed.", command={}, patient_id=patient_id
    )
    take_off(writes, context, person, reason, transaction, on=on)
    await writes.flush(office.connection)


# Refusals


async def test_a_refusal_is_entered_and_the_person_is_written_to(desk: Desk):
    refuser, near = await desk.office.practice(), await desk.office.practice()
    _, number = await desk.office.person()
    answer = await desk.refused(number, refuser)
    assert answer.sentence == "The refusal is in the register." and answer.data["stands"] is True
    [(kind, content, state)] = await desk.letters()
    assert (kind, content, state) == ("REG-3", {"practices": [near.ods_code], "assignment": True}, "queued")
    waiting = await desk.office.one("select kind || ' ' || state || ' ' || owner from matters")
    assert waiting == "practice-refusal reasons-awaited practice"


@pytest.mark.parametrize(
    ("ground", "words"),
    [
        ("race", "not taken as evidence (race)"),
        ("disability", "not taken as evidence (disability)"),
        ("condition", "(a medical condition)"),
        ("list-full", "calls its list full and has not closed it"),
        ("list-closed", "(the list is open)"),
        ("none-given", "no ground was given"),
    ],
)
async def test_what_is_no_ground_is_named_and_reported(desk: Desk, ground: str, words: str):
    _, number = await desk.office.person()
    answer = await desk.refused(number, await desk.office.practice(), ground)
    assert words in answer.sentence and answer.data["stands"] is False
    assert await desk.office.one("select kind from anomalies") == "refusal-without-ground"
    assert await desk.office.one("select cardinality(patient_ids) from anomalies") == 0


async def test_the_same_refusal_is_entered_once_and_impossible_days_are_refused(desk: Desk):
    practice = await desk.office.practice()
    _, number = await desk.office.person()
    await desk.refused(number, practice)
    usual = {"nhs_number": number, "practice": practice.ods_code, "ground": "outside-area"}
    today, tomorrow = desk.office.today, desk.office.today + timedelta(days=1)
    for field, details in (
        ("refused_on", {"refused_on": today}),
        ("refused_on", {"refused_on": tomorrow}),
        ("reasons_given_on", {"refused_on": today - timedelta(days=3), "reasons_given_on": tomorrow}),
        ("practice", {"refused_on": today, "practice": "Y99999"}),
        ("nhs_number", {"refused_on": today, "nhs_number": "9990000019"}),
    ):
        answer = await desk.do(acts.REFUSE, **{**usual, **details})
        assert isinstance(answer, Impossible) and answer.field == field
    assert await desk.office.one("select count(*) from practice_refusals") == 1


@pytest.mark.parametrize(("days", "is_late"), [(13, False), (14, False), (15, True)])
async def test_written_reasons_are_in_time_until_the_fourteenth_day(desk: Desk, days: int, is_late: bool):
    desk.office.on(date(2025, 2, 3))
    _, number = await desk.office.person()
    await desk.refused(number, await desk.office.practice())
    matter = await desk.office.one("select id from matters")
    desk.office.on(date(2025, 2, 3) + timedelta(days=days))
    end = await matter_falls_due(desk.office.connection, desk.office.context(), matter)
    assert end == ("reasons overdue" if is_late else "gone")
    cases = await desk.office.one("select count(*) from anomalies where kind = 'refusal-reasons-late'")
    assert cases == (1 if is_late else 0)
    given = await desk.do(
        acts.REASONS_GIVEN, id=matter, version=2 if is_late else 1, given_on=desk.office.clock.now().date()
    )
    assert isinstance(given, Done) and given.state == "reasons-given"
    assert ("late" in given.sentence) == is_late
    assert await desk.office.one("select count(*) from anomalies where kind = 'refusal-reasons-late'") == cases
    listed = await desk.done(acts.REFUSALS, overdue=True)
    assert len(listed.data) == (1 if is_late else 0)


async def test_reasons_that_never_came_are_chased_by_the_supervisor_until_the_breach_is_closed(desk: Desk):
    _, number = await desk.office.person()
    await desk.refused(number, await desk.office.practice())
    matter = await desk.office.one("select id from matters")
    assert await desk.falls_due(matter) == "reasons overdue"
    assert await desk.falls_due(matter) == "escalated"
    version = await desk.version(matter)
    assert isinstance(await desk.do(acts.CLOSE_BREACH, id=matter, version=version), Impossible)
    closed = await desk.done(acts.CLOSE_BREACH, id=matter, version=version, reason="commissioner told")
    assert closed.state == "breach-closed"


async def test_reasons_that_were_there_from_the_start_open_nothing_and_late_ones_are_reported(desk: Desk):
    practice, today = await desk.office.practice(), desk.office.today
    _, number = await desk.office.person()
    week = {"refused_on": today - timedelta(days=7), "reasons_given_on": today}
    await desk.refused(number, practice, "outside-area", **week)
    assert await desk.office.one("select count(*) from matters") == 0
    await desk.refused(number, practice, refused_on=today - timedelta(days=15), reasons_given_on=today)
    assert await desk.office.one("select kind from anomalies") == "refusal-reasons-late"


# Applications and vetting


async def test_an_application_without_a_refusal_on_record_is_not_found_eligible(desk: Desk):
    practice = await desk.office.practice()
    _, number = await desk.office.person()
    await desk.applies(number)
    answer = await desk.step(acts.FIND_ELIGIBLE)
    assert isinstance(answer, Impossible) and "No practice's refusal" in answer.sentence
    await desk.refused(number, practice, refused_on=date(2026, 5, 2))
    assert isinstance(await desk.step(acts.FIND_ELIGIBLE), Impossible)
    await desk.refused(number, practice, refused_on=date(2026, 5, 3))
    found = await desk.step(acts.FIND_ELIGIBLE)
    assert isinstance(found, Done) and found.state == "eligible"


async def test_somebody_on_a_list_is_refused_and_the_answer_does_not_tell_why(desk: Desk):
    practice = await desk.office.practice()
    _, number = await desk.office.person(practice)
    await desk.refused(number, practice)
    await desk.applies(number)
    assert isinstance(await desk.step(acts.FIND_ELIGIBLE), Impossible)
    refused = await desk.step(acts.REFUSE_APPLICATION, because="already-registered")
    assert isinstance(refused, Done) and refused.state == "refused"
    content = (await desk.letters())[-1][1]
    assert content == {"answer": "not-assigned", "ask": "contact-the-office"}
    assert await desk.office.one("select facts ->> 'refused_as' from matters where id = :id", id=desk.id) == (
        "already-registered"
    )


async def test_a_reason_that_the_register_contradicts_is_not_taken(desk: Desk):
    _, number = await desk.office.person()
    await desk.applies(number)
    for because in ("already-registered", "on-the-scheme"):
        answer = await desk.step(acts.REFUSE_APPLICATION, because=because)
        assert isinstance(answer, Impossible) and answer.field == "because"


async def test_somebody_whose_removal_is_pending_waits_for_its_day(desk: Desk):
    practice = await desk.office.practice()
    patient_id, number = await desk.office.person(practice)
    await desk.office.send(desk.office.deduction(practice, number))
    await desk.refused(number, practice)
    await desk.applies(number)
    answer = await desk.step(acts.FIND_ELIGIBLE)
    assert isinstance(answer, Impossible) and "wait until the pending removal" in answer.sentence
    assert await desk.office.list_of(patient_id) == practice.id


async def test_nobody_on_the_scheme_is_assigned_to_an_ordinary_practice(desk: Desk):
    practice = await desk.office.practice()
    patient_id, number = await desk.office.person()
    await desk.eligible(number, practice)
    # A place without the notice behind it is not to be kept.
    async with desk.office.connection.begin_nested() as passing:
        writes, soon = Writes(), desk.office.clock.now() + timedelta(days=1)
        open_matter(writes, desk.office.context(), SPECIAL_ALLOCATION.machine, due_at=soon, patient_id=patient_id)
        await writes.flush(desk.office.connection)
        answer = await desk.step(acts.ASSIGN, practice=practice.ods_code, reason="near")
        assert isinstance(answer, Impossible) and "special allocation scheme" in answer.sentence
        refused = await desk.step(acts.REFUSE_APPLICATION, because="on-the-scheme")
        assert isinstance(refused, Done) and "scheme" not in str((await desk.letters())[-1])
        await passing.rollback()


async def test_one_application_is_open_at_a_time_and_bad_input_is_named(desk: Desk):
    practice = await desk.office.practice()
    _, number = await desk.office.person()
    await desk.applies(number, wanted=[practice.ods_code], circumstances=["housebound"])
    for field, details in (
        ("nhs_number", {}),
        ("nhs_number", {"nhs_number": "999"}),
        ("nhs_number", {"nhs_number": desk.office.number()}),
    ):
        answer = await desk.do(acts.APPLY, **{"nhs_number": number, **details})
        assert isinstance(answer, Impossible) and answer.field == field
    _, other = await desk.office.person(like=replace(ANNA, name=Name("Quill", "Bea")))
    for field, details in (
        ("wanted", {"wanted": ["Y99999"]}),
        ("unwanted", {"wanted": [practice.ods_code], "unwanted": [practice.ods_code.lower()]}),
        ("received_on", {"received_on": desk.office.today + timedelta(days=1)}),
    ):
        answer = await desk.do(acts.APPLY, nhs_number=other, **details)
        assert isinstance(answer, Impossible) and answer.field == field
    _, dead = await desk.office.person(status="formal-dead")
    assert isinstance(await desk.do(acts.APPLY, nhs_number=dead), Impossible)


# The choice


async def test_assigning_puts_on_the_list_writes_to_both_and_keeps_the_explanation(desk: Desk):
    refuser, chosen = await desk.office.practice(), await desk.office.practice()
    patient_id, number = await desk.office.person()
    await desk.eligible(number, refuser, wanted=[chosen.ods_code])
    candidates = await desk.done(acts.CANDIDATES, id=desk.id)
    assert [each["practice"] for each in candidates.data] == [chosen.ods_code, refuser.ods_code]
    answer = await desk.step(acts.ASSIGN, practice=chosen.ods_code)
    assert isinstance(answer, Done) and answer.state == "assigned"
    assert await desk.office.list_of(patient_id) == chosen.id
    assert await desk.office.one("select reason from list_movements order by id desc limit 1") == "assignment"
    assert await desk.office.one("select kind || ' ' || outcome from transactions") == "assignment assigned"
    assert [kind for kind, *_ in await desk.letters()] == ["REG-3", "ASG-1", "ASG-2"]
    shown = await desk.done(acts.DECISION, id=desk.id)
    [decision] = shown.data
    assert all(f"{name}: " in decision["explanation"] for name in FACTORS)
    assert [each["chosen"] for each in decision["candidates"]] == [True, False]


async def test_the_national_side_is_told(desk: Desk):
    practice = await desk.office.practice()
    patient_id, number = await desk.office.person()
    await desk.eligible(number, practice)
    await desk.step(acts.ASSIGN, practice=practice.ods_code)
    request = await read_request(desk.office.connection, await desk.office.one("select id from national_requests"))
    assert request is not None and (request.kind, request.patient_id) == ("update", patient_id)


async def test_the_practices_own_acceptance_afterwards_finds_them_there(desk: Desk):
    refuser, chosen = await desk.office.practice(), await desk.office.practice()
    patient_id, number = await desk.office.person()
    await desk.eligible(number, refuser, wanted=[chosen.ods_code])
    await desk.step(acts.ASSIGN, practice=chosen.ods_code)
    outcome = await desk.office.send(desk.office.acceptance(chosen, number=number))
    assert outcome.outcome == "already-there"
    assert await desk.office.list_of(patient_id) == chosen.id and await desk.state() == "assigned"


async def test_another_than_the_first_needs_a_reason_which_is_recorded(desk: Desk):
    refuser, first = await desk.office.practice(), await desk.office.practice()
    _, number = await desk.office.person()
    await desk.eligible(number, refuser, wanted=[first.ods_code])
    answer = await desk.step(acts.ASSIGN, practice=refuser.ods_code)
    assert isinstance(answer, Impossible) and answer.field == "reason" and first.ods_code in answer.sentence
    assert isinstance(await desk.step(acts.ASSIGN, practice=refuser.ods_code, reason="family there"), Done)
    assert await desk.office.one("select reason from assignment_decisions") == "family there"
    verdicts = "select verdict from assignment_candidates where not chosen"
    assert await desk.office.one(verdicts) == "First by the factors, and not chosen, for the reason given."


async def test_a_closed_list_and_the_practice_that_removed_them_cannot_be_chosen(desk: Desk):
    remover, closed = await desk.office.practice(), await desk.office.practice(list_state="closed")
    third = await desk.office.practice()
    patient_id, number = await desk.office.person(remover)
    await removed(desk.office, patient_id, RemovalReason.RDR)
    desk.office.on(desk.office.today + timedelta(days=1))
    await desk.eligible(number, remover)
    for practice, why in ((remover, "had the person removed"), (closed, "its list is closed")):
        answer = await desk.step(acts.ASSIGN, practice=practice.ods_code, reason="it is the nearest")
        assert isinstance(answer, Impossible) and why in answer.sentence
    assert isinstance(await desk.step(acts.ASSIGN, practice="Y99999", reason="x"), Impossible)
    assert isinstance(await desk.step(acts.ASSIGN, practice=third.ods_code), Done)
    factors = await desk.office.one("select explanation from assignment_decisions")
    assert f"removed at the request of {remover.ods_code}" in factors
    assert remover.ods_code not in str((await desk.letters())[-2:])


async def test_a_stale_version_a_wrong_state_and_a_wrong_kind_are_refused(desk: Desk):
    practice = await desk.office.practice()
    _, number = await desk.office.person()
    await desk.applies(number)
    stale = await desk.do(acts.WITHDRAW, id=desk.id, version=7)
    assert isinstance(stale, Stale) and (stale.version, stale.facts["state"]) == (1, "applied")
    answer = await desk.step(acts.ASSIGN, practice=practice.ods_code)
    assert answer == WrongState("applied", ("eligible",))
    await desk.refused(number, practice)
    refusal = await desk.office.one("select id from matters where kind = 'practice-refusal'")
    assert isinstance(await desk.do(acts.WITHDRAW, id=refusal, version=1), Nothing)
    assert isinstance(await desk.do(acts.CANDIDATES, id=refusal), Nothing)
    assert isinstance(await desk.do(acts.DECISION, id=desk.id), Nothing)


@pytest.mark.parametrize("table", ["assignment_decisions", "assignment_candidates"])
@pytest.mark.parametrize("verb", ["update {} set practice_id = practice_id", "delete from {}"])
async def test_a_decision_is_frozen(desk: Desk, table: str, verb: str):
    practice = await desk.office.practice()
    _, number = await desk.office.person()
    await desk.eligible(number, practice)
    await desk.step(acts.ASSIGN, practice=practice.ods_code)
    with pytest.raises(DBAPIError, match="never changed"):
        async with desk.office.connection.begin_nested():
            await desk.office.connection.execute(text(verb.format(table)))


async def test_distances_and_facilities_come_into_it(desk: Desk):
    near, far = await desk.office.practice(), await desk.office.practice()
    await desk.office.connection.execute(
        text("insert into postcode_places values ('ZX4 7QP', 640000, 480000), ('ZX1 1AA', 640000, 481200),"
             " ('ZX9 1AA', 640000, 492000)")
    )  # fmt: skip
    for practice, postcode in ((near, "ZX1 1AA"), (far, "ZX9 1AA")):
        await desk.office.connection.execute(
            text("update practices set postcode = :postcode where id = :id"), {"postcode": postcode, "id": practice.id}
        )
    third = await desk.office.practice()
    _, number = await desk.office.person()
    await desk.eligible(number, third, circumstances=["language"])

    async def found() -> dict[str, tuple[str, str]]:
        data = (await desk.done(acts.CANDIDATES, id=desk.id)).data
        by_name = {each["practice"]: {f.name: f.found for f in each["factors"]} for each in data}
        return {code: (names["distance"], names["circumstances"]) for code, names in by_name.items()}

    lacking = "language: interpreter not known to be offered"
    assert await found() == {
        near.ods_code: ("1.2 km", lacking),
        far.ods_code: ("12.0 km", lacking),
        third.ods_code: ("unknown", lacking),
    }
    set_once = await desk.done(acts.FACILITIES, practice=far.ods_code, facility=["interpreter", "step-free"])
    assert set_once.sentence == f"{far.ods_code} offers: interpreter, step-free."
    await desk.done(acts.FACILITIES, practice=far.ods_code, facility=["interpreter"])
    assert (await found())[far.ods_code] == ("12.0 km", "language: interpreter offered")


async def test_secure_settings_are_not_candidates(desk: Desk):
    prison, practice = await desk.office.practice(), await desk.office.practice()
    await desk.office.connection.execute(text("update practices set secure = true where id = :id"), {"id": prison.id})
    _, number = await desk.office.person()
    await desk.eligible(number, practice)
    data = (await desk.done(acts.CANDIDATES, id=desk.id)).data
    assert [each["practice"] for each in data] == [practice.ods_code]
    answer = await desk.step(acts.ASSIGN, practice=prison.ods_code, reason="x")
    assert isinstance(answer, Impossible) and "not among the practices considered" in answer.sentence


# Clocks and other ends


async def test_with_closed_lists_only_it_waits_for_a_panel_or_until_a_list_opens(desk: Desk):
    practice = await desk.office.practice(list_state="closed")
    _, number = await desk.office.person()
    await desk.eligible(number, practice)
    answer = await desk.step(acts.REFER_TO_PANEL)
    assert isinstance(answer, Done) and answer.state == "only-closed-lists"
    owner = "select owner || ' ' || expects from matters where id = :id"
    assert await desk.office.one(owner, id=desk.id) == "supervisor panel-or-open-list"
    assert await desk.falls_due() == "escalated"
    await desk.office.connection.execute(text("update practices set list_state = 'open'"))
    assert await desk.falls_due() == "list opened" and await desk.state() == "eligible"
    answer = await desk.step(acts.REFER_TO_PANEL)
    assert isinstance(answer, Impossible) and "practice with an open list" in answer.sentence
    await desk.office.connection.execute(text("update practices set list_state = 'closed'"))
    assert await desk.falls_due() == "for a panel" and await desk.state() == "only-closed-lists"


async def test_nobody_touches_it_and_it_rises(desk: Desk):
    desk.office.on(date(2025, 2, 3))
    _, number = await desk.office.person()
    await desk.applies(number)
    due = await desk.office.one("select due_at at time zone 'Europe/London' from matters")
    assert due == datetime(2025, 2, 6)  # the end of the second working day
    assert await desk.falls_due() == "escalated"
    assert await desk.office.one("select priority from matters") == 1


async def test_a_practice_that_takes_them_on_ends_the_application(desk: Desk):
    practice, other = await desk.office.practice(), await desk.office.practice()
    _, number = await desk.office.person()
    await desk.eligible(number, practice)
    await desk.office.send(desk.office.acceptance(other, number=number))
    assert await desk.state() == "registered-voluntarily"


async def test_withdrawn_and_died(desk: Desk):
    practice = await desk.office.practice()
    _, number = await desk.office.person()
    await desk.eligible(number, practice)
    withdrawn = await desk.step(acts.WITHDRAW, reason="moves abroad")
    assert isinstance(withdrawn, Done) and withdrawn.state == "withdrawn"
    leon, leons = await desk.office.person(practice, like=replace(ANNA, name=Name("Baptiste", "Leon")))
    await desk.applies(leons)
    await desk.office.send(desk.office.deduction(practice, leons, "1"))
    assert await desk.state() == "died" and await desk.office.list_of(leon) is None


# Applicants who are not in the register


STRANGER = {"surname": "Stranger", "first_forename": "Ada", "date_of_birth": "1971-06-09", "postcode": "ZX4 7QP"}


async def offered(desk: Desk, practice: Practice, **details: Any) -> None:
    """An applicant unknown to the register, whom a practice was told to accept."""
    desk.id = (await desk.done(acts.APPLY_UNKNOWN, **{**STRANGER, **details})).id
    refusal = {"practice": practice.ods_code, "refused_on": desk.office.today, "ground": "list-full"}
    assert isinstance(await desk.step(acts.REFUSE_APPLICANT, **refusal), Done)
    assert isinstance(await desk.step(acts.FIND_ELIGIBLE), Done)
    assert isinstance(await desk.step(acts.ASSIGN, practice=practice.ods_code), Impossible)
    assert isinstance(await desk.step(acts.OFFER, practice=practice.ods_code), Done)


async def test_somebody_unknown_is_assigned_by_the_practices_acceptance(desk: Desk):
    practice = await desk.office.practice()
    number = desk.office.number()
    await offered(desk, practice, stated_number=number)
    assert await desk.state() == "awaiting-acceptance"
    assert [kind for kind, *_ in await desk.letters()] == ["ASG-2"]
    assert STRANGER["surname"] not in str(await desk.letters())
    # The acceptance comes and creates the person; the clock finds them by the number that they gave.
    await created(desk, practice, number)
    assert await desk.falls_due() == "assigned" and await desk.state() == "assigned"


async def created(desk: Desk, practice: Practice, number: str) -> None:
    """The practice's acceptance of the stranger is approved after the trace."""
    from registry.transactions.commands import TraceAnswer
    from registry.transactions.national_answers import take_answer

    like = replace(ANNA, name=Name("Stranger", "Ada"), date_of_birth=date(1971, 6, 9))
    await desk.office.send(desk.office.acceptance(practice, like, number))
    question = await desk.office.one("select id from national_requests where state <> 'C' and kind <> 'update'")
    await take_answer(desk.office.connection, desk.office.context(), question, TraceAnswer("single", number))


async def test_a_clerk_can_say_who_they_are_and_another_practice_may_have_been_quicker(desk: Desk):
    practice, other = await desk.office.practice(), await desk.office.practice()
    await offered(desk, practice)
    number = desk.office.number()
    await created(desk, other, number)
    answer = await desk.step(acts.IDENTIFY, nhs_number=number)
    assert isinstance(answer, Done) and answer.state == "registered-voluntarily"
    assert isinstance(await desk.step(acts.IDENTIFY, nhs_number=number), WrongState)


async def test_an_offer_without_acceptance_is_chased_and_can_be_taken_back(desk: Desk):
    practice = await desk.office.practice()
    await offered(desk, practice)
    assert await desk.falls_due() == "escalated"
    assert await desk.falls_due() == "escalated"
    assert await desk.office.one("select kind from anomalies where kind like 'assign%'") == "assignment-not-accepted"
    assert isinstance(await desk.step(acts.TAKE_BACK_OFFER), Impossible)
    answer = await desk.step(acts.TAKE_BACK_OFFER, reason="no doctor there any more")
    assert isinstance(answer, Done) and answer.state == "eligible"


async def test_somebody_found_to_be_held_after_all_can_be_put_on_a_list_at_once(desk: Desk):
    practice = await desk.office.practice()
    await offered(desk, practice)
    like = replace(ANNA, name=Name("Strange", "Adele"))
    patient_id, number = await desk.office.person(like=like)
    answer = await desk.step(acts.IDENTIFY, nhs_number=number)
    assert isinstance(answer, Done) and answer.state == "eligible"
    assert isinstance(await desk.step(acts.IDENTIFY, nhs_number=number), Impossible)
    assert isinstance(await desk.step(acts.OFFER, practice=practice.ods_code), Impossible)
    assert isinstance(await desk.step(acts.ASSIGN, practice=practice.ods_code), Done)
    assert await desk.office.list_of(patient_id) == practice.id


async def test_whoever_is_held_certainly_applies_by_number_and_whoever_looks_alike_is_looked_at(desk: Desk):
    await desk.office.person(like=ANNA)
    certain = {
        "surname": "Harrowgate", "first_forename": "Anna", "date_of_birth": "1984-05-17", "sex": "2",
        "road": "12 Quillet Lane", "town": "Nethermoor", "postcode": "ZX4 7QP",
    }  # fmt: skip
    answer = await desk.do(acts.APPLY_UNKNOWN, **certain)
    assert isinstance(answer, Impossible) and "holds this person" in answer.sentence
    alike = {**certain, "surname": "Vane", "date_of_birth": "1984-05-18"}
    answer = await desk.do(acts.APPLY_UNKNOWN, **alike)
    assert isinstance(answer, Impossible) and answer.field == "reason"
    await desk.done(acts.APPLY_UNKNOWN, **alike, reason="another birthday; asked her")
    wrong = await desk.do(acts.APPLY_UNKNOWN, **STRANGER, stated_number="9990000019")
    assert isinstance(wrong, Impossible) and wrong.field == "stated_number"


# Fairness


async def test_a_year_of_applications_is_shared_out_and_the_report_says_so(desk: Desk):
    practices = [await desk.office.practice() for _ in range(3)]
    for practice, size in zip(practices, (4, 8, 16), strict=True):
        for _ in range(size):
            await desk.office.person(practice)
    begun = desk.office.today
    for week in range(26):
        desk.office.on(begun + timedelta(days=14 * week))
        _, number = await desk.office.person()
        refuser = practices[week % 3]
        await desk.eligible(number, refuser, wanted=[practices[0].ods_code])
        best = (await desk.done(acts.CANDIDATES, id=desk.id)).data[0]
        assert isinstance(await desk.step(acts.ASSIGN, practice=best["practice"]), Done)
    report = await desk.done(acts.FAIRNESS, **{"from": begun})
    assert "26 assignments" in report.sentence and "no practices have more than 2 times" in report.sentence
    assert sum(each.assigned for each in report.data["practices"]) == 26
    assert not any(each.flagged for each in report.data["practices"])
    assert all(each.assigned for each in report.data["practices"])
    nothing = await desk.done(acts.FAIRNESS, **{"from": begun - timedelta(days=9), "to": begun - timedelta(days=1)})
    assert nothing.sentence.startswith("0 assignments")
    answer = await desk.do(acts.FAIRNESS, **{"from": begun, "to": begun - timedelta(days=1)})
    assert isinstance(answer, Impossible)


async def test_more_than_its_share_needs_a_reason_even_for_the_first(desk: Desk):
    small, closing = await desk.office.practice(), await desk.office.practice()
    await desk.office.person(small)
    for _ in range(9):
        await desk.office.person(closing)
    for turn in range(2):
        patient_id, number = await desk.office.person(closing)
        await removed(desk.office, patient_id, RemovalReason.RDR)
        desk.office.on(desk.office.today + timedelta(days=1))
        await desk.eligible(number, closing)
        answer = await desk.step(acts.ASSIGN, practice=small.ods_code)
        assert isinstance(answer, Done if turn == 0 else Impossible)
    assert isinstance(await desk.step(acts.ASSIGN, practice=small.ods_code, reason="there is no other"), Done)
    report = await desk.done(acts.FAIRNESS)
    assert [(each.ods_code, each.assigned, each.reasoned, each.flagged) for each in report.data["practices"]] == [
        (small.ods_code, 2, 1, False),
        (closing.ods_code, 0, 0, False),
    ]
