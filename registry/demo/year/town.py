"""The people of a simulated year: who is where now, as the register says, and who is still to come."""

from collections.abc import Iterator
from random import Random

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.demo.people import Office
from registry.demo.person import DemoPerson, Label
from registry.demo.practices import DemoPractice

_ON_LISTS = text(
    "select p.nhs_number, r.ods_code from list_memberships m join patients p on p.id = m.patient_id"
    " join practices r on r.id = m.list_id where upper_inf(m.period) and p.nhs_number is not null"
)

_ODD = frozenset({Label.DEAD, Label.DUPLICATE, Label.CONFUSION, Label.MONONYM, Label.INITIALS_ONLY})
"""People about whom a day's event would raise other questions."""


class Town:
    """Everybody of whom a practice may write. The truth about lists is the register's."""

    def __init__(self, office: Office, rng: Random) -> None:
        self.practices: list[DemoPractice] = office.practices
        self.rng = rng
        self.elsewhere: list[DemoPerson] = list(office.national)
        self._by_number = {
            str(person.nhs_number): person
            for person in (*office.people, *office.national)
            if person.nhs_number is not None and not person.labels & _ODD
        }
        self.held: dict[str, list[DemoPerson]] = {practice.ods_code: [] for practice in office.practices}

    async def look(self, engine: AsyncEngine) -> None:
        """See who is on which list now."""
        held: dict[str, list[DemoPerson]] = {practice.ods_code: [] for practice in self.practices}
        async with engine.connect() as connection:
            for number, ods_code in await connection.execute(_ON_LISTS):
                person = self._by_number.get(number)
                if person is not None and ods_code in held:
                    held[ods_code].append(person)
        self.held = held

    def known(self, number: str) -> DemoPerson | None:
        """Who bears a number, where that is one of the town."""
        return self._by_number.get(number)

    def everybody(self) -> Iterator[DemoPerson]:
        """Whoever is on a list now."""
        for people in self.held.values():
            yield from people
