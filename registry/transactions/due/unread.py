"""Whether anything about somebody is unread. No clock removes anybody over unread mail (correction 6)."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.facts import PersonFacts

_WAITING_ABOUT = text(
    "select count(distinct t.id) from transactions t join match_decisions d on d.transaction_id = t.id"
    " where t.state = 'waiting-for-trace' and t.due_at is not null"
    " and d.candidates @> jsonb_build_array(jsonb_build_object('patient_id', cast(:patient_id as text)))"
)


async def unread_about(connection: AsyncConnection, person: PersonFacts) -> str | None:
    """Why a clock must hold for a person, who is locked: what is open about them. None when nothing is.

    Nor does a clock remove anybody while two people may share the record: it might be the other's (domain rules R8).
    """
    if person.matter("confusion") is not None:
        return "Two people may share this record: their confusion is to be settled first."
    waiting: int = (await connection.execute(_WAITING_ABOUT, {"patient_id": str(person.id)})).scalar_one()
    count = person.unworked + waiting
    if not count:
        return None
    return f"{count} open cases or waiting registrations about the person are to be settled first."
