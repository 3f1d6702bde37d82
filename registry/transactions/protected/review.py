"""The steps of a protection: its yearly review, the way of the post, and its end by two people."""

from datetime import datetime, timedelta
from uuid import UUID

from registry.database import Writes
from registry.transactions.acts.act import Impossible
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance
from registry.transactions.national import tell
from registry.transactions.office_transactions import note_transaction
from registry.transactions.people import change_person
from registry.transactions.protected.asked import OnProtection, Reroute
from registry.transactions.protected.keep import keep_words
from registry.transactions.protected.machine import PROTECTION
from registry.transactions.protected.post import redirect_post
from registry.values.period import start_of_day


def next_review(context: Context) -> datetime:
    """When a protection that is set or kept today is looked at again."""
    return start_of_day(context.today + timedelta(days=context.policies.on("protection_review_days", context.today)))


async def keep(work: Work, asked: OnProtection) -> str | Impossible:
    """Looked at again, and kept."""
    due_at = next_review(work.context)
    facts = {"reviewed_on": work.context.today.isoformat()}
    advance(work.writes, work.context, PROTECTION, work.matter, "keep", due_at=due_at, facts=facts)
    _note(work, "keep", asked)
    return f"It stays; to be looked at again on {due_at:%Y-%m-%d}."


async def reroute(work: Work, asked: Reroute) -> str | Impossible:
    """Post goes by another way from now on, and so does what waits for the evening."""
    advance(work.writes, work.context, PROTECTION, work.matter, "reroute", facts={"route": asked.route})
    _note(work, "reroute", asked)
    post = await redirect_post(work.connection, _person(work), asked.route)
    return f"Post goes by way of the {asked.route}; {post.redirected} letters that waited go so too."


async def lift(work: Work, asked: OnProtection) -> str | Impossible:
    """Ask for the end: nothing is shown yet."""
    days = work.context.policies.on("protection_lift_working_days", work.context.today)
    due_at = work.context.after_working_days(days)
    advance(work.writes, work.context, PROTECTION, work.matter, "lift", due_at=due_at)
    _note(work, "lift", asked)
    return "The end is asked for; everything stays hidden until a second person agrees."


async def confirm_lift(work: Work, asked: OnProtection) -> str | Impossible:
    """Show everything again. Post that was redirected goes by the way that was decided."""
    person = _person(work)
    transaction_id = _note_end(work.writes, work.context, person, work)
    change_person(work.writes, work.context, person, {"restricted": False}, transaction_id)
    advance(work.writes, work.context, PROTECTION, work.matter, "confirm-lift", transaction_id=transaction_id)
    _note(work, "confirm-lift", asked)
    if person.nhs_number is not None:
        tell(work.writes, work.context, transaction_id, person.id)
    return "Lifted: address and practice are shown again."


async def decline_lift(work: Work, asked: OnProtection) -> str | Impossible:
    """It stays."""
    due_at = next_review(work.context)
    advance(work.writes, work.context, PROTECTION, work.matter, "decline-lift", due_at=due_at)
    _note(work, "decline-lift", asked)
    return f"It stays; to be looked at again on {due_at:%Y-%m-%d}."


def _note_end(writes: Writes, context: Context, person: PersonFacts, work: Work) -> UUID:
    return note_transaction(
        writes,
        context,
        "particulars",
        outcome="protection-lifted",
        sentence="The whereabouts are not protected any more.",
        command={},
        patient_id=person.id,
        matter_id=work.matter.id,
    )


def _note(work: Work, event: str, asked: OnProtection) -> None:
    keep_words(work.writes, work.context, _person(work).id, work.matter.id, event, asked.reason)


def _person(work: Work) -> PersonFacts:
    if work.person is None:
        raise ValueError("a protection is about somebody")
    return work.person
