"""Removals that are asked for: who leaves when, who is written to, what is refused, what is taken back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from pydantic import ValidationError

from registry.anomalies.store import EVERYTHING
from registry.database import Writes
from registry.transactions.acts.act import Act, Answer, Done, Impossible, Nothing, Stale, WrongState
from registry.transactions.commands import Changes
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.removals.acts import REMOVALS
from registry.transactions.removals.look import list_removals
from registry.transactions.removals.returned import letter_returned
from registry.values.person import Name
from tests.support.acts import do
from tests.support.committing_office import CommittingOffice
from tests.support.office import ANNA, Practice

MONDAY = date(2025, 2, 3)
CHILD = replace(ANNA, name=Name("Harrowgate", "Rose"), date_of_birth=date(2015, 4, 4))
ACTS = {act.name: act for act in REMOVALS.acts}


@dataclass(slots=True)
class Scene:
    """A practice, Anna on its list, and what the office does about her."""

    office: CommittingOffice
    practice: Practice
    anna: UUID
    number: str

    async def do(self, name: str, **details: Any) -> Answer:
        act: Act[Any] = ACTS[name]
        asked = {"nhs_number": self.number, **details}
        context = self.office.plan.context()
        return await self.office.act(lambda connection: do(connection, context, act, **asked))

    async def done(self, name: str, **details: Any) -> Done:
        answer = await self.do(name, **details)
        assert isinstance(answer, Done), answer
        return answer

    async def by_practice(self, **details: Any) -> Done:
        """A request with everything that it needs."""
        usual = {
            "practice": self.practice.ods_code,
            "received_on": self.office.today,
            "ground": "breakdown",
            "reasons_given": True,
            "warned_on": "2024-09-01",
        }
        return await self.done("by-practice", **{**usual, **details})

    async def by_patient(self, **details: Any) -> Done:
        said = {"own_carer": True, "checked_with": "manager", "checked_on": self.office.today}
        return await self.done("by-patient", **{"received_on": self.office.today, "signed": True, **said, **details})

    async def at(self, day: date, hour: int = 9) -> dict[str, int]:
        """The days pass, each evening the post leaves; then an hour comes, and what is due is done."""
        while self.office.today < day:
            self.office.on(self.office.today, hour=18)
            assert (await self.office.fall_due())["failed"] == 0
            self.office.on(self.office.today + timedelta(days=1), hour=0)
        self.office.on(day, hour=hour)
        return dict(await self.office.fall_due())

    async def on_list(self) -> bool:
        return await self.office.list_of(self.anna) == self.practice.id

    async def letters(self) -> list[str]:
        """Kind and state of every letter, oldest first."""
        return await self.office.column("select kind || ' ' || state from letters order by reference")

    async def told(self) -> list[str]:
        query = "select kind from practice_messages where practice_id = :id order by id"
        return await self.office.column(query, id=self.practice.id)

    async def state_of(self, done: Done) -> str:
        query = "select state || ', ' || outcome from transactions where id = :id"
        return await self.office.one(query, id=done.transaction_id)

    async def removal(self) -> Any:
        """The last pending deduction, as the list shows it."""
        async with self.office.engine.connect() as connection:
            return (await list_removals(connection, EVERYTHING, closed=True))[-1]


@pytest_asyncio.fixture
async def scene(committing: CommittingOffice) -> AsyncIterator[Scene]:
    """The Monday of the domain rules' worked examples."""
    committing.on(MONDAY)
    async with committing.at_work() as at_work:
        practice = await at_work.practice()
        anna, number = await at_work.person(practice)
    yield Scene(committing, practice, anna, number)


EIGHTH = [
    (date(2025, 2, 10), 23, False, "the day before"),
    (date(2025, 2, 11), 19, False, "on the day, while its own acceptances still come"),
    (date(2025, 2, 11), 20, True, "in the evening of the day"),
    (date(2025, 2, 12), 0, True, "the day after"),
]


