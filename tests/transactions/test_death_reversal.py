"""A wrong death taken back: alive, on the same list, without a day's gap, and everybody who was told is told again."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from registry.transactions.acts.act import Done, Impossible
from registry.transactions.deductions.acts import NOTIFY, REVERSE_DEATH
from registry.transactions.due.letters import hand_over
from registry.transactions.particulars.acts import CHANGE
from registry.transactions.settle import Action, Decision, Settled, settle
from registry.transactions.settle import Impossible as CannotSettle
from registry.values.period import start_of_day
from tests.support.acts import do, done
from tests.support.office import ANNA, Office, Practice

DIED, TOLD = date(2026, 10, 20), date(2026, 11, 2)


@dataclass(frozen=True, slots=True)
class Grave:
    """Anna, on a practice's list since 2020, and recorded as dead by mistake."""

    office: Office
    practice: Practice
    anna: UUID
    number: str

    async def dies(self, **details: Any) -> Done:
        usual = {"nhs_number": self.number, "cause": "death", "happened_on": DIED}
        return await done(self.office.connection, self.office.context(), NOTIFY, **{**usual, **details})

    async def rises(self, **details: Any) -> Any:
        usual = {"nhs_number": self.number, "reason": "rang us herself"}
        return await do(self.office.connection, self.office.context(), REVERSE_DEATH, **{**usual, **details})

    async def column(self, query: str) -> list[Any]:
        return list((await self.office.connection.exec_driver_sql(query)).scalars())

    async def stay(self) -> tuple[Any, ...]:
        rows = await self.office.connection.exec_driver_sql(
            "select id, list_id, lower(period), upper(period), accepted_on, gp_code, posted_at from list_memberships"
            " where patient_id = $1",
            (self.anna,),
        )
        [row] = rows.all()
        return tuple(row)

    async def settle(self, action: Action, **what: Any) -> Any:
        found = await self.office.connection.exec_driver_sql("select id, version from anomalies where state = 'open'")
        case = found.one()
        decision = Decision(action, case.version, "spoke to her", **what)
        return await settle(self.office.connection, self.office.context(), case.id, decision)


@pytest.fixture
async def grave(office: Office) -> Grave:
    practice = await office.practice()
    anna, number = await office.person(practice)
    return Grave(office, practice, anna, number)


async def test_the_practice_hears_what_was_taken_while_she_was_dead(grave: Grave):
    await grave.dies()
    taken = {"nhs_number": grave.number, "surname": "Vane", "source": "patient-letter", "evidence": "certificate"}
    answer = await done(grave.office.connection, grave.office.context(), CHANGE, **taken, effective_on=TOLD)
    assert answer.data["outcome"] == "particulars-taken"
    assert [kind for kind, _ in await grave.office.inbox(grave.practice)] == ["F2"]
    grave.office.on(date(2026, 11, 20))
    await grave.rises()
    assert [told["surname"] for kind, told in await grave.office.inbox(grave.practice) if kind == "F1"] == ["Vane"]


async def test_the_stay_goes_on_as_if_nothing_had_been(grave: Grave):
    before = await grave.stay()
    await grave.dies()
    grave.office.on(date(2026, 11, 20))
    answer = await grave.rises()
    assert isinstance(answer, Done) and answer.state == "death-reversed"
    assert await grave.stay() == before
    assert await grave.column("select status from patients") == ["live"]
    assert await grave.column("select date_of_death from patients") == [None]


async def test_movement_and_counter_movement_add_up_to_nothing_on_their_day(grave: Grave):
    await grave.dies()
    grave.office.on(date(2026, 11, 20))
    await grave.rises()
    days = await grave.column("select effective_on from list_movements order by id")
    assert days[1:] == [TOLD, TOLD]
    assert await grave.column("select recorded_at::date from list_movements order by id desc limit 1") == [
        date(2026, 11, 20)
    ]


async def test_the_practice_hears_by_letter_and_its_own_acceptance_finds_the_person_there(grave: Grave):
    await grave.dies()
    # The F2 has left: nothing on the link can take it back.
    await grave.office.connection.exec_driver_sql(
        "update practice_messages set position = 1, transaction_number = 1, sent_at = created_at"
    )
    await grave.rises()
    assert await grave.column("select kind from letters where state = 'queued'") == ["UND-1"]
    before = await grave.stay()
    outcome = await grave.office.send(grave.office.acceptance(grave.practice, number=grave.number, acceptance_code="D"))
    assert outcome.outcome == "already-there" and await grave.stay() == before


async def test_an_f2_that_had_not_left_never_does(grave: Grave):
    await grave.dies()
    await grave.rises()
    assert await grave.column("select withdrawn_at is not null from practice_messages") == [True]
    assert await grave.column("select count(*) from letters where state = 'queued'") == [0]


async def test_the_national_side_is_told_twice(grave: Grave):
    await grave.dies()
    await grave.rises()
    assert await grave.column("select kind from national_requests") == ["update", "update"]


