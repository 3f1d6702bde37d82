"""Whether a new home may lie outside the practice's area.

Practices' areas are not known here: whether an address is in one is for the practice to say, and an
amendment (F1) with a new address is that question; it answers with a removal (G3). Where the places of both
postcodes are known and lie far apart, a clerk asks the practice besides, so that nobody is kept by silence
on a list too far away. Source: Contracts Regulations 2015 Sch 3 para 27; domain rules R15.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.due.chase import open_chaser
from registry.transactions.facts import PersonFacts

AREA_QUESTION = "area-question"
"""The kind of the case that asks a practice."""

_METRES = text(
    """
    select sqrt(power(home.easting - there.easting, 2) + power(home.northing - there.northing, 2))
    from practices p join postcode_places there on there.postcode = p.postcode
    join postcode_places home on home.postcode = :postcode where p.id = :practice_id
    """
).bindparams(bindparam("postcode", type_=Text), bindparam("practice_id", type_=Uuid))

_SENTENCE = "A patient has moved far from the practice: ask whether it keeps them, or a removal as out of area."


@dataclass(frozen=True, slots=True)
class Area:
    """How far a new home is from the practice. None: not known, and for the practice to say."""

    metres: int | None
    is_far: bool = False
    said: str = "not known: the practice is told the address, and answers if it is out of its area"


async def area_of(connection: AsyncConnection, context: Context, person: PersonFacts, postcode: Any) -> Area | None:
    """How a new postcode lies to the practice that holds the person; None where they are on no list."""
    if person.membership is None:
        return None
    values = {"postcode": postcode, "practice_id": person.membership.practice_id}
    metres = (await connection.execute(_METRES, values)).scalar_one_or_none()
    if metres is None:
        return Area(None)
    far = metres > context.policies.on("area_question_metres", context.today)
    return Area(round(metres), far, "far away: the practice is asked" if far else "near the practice")


def ask_about_area(
    writes: Writes, context: Context, person: PersonFacts, area: Area | None, transaction_id: UUID
) -> None:
    """Put the question of a far home before a clerk. Who lives there as out of the area already is not asked about.

    It is a question to the practice, and no unread mail that would hold up a clock of the person. Of somebody
    restricted the case names no practice.
    """
    now = person.membership
    if area is None or not area.is_far or now is None or now.out_of_area:
        return
    candidate = {"patient_id": person.id, "version": person.version + 1, "score": None, "reasons": [AREA_QUESTION]}
    open_chaser(
        writes,
        context,
        AREA_QUESTION,
        _SENTENCE,
        practice_id=None if person.restricted else now.practice_id,
        evidence={"candidates": [candidate], "transaction": str(transaction_id), "metres": area.metres},
    )