@pytest.mark.parametrize(("day", "hour", "gone", "why"), EIGHTH, ids=[each[3] for each in EIGHTH])
async def test_a_request_of_3_february_acts_on_the_eighth_day_after(
    scene: Scene, day: date, hour: int, gone: bool, why: str
):
    asked = await scene.by_practice()
    assert (asked.state, asked.sentence) == ("pending", "Falls due on 2025-02-11.")

    await scene.at(day, hour)

    assert await scene.on_list() is not gone
    assert await scene.told() == (["F2"] if gone else [])
    if gone:
        content = "select content from practice_messages where kind = 'F2'"
        assert (await scene.office.one(content))["deduction_reason"] == "9"
        assert await scene.office.one("select removal from list_movements order by id desc limit 1") == "RDR"
        assert await scene.state_of(asked) == "accepted, deduction-executed"
        assert await scene.letters() == ["REM-1 posted", "REM-5 posted", "REM-4 queued"]


FOURTEENTH = [(date(2025, 2, 16), 23, False), (date(2025, 2, 17), 20, True), (date(2025, 2, 18), 0, True)]


@pytest.mark.parametrize(("day", "hour", "gone"), FOURTEENTH)
async def test_a_patients_own_request_acts_on_the_fourteenth_day_after(scene: Scene, day: date, hour: int, gone: bool):
    await scene.by_patient()

    await scene.at(day, hour)

    assert await scene.on_list() is not gone
    assert (await scene.letters())[0] == "REM-2 posted"
    content = await scene.office.one("select content from letters where kind = 'REM-2'")
    assert content == {"removal": "RPR", "removal_on": "2025-02-17", "only_you": True}


THIRTY = [(date(2025, 3, 4), 23, False), (date(2025, 3, 5), 0, True), (date(2025, 3, 6), 0, True)]


@pytest.mark.parametrize(("day", "hour", "gone"), THIRTY)
async def test_out_of_area_by_telephone_acts_after_thirty_days_beginning_with_the_posting(
    scene: Scene, day: date, hour: int, gone: bool
):
    asked = await scene.done(
        "out-of-area", practice=scene.practice.ods_code, received_on=MONDAY, medium="telephone", told_by="manager"
    )
    assert asked.state == "waiting-for-letter" and await scene.letters() == ["REM-3 queued", "REM-3P queued"]

    await scene.at(day, hour)

    assert await scene.on_list() is not gone
    content = await scene.office.one("select content from letters where kind = 'REM-3'")
    assert content == {"removal": "OPA", "days": 30, "removal_on": "2025-03-05", "only_you": True}


async def test_whoever_registers_elsewhere_on_the_eighth_day_is_transferred_and_not_removed(scene: Scene):
    asked = await scene.by_practice()
    await scene.at(date(2025, 2, 11), 0)
    async with scene.office.at_work() as at_work:
        other = await at_work.practice()

    scene.office.on(date(2025, 2, 11), hour=16)
    await scene.office.send(scene.office.plan.acceptance(other, number=scene.number))
    await scene.at(date(2025, 2, 12))

    assert await scene.office.list_of(scene.anna) == other.id
    assert await scene.state_of(asked) == "superseded, deduction-superseded"
    assert await scene.office.one("select content ->> 'deduction_reason' from practice_messages where kind='F2'") == "3"
    assert "REM-4" not in " ".join(await scene.letters())


async def test_a_request_that_was_keyed_late_removes_nobody_before_the_letter(scene: Scene):
    await scene.at(date(2025, 2, 14))

    asked = await scene.by_practice(received_on=MONDAY)

    assert asked.sentence == "Falls due on 2025-02-15."
    await scene.at(date(2025, 2, 15), 20)
    assert not await scene.on_list() and (await scene.letters())[0] == "REM-1 posted"