async def test_what_the_death_ended_is_listed_and_stays_ended(grave: Grave):
    leaves = TOLD + timedelta(days=30)
    await grave.dies(cause="emigration", happened_on=leaves)
    grave.office.on(date(2026, 11, 3))
    await grave.dies()
    answer = await grave.rises()
    assert isinstance(answer, Done)
    [ended] = answer.data["deductions"]
    assert (ended["removal"], ended["due_on"]) == ("EMB", leaves)
    assert await grave.column("select state from pending_deductions") == ["superseded"]


async def test_a_letter_that_the_death_stopped_is_never_sent(grave: Grave):
    await grave.dies(cause="school-list", happened_on=date(2026, 10, 1))
    await grave.dies()
    grave.office.later(start_of_day(TOLD) + timedelta(hours=18))
    await hand_over(grave.office.connection, grave.office.context())
    answer = await grave.rises()
    assert isinstance(answer, Done) and [each["kind"] for each in answer.data["letters"]] == ["DED-2"]
    grave.office.later(start_of_day(TOLD) + timedelta(hours=42))
    await hand_over(grave.office.connection, grave.office.context())
    assert await grave.column("select state from letters where kind = 'DED-2'") == ["suppressed"]


async def test_a_death_from_the_registrar_is_not_reversed_without_a_reference(grave: Grave):
    await grave.dies(formal=True, told_by="registrar")
    refused = await grave.rises()
    assert isinstance(refused, Impossible) and refused.field == "nbo_reference"
    assert "National Back Office" in refused.sentence
    assert await grave.column("select status from patients") == ["formal-dead"]
    assert isinstance(await grave.rises(nbo_reference="NBO-2026-77"), Done)
    assert await grave.column("select status from patients") == ["live"]


async def test_a_death_that_was_confirmed_later_is_taken_back_whole(grave: Grave):
    before = await grave.stay()
    await grave.dies()
    await grave.dies(formal=True, told_by="registrar")
    await grave.rises(nbo_reference="NBO-2026-78")
    assert await grave.stay() == before


async def test_the_living_are_not_raised(grave: Grave):
    refused = await grave.rises()
    assert isinstance(refused, Impossible) and refused.sentence == "The person is not recorded as dead."
    assert isinstance(await grave.rises(reason=""), Impossible)


async def test_twice_is_once(grave: Grave):
    await grave.dies()
    await grave.rises()
    assert isinstance(await grave.rises(), Impossible)
    assert len(await grave.column("select id from list_movements")) == 3


async def test_whoever_was_on_no_list_is_back_where_they_were(grave: Grave):
    await grave.dies(cause="emigration", happened_on=DIED)
    await grave.dies()
    answer = await grave.rises()
    assert isinstance(answer, Done) and "on no practice's list" in answer.sentence
    [where] = await grave.column(
        "select l.code from list_movements v join lists l on l.id = v.to_list order by v.id desc limit 1"
    )
    assert where == "abroad"
    assert await grave.column("select removal from list_movements order by id desc limit 1") == ["EMB"]


async def test_a_stay_that_began_on_the_day_of_the_notice_comes_back(office: Office):
    practice = await office.practice()
    _, number = await office.person(None, like=replace(ANNA, date_of_birth=date(1950, 2, 3)))
    like = replace(ANNA, date_of_birth=date(1950, 2, 3))
    await office.send(office.acceptance(practice, like, number))
    answer = await do(office.connection, office.context(), NOTIFY, nhs_number=number, cause="death",
                      happened_on=TOLD)  # fmt: skip
    assert isinstance(answer, Done) and answer.state == "death-recorded"
    assert await office.one("select count(*) from list_memberships") == 0
    assert isinstance(
        await do(office.connection, office.context(), REVERSE_DEATH, nhs_number=number, reason="rang us"), Done
    )
    assert await office.one("select accepted_on from list_memberships where upper_inf(period)") == TOLD


async def test_the_same_wrong_notice_is_checked_against_the_reversal(grave: Grave):
    await grave.dies()
    grave.office.on(date(2026, 11, 20))
    await grave.rises()
    again = await grave.dies(formal=True, told_by="registrar")
    assert again.state == "death-contradicted"
    assert await grave.column("select status from patients") == ["live"]


async def test_a_clerk_who_agrees_with_a_dispute_takes_the_death_back(grave: Grave):
    before = await grave.stay()
    await grave.dies()
    await grave.office.send(grave.office.acceptance(grave.practice, number=grave.number, acceptance_code="D"))
    answer = await grave.settle("accept", number=grave.number)
    assert isinstance(answer, Settled) and answer.outcome is not None and answer.outcome.outcome == "already-there"
    assert await grave.stay() == before
    assert await grave.column("select kind from transactions order by id") == ["notice", "acceptance", "reversal"]


@pytest.mark.parametrize("formal", [False, True])
async def test_another_practice_or_a_registered_death_cannot_be_disputed_so(grave: Grave, formal: bool):
    await grave.dies(formal=formal)
    sender = grave.practice if formal else await grave.office.practice()
    await grave.office.send(grave.office.acceptance(sender, number=grave.number, acceptance_code="D"))
    assert isinstance(await grave.settle("accept", number=grave.number), CannotSettle)
    assert await grave.column("select status from patients") == ["formal-dead" if formal else "informal-dead"]
