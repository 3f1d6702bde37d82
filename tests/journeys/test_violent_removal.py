"""A removal for violence on a Friday evening, and the year on the scheme that follows."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text

from registry.policies.row import PROFILES
from registry.transactions.acts.act import Done, Impossible
from registry.transactions.scheme.acts import SCHEME
from registry.values.clock import FixedClock
from tests.journeys.conftest import Patient, Stage
from tests.support.acts import do
from tests.support.committing_office import CommittingOffice
from tests.support.databases import Database
from tests.support.office import CIPHER, CLERK, Practice
from tests.support.scheme_office import london
from tests.support.townspeople import STRANGERS

TARIQ = STRANGERS[3]
NARRATIVE = "Broke the glass of the hatch and threatened to come back with a knife."


class SchemeStage:
    """The stage with a practice of the scheme, under one profile of the rules."""

    def __init__(self, stage: Stage, safe_house: Practice) -> None:
        self.stage, self.safe_house = stage, safe_house

    async def act(self, name: str, **details: Any) -> Any:
        """The office does something on the scheme."""
        [act] = [each for each in SCHEME.acts if each.name == name]
        office = self.stage.office
        return await office.act(lambda connection: do(connection, office.plan.context(CLERK), act, **details))

    async def done(self, name: str, **details: Any) -> Done:
        answer = await self.act(name, **details)
        assert isinstance(answer, Done), answer
        return answer

    async def on(self, name: str, matter: UUID, **details: Any) -> Done:
        """The office does something with a matter, as it stands."""
        version = await self.stage.office.one("select version from matters where id = :id", id=matter)
        return await self.done(name, id=matter, version=version, **details)

    async def clock_strikes(self, at: str) -> None:
        """It is that time in London, and the worker does what is due."""
        self.stage.office.clock.instant = london(at)
        assert (await self.stage.office.fall_due())["failed"] == 0

    async def state_of(self, matter: UUID) -> str:
        return await self.stage.office.one("select state from matters where id = :id", id=matter)

    async def matter(self, patient: Patient, kind: str) -> UUID:
        query = "select id from matters where patient_id = :id and kind = :kind"
        return await self.stage.office.one(query, id=patient.id, kind=kind)

    async def letters(self) -> set[str]:
        """The kinds of the letters that were posted."""
        return set(await self.stage.office.column("select kind from letters where state = 'posted'"))


@pytest_asyncio.fixture(params=PROFILES)
async def scheme(request: pytest.FixtureRequest, database: Database, clock: FixedClock) -> AsyncIterator[SchemeStage]:
    office = CommittingOffice(database.engine, clock, request.param)
    clock.instant = london("2025-02-07T09:00")
    async with office.at_work() as at_work:
        nethermoor, saltholme, safe_house = [await at_work.practice(cipher=CIPHER) for _ in range(3)]
    scheme = SchemeStage(Stage(office, nethermoor, saltholme), safe_house)
    await scheme.done("providers-add", practice=safe_house.ods_code, area=CIPHER, contact="ring the desk first")
    yield scheme
    assert await office.breaches() == []


async def test_a_violent_patient_is_off_the_list_at_once_and_never_without_care(scheme: SchemeStage):
    stage, office = scheme.stage, scheme.stage.office
    # Given Tariq, who has been with Nethermoor for years
    tariq = await stage.patient_of(stage.nethermoor, TARIQ)

    # When Nethermoor rings on Friday at five to six, and the clerk keys it ten minutes later
    office.clock.instant = london("2025-02-07T18:05")
    told = await scheme.done(
        "notice",
        nhs_number=tariq.number,
        practice=stage.nethermoor.ods_code,
        noticed_at="2025-02-07T17:55",
        happened_at="2025-02-07T16:40",
        incident_number="0417-070225",
        persons_affected=2,
        narrative=NARRATIVE,
    )
    place = told.id
    assert place is not None

    # Then he is off its list since the call, which says no more to its system than a number
    assert await stage.list_of(tariq) is None
    left_at: list[datetime] = await office.column("select effective_at from list_movements where removal = 'RDI'")
    assert left_at == [london("2025-02-07T17:55")]
    [(kind, items)] = await stage.letters_to(stage.nethermoor)
    assert (kind, items["deduction_reason"]) == ("F2", "9")

    # And when nobody has found him a place within 24 hours, that is an alarm
    await scheme.clock_strikes("2025-02-08T17:55")
    assert await office.one("select priority from matters where id = :id", id=place) == 1

    # When he tries Saltholme on Monday morning, its acceptance does not approve itself
    office.clock.instant = london("2025-02-10T08:30")
    await office.send(office.plan.acceptance(stage.saltholme, TARIQ, tariq.number))
    assert await stage.queue() == ["placed-by-office"] and await stage.told(stage.saltholme) == []

    # When the clerk finds him the practice of the scheme, he is on its list, and is told by the evening's post
    office.clock.instant = london("2025-02-10T09:30")
    await scheme.on("allocate", place, practice=scheme.safe_house.ods_code)
    assert await office.list_of(tariq.id) == scheme.safe_house.id
    await scheme.clock_strikes("2025-02-10T17:30")
    assert {"SAS-1", "SAS-1P", "SAS-5"} <= await scheme.letters()

    # When Nethermoor writes nothing, it is reminded on the fifth day, and a supervisor has it on the eighth
    notice = await scheme.matter(tariq, "violence-notice")
    await scheme.clock_strikes("2025-02-11T00:00")
    assert await scheme.state_of(notice) == "chased"
    await scheme.clock_strikes("2025-02-13T23:59")
    assert await scheme.state_of(notice) == "chased"
    await scheme.clock_strikes("2025-02-14T00:00")
    assert await scheme.state_of(notice) == "overdue"

    # And he stays removed all the same
    assert await office.list_of(tariq.id) == scheme.safe_house.id

    # When he appeals on the fourteenth day after the letter, it is in time, and delays nothing
    office.clock.instant = london("2025-02-24T11:00")
    appeal = (await scheme.done("appeal", nhs_number=tariq.number, against="placement")).id
    assert appeal is not None
    await scheme.on("appeal-acknowledge", appeal)
    office.clock.instant = london("2025-03-03T11:00")
    for whose in ("patient", "practice"):
        await scheme.on("appeal-form", appeal, of=whose)
    await scheme.on("appeal-convene", appeal, on="2025-03-31")
    office.clock.instant = london("2025-03-26T11:00")
    await scheme.on("appeal-papers", appeal)
    office.clock.instant = london("2025-03-31T15:00")
    await scheme.on("appeal-decide", appeal, outcome="dismissed")
    assert await scheme.state_of(place) == "active"

    # When the year is nearly over, the commissioner is asked for the review
    await scheme.clock_strikes("2026-01-13T00:00")
    assert await scheme.state_of(place) == "review-due"

    # When it says that he has completed the scheme, he is discharged, and stays where he is until he chooses
    office.clock.instant = london("2026-02-09T10:00")
    await scheme.on("discharge", place)
    assert await office.list_of(tariq.id) == scheme.safe_house.id
    await scheme.clock_strikes("2026-02-09T17:30")
    assert "SAS-4" in await scheme.letters()

    # When Saltholme accepts him now, it is approved as anybody's is
    office.clock.instant = london("2026-03-02T09:00")
    await office.send(office.plan.acceptance(stage.saltholme, TARIQ, tariq.number))
    assert await stage.list_of(tariq) == stage.saltholme and await stage.told(stage.saltholme) == ["F4"]

    # And from the allocation on there was no day without a practice
    stays = "select lower(period), upper(period) from list_memberships where patient_id = :id order by lower(period)"
    async with office.engine.connect() as connection:
        periods = [tuple(row) for row in await connection.execute(text(stays), {"id": tariq.id})]
    assert periods[1:] == [(date(2025, 2, 10), date(2026, 3, 2)), (date(2026, 3, 2), None)]

    # And nobody may remove him for having been on the scheme
    again = await scheme.act(
        "notice",
        nhs_number=tariq.number,
        practice=stage.saltholme.ods_code,
        happened_at="2025-02-07T16:40",
        ground="previously-removed",
    )
    assert isinstance(again, Impossible) and again.field == "ground"
