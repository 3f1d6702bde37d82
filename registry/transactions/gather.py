"""Gather: the facts of one transaction, with locks, before anything is decided.

The order of locks is always the same: the keys of a possible new person, then people by id.
A lock and the reading of what it protects are two statements, because under READ COMMITTED
a statement sees the database as it was when the statement began, before it waited.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger, Date, Text, Uuid

from registry.database import Prebuilt
from registry.matching.keys import key_from_json
from registry.transactions.facts import Facts, MembershipFacts, PendingDeduction, PersonFacts, PracticeFacts
from registry.transactions.matters.read import matter_from_json
from registry.transactions.outside import Outside
from registry.values.address import Address
from registry.values.person import Name, Sex

_LOCK_KEYS = Prebuilt.of(
    text("select pg_advisory_xact_lock(key) from unnest(:keys) with ordinality k(key, n) order by n").bindparams(
        bindparam("keys", type_=ARRAY(BigInteger))
    )
)

_BEARS = (
    "select id from patients where nhs_number = :number"
    " union all select patient_id from patient_numbers where nhs_number = :number"
)
_LOCK_BY_NUMBER = text(f"select id, nhs_number from patients where id in ({_BEARS}) order by id for no key update")
_WHO_BEARS = text(_BEARS)

_LOCK_BY_ID = text("select id from patients where id = any(:ids) order by id for no key update").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)

_PERSON = """json_build_object(
        'row', to_json(p),
        'membership', (
          select json_build_object('id', m.id, 'practice_id', m.list_id, 'partner_code', h.trading_partner_code,
            'authority_cipher', h.authority_cipher, 'since', lower(m.period), 'accepted_on', m.accepted_on,
            'gp_code', m.gp_code, 'posted_at', m.posted_at, 'transaction_id', m.transaction_id,
            'out_of_area', m.out_of_area, 'written_at', (
              select t.document_at from transactions t where t.id = m.transaction_id))
          from list_memberships m join practices h on h.id = m.list_id
          where m.patient_id = p.id and upper_inf(m.period)),
        'last', (
          select json_build_array(v.to_list, v.effective_at, v.id, v.removal) from list_movements v
          where v.patient_id = p.id order by v.id desc limit 1),
        'absorbed', held.absorbed,
        'last_accepted_on', (
          select max(m.accepted_on) from list_memberships m where m.patient_id = any(held.absorbed || p.id)),
        'was_with', (
          select json_agg(v.from_list) from list_movements v where v.patient_id = any(held.absorbed || p.id)),
        'numbers', (select json_agg(n.nhs_number) from patient_numbers n where n.patient_id = p.id),
        'pending', (
          select json_agg(to_json(d) order by d.id)
          from pending_deductions d where d.patient_id = p.id and d.state = 'pending'),
        'matters', (
          select json_agg(to_json(x) order by x.id) from matters x
          where x.patient_id = p.id and x.closed_at is null),
        'keys', (select json_agg(to_json(k)) from match_keys k where k.patient_id = p.id),
        'unworked', (
          select count(*) from anomalies a where a.state = 'open' and a.patient_ids @> array[p.id]
            and a.kind <> 'possible-duplicate'))"""


# What happened under a record that was merged away happened to whoever survives it.
_PEOPLE = """patients p cross join lateral (
        select array(select a.id from patients a where a.merged_into = p.id) as absorbed) held"""


def _facts(who: str) -> Prebuilt:
    statement = text(
        f"""
    select json_build_object(
      'practice', (
        select json_build_object('id', r.id, 'ods_code', r.ods_code, 'partner_code', r.trading_partner_code,
          'authority_cipher', r.authority_cipher, 'list_state', r.list_state, 'secure', r.secure,
          'doctor_known', exists (select from practice_doctors d where d.practice_id = r.id
            and d.gmc_number = split_part(:gp_code, ',', 1) and d.local_code = split_part(:gp_code, ',', 2)
            and d.period @> :day))
        from practices r where r.id = :practice_id),
      'earlier', (
        select t.id from transactions t where t.practice_id = :practice_id and t.kind = 'acceptance'
          and t.state = 'refused' and t.command -> 'demographics' ->> 'number' = :number
        order by t.received_at desc limit 1),
      'people', (select json_agg({_PERSON}) from {_PEOPLE} where {who}))::text
        """
    ).bindparams(
        bindparam("gp_code", type_=Text),
        bindparam("day", type_=Date),
        bindparam("practice_id", type_=Uuid),
        bindparam("number", type_=Text),
        bindparam("ids", type_=ARRAY(Uuid)),
    )
    return Prebuilt.of(statement)


# Mostly one person is found. Told so, PostgreSQL plans the statement once for each connection;
# for a list of unknown length it would plan anew each time, which takes longer than the reading.
_FACTS_OF_ONE = _facts("p.id = (:ids)[1]")
_FACTS = _facts("p.id = any(:ids)")

_ONE_PERSON = text(f"select {_PERSON}::text from {_PEOPLE} where p.id = :id").bindparams(bindparam("id", type_=Uuid))


async def lock_keys(connection: AsyncConnection, keys: Sequence[int]) -> None:
    """Take the advisory locks of a person who may be new, in the order given (sorted)."""
    if keys:
        await _LOCK_KEYS.rows(connection, {"keys": list(keys)})


async def lock_by_number(connection: AsyncConnection, number: str) -> list[UUID]:
    """Lock the person who has or had a number. Empty when nobody ever had it.

    A merge that is made, or undone, while this waits gives the number to another record: then it is
    that one which is locked.
    """
    while True:
        rows = (await connection.execute(_LOCK_BY_NUMBER, {"number": number})).all()
        ids = [row.id for row in rows]
        if all(row.nhs_number == number for row in rows):
            return ids
        if set(ids) == set((await connection.execute(_WHO_BEARS, {"number": number})).scalars()):
            return ids


async def lock_people(connection: AsyncConnection, ids: Sequence[UUID]) -> None:
    """Lock people by id, in order of id."""
    await connection.execute(_LOCK_BY_ID, {"ids": list(ids)})


async def gather(
    connection: AsyncConnection,
    *,
    practice_id: UUID,
    gp_code: str,
    day: date,
    ids: Sequence[UUID],
    number: str | None = None,
) -> Facts:
    """The sender and the people of the given ids, who must be locked. One statement."""
    statement = _FACTS_OF_ONE if len(ids) == 1 else _FACTS
    ((found,),) = await statement.rows(
        connection,
        {"gp_code": gp_code, "day": day, "practice_id": practice_id, "number": number, "ids": list(ids)},
    )
    data = orjson.loads(found)
    people = [_person(each) for each in data["people"] or ()]
    return Facts(
        practice=_practice(data["practice"]),
        people={person.id: person for person in people},
        earlier=UUID(data["earlier"]) if data["earlier"] else None,
    )


async def gather_person(connection: AsyncConnection, patient_id: UUID) -> PersonFacts:
    """One person, who must be locked. Raises NoResultFound where there is none."""
    found = await connection.execute(_ONE_PERSON, {"id": patient_id})
    return _person(orjson.loads(found.scalar_one()))


def _practice(data: dict[str, Any]) -> PracticeFacts:
    return PracticeFacts(
        id=UUID(data["id"]),
        ods_code=data["ods_code"],
        partner_code=data["partner_code"],
        authority_cipher=data["authority_cipher"],
        list_is_open=data["list_state"] == "open",
        doctor_known=data["doctor_known"],
        secure=data["secure"],
    )


def _person(data: dict[str, Any]) -> PersonFacts:
    row = data["row"]
    last = data["last"]
    return PersonFacts(
        id=UUID(row["id"]),
        version=row["version"],
        nhs_number=row["nhs_number"],
        status=row["status"],
        name=Name(row["surname"], row["first_forename"], row["second_forename"], row["other_forenames"], row["title"]),
        previous_surname=row["previous_surname"],
        sex=Sex(row["sex"]),
        date_of_birth=_date(row["date_of_birth"]),
        date_of_death=_date(row["date_of_death"]),
        address=Address.of([row[f"line_{number}"] for number in range(1, 6)], row["postcode"]),
        restricted=row["restricted"],
        apart=row["apart"],
        drugs_dispensed=row["drugs_dispensed"],
        residential_institute=row["residential_institute"],
        place_of_birth=row["place_of_birth"],
        updated_at=datetime.fromisoformat(row["updated_at"]).astimezone(UTC),
        membership=_membership(data["membership"]),
        on_list=UUID(last[0]) if last else Outside.UNREGISTERED.id,
        last_movement_at=datetime.fromisoformat(last[1]).astimezone(UTC) if last else None,
        was_with=frozenset(UUID(each) for each in data["was_with"] or ()),
        superseded_numbers=frozenset(data["numbers"] or ()),
        pending=tuple(_pending(each) for each in data["pending"] or ()),
        keys=tuple(key_from_json(each) for each in data["keys"] or ()),
        current_key_ids=tuple(each["id"] for each in data["keys"] or () if each["is_current"]),
        last_movement=last[2] if last else None,
        unworked=data["unworked"],
        last_accepted_on=_date(data["last_accepted_on"]),
        removal=last[3] if last else None,
        matters=tuple(matter_from_json(each) for each in data["matters"] or ()),
        absorbed=tuple(UUID(each) for each in data["absorbed"] or ()),
        row=row,
    )


def _membership(data: dict[str, Any] | None) -> MembershipFacts | None:
    if data is None:
        return None
    return MembershipFacts(
        id=UUID(data["id"]),
        practice_id=UUID(data["practice_id"]),
        partner_code=data["partner_code"],
        authority_cipher=data["authority_cipher"],
        since=date.fromisoformat(data["since"]),
        accepted_on=date.fromisoformat(data["accepted_on"]),
        gp_code=data["gp_code"],
        written_at=_instant(data["written_at"]),
        posted_at=_instant(data["posted_at"]),
        transaction_id=UUID(data["transaction_id"]) if data["transaction_id"] else None,
        out_of_area=data["out_of_area"],
    )


def _pending(data: dict[str, Any]) -> PendingDeduction:
    return PendingDeduction(
        id=UUID(data["id"]),
        practice_id=UUID(data["practice_id"]),
        transaction_id=UUID(data["transaction_id"]),
        due_on=_date(data["due_on"]),
        reason=data["reason"],
        version=data["version"],
        removal=data["removal"],
        waits_for=data["waits_for"],
        days=data["days"],
        letter_id=UUID(data["letter_id"]) if data["letter_id"] else None,
        requested_on=_date(data["requested_on"]),
        earliest_on=_date(data["earliest_on"]),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