async def test_a_patient_treated_at_short_intervals_stays_until_the_practice_tells_of_its_end(scene: Scene):
    asked = await scene.by_practice(frequent_treatment=True)
    assert asked.state == "waiting-for-treatment-end"
    content = await scene.office.one("select content from letters where kind = 'REM-1'")
    assert content["removal_on"] is None

    # The practice is asked again after fourteen days, and then somebody rings it.
    assert "practices asked again" not in await scene.at(date(2025, 2, 16), 23)
    assert (await scene.at(date(2025, 2, 17), 0))["practices asked again"] == 1
    assert await scene.office.cases() == []
    assert (await scene.at(date(2025, 3, 3), 0))["practices asked again"] == 1
    assert len(await scene.office.cases()) == 1
    await scene.at(date(2025, 3, 17), 0)
    assert len(await scene.office.cases()) == 1 and await scene.on_list()

    told = await scene.done("treatment-ended", version=1, received_on="2025-03-17", told_by="nurse")

    assert told.sentence == "Falls due on 2025-03-25." and await scene.office.cases() == []
    await scene.at(date(2025, 3, 24), 23)
    assert await scene.on_list()
    await scene.at(date(2025, 3, 25), 20)
    assert not await scene.on_list()
    assert [each for each in await scene.letters() if "REM-1" in each] == ["REM-1 posted", "REM-1 posted"]


async def test_treatment_that_ends_before_the_post_leaves_makes_the_first_letter_needless(scene: Scene):
    await scene.by_practice(frequent_treatment=True)

    await scene.done("treatment-ended", version=1, received_on=MONDAY, told_by="nurse")
    await scene.at(date(2025, 2, 4))

    assert await scene.letters() == ["REM-1 suppressed", "REM-5 suppressed", "REM-1 posted", "REM-5 posted"]


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("send-by-link", {"ground": "moved"}),
    ("send-by-link", {"ground": "mail-returned"}),
    ("send-by-link", {"ground": "whereabouts-unknown"}),
    ("violence", {"ground": "violence"}),
    ("ask-the-patient", {"ground": "wants-no-practice"}),
    ("discriminatory", {"ground": "pregnancy"}),
    ("no-warning", {"warned_on": None}),
    ("no-warning", {"warned_on": "2024-02-02"}),
    ("warning-without-reasons", {"warning_gave_reasons": False}),
    ("reasons-not-given", {"reasons_given": False}),
]


@pytest.mark.parametrize(("outcome", "items"), REFUSED)
async def test_a_wrong_request_is_refused_by_name_and_answered_by_letter(
    scene: Scene, outcome: str, items: dict[str, Any]
):
    refused = await scene.by_practice(**items)

    assert refused.state == "refused" and await scene.state_of(refused) == f"refused, {outcome}"
    assert await scene.office.column("select content ->> 'refusal' from letters where kind = 'REM-6'") == [outcome]
    assert await scene.office.column("select id from pending_deductions") == []
    await scene.at(date(2025, 3, 10))
    assert await scene.on_list()


async def test_a_practice_that_does_not_hold_the_patient_is_told_so(scene: Scene):
    async with scene.office.at_work() as at_work:
        other = await at_work.practice()

    refused = await scene.by_practice(practice=other.ods_code)

    assert await scene.state_of(refused) == "refused, not-on-list" and await scene.on_list()


UNUSABLE: list[tuple[str, dict[str, Any], str]] = [
    ("a day to come", {"received_on": "2025-02-04"}, "received_on"),
    ("long ago", {"received_on": "2024-01-01", "warned_on": None}, "received_on"),
    ("warned after it", {"warned_on": "2025-02-04"}, "warned_on"),
    ("an unknown practice", {"practice": "Y99999"}, "practice"),
    ("a wrong number", {"nhs_number": "9990000019"}, "nhs_number"),
    ("a wrong number besides", {"also": ["9990000019"]}, "also"),
]


@pytest.mark.parametrize(("before", "place"), [(0, "second"), (1, "third"), (19, "twenty-first")])
async def test_a_wrong_number_is_told_by_its_place_on_the_form(scene: Scene, before: int, place: str):
    usual = {"practice": scene.practice.ods_code, "received_on": MONDAY, "ground": "breakdown", "reasons_given": True}

    answer = await scene.do("by-practice", **usual, also=[*[scene.number] * before, "9990000019"])

    assert isinstance(answer, Impossible) and answer.field == "also"
    assert answer.sentence.endswith(f"This is the {place} number of the form.") and "9990000019" not in answer.sentence
    assert await scene.office.column("select id from transactions union all select id from letters") == []


