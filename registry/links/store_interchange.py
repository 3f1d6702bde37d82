"""First of all, an interchange is stored as it came, under its natural key.

The key is sender, recipient and number. The same key with the same content is a repetition;
with other content it is a conflict, unless nothing in the first could be taken, as when it was
cut short, or unless the numbers have rolled over since (the policy
`interchange_number_reuse_days`). Whatever cannot be taken is answered here and ends here.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Integer
from uuid_utils.compat import uuid7

from registry.audit.record import record
from registry.database import Writes, iso
from registry.links.answer_at_once import answer_at_once
from registry.links.cases import LinkCase, open_link_case
from registry.links.edifact.interchange import Interchange
from registry.links.models import interchanges
from registry.links.partners import partner
from registry.links.received import Taken
from registry.links.sequences import note_received, take_turn
from registry.links.stored import Stored, content_hash, context_for, read
from registry.policies.store import Policies
from registry.transactions.context import Context
from registry.values.clock import Clock
from registry.values.organisation import is_partner_code, link_code

_OURS = text(
    "select authority_cipher from practices where authority_cipher in (left(:recipient, -1), left(:recipient, -2))"
    " group by authority_cipher"
)

_EARLIER = text(
    """
    select id, state, content_hash = :hash as same, content = ''::bytea as blank from interchanges
    where direction = 'in' and sender = :sender and recipient = :recipient and sequence = :sequence
      and state in ('stored', 'processed') and (content_hash = :hash or stored_at > :since and (
        state = 'stored' or kind = 'receipt' or exists (
          select from transactions t where t.interchange_id = interchanges.id)))
    order by same desc, stored_at desc limit 1
    """
).bindparams(bindparam("sequence", type_=Integer), bindparam("since", type_=DateTime(timezone=True)))

_SEEN = text(
    "select exists (select from interchanges where direction = 'in' and content_hash = :hash and state = :state)"
)


async def store(
    connection: AsyncConnection, clock: Clock, policies: Policies, data: bytes, received_at: datetime
) -> Stored:
    """Store the bytes, whatever they are, and decide whether what they hold is to be considered."""
    found = read(data, received_at)
    if isinstance(found, str):
        arrival = Stored(uuid7(), "unreadable", received_at, problem=found)
        return await _store(connection, context_for(None, clock, policies, arrival.id), data, arrival)
    sender = await partner(connection, found.sender)
    arrival = Stored(uuid7(), "stored", received_at, found, sender, warnings=found.warnings)
    context = context_for(sender, clock, policies, arrival.id)
    arrival = await _admit(connection, arrival, found)
    if arrival.state == "refused":
        return await _store(connection, context, data, arrival)
    await take_turn(connection, found.sender, found.recipient)
    judged = await _judge(connection, context, data, arrival, found)
    if judged.state == "stored":
        told = await note_received(connection, found.sender, found.recipient, found.sequence, context.now)
        judged = replace(judged, warnings=(*judged.warnings, *told))
    return await _store(connection, context, data, judged)


async def _admit(connection: AsyncConnection, arrival: Stored, found: Interchange) -> Stored:
    """Whether sender and recipient are ours. A practice that wrote to a stranger hears from its own
    authority; a stranger who wrote to us hears from us, where its code has the shape of an address."""
    sender = arrival.sender
    if sender is not None and found.recipient == link_code(sender.authority_cipher):
        return replace(arrival, answers_as=found.recipient)
    ciphers = (await connection.execute(_OURS, {"recipient": found.recipient})).scalars()
    is_ours = any(link_code(cipher) == found.recipient for cipher in ciphers)
    if sender is None:
        problem = "UNB: the sender is not a linked practice"
        answers_as = found.recipient if is_ours and is_partner_code(found.sender) else ""
        return replace(arrival, state="refused", problem=problem, answers_as=answers_as)
    if not is_ours:
        problem = "UNB: the recipient is not an authority of this office"
        return replace(arrival, state="refused", problem=problem, answers_as=link_code(sender.authority_cipher))
    return replace(arrival, answers_as=found.recipient)


async def _judge(
    connection: AsyncConnection, context: Context, data: bytes, arrival: Stored, found: Interchange
) -> Stored:
    """Whether its numbers came before, and with what."""
    days = context.policies.on("interchange_number_reuse_days", context.today)
    row = (
        await connection.execute(
            _EARLIER,
            {
                "sender": found.sender,
                "recipient": found.recipient,
                "sequence": found.sequence,
                "hash": content_hash(data),
                "since": arrival.received_at - timedelta(days=days),
            },
        )
    ).one_or_none()
    if row is None:
        return arrival
    if row.same:
        is_open = row.state == "stored"
        return replace(
            arrival, state="repeated", original_id=row.id, original_is_open=is_open, original_is_blank=row.blank
        )
    problem = "UNB: the interchange number was used for another interchange"
    return replace(arrival, state="conflicting", original_id=row.id, problem=problem)


async def _store(connection: AsyncConnection, context: Context, data: bytes, arrival: Stored) -> Stored:
    writes = Writes()
    answered = replace(arrival, receipt_id=await answer_at_once(connection, writes, context, arrival))
    await _alarm(connection, writes, context, data, answered)
    writes.insert(interchanges, **_row(answered, data))
    subject = {"interchange_id": str(arrival.id), "state": arrival.state}
    record(writes, context.actor, "interchange.stored", context.now, subject=subject, request_id=context.request_id)
    await writes.flush(connection)
    return answered


async def _alarm(connection: AsyncConnection, writes: Writes, context: Context, data: bytes, arrival: Stored) -> None:
    """A case for what was not taken; one for all copies of the same bytes."""
    case = _ALARMS.get(arrival.state)
    if case is None:
        return
    values = {"hash": content_hash(data), "state": arrival.state}
    if (await connection.execute(_SEEN, values)).scalar_one():
        return
    evidence = {"interchange_id": str(arrival.id), "problem": arrival.problem}
    if arrival.original_id is not None:
        evidence["original_id"] = str(arrival.original_id)
    if arrival.interchange is not None:
        evidence["interchange"] = str(arrival.interchange.sequence)
    open_link_case(writes, context, case, arrival.sender.id if arrival.sender else None, evidence)


_ALARMS: dict[Taken, LinkCase] = {
    "unreadable": LinkCase.INTERCHANGE_UNREADABLE,
    "refused": LinkCase.INTERCHANGE_REFUSED,
    "conflicting": LinkCase.INTERCHANGE_CONFLICT,
}


def _row(arrival: Stored, data: bytes) -> dict[str, Any]:
    found = arrival.interchange
    ended = arrival.state != "stored"
    return {
        "id": arrival.id,
        "direction": "in",
        "kind": "unreadable" if found is None else found.kind.value,
        "sender": "" if found is None else found.sender,
        "recipient": "" if found is None else found.recipient,
        "sequence": None if found is None else found.sequence,
        "practice_id": arrival.sender.id if arrival.sender else None,
        "content": b"" if arrival.original_is_blank else data,
        "content_hash": content_hash(data),
        "stored_at": iso(arrival.received_at),
        "sent_at": None if found is None else iso(found.sent_at),
        "state": arrival.state,
        "problem": arrival.problem,
        "report": [],
        "original_id": arrival.original_id,
        "answered_by": arrival.receipt_id,
        "closed_at": iso(arrival.received_at) if ended else None,
    }
