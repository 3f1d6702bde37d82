"""Reading the trail of a person. That it was read is an event of it, too."""

from dataclasses import asdict

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.record import record_read
from registry.audit.trail import MOST_AT_ONCE, trail_of
from registry.database import Writes
from registry.security.callers import Permission
from registry.transactions.acts.act import AboutPerson, Act, Answer, Done, Group, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.context import Context
from registry.transactions.matters.entrusted import kinds_not_for_everyone


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
    ),
)
