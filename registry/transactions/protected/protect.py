"""Protect somebody's whereabouts: the flag, and everything that must change at once."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.acts.act import Answer, Done, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.context import Context
from registry.transactions.due.chase import open_chaser
from registry.transactions.facts import PersonFacts
from registry.transactions.fp69.lift import lift
from registry.transactions.fp69.machine import FP69_REQUEST
from registry.transactions.matters.step import advance, open_matter
from registry.transactions.national import tell
from registry.transactions.office_transactions import note_transaction
from registry.transactions.people import change_person
from registry.transactions.protected.asked import WORDS, Protect
from registry.transactions.protected.keep import keep_words
from registry.transactions.protected.machine import PROTECTION
from registry.transactions.protected.post import Post, redirect_post
from registry.transactions.protected.review import next_review
from registry.transactions.protected.unsent import Unsent, withhold_unsent

_AT_THE_PRINT_ROOM = (
    "Letters to the home of somebody who is protected since are at the print room:"
    " take them out before they are posted."
)


@dataclass(frozen=True, slots=True)
class _Followed:
    unsent: Unsent
    post: Post
    fp69: bool

    def told(self) -> dict[str, Any]:
        return {
            "messages_rewritten": self.unsent.rewritten,
            "messages_withdrawn": self.unsent.withdrawn,
            "letters_redirected": self.post.redirected,
            "letters_at_the_print_room": list(self.post.at_the_print_room),
            "fp69_lifted": self.fp69,
        }


async def protect(connection: AsyncConnection, context: Context, what: Protect) -> Answer:
    """Hide where somebody is, from this unit of work on; at once also in what has not left yet.

    Whoever is restricted already, by an import say, is taken into review, and what has not left is
    looked through again.
    """
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    if person.status in ("invalidated", "superseded"):
        return Impossible("The record is no longer in use; there is nothing in it to be protected.", "nhs_number")
    if person.matter(PROTECTION.kind) is not None:
        return Impossible("The person is protected already; `protected reroute` changes the way of the post.")
    writes = Writes()
    transaction_id = note_transaction(
        writes,
        context,
        "particulars",
        outcome="protected",
        sentence="The whereabouts are protected.",
        command={"on_the_word_of": what.on_the_word_of},
        patient_id=person.id,
    )
    change_person(writes, context, person, {"restricted": True}, transaction_id)
    matter_id = open_matter(
        writes,
        context,
        PROTECTION,
        due_at=next_review(context),
        patient_id=person.id,
        facts={"on_the_word_of": what.on_the_word_of, "route": what.route, "since": context.today.isoformat()},
        transaction_id=transaction_id,
    )
    said = f"On the word of {WORDS[what.on_the_word_of]}: {what.reason}"
    keep_words(
        writes, context, person.id, matter_id, "protect", f"{said} ({what.reference})" if what.reference else said
    )
    _lift_fp69(writes, context, person, transaction_id)
    if person.nhs_number is not None:
        tell(writes, context, transaction_id, person.id)
    await writes.flush(connection)
    followed = _Followed(
        await withhold_unsent(connection, context, person.id),
        await redirect_post(connection, person, what.route),
        person.matter("fp69") is not None,
    )
    await _warn_print_room(connection, context, matter_id, followed.post)
    return Done(
        "Protected: address, postcode and practice are hidden, and nothing goes to the home any more.",
        matter_id,
        1,
        PROTECTION.stages[0].name,
        transaction_id,
        followed.told(),
    )


def _lift_fp69(writes: Writes, context: Context, person: PersonFacts, transaction_id: UUID) -> None:
    """Nobody protected is asked after, and no silence takes them off a list."""
    flag, request = person.matter("fp69"), person.matter("fp69-request")
    if flag is not None:
        lift(writes, context, person, flag, "cancelled", transaction_id=transaction_id)
    if request is not None:
        advance(writes, context, FP69_REQUEST, request, "moved", transaction_id=transaction_id)


async def _warn_print_room(connection: AsyncConnection, context: Context, matter_id: UUID, post: Post) -> None:
    """The case names the letters by what is under their barcodes, and not the person: it is no unread mail."""
    if not post.at_the_print_room:
        return
    writes = Writes()
    evidence = {"protection": str(matter_id), "letters": list(post.at_the_print_room)}
    open_chaser(writes, context, "protected-post", _AT_THE_PRINT_ROOM, evidence=evidence)
    await writes.flush(connection)
