"""Reading the trail of a person. That it was read is an event of it, too."""

from dataclasses import asdict

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.record import record_read
from registry.audit.trail import MOST_AT_ONCE, trail_of
from registry.database import Writes
from registry.security.callers import Permission
from registry.transactions.acts.act import AboutPerson, Act, Answer, Asked, Done, Group, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.context import Context
from registry.transactions.matters.entrusted import kinds_not_for_everyone
from registry.transactions.trail.watch_reading import readers_above


class Trail(AboutPerson):
    """Whose trail, and from where."""

    after: int = Field(0, ge=0, lt=2**63, description="The id of the last event that you have seen.")
    limit: int = Field(50, ge=1, le=MOST_AT_ONCE - 1, description="How many at most.")


async def _trail(connection: AsyncConnection, context: Context, what: Trail) -> Answer:
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    # A record that stands for nobody any more has no trail to show.
    gone = person.status == "invalidated"
    hidden = kinds_not_for_everyone()
    page = [] if gone else await trail_of(connection, person.id, after=what.after, limit=what.limit + 1, hidden=hidden)
    shown, more = page[: what.limit], len(page) > what.limit
    writes = Writes()
    record_read(writes, context.actor, "trail", context.now, [person.id])
    await writes.flush(connection)
    events = [asdict(each) for each in shown]
    sentence = f"{len(shown)} events{', and there are more' if more else ''}."
    return Done(sentence, data={"events": events, "next_after": shown[-1].id if more else None})


class Readers(Asked):
    """From where."""

    before: int = Field(2**63 - 1, ge=1, lt=2**63, description="The id of the last one that you have seen.")
    limit: int = Field(50, ge=1, le=MOST_AT_ONCE, description="How many at most.")


async def _readers(connection: AsyncConnection, context: Context, what: Readers) -> Answer:
    found = await readers_above(connection, what.before, what.limit)
    writes = Writes()
    record_read(writes, context.actor, "readers", context.now, ())
    await writes.flush(connection)
    more = found[-1]["id"] if len(found) == what.limit else None
    return Done(f"{len(found)} callers.", data={"readers": found, "next_before": more})


AUDIT = Group(
    "audit",
    "Who looked at whom, and who changed what.",
    (
        Act(
            "audit",
            "trail",
            "Who changed a person's record and who looked at it, the oldest first; that you asked is in it.",
            Trail,
            _trail,
            "audit trail 9990000018 --limit 50",
            Permission.READ_AUDIT,
        ),
        Act(
            "audit",
            "readers",
            "Who looked at more people in a day than the policy `people_read_in_a_day` lets pass, the latest first.",
            Readers,
            _readers,
            "audit readers --limit 20",
            Permission.READ_AUDIT,
        ),
    ),
)
