"""Paper beside the link, and an office that forgets nothing: the same under every profile of rules."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio

from registry.monitoring.balance import Struck
from registry.policies.row import PROFILES
from registry.settings import Settings
from registry.transactions.acts.act import Done, Impossible
from registry.transactions.settle import Decision
from registry.values.clock import FixedClock
from registry.values.period import add_working_days
from tests.journeys.conftest import Stage, outcome_of
from tests.monitoring.watched import Watched
from tests.paper.post import ACTS, as_written
from tests.support.acts import do
from tests.support.committing_office import CommittingOffice
from tests.support.databases import Database
from tests.support.office import OTHER_CIPHER
from tests.support.townspeople import STRANGERS

ANNA, CHIDI, IRIS, TARIQ, *_ = STRANGERS
MONDAY = date(2026, 11, 2)


class Day(Stage):
    """A stage whose every clock strikes."""

    watched: Watched

    async def at(self, day: date, hour: str) -> None:
        """It is so late, and the worker does what is due."""
        self.watched.at(day, hour)
        await self.watched.strike()

    async def paper(self, act: str, **details: Any) -> Any:
        """A clerk does something with paper."""
        return await self.office.act(
            lambda connection: do(connection, self.office.plan.context(), ACTS[act], **details)
        )


@pytest_asyncio.fixture(params=PROFILES)
async def day(
    request: pytest.FixtureRequest, database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Day]:
    """Monday morning, by the rules of each profile."""
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("REGISTRY_PROFILE", request.param)
    office = CommittingOffice(database.engine, clock, request.param)
    async with office.at_work() as at_work:
        nethermoor, saltholme = await at_work.practice(), await at_work.practice(cipher=OTHER_CIPHER)
    day = Day(office, nethermoor, saltholme)
    object.__setattr__(day, "watched", Watched(office, Settings()))  # pyright: ignore[reportCallIssue]
    yield day
    assert await office.breaches() == []


async def test_a_practice_whose_link_is_down_sends_its_forms_by_post(day: Day):
    # Given three people, of whom Anna is on Nethermoor's list
    anna = await day.patient_of(day.nethermoor, ANNA)
    chidi = await day.patient_of(None, CHIDI)

    # When Saltholme sends four forms by post, and the post room counts them
    opened = await day.paper(
        "open-batch", practice=day.saltholme.ods_code, received_on=day.today.isoformat(), forms=4, scans=["BOX-7"]
    )
    assert isinstance(opened, Done)
    batch = opened.id

    # Then the batch is somebody's until Wednesday evening
    assert await day.office.column(
        "select owner || ' ' || expects || ' ' || (due_at at time zone 'Europe/London')::date"
        " from open_work where kind = 'paper-batch'"
    ) == ["registration keying 2026-11-05"]

    # When a clerk keys them: a transfer, somebody who comes back, one without a signature, and a shopping list
    keyed = [
        await day.paper("key-acceptance", id=batch, form=form, accepted_on=day.today.isoformat(), **said)
        for form, said in (("F-1", as_written(ANNA, anna.number)), ("F-2", as_written(CHIDI, chidi.number)))
    ]
    assert [answer.state for answer in keyed] == ["accepted", "accepted"]
    await day.paper("return", id=batch, form="F-3", reason="no signature")
    too_early = await day.paper("close-batch", id=batch)
    assert isinstance(too_early, Impossible) and "1 to be dealt with" in too_early.sentence
    await day.paper("reject", id=batch, form="F-4", reason="a shopping list")

    # Then both are on Saltholme's list, Nethermoor is told on the link, and Saltholme is answered by post
    assert await day.list_of(anna) == day.saltholme and await day.list_of(chidi) == day.saltholme
    assert await day.told(day.nethermoor) == ["F2"] and await day.told(day.saltholme) == []
    letters = "select kind from letters where practice_id = :id order by reference"
    assert await day.office.column(letters, id=day.saltholme.id) == ["PAP-1", "PAP-1", "PAP-3", "PAP-3"]

    # And the batch can be closed, and no form of it keyed a second time
    assert (await day.paper("close-batch", id=batch)).state == "closed"
    second = await day.paper("open-batch", practice=day.saltholme.ods_code, received_on="2026-11-02", forms=1)
    again = await day.paper("key-acceptance", id=second.id, form="F-1", **as_written(ANNA, anna.number))
    assert isinstance(again, Impossible) and "keyed before" in again.sentence

    # When the evening comes, then the post leaves and the day balances
    await day.at(MONDAY, "17:30")
    await day.at(MONDAY, "22:00")
    assert await day.office.column("select distinct state from letters") == ["posted"]
    line = await day.watched.line(MONDAY, day.saltholme)
    names = ("opening", "arrived", "departed", "closing", "forms", "keyed", "rejected", "returned", "left_over")
    assert [line[name] for name in names] == [0, 2, 0, 2, 5, 2, 1, 1, 1]
    assert (await day.watched.line(MONDAY, day.nethermoor))["departed"] == 1

    # And on Tuesday morning the supervisor finds it on the run sheet, and signs it
    await day.at(MONDAY + timedelta(days=1), "08:00")
    assert MONDAY in [each["day"] for each in (await day.watched.sheet())["unsigned"]]
    for signed_day in (MONDAY - timedelta(days=1), MONDAY):
        signed = await day.watched.sign(signed_day)
        assert isinstance(signed, Struck) and signed.state == "balanced"

    # When nobody keys the second batch until Wednesday is over, then it is the supervisor's; and Nethermoor
    # has given no receipt for its F2
    await day.at(MONDAY + timedelta(days=3), "00:00")
    assert sorted(await day.queue()) == ["paper-batch-unfinished", "receipt-missing"]
    assert await day.office.column("select owner from paper_batches where closed_at is null") == ["supervisor"]

    # When the week is over and the forms that went back have not come, then the practice is asked for them
    await day.at(MONDAY + timedelta(days=8), "00:00")
    assert (await day.queue()).count("paper-form-unmended") == 2


async def test_a_registration_that_nobody_looks_at_is_on_every_run_sheet_until_somebody_does(day: Day):
    # Given Iris, whose acceptance has a note that a person must read
    iris = await day.patient_of(None, IRIS)
    sent = await day.office.send(
        day.office.plan.acceptance(day.saltholme, IRIS, iris.number, free_text="SHE HAS MOVED IN WITH HER SON")
    )
    assert await day.state_of(sent) == "in-queue: free-text"

    # When nobody reads it for three weeks
    seen: list[tuple[str, int]] = []
    for working_day in range(1, 16):
        morning = add_working_days(MONDAY, working_day)
        await day.at(morning, "00:00")
        await day.at(morning, "08:00")
        sheet = await day.watched.sheet()
        [band] = [band for band, count in sheet["unanswered"].items() if count]
        priority: int = await day.office.one(
            "select priority from open_work where kind = 'case' and what = 'free-text'"
        )
        seen.append((band, priority))

    # Then it is in a later band each week, has risen at each step, and is at last named as beyond all limits
    bands = [band for band, _ in seen]
    assert bands == sorted(bands, key=["0-2", "3-5", "6-10", ">10"].index) and set(bands) == {
        "0-2", "3-5", "6-10", ">10",
    }  # fmt: skip
    risen = [priority for _, priority in seen]
    assert risen == sorted(risen) and risen[0] == 0 and risen[-1] >= 3
    [named] = (await day.watched.sheet())["never_approved"]
    assert (named["practice"], named["state"]) == (day.saltholme.ods_code, "in-queue")
    assert (
        await day.office.one("select owner from open_work where kind = 'case' and what = 'free-text'") == "supervisor"
    )

    # When a clerk reads it at last, then she is registered and on no list of what is open
    [case] = await day.office.column("select id from anomalies where kind = 'free-text' and state = 'open'")
    version: int = await day.office.one("select version from anomalies where id = :id", id=case)
    decided = outcome_of(await day.office.settle(Decision("accept", version, "it is she", number=iris.number), case))
    assert decided.outcome == "registered" and await day.list_of(iris) == day.saltholme
    assert (await day.watched.sheet())["never_approved"] == []


async def test_a_rejection_does_not_end_with_the_answer(day: Day):
    # Given Tariq, whose acceptance is rejected because nobody wrote the type of it
    tariq = await day.patient_of(None, TARIQ)
    await day.office.send(day.office.plan.acceptance(day.saltholme, TARIQ, tariq.number, acceptance_type="9"))
    assert await day.told(day.saltholme) == ["F3"]

    # Then it is the practice's move, and chased after five working days
    assert await day.office.column("select owner from open_work where kind = 'rejection'") == ["practice"]
    for number in range(1, 9):
        await day.at(MONDAY + timedelta(days=number), "07:00")
    assert "rejection-unmended" in await day.queue()

    # When a month has gone, then it is the supervisor's
    for number in range(9, 31):
        await day.at(MONDAY + timedelta(days=number), "07:00")
    assert "rejection-unresolved" in await day.queue()

    # When the practice sends it again as it should be, then what was open about it is closed the next morning
    await day.office.send(day.office.plan.acceptance(day.saltholme, TARIQ, tariq.number))
    assert await day.list_of(tariq) == day.saltholme
    await day.at(MONDAY + timedelta(days=31), "07:00")
    assert "rejection-unresolved" not in await day.queue()