@pytest.mark.parametrize(("why", "items", "field"), UNUSABLE, ids=[each[0] for each in UNUSABLE])
async def test_what_cannot_be_keyed_writes_nothing(scene: Scene, why: str, items: dict[str, Any], field: str):
    usual = {"practice": scene.practice.ods_code, "received_on": MONDAY, "ground": "breakdown", "reasons_given": True}

    answer = await scene.do("by-practice", **{**usual, "warned_on": "2024-09-01", **items})

    assert isinstance(answer, Impossible) and answer.field == field
    assert await scene.office.column("select id from transactions union all select id from letters") == []


@pytest.mark.parametrize("medium", ["link", "telephone"])
async def test_a_request_is_written_and_never_by_the_link(scene: Scene, medium: str):
    with pytest.raises(ValidationError):
        await scene.by_practice(medium=medium)


async def test_a_form_that_names_several_makes_one_request_of_each_and_sweeps_nobody_along(scene: Scene):
    async with scene.office.at_work() as at_work:
        child, childs = await at_work.person(scene.practice, like=CHILD)
        brother, _ = await at_work.person(scene.practice, like=replace(CHILD, name=Name("Harrowgate", "Tom")))

    await scene.by_practice(also=[childs, childs, scene.number])

    assert await scene.office.one("select count(*) from pending_deductions where state = 'pending'") == 2
    routes = "select route from letters where kind = 'REM-1' order by reference"
    assert await scene.office.column(routes) == ["home", "guardian"]
    await scene.at(date(2025, 2, 12))
    assert await scene.office.list_of(child) is None
    assert await scene.office.list_of(brother) == scene.practice.id, "whom no form named"


@pytest.mark.parametrize("act", ["by-practice", "out-of-area"])
async def test_a_request_from_before_they_came_to_the_list_is_refused(scene: Scene, act: str):
    async with scene.office.at_work() as at_work:
        _, childs = await at_work.person(scene.practice, like=CHILD, accepted_on=MONDAY)
    reasons = {"ground": "breakdown", "reasons_given": True, "warned_on": "2025-02-01"} if act == "by-practice" else {}
    asked = {"nhs_number": childs, "practice": scene.practice.ods_code, "received_on": "2025-02-02"}

    refused = await scene.done(act, **asked, **reasons)

    assert await scene.state_of(refused) == "refused, predates-registration"
    query = "select content ->> 'refusal' from letters where kind = 'REM-6'"
    assert await scene.office.column(query) == ["predates-registration"]
    assert await scene.office.column("select id from pending_deductions") == []


async def test_a_warning_from_an_earlier_stay_is_none(scene: Scene):
    async with scene.office.at_work() as at_work:
        _, childs = await at_work.person(scene.practice, like=CHILD, accepted_on=MONDAY)

    refused = await scene.by_practice(nhs_number=childs, warned_on="2025-02-02")

    assert await scene.state_of(refused) == "refused, no-warning"
    assert "since the patient came to your list" in refused.sentence


async def test_asking_twice_adds_nothing_and_an_earlier_day_takes_the_place(scene: Scene):
    far = await scene.office.send(scene.office.plan.removal(scene.practice, scene.number))

    first = await scene.by_practice()
    again = await scene.by_practice()

    assert (first.version, again.state) == (2, "superseded")
    outcome = "select outcome from transactions where id = :id"
    assert await scene.office.one(outcome, id=far.transaction_id) == "deduction-replaced"
    await scene.at(date(2025, 2, 4))
    assert await scene.letters() == ["REM-3 suppressed", "REM-3P suppressed", "REM-1 posted", "REM-5 posted"]
    assert await scene.office.one("select due_on from pending_deductions") == date(2025, 2, 11)


