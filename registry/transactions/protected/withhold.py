"""What had been decided before somebody was protected, and has not left yet: no place leaves with it any more."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.due.chase import open_chaser
from registry.transactions.facts import PersonFacts
from registry.transactions.fp69.lift import lift
from registry.transactions.fp69.machine import FP69_REQUEST
from registry.transactions.matters.step import advance
from registry.transactions.protected.post import Post, redirect_post
from registry.transactions.protected.unsent import Unsent, withhold_unsent

_AT_THE_PRINT_ROOM = (
    "Letters to the home of somebody who is protected since are at the print room:"
    " take them out before they are posted."
)


@dataclass(frozen=True, slots=True)
class Withheld:
    """What became of messages, of letters, and of an FP69."""

    unsent: Unsent
    post: Post
    fp69: bool

    def told(self) -> dict[str, Any]:
        """The same for whoever asked: counts, and the references of letters that are at the print room."""
        return {
            "messages_rewritten": self.unsent.rewritten,
            "messages_withdrawn": self.unsent.withdrawn,
            "letters_redirected": self.post.redirected,
            "letters_at_the_print_room": list(self.post.at_the_print_room),
            "fp69_lifted": self.fp69,
        }


async def withhold(
    connection: AsyncConnection,
    context: Context,
    person: PersonFacts,
    route: str,
    transaction_id: UUID,
    protection: UUID | None,
) -> Withheld:
    """Look through what waits about a person, who is locked and restricted by now, and whose protection is written.

    Messages to practices lose every place or are withdrawn, letters go by the `route` (practice, office), an
    open FP69 or request for one ends. Letters that have left the office's hands are named in a case, which
    tells the matter of the `protection` where there is one.
    """
    flag = _lift_fp69(writes := Writes(), context, person, transaction_id)
    await writes.flush(connection)
    withheld = Withheld(
        await withhold_unsent(connection, context, person.id), await redirect_post(connection, person, route), flag
    )
    await _warn_print_room(connection, context, protection, withheld.post)
    return withheld


def _lift_fp69(writes: Writes, context: Context, person: PersonFacts, transaction_id: UUID) -> bool:
    """Nobody protected is asked after, and no silence takes them off a list."""
    flag, request = person.matter("fp69"), person.matter("fp69-request")
    if flag is not None:
        lift(writes, context, person, flag, "cancelled", transaction_id=transaction_id)
    if request is not None:
        advance(writes, context, FP69_REQUEST, request, "moved", transaction_id=transaction_id)
    return flag is not None


async def _warn_print_room(connection: AsyncConnection, context: Context, protection: UUID | None, post: Post) -> None:
    """The case names the letters by what is under their barcodes, and not the person: it is no unread mail."""
    if not post.at_the_print_room:
        return
    writes = Writes()
    evidence: dict[str, Any] = {"letters": list(post.at_the_print_room)}
    if protection is not None:
        evidence["protection"] = str(protection)
    open_chaser(writes, context, "protected-post", _AT_THE_PRINT_ROOM, evidence=evidence)
    await writes.flush(connection)
