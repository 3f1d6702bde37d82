"""Searches for duplicates in tests: people in a register, swept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registry.matching.model.load import SHIPPED
from registry.transactions.sweep.begin import Asked, Refused, Sweep, begin
from registry.transactions.sweep.run import SweepReport, run_sweep
from registry.transactions.sweep.search import FoundPair
from registry.transactions.sweep.store import store
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex
from tests.support.committing_office import CommittingOffice
from tests.support.office import Office, Practice

HOME = Address(("", "12 Quillet Lane", "", "Nethermoor", ""), "ZX4 7QP")
AWAY = Address(("", "8 Tarn Row", "", "Skelbeck", ""), "QZ2 3AB")


def somebody(forename: str, surname: str, born: str, *, sex: Sex = Sex.FEMALE, **items: Any) -> Demographics:
    """Somebody at home in Nethermoor, unless told otherwise."""
    usual: dict[str, Any] = {"address": HOME}
    named = Name(surname, *forename.split(" ", 1))
    return Demographics(name=named, sex=sex, date_of_birth=date.fromisoformat(born), **{**usual, **items})


ADA = somebody("Ada Beatrix", "Featherstone", "1961-07-23")
GRETA = somebody("Greta", "Oakhanger", "1979-11-02", address=AWAY)


def renamed(person: Demographics, forename: str | None = None, surname: str | None = None) -> Demographics:
    name = person.name
    return replace(
        person, name=replace(name, surname=surname or name.surname, first_forename=forename or name.first_forename)
    )


def born(person: Demographics, day: str) -> Demographics:
    return replace(person, date_of_birth=date.fromisoformat(day))


async def taken_on(
    office: CommittingOffice, *people: Demographics, practice: Practice | None = None, **columns: Any
) -> list[UUID]:
    """People in the register; their ids in the order given."""
    async with office.at_work() as work:
        now = {"updated_at": office.clock.now(), **columns}
        return [(await work.person(practice, like=each, **now))[0] for each in people]


async def swept(office: CommittingOffice, asked: Asked | None = None, **items: Any) -> SweepReport:
    """A sweep that is to succeed."""
    report = await run_sweep(office.engine, office.plan.context(), SHIPPED, asked, **items)
    assert not isinstance(report, Refused), report
    return report


async def pairs(office: CommittingOffice, state: str | None = None) -> dict[frozenset[UUID], dict[str, Any]]:
    """Every pair that is kept, or those in a state, by the two people."""
    query = "select to_jsonb(m) from match_pairs m where cast(:state as text) is null or state = :state"
    rows = await office.column(query, state=state)
    return {frozenset({UUID(row["patient_id"]), UUID(row["other_patient_id"])}): row for row in rows}


async def queue(office: CommittingOffice) -> list[frozenset[UUID]]:
    """The pairs before people, the likeliest first."""
    query = "select patient_ids from anomalies where state = 'open' and kind = 'possible-duplicate' order by id"
    return [frozenset(each) for each in await office.column(query)]


async def found_alike(office: Office, alike: Sequence[tuple[UUID, UUID]]) -> UUID:
    """A whole sweep that found some pairs; returns the sweep. In the caller's unit of work."""
    connection, context = office.connection, office.context()
    sweep = await begin(connection, context, SHIPPED, Asked(everybody=True, parts=1))
    assert isinstance(sweep, Sweep)
    levels = {"forename": "equal", "surname": "similar"}
    found = [FoundPair(min(pair), max(pair), 1, 1, 7.5, "possible", levels) for pair in alike]
    assert await store(connection, context, sweep, 0, found)
    await connection.execute(
        text("update match_sweeps set state = 'finished', finished_at = :now where id = :id"),
        {"now": context.now, "id": sweep.id},
    )
    return sweep.id
