"""Numbers that are nobody's any more: whoever meets one makes nobody, allots nothing, and says no more than that."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.database import Writes, unit_of_work
from registry.patients.invalidated import invalidate
from registry.pds.allot import next_number
from registry.settings import settings
from registry.transactions.commands import Changes, TraceAnswer
from registry.transactions.national_answers import take_answer
from registry.transactions.outcome import Outcome
from registry.transactions.settle import Answer, Decision, Impossible, settle
from registry.transactions.take_on.circumstances import TakeOnReport
from registry.values.clock import FixedClock
from tests.support.databases import Database
from tests.support.fhir_patients import a_file, a_number, a_patient, replaced_by
from tests.support.office import ANNA, Office
from tests.support.taken_on import Register

NOT_IN_USE = "12 NHS NUMBER NOT IN USE: CONTACT THE OFFICE"


async def gone(office: Office) -> str:
    """A number that is nobody's any more."""
    number = office.number()
    writes = Writes()
    invalidate(writes, number)
    await writes.flush(office.connection)
    return number


async def answered(office: Office, answer: TraceAnswer) -> Outcome | None:
    question = await office.one("select id from national_requests where state <> 'C' and kind <> 'update'")
    return await take_answer(office.connection, office.context(), question, answer)


async def decided(office: Office, action: Any, **items: Any) -> Answer:
    row = (await office.connection.exec_driver_sql("select id, version from anomalies where state = 'open'")).one()
    return await settle(office.connection, office.context(), row.id, Decision(action, row.version, "looked", **items))


async def people(office: Office) -> int:
    return await office.one("select count(*) from patients")


async def test_an_acceptance_under_it_is_refused_and_leaves_no_trace_of_who_looks_alike(office: Office):
    practice = await office.practice()
    alike, _ = await office.person(await office.practice())
    number = await gone(office)

    outcome = await office.send(office.acceptance(practice, like=ANNA, number=number))

    assert (outcome.state, outcome.outcome) == ("refused", "number-not-in-use")
    ((kind, told),) = await office.inbox(practice)
    assert kind == "F3" and NOT_IN_USE in told.values()
    assert await people(office) == 1
    for table in ("anomalies", "match_decisions", "national_requests"):
        assert await office.one(f"select count(*) from {table}") == 0
    assert str(alike) not in str(await office.one("select json_agg(t)::text from transactions t"))


async def test_a_number_that_the_national_side_names_is_not_taken_either(office: Office):
    practice = await office.practice()
    await office.send(office.acceptance(practice, number=office.number()))

    outcome = await answered(office, TraceAnswer("single", await gone(office)))

    assert outcome is not None and (outcome.state, outcome.outcome) == ("in-queue", "number-not-in-use")
    assert await office.one("select evidence -> 'candidates' from anomalies") == []
    assert await people(office) == 0


async def test_no_clerk_creates_anybody_under_it(office: Office):
    """The case was opened before the number came to be nobody's; then who looks alike is shown no longer."""
    practice = await office.practice()
    await office.person(like=ANNA, number=None)
    number = office.number()
    await office.send(office.acceptance(practice, number=number, free_text="PLEASE CALL"))
    writes = Writes()
    invalidate(writes, number)
    await writes.flush(office.connection)

    before = await people(office)
    answer = await decided(office, "create")
    if not isinstance(answer, Impossible):
        answer = await decided(office, "create")

    assert answer == Impossible("This NHS number is no longer in use; ask for the one that is.")
    assert await people(office) == before
    assert await office.one("select evidence -> 'candidates' from anomalies") == []


async def test_an_amendment_and_a_removal_go_to_a_person_and_a_request_is_rejected(office: Office):
    practice, number = await office.practice(), await gone(office)

    amended = await office.send(office.amendment(practice, number, Changes(surname="Elsewhere")))
    removed = await office.send(office.removal(practice, number))
    requested = await office.send(office.deduction(practice, number))

    assert [each.outcome for each in (amended, removed, requested)] == ["number-not-in-use"] * 3
    assert [each.state for each in (amended, removed, requested)] == ["in-queue", "in-queue", "refused"]
    assert "NHS NUMBER NOT IN USE" in str(await office.inbox(practice))


async def test_a_known_number_is_asked_about_nothing(office: Office, monkeypatch: pytest.MonkeyPatch):
    async def never(*_: Any) -> set[str]:
        raise AssertionError("asked")

    old, new = await office.practice(), await office.practice()
    anna, number = await office.person(old)
    monkeypatch.setattr("registry.transactions.numbers_in_use.invalidated_among", never)
    assert (await office.send(office.acceptance(new, number=number))).patient_id == anna


@pytest.fixture
def without_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    def take_it_away() -> None:
        monkeypatch.setenv("REGISTRY_ENV", "production")
        settings.cache_clear()

    yield take_it_away
    monkeypatch.undo()
    settings.cache_clear()


async def test_without_the_key_nobody_new_is_made_before_somebody_looked(
    office: Office, without_key: Callable[[], None]
):
    practice = await office.practice()
    await gone(office)
    without_key()
    outcome = await office.send(office.acceptance(practice, number=office.number()))
    assert (outcome.state, outcome.outcome) == ("in-queue", "number-untold")


async def test_without_a_key_and_such_numbers_nothing_is_different(office: Office, without_key: Callable[[], None]):
    practice = await office.practice()
    without_key()
    assert (await office.send(office.acceptance(practice, number=office.number()))).state == "waiting-for-trace"


@pytest.mark.parametrize("held", [False, True], ids=["empty", "in use"])
@pytest.mark.parametrize("bulk", [False, True], ids=["ordinary", "bulk"])
async def test_nobody_is_taken_on_under_it(
    database: Database, clock: FixedClock, tmp_path: Path, bulk: bool, held: bool
):
    register = Register(database.engine, clock)
    await register.add_practices("Y90001")
    if held:
        await register.load(a_file(tmp_path, a_patient(a_number(9))))
    async with unit_of_work(database.engine) as connection:
        writes = Writes()
        invalidate(writes, a_number(1))
        invalidate(writes, a_number(3))
        await writes.flush(connection)

    lines = [
        a_patient(a_number(0)),
        a_patient(a_number(1)),
        a_patient(a_number(2)),
        replaced_by(a_number(3), a_number(2)),
    ]
    report = await register.load(a_file(tmp_path, *lines), bulk=bulk)

    assert report == TakeOnReport(added=2, refused=2)
    assert sorted((each.line, each.field, each.reason) for each in register.refused) == [
        (2, "identifier.value", "is a number that is no longer in use; ask for the one that is"),
        (4, "link", "is a number that is no longer in use; ask for the one that is"),
    ]
    assert await register.rows("select count(*) from patients where nhs_number = :n", n=a_number(1)) == [(0,)]


async def test_it_is_not_allotted(office: Office):
    first = await next_number(office.connection)
    writes = Writes()
    invalidate(writes, first)
    await writes.flush(office.connection)
    assert await next_number(office.connection) != first
