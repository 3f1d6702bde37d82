"""People who leave a secure setting register before their release: the place begins on the day of it.

Prisons and other secure settings have been practices since 2021, so that somebody is on the list of one
until then (domain rules R1, correction 12).
"""

from uuid import UUID

from registry.database import Writes
from registry.transactions.acts.act import Impossible
from registry.transactions.context import Context
from registry.transactions.due.unread import unread_about
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.kind import Kind, Work, declare
from registry.transactions.matters.machine import Machine, Stage, Step
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance, hold
from registry.transactions.special_registrations.placing import open_practice, place_specially
from registry.transactions.special_registrations.rules import unfit_for_placing

WAITING = "waiting"

RELEASE = Machine(
    kind="pre-registration",
    title="Registration before a release",
    meaning="Somebody in a secure setting has a practice from the day of their release.",
    source="GMS contract 2017/18; domain rules R1",
    stages=(
        Stage(WAITING, "Until the day of release.", "registration", "release"),
        Stage("registered", "Released, and on the practice's list from that day."),
        Stage("overtaken", "Registered elsewhere, or dead, before."),
        Stage("withdrawn", "They are not released, or want another practice."),
    ),
    steps=(
        Step("release", (WAITING,), "registered", "The day has come."),
        Step("postpone", (WAITING,), WAITING, "Another day of release."),
        Step("overtake", (WAITING,), "overtaken", "Registered elsewhere, or recorded as dead."),
        Step("withdraw", (WAITING,), "withdrawn", "Not any more."),
    ),
)


async def _released(work: Work) -> str:
    """On the list from today, unless something about the person is unread, or the list has been closed since."""
    matter, person, context = work.matter, work.person, work.context
    if person is None:
        raise ValueError("somebody is released")
    because = unfit_for_placing(person) or await unread_about(work.connection, person)
    practice = await open_practice(work.connection, context, matter.facts["practice"], matter.facts["gp_code"])
    if isinstance(practice, Impossible):
        because = because or practice.sentence
    if because is not None or isinstance(practice, Impossible):
        hold(work.writes, context, matter, because or "", context.after_working_days(1))
        return "held"
    transaction = place_specially(
        work.writes, context, person, practice, "registered-at-release", accepted_on=context.today, matter_id=matter.id
    )
    advance(work.writes, context, RELEASE, matter, "release", transaction_id=transaction)
    return "registered"


def _overtaken(
    writes: Writes, context: Context, person: PersonFacts, matter: Matter, transaction_id: UUID | None
) -> None:
    advance(writes, context, RELEASE, matter, "overtake", transaction_id=transaction_id)


PRE_REGISTRATION = declare(Kind(RELEASE, _released, {"registered": _overtaken, "died": _overtaken}))
"""Leaving the secure setting's list ends nothing: that is what they wait for."""
