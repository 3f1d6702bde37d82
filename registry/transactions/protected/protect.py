"""Protect somebody's whereabouts: the flag, and everything that must change at once."""

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.acts.act import Answer, Done, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.context import Context
from registry.transactions.matters.step import open_matter
from registry.transactions.national import tell
from registry.transactions.office_transactions import note_transaction
from registry.transactions.people import change_person
from registry.transactions.protected.asked import WORDS, Protect
from registry.transactions.protected.keep import keep_words
from registry.transactions.protected.machine import PROTECTION
from registry.transactions.protected.review import next_review
from registry.transactions.protected.withhold import withhold


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
    if person.nhs_number is not None:
        tell(writes, context, transaction_id, person.id)
    await writes.flush(connection)
    withheld = await withhold(connection, context, person, what.route, transaction_id, matter_id)
    return Done(
        "Protected: address, postcode and practice are hidden, and nothing goes to the home any more.",
        matter_id,
        1,
        PROTECTION.stages[0].name,
        transaction_id,
        withheld.told(),
    )
