"""Where each of the people is, by the movements and stays that belong to them."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger, Uuid

from registry.transactions.confusions.items import Key
from registry.transactions.confusions.rules import Move, StayedOn

_MOVES = text(
    "select v.id, v.to_list, v.from_list, v.recorded_at, v.removal, v.ended, v.reverses is null and not exists ("
    " select from list_movements r where r.reverses = v.id) as stands"
    " from list_movements v where v.id = any(:ids) order by v.id"
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))

_STAYS = text(
    "select id, list_id, accepted_on, gp_code, posted_at, out_of_area from list_memberships where id = any(:ids)"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))

_FOUND_THERE = text(
    "select id, practice_id, coalesce(accepted_on, (received_at at time zone 'Europe/London')::date) as accepted_on,"
    " command #>> '{origin,gp_code}' as gp_code, posted_at from transactions"
    " where id = any(:ids) and kind = 'acceptance' and state = 'accepted' and outcome = 'already-there'"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))

_PRACTICES = text("select id from practices where id = any(:ids)").bindparams(bindparam("ids", type_=ARRAY(Uuid)))


async def read_whereabouts(
    connection: AsyncConnection, whose: Mapping[Key, int]
) -> tuple[list[Move], list[StayedOn], set[UUID]]:
    """The movements in the order of the ledger, the stays, and which of the lists are practices'."""
    moved = {int(key): place for (table, key), place in whose.items() if table == "list_movements"}
    rows = (await connection.execute(_MOVES, {"ids": list(moved)})).all()
    moves = [Move(row.id, row.to_list, row.recorded_at, row.stands, moved[row.id], row.removal) for row in rows]
    stays = [*await _stays(connection, whose), *await _found_there(connection, whose), *_traceless(rows, whose)]
    lists = {move.to_list for move in moves}
    found = await connection.execute(_PRACTICES, {"ids": list(lists)})
    return moves, stays, set(found.scalars())


async def _stays(connection: AsyncConnection, whose: Mapping[Key, int]) -> list[StayedOn]:
    places = _of("list_memberships", whose)
    rows = (await connection.execute(_STAYS, {"ids": list(places)})).all()
    return [
        StayedOn(row.list_id, row.accepted_on, row.gp_code, row.posted_at, places[row.id], row.out_of_area)
        for row in rows
    ]


async def _found_there(connection: AsyncConnection, whose: Mapping[Key, int]) -> list[StayedOn]:
    places = _of("transactions", whose)
    rows = (await connection.execute(_FOUND_THERE, {"ids": list(places)})).all()
    return [
        StayedOn(row.practice_id, row.accepted_on, row.gp_code, row.posted_at, places[row.id], found_there=True)
        for row in rows
    ]


def _traceless(rows: Collection[Any], whose: Mapping[Key, int]) -> list[StayedOn]:
    """Stays that ended on the day on which they began: the movement that ended them remembers them."""
    found: list[StayedOn] = []
    for row in rows:
        ended = row.ended or {}
        place = whose.get(("transactions", str(ended.get("transaction_id"))))
        if place is not None:
            posted_at = datetime.fromisoformat(ended["posted_at"]).astimezone(UTC)
            accepted_on = date.fromisoformat(ended["accepted_on"])
            found.append(
                StayedOn(row.from_list, accepted_on, ended["gp_code"], posted_at, place, bool(ended["out_of_area"]))
            )
    return found


def _of(table: str, whose: Mapping[Key, int]) -> dict[UUID, int]:
    return {UUID(key): place for (of, key), place in whose.items() if of == table}
