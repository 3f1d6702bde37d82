"""Scan a pile of letters: every line is accounted for, and a line that is refused stops no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger

from registry.transactions.acts.act import Answer, Done, Impossible
from registry.transactions.context import Context
from registry.transactions.gather import lock_people
from registry.transactions.returned_mail.scan import scan

_ABOUT = text(
    "select distinct patient_id from letters where reference = any(:references) and patient_id is not null"
    " and returned_at is null order by patient_id"
).bindparams(bindparam("references", type_=ARRAY(BigInteger)))


@dataclass(frozen=True, slots=True)
class Scanned:
    """A line and what became of it."""

    reference: int
    result: Literal["scanned", "repeated", "refused"]
    outcome: str | None
    sentence: str


async def scan_many(connection: AsyncConnection, context: Context, lines: Sequence[tuple[int, str]]) -> list[Scanned]:
    """Scan letters, by reference and cause, in one unit of work; one answer for each line, in their order.

    Everybody concerned is locked first, in the usual order.
    """
    references = [reference for reference, _ in lines]
    people: list[UUID] = list((await connection.execute(_ABOUT, {"references": references})).scalars())
    await lock_people(connection, people)
    return [told(reference, await scan(connection, context, reference, cause)) for reference, cause in lines]


def told(reference: int, answer: Answer) -> Scanned:
    """The line of a report that an answer makes."""
    if isinstance(answer, Done):
        outcome: str = answer.data["outcome"]
        return Scanned(reference, "repeated" if outcome == "repeated" else "scanned", outcome, answer.sentence)
    sentence = answer.sentence if isinstance(answer, Impossible) else "It was not scanned."
    return Scanned(reference, "refused", None, sentence)
