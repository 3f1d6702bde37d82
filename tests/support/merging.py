"""Two records made one in tests: the acts of the office, done by those who may."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registry.transactions.acts.act import Answer, Done
from registry.transactions.merges.acts import DUPLICATES
from registry.values.actor import Actor, ActorKind
from tests.support.acts import do
from tests.support.office import OTHER_CIPHER, Office, Practice

ACTS = {act.name: act for act in DUPLICATES.acts}
APPROVER = Actor(ActorKind.STAFF, "approver")
CASE = "INC0123456"


async def act(office: Office, name: str, *, by: Actor | None = None, **details: Any) -> Answer:
    context = office.context() if by is None else office.context(by)
    return await do(office.connection, context, ACTS[name], **details)


async def did(office: Office, name: str, *, by: Actor | None = None, **details: Any) -> Done:
    """An act that is to succeed."""
    answer = await act(office, name, by=by, **details)
    assert isinstance(answer, Done), answer
    return answer


async def suspected(office: Office, one: object, other: object, **details: Any) -> Done:
    return await did(office, "suspect", one=str(one), other=str(other), **details)


async def previewed(office: Office, matter: UUID | None, **choice: Any) -> Any:
    return (await did(office, "preview", id=matter, **choice)).data


async def proposed(office: Office, one: object, other: object, **choice: Any) -> tuple[Done, str]:
    """A proposal, and the fingerprint of what was looked at."""
    noted = await suspected(office, one, other)
    shown = await previewed(office, noted.id, **choice)
    answer = await did(
        office,
        "propose",
        id=noted.id,
        version=noted.version,
        case_reference=CASE,
        fingerprint=shown["fingerprint"],
        reason="confirmed by both practices",
        **choice,
    )
    return answer, shown["fingerprint"]


async def merged(office: Office, one: object, other: object, **choice: Any) -> UUID:
    """Two records made one; returns the merge."""
    answer, fingerprint = await proposed(office, one, other, **choice)
    done = await did(office, "approve", by=APPROVER, id=answer.id, version=answer.version, fingerprint=fingerprint)
    assert done.state == "merged"
    return UUID(await office.one("select facts ->> 'merge' from matters where id = :id", id=answer.id))


async def undone(office: Office, merge: UUID, **details: Any) -> Done:
    return await did(office, "undo", id=merge, **{"reason": "two of one name", **details})


async def record(office: Office, patient_id: UUID) -> Any:
    found = await office.connection.execute(text("select * from patients where id = :id"), {"id": patient_id})
    return found.mappings().one()


async def two(office: Office, **of_second: Any) -> tuple[Practice, Practice, tuple[UUID, str], tuple[UUID, str]]:
    """A record on Elm's list, and an earlier one of the same person on Oak's."""
    elm, oak = await office.practice(), await office.practice(cipher=OTHER_CIPHER)
    survivor = await office.person(elm, accepted_on=date(2024, 5, 1))
    loser = await office.person(oak, accepted_on=date(2020, 3, 2), **of_second)
    return elm, oak, survivor, loser
