"""People planted on lists by the hundred, with what the register would have recorded of them: for patterns.

Written row by row, not by operations, so that a list of hundreds takes no time; the invariants do not hold.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from registry.transactions.outside import Outside
from registry.values.period import start_of_day
from tests.support.office import Office, Practice

ADULT = date(1980, 6, 1)
STUDENT = date(2007, 3, 1)
OLD = date(1938, 3, 1)

_PLANT = text(
    """
    with n as (select generate_series(1, cast(:many as integer)) as n),
    made as (
      insert into patients (id, surname, first_forename, sex, date_of_birth, line_2, line_4, postcode,
        residential_institute)
      select gen_random_uuid(), 'PLANTED', 'N' || n, '1', cast(:born as date),
        case when :one_home then :street else (n || ' ' || :street) end, 'NETHERMOOR', cast(:postcode as text),
        cast(:home as text)
      from n returning id, line_2, postcode),
    numbered as (select id, line_2, postcode, row_number() over () as n from made),
    joined as (
      insert into list_memberships (id, patient_id, list_id, period, accepted_on, posted_at, gp_code)
      select gen_random_uuid(), id, :list_id, daterange(cast(:day as date), null), cast(:day as date),
        cast(:at as timestamptz), 'X,1' from numbered),
    moved as (
      insert into list_movements (patient_id, from_list, to_list, effective_on, effective_at, recorded_at, reason)
      select id, :from_list, :list_id, cast(:day as date), cast(:at as timestamptz), cast(:at as timestamptz), 'planted'
      from numbered),
    asked as (
      insert into transactions (id, kind, source, practice_id, operation_id, transaction_number, command, state,
        outcome, patient_id, accepted_on, document_at, received_at, posted_at)
      select gen_random_uuid(), 'acceptance', 'facade', :list_id, 'planted', n, json_build_object(
          'acceptance_type', cast(:kind as text), 'demographics', json_build_object('address', json_build_object(
            'lines', json_build_array('', line_2, '', 'NETHERMOOR', ''), 'postcode', postcode))),
        'accepted', 'created', id, cast(:day as date), cast(:at as timestamptz), cast(:at as timestamptz),
        cast(:at as timestamptz)
      from numbered where cast(:kind as text) is not null)
    select id from numbered order by n
    """
)

_HEARD = text(
    "insert into transactions (id, kind, source, practice_id, operation_id, transaction_number, command, state,"
    " outcome, patient_id, document_at, received_at, posted_at)"
    " select gen_random_uuid(), 'amendment', 'facade', :practice_id, 'heard', 1, '{}', 'accepted', 'amended', id,"
    " cast(:at as timestamptz), cast(:at as timestamptz), cast(:at as timestamptz)"
    " from unnest(cast(:ids as uuid[])) planted(id)"
)

_FLAG = text(
    """
    with made as (
      insert into matters (id, kind, state, patient_id, practice_id, owner, trigger_on, opened_at, closed_at, facts,
        version)
      select gen_random_uuid(), 'fp69', cast(:state as text), id, :practice_id, 'practice', cast(:day as date),
        cast(:at as timestamptz), cast(:closed_at as timestamptz), cast(:facts as jsonb), 2
      from unnest(cast(:ids as uuid[])) planted(id) returning id)
    insert into matter_events (matter_id, version, event, from_state, to_state, at, by, transaction_id)
    select id, 2, 'confirmed', 'open', cast(:state as text), cast(:closed_at as timestamptz), 'planted',
      cast(:transaction_id as uuid) from made
    """
)


@dataclass(slots=True)
class Planted:
    """Plants people in an office."""

    office: Office

    async def people(
        self,
        practice: Practice,
        many: int,
        on: date,
        *,
        kind: str | None = "4",
        came_from: Outside | Practice | None = None,
        born: date = ADULT,
        street: str = "Quillet Lane",
        postcode: str | None = "ZX4 7QP",
        one_home: bool = False,
        home: str | None = None,
    ) -> list[UUID]:
        """People accepted on a day; without a `kind` (acceptance type) they were taken on with no form."""
        usual = {"1": Outside.BIRTH, "2": Outside.FIRST_REGISTRATION, "3": Outside.ELSEWHERE, "4": Outside.ABROAD}
        source = came_from or (usual[kind] if kind else Outside.TAKE_ON)
        values = {
            "many": many, "born": born, "one_home": one_home, "street": street, "postcode": postcode, "home": home,
            "list_id": practice.id, "day": on, "at": start_of_day(on), "kind": kind, "from_list": source.id,
        }  # fmt: skip
        return list((await self.office.connection.execute(_PLANT, values)).scalars())

    async def list_of(self, practice: Practice, many: int, **items: Any) -> list[UUID]:
        """A list that has long been there."""
        return await self.people(practice, many, date(2019, 4, 1), kind=None, **items)

    async def heard_of(self, practice: Practice, people: list[UUID], on: date) -> None:
        """The practice sends an amendment about each."""
        values = {"practice_id": practice.id, "ids": people, "at": start_of_day(on)}
        await self.office.connection.execute(_HEARD, values)

    async def flags(
        self,
        practice: Practice,
        people: list[UUID],
        on: date,
        *,
        state: str = "removed",
        ended: date | None = None,
        expires: date | None = None,
        transaction_id: UUID | None = None,
    ) -> None:
        """An FP69 about each, which has ended."""
        closed: datetime = start_of_day(ended or on)
        facts = orjson.dumps({"expires_on": (expires or on).isoformat()}).decode()
        values = {
            "state": state, "practice_id": practice.id, "day": on, "at": start_of_day(on), "closed_at": closed,
            "facts": facts, "ids": people, "transaction_id": transaction_id,
        }  # fmt: skip
        await self.office.connection.execute(_FLAG, values)

    async def amendment(self, practice: Practice, patient_id: UUID, on: date) -> UUID:
        """An amendment with a new address."""
        await self.heard_of(practice, [patient_id], on)
        return await self.office.one(
            "select id from transactions where patient_id = :id and kind = 'amendment'"
            " order by received_at desc limit 1",
            id=patient_id,
        )

    async def leaves(self, practice: Practice, people: list[UUID], to: Outside, on: date) -> list[int]:
        """Each is taken off the list; returns the movements."""
        return await self._move(people, practice.id, to.id, on)

    async def dies(self, practice: Practice, people: list[UUID], on: date) -> list[int]:
        """Each is taken off the list as dead; returns the movements."""
        return await self.leaves(practice, people, Outside.DEATH, on)

    async def comes_back(
        self, practice: Practice, people: list[UUID], on: date, reverses: list[int] | None = None
    ) -> None:
        """Each is put back from the dead, by an acceptance or because the death was taken back."""
        await self._move(people, Outside.DEATH.id, practice.id, on, reverses)

    async def _move(
        self, people: list[UUID], from_list: UUID, to_list: UUID, on: date, reverses: list[int] | None = None
    ) -> list[int]:
        statement = text(
            "insert into list_movements (patient_id, from_list, to_list, effective_on, effective_at, recorded_at,"
            " reason, reverses) select id, :from_list, :to_list, cast(:day as date), cast(:at as timestamptz),"
            " cast(:at as timestamptz), 'planted', back"
            " from unnest(cast(:ids as uuid[]), cast(:back as bigint[])) planted(id, back) returning id"
        )
        back = reverses or [None] * len(people)
        values = {
            "from_list": from_list,
            "to_list": to_list,
            "day": on,
            "at": start_of_day(on),
            "ids": people,
            "back": back,
        }
        return list((await self.office.connection.execute(statement, values)).scalars())
