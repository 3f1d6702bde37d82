"""End an FP69: the practice that still holds the person is told (F10).

So is one that holds the person again, because what ended the FP69 was taken back: its system keeps
the flag until it hears otherwise, and the register asks nothing any more.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.database import Writes, iso
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.fp69.machine import FP69
from registry.transactions.fp69.window import no_flag_before
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance
from registry.transactions.messages import Addressee, lift_fp69

_ENDED_BY = text(
    "select count(*) from matters x join matter_events e on e.matter_id = x.id and e.version = x.version"
    " where x.patient_id = :patient_id and x.practice_id = :practice_id and x.kind = 'fp69'"
    " and x.state in ('removed', 'overtaken') and e.transaction_id = :transaction_id"
).bindparams(
    bindparam("patient_id", type_=Uuid), bindparam("practice_id", type_=Uuid), bindparam("transaction_id", type_=Uuid)
)


def lift(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    matter: Matter,
    event: str,
    *,
    reason: str | None = None,
    transaction_id: UUID | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """End an FP69 of somebody who stays with the practice, by an event, and tell it (F10).

    A confirmation protects from another flag at the same address, for the years of the policy.
    """
    now = person.membership
    if now is None or matter.practice_id is None or person.nhs_number is None:
        raise ValueError("an FP69 is about somebody on a practice's list")
    to = Addressee(matter.practice_id, now.gp_code, transaction_id=transaction_id, patient_id=person.id)
    facts: dict[str, Any] = {"withdrawal": str(lift_fp69(writes, context, to, person.nhs_number))}
    if event == "confirmed":
        years = context.policies.on("fp69_no_flag_years", context.today)
        facts["not_before"] = iso(no_flag_before(context.today, years))
    advance(
        writes, context, FP69, matter, event, facts=facts, reason=reason, transaction_id=transaction_id, details=details
    )


async def lift_after_all(
    connection: AsyncConnection,
    writes: Writes,
    context: Context,
    person: PersonFacts,
    to: Addressee,
    taken_back: UUID,
) -> None:
    """Tell a practice that has a person back, who is locked, that the FP69 is no more, where what is
    `taken_back` had ended one of its own without an F10. `to` names the transaction that takes back.

    The FP69 stays ended; whether there is doubt anew is for the office to say, by another letter.
    """
    values = {"patient_id": person.id, "practice_id": to.practice_id, "transaction_id": taken_back}
    if (await connection.execute(_ENDED_BY, values)).scalar_one() and person.nhs_number is not None:
        lift_fp69(writes, context, to, person.nhs_number)
