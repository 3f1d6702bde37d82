"""What was decided and has not left yet is taken back: messages to practices, and letters.

A message is numbered when it is delivered, so that one which is withdrawn before leaves no gap. One
that was delivered stays delivered, and something else must say that it no longer holds.

The answer to a form of paper is a letter, and stays: the practice waits for it, and nothing else that
it can match to its form takes its place. What follows says that it no longer holds.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Text, Uuid

from registry.transactions.context import Context
from registry.transactions.letters.kinds import Letter

_TAKE_TURN = text(
    "select pg_advisory_xact_lock(hashtextextended(cast(cast(:practice_id as uuid) as text), 0))"
).bindparams(bindparam("practice_id", type_=Uuid))

_MESSAGES = (
    "practice_messages where transaction_id = :transaction_id and patient_id = :patient_id and position is null"
    " and withdrawn_at is null and kind = any(:kinds)"
)
_TYPES = (
    bindparam("transaction_id", type_=Uuid),
    bindparam("patient_id", type_=Uuid),
    bindparam("kinds", type_=ARRAY(Text)),
)
_TO_WHOM = text(f"select distinct practice_id from {_MESSAGES} order by practice_id").bindparams(*_TYPES)
_WITHDRAW = text(
    f"update {_MESSAGES} returning practice_id, kind".replace(
        "practice_messages where",
        "practice_messages set withdrawn_at = :now, closed_at = :now, due_at = null where",
    )
).bindparams(*_TYPES, bindparam("now", type_=DateTime(timezone=True)))

_LETTERS = text(
    "update letters set state = 'suppressed', suppressed_because = 'What it was about was taken back.', due_at = null"
    " where transaction_id = :transaction_id and patient_id = :patient_id and state = 'queued'"
    " and kind <> :answer"
).bindparams(*_TYPES[:2], bindparam("answer", Letter.FORM_TAKEN.code, type_=Text))


@dataclass(frozen=True, slots=True)
class Recalled:
    """What was withdrawn: the practice and kind of each message, and how many letters."""

    messages: frozenset[tuple[UUID, str]]
    letters: int

    def holds(self, practice_id: UUID, kind: str) -> bool:
        """Whether a message of a kind to a practice never left."""
        return (practice_id, kind) in self.messages


async def take_turn(connection: AsyncConnection, practice_id: UUID) -> None:
    """Wait for one's turn to give a practice's messages their numbers, or to withdraw some, and keep it."""
    await connection.execute(_TAKE_TURN, {"practice_id": practice_id})


async def recall(
    connection: AsyncConnection,
    context: Context,
    transaction_id: UUID,
    patient_id: UUID,
    kinds: Collection[str] = ("F1", "F2"),
) -> Recalled:
    """Withdraw what a transaction has to say of a person, who is locked, and has not been delivered yet.

    Its answer on the link is withdrawn only where `kinds` has F4: when it is decided anew. One by post is not.
    """
    what = {"transaction_id": transaction_id, "patient_id": patient_id}
    messages = {**what, "kinds": list(kinds)}
    for practice_id in (await connection.execute(_TO_WHOM, messages)).scalars().all():
        await take_turn(connection, practice_id)
    withdrawn = (await connection.execute(_WITHDRAW, {**messages, "now": context.now})).all()
    letters = (await connection.execute(_LETTERS, what)).rowcount
    return Recalled(frozenset((row.practice_id, row.kind) for row in withdrawn), letters)
