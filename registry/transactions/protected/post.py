"""Post to somebody protected: what waits for the evening goes by another way, what is at the print room is named."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid

from registry.transactions.facts import PersonFacts
from registry.transactions.letters.kinds import Letter
from registry.transactions.protected.rules import by_way_of

_TO_THE_PERSON = [each.code for each in Letter if each.value.to == "patient"]

_REDIRECT = text(
    "update letters set route = :route, practice_id = coalesce(:practice_id, practice_id)"
    " where patient_id = :patient_id and state = 'queued' and kind = any(:kinds)"
    " and (route, practice_id) is distinct from (:route, coalesce(:practice_id, practice_id))"
).bindparams(
    bindparam("patient_id", type_=Uuid),
    bindparam("practice_id", type_=Uuid),
    bindparam("route", type_=Text),
    bindparam("kinds", type_=ARRAY(Text)),
)

_HANDED_OVER = text(
    "select reference from letters where patient_id = :patient_id and state = 'handed-over'"
    " and route in ('home', 'guardian') order by reference"
).bindparams(bindparam("patient_id", type_=Uuid))


@dataclass(frozen=True, slots=True)
class Post:
    """How many letters go by another way, and the references of those that have left the office's hands."""

    redirected: int
    at_the_print_room: Sequence[int] = ()


async def redirect_post(connection: AsyncConnection, person: PersonFacts, wanted: str) -> Post:
    """Have what waits for a person, who is locked, go by way of their present practice or of the office."""
    now = person.membership
    route = by_way_of(wanted, on_a_list=now is not None)
    values = {
        "patient_id": person.id,
        "route": route,
        "practice_id": now.practice_id if now is not None and route == "practice" else None,
        "kinds": _TO_THE_PERSON,
    }
    redirected = (await connection.execute(_REDIRECT, values)).rowcount
    handed = (await connection.execute(_HANDED_OVER, {"patient_id": person.id})).scalars().all()
    return Post(redirected, handed)