async def test_an_own_request_waits_for_the_practices_word(scene: Scene):
    asked = await scene.by_patient(own_carer=None, checked_with="", checked_on=None)
    assert asked.state == "waiting-for-carer-check"

    # Five working days later the practice is asked again, and when those are over somebody rings.
    assert "practices asked again" not in await scene.at(date(2025, 2, 10), 23)
    assert (await scene.at(date(2025, 2, 11), 0))["practices asked again"] == 1
    await scene.at(date(2025, 2, 19), 0)
    assert len(await scene.office.cases()) == 1

    said = await scene.done("carer-checked", version=1, own_carer=True, checked_on="2025-02-19", checked_with="manager")

    assert said.sentence == "Falls due on 2025-02-20.", "the fourteenth day is over; the letter comes first"
    assert await scene.office.cases() == []
    await scene.at(date(2025, 2, 20), 20)
    assert not await scene.on_list()


async def test_whoever_is_looked_after_by_another_is_not_removed_at_their_own_word(scene: Scene):
    asked = await scene.by_patient(own_carer=None, checked_with="", checked_on=None)

    said = await scene.done("carer-checked", version=1, own_carer=False, checked_on=MONDAY, checked_with="manager")

    assert said.state == "cancelled" and await scene.state_of(asked) == "refused, not-own-carer"
    await scene.at(date(2025, 2, 4))
    assert await scene.letters() == ["REM-9 suppressed", "REM-7 posted"]


@pytest.mark.parametrize(
    ("items", "outcome"), [({"signed": False}, "not-signed"), ({"own_carer": False}, "not-own-carer")]
)
async def test_an_own_request_that_does_not_do_is_refused(scene: Scene, items: dict[str, Any], outcome: str):
    refused = await scene.by_patient(**items)

    assert await scene.state_of(refused) == f"refused, {outcome}" and await scene.letters() == ["REM-7 queued"]


async def test_an_own_request_of_somebody_on_no_list(scene: Scene):
    await scene.office.send(scene.office.plan.deduction(scene.practice, scene.number, "5"))

    answer = await scene.do("by-patient", received_on=MONDAY, signed=True)

    assert isinstance(answer, Impossible)


CANCELLED: list[tuple[str, str, bool]] = [
    ("by-practice", "practice", True),
    ("by-practice", "patient", False),
    ("by-practice", "office", True),
    ("by-patient", "patient", True),
    ("by-patient", "practice", False),
    ("out-of-area", "practice", True),
    ("out-of-area", "patient", False),
]


@pytest.mark.parametrize(("asked", "asked_by", "may"), CANCELLED)
async def test_who_asked_may_take_it_back(scene: Scene, asked: str, asked_by: str, may: bool):
    if asked == "by-practice":
        request = await scene.by_practice()
    elif asked == "by-patient":
        request = await scene.by_patient()
    else:
        request = await scene.done(asked, practice=scene.practice.ods_code, received_on=MONDAY)

    answer = await scene.do("cancel", version=1, asked_by=asked_by, told_by="somebody", told_on=MONDAY)

    assert isinstance(answer, Done if may else Impossible)
    await scene.at(date(2025, 3, 10))
    assert await scene.on_list() is may
    if may:
        assert await scene.state_of(request) == "cancelled, deduction-cancelled"
        kept = "select command ->> 'told_by' from transactions where kind = 'cancellation'"
        assert await scene.office.one(kept) == "somebody"
        first, *_, last = await scene.letters()
        assert first.endswith("suppressed") and last == "REM-8P posted", "nobody is told of what never came to be"


async def test_a_patient_who_was_told_that_they_go_is_told_that_they_stay(scene: Scene):
    await scene.by_practice()
    await scene.at(date(2025, 2, 5))

    await scene.done("cancel", version=1, asked_by="practice", told_by="manager", told_on="2025-02-05")
    await scene.at(date(2025, 2, 12))

    assert await scene.on_list() and await scene.told() == []
    assert await scene.letters() == ["REM-1 posted", "REM-5 posted", "REM-8P posted", "REM-8 posted"]


@pytest.mark.parametrize("asks", ["deduction", "removal"])
async def test_what_was_asked_by_the_link_is_cancelled_by_telephone(scene: Scene, asks: str):
    asked = await scene.office.send(getattr(scene.office.plan, asks)(scene.practice, scene.number))
    await scene.at(date(2025, 2, 10))

    await scene.done("cancel", version=2, asked_by="practice", told_by="reception", told_on="2025-02-10")
    await scene.at(date(2025, 3, 6))

    assert await scene.on_list() and "F2" not in await scene.told()
    state = "select state || ', ' || outcome from transactions where id = :id"
    assert await scene.office.one(state, id=asked.transaction_id) == "cancelled, deduction-cancelled"


async def test_an_announced_departure_is_cancelled_by_whoever_stays(scene: Scene):
    leaves_on = MONDAY + timedelta(days=20)
    await scene.office.send(scene.office.plan.deduction(scene.practice, scene.number, "5", happened_on=leaves_on))

    await scene.done("cancel", version=1, asked_by="patient", told_by="the patient", told_on=MONDAY)
    await scene.at(date(2025, 2, 24))

    assert await scene.on_list()


async def test_the_practice_agrees_to_keep_a_patient_out_of_area(scene: Scene):
    await scene.office.send(scene.office.plan.removal(scene.practice, scene.number))
    await scene.at(date(2025, 2, 20))

    kept = await scene.done("keep", version=2, told_by="manager", told_on="2025-02-20")
    await scene.at(date(2025, 3, 6))

    assert await scene.on_list() and kept.state == "cancelled"
    assert await scene.office.one("select outcome from transactions where kind = 'removal'") == "kept-by-agreement"
    assert await scene.letters() == ["REM-3 posted", "REM-3P posted", "REM-8P posted", "REM-8 posted"]


async def test_only_somebody_out_of_area_is_kept_by_agreement(scene: Scene):
    await scene.by_practice()

    assert isinstance(await scene.do("keep", version=1, told_by="manager", told_on=MONDAY), Impossible)


async def test_another_day_is_announced_in_the_place_of_the_first(scene: Scene):
    await scene.by_practice()

    moved = await scene.done("reschedule", version=1, due_on="2025-03-03")
    await scene.at(date(2025, 2, 4))

    assert moved.version == 2
    assert await scene.letters() == ["REM-1 suppressed", "REM-5 suppressed", "REM-1 posted", "REM-5 posted"]
    await scene.at(date(2025, 3, 3), 19)
    assert await scene.on_list()
    await scene.at(date(2025, 3, 3), 20)
    assert not await scene.on_list()


async def test_no_day_before_the_laws(scene: Scene):
    await scene.by_practice()

    answer = await scene.do("reschedule", version=1, due_on="2025-02-10", reason="everybody wants it")

    assert isinstance(answer, Impossible) and answer.field == "due_on" and "2025-02-11" in answer.sentence


async def test_an_act_in_a_wrong_state_names_the_states_in_which_it_is_done(scene: Scene):
    assert isinstance(await scene.do("treatment-ended", version=1, received_on=MONDAY, told_by="nurse"), Nothing)
    await scene.by_practice()

    answer = await scene.do("treatment-ended", version=1, received_on=MONDAY, told_by="nurse")

    assert isinstance(answer, WrongState)
    assert answer.sentence == "It is pending; this is done when it is waiting-for-treatment-end."
    stale = await scene.do("cancel", version=7, asked_by="practice", told_by="manager", told_on=MONDAY)
    assert isinstance(stale, Stale) and stale.version == 1 and stale.facts.keys() == {"removal", "due_on", "waits_for"}
    await scene.at(date(2025, 2, 12))
    late = await scene.do("cancel", version=1, asked_by="practice", told_by="manager", told_on=MONDAY)
    assert isinstance(late, WrongState) and late.state == "executed"


async def test_no_clock_removes_anybody_over_unread_mail(scene: Scene):
    await scene.by_practice()
    unread = scene.office.plan.amendment(scene.practice, scene.number, Changes(title="Dr"), free_text="PLEASE CALL")
    await scene.office.send(unread)

    done = await scene.at(date(2025, 2, 11), 20)

    assert done["held"] == 1 and await scene.on_list()
    shown = await scene.removal()
    assert "to be settled first" in shown["held_because"] and shown["stage"] == "pending"


async def test_a_returned_letter_turns_the_removal_into_an_fp69(scene: Scene):
    await scene.office.send(scene.office.plan.removal(scene.practice, scene.number))
    await scene.at(date(2025, 2, 10))
    pending = await scene.office.one("select id from pending_deductions")

    async with scene.office.at_work() as at_work:
        await lock_people(at_work.connection, [scene.anna])
        person, writes = await gather_person(at_work.connection, scene.anna), Writes()
        assert letter_returned(writes, at_work.context(), person, pending)
        assert not letter_returned(Writes(), at_work.context(), person, UUID(int=0))
        await writes.flush(at_work.connection)
    await scene.at(date(2025, 3, 10))

    assert await scene.on_list()
    assert await scene.office.one("select outcome from transactions where kind = 'removal'") == "turned-into-fp69"


async def test_whoever_lives_protected_is_written_to_by_way_of_the_practice_and_then_of_the_office(scene: Scene):
    async with scene.office.at_work() as at_work:
        await at_work.connection.exec_driver_sql("update patients set restricted = true")
    await scene.office.send(scene.office.plan.removal(scene.practice, scene.number))

    await scene.at(date(2025, 3, 5), 0)

    assert not await scene.on_list(), "what goes by way of the practice counts as posted"
    ways = "select kind || ' ' || route from letters order by reference"
    assert await scene.office.column(ways) == ["REM-3 practice", "REM-3P practice", "REM-4 office"]


async def test_a_death_before_the_letter_ends_the_removal_and_nothing_is_posted(scene: Scene):
    asked = await scene.by_practice()
    await scene.office.send(scene.office.plan.deduction(scene.practice, scene.number, "1"))

    await scene.at(date(2025, 2, 12))

    assert await scene.state_of(asked) == "superseded, deduction-superseded"
    assert {each for each in await scene.letters() if "posted" in each} == set()


async def test_a_restored_backup_of_a_person_recorded_dead_leaves_no_removal_waiting_for_ever(scene: Scene):
    """However it came about: the letter is suppressed at hand-over, and the removal is overtaken."""
    asked = await scene.office.send(scene.office.plan.removal(scene.practice, scene.number))
    async with scene.office.at_work() as at_work:
        await at_work.connection.exec_driver_sql("update patients set status = 'invalidated'")

    await scene.at(date(2025, 2, 4))

    state = "select state from transactions where id = :id"
    assert await scene.office.one(state, id=asked.transaction_id) == "superseded"


async def test_the_list_is_by_day_and_then_by_number(scene: Scene):
    async with scene.office.at_work() as at_work:
        _, childs = await at_work.person(scene.practice, like=CHILD)
    await scene.by_practice()
    await scene.by_practice(nhs_number=childs, frequent_treatment=True)
    async with scene.office.engine.connect() as connection:
        found = await list_removals(connection, EVERYTHING)
        page = await list_removals(connection, EVERYTHING, limit=1)
        rest = await list_removals(connection, EVERYTHING, after=page[0]["id"])
        of_day = await list_removals(connection, EVERYTHING, due_on=date(2025, 2, 11), practice=scene.practice.ods_code)

    assert [(each["nhs_number"], each["stage"]) for each in found] == [
        (scene.number, "pending"),
        (childs, "waiting-for-treatment-end"),
    ]
    assert [*page, *rest] == list(found) and of_day == page
    assert not found[0]["has_moved_on"]


async def test_its_hour_is_one_of_londons_clock_in_summer_too(scene: Scene):
    scene.office.on(date(2025, 6, 2))
    await scene.by_practice(received_on="2025-06-02")

    due_at = await scene.office.one("select due_at from transactions where kind = 'practice-removal'")

    assert due_at == datetime(2025, 6, 10, 19, tzinfo=UTC)
