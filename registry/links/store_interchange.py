"""First of all, an interchange is stored as it came, under its natural key.

The key is sender, recipient and number. The same key with the same content is a repetition;
with other content it is a conflict, unless the numbers have rolled over since (the policy
`interchange_number_reuse_days`). Whatever cannot be taken is answered here and ends here.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Integer
from uuid_utils.compat import uuid7

from registry.audit.record import record
from registry.database import Writes, iso
from registry.links.cases import LinkCase, open_link_case
from registry.links.edifact.interchange import Interchange, InterchangeKind
from registry.links.edifact.reader import read_interchange
from registry.links.edifact.syntax import UnreadableInterchange
from registry.links.models import interchanges
from registry.links.partners import Partner, partner
from registry.links.received import Taken
from registry.links.receipts_of_ours import Link, again, refusing_receipt, write_answer
from registry.links.sequences import note_received, take_turn
from registry.policies.store import Policies
from registry.transactions.context import Context
from registry.values.actor import Actor, ActorKind
from registry.values.clock import Clock
from registry.values.organisation import is_partner_code, link_code

MOST_ADDRESS = 35
"""Characters of an address in UNB (EDIFACT syntax: an..35)."""

_OURS = text(
    "select authority_cipher from practices where authority_cipher in (left(:recipient, -1), left(:recipient, -2))"
    " group by authority_cipher"
)

_EARLIER = text(
    """
    select id, state, content_hash = :hash as same from interchanges
    where direction = 'in' and sender = :sender and recipient = :recipient and sequence = :sequence
      and state in ('stored', 'processed') and (content_hash = :hash or stored_at > :since)
    order by same desc, stored_at desc limit 1
    """
).bindparams(bindparam("sequence", type_=Integer), bindparam("since", type_=DateTime(timezone=True)))

_SEEN = text(
    "select exists (select from interchanges where direction = 'in' and content_hash = :hash and state = :state)"
)

_ANSWER_OF = text(
    "select r.report -> 0 from interchanges i join interchanges r on r.id = i.answered_by where i.id = :id"
)


@dataclass(frozen=True, slots=True)
class Stored:
    """An interchange in hand. `interchange` is None where it could not be read.

    `warnings` are about the interchange as a whole; `original_id` is what it repeats, and
    `original_is_open` says that the original is not at its end yet.
    """

    id: UUID
    state: Taken
    received_at: datetime
    interchange: Interchange | None = None
    sender: Partner | None = None
    problem: str | None = None
    warnings: tuple[str, ...] = ()
    receipt_id: UUID | None = None
    original_id: UUID | None = None
    original_is_open: bool = False

    @property
    def link(self) -> Link:
        """We and whoever sent it. Raises AssertionError where it could not be read."""
        assert self.interchange is not None  # noqa: S101
        return Link(self.interchange.recipient, self.interchange.sender, self.sender.id if self.sender else None)


def read(data: bytes, received_at: datetime) -> Interchange | str:
    """The interchange in the bytes, or why there is none. Codes of both ends come in capitals."""
    try:
        # A zero byte is no character to PostgreSQL; blanks are overlooked everywhere.
        found = read_interchange(data.replace(b"\0", b" "), received_at)
    except UnreadableInterchange as error:
        return error.reason
    except Exception as error:  # bytes are kept even where the reader itself is at fault
        return f"the reader failed ({type(error).__name__})"
    if max(len(found.sender), len(found.recipient)) > MOST_ADDRESS:
        return f"the interchange header UNB names a sender or recipient of more than {MOST_ADDRESS} characters"
    return replace(found, sender=found.sender.upper(), recipient=found.recipient.upper())


def content_hash(data: bytes) -> str:
    """The same for two copies that differ only in line ends and in blanks around them."""
    return sha256(data.replace(b"\r", b"").replace(b"\n", b"").strip()).hexdigest()


def context_for(sender: Partner | None, clock: Clock, policies: Policies, interchange_id: UUID) -> Context:
    """The circumstances in which an interchange is considered: its practice acts."""
    if sender is None:
        actor = Actor(ActorKind.SYSTEM, "links")
    else:
        actor = Actor(ActorKind.PRACTICE, sender.code, sender.ods_code)
    return Context(actor, clock, policies, str(interchange_id))


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
    refusal = await _refusal(connection, found, sender)
    if refusal is not None:
        return await _store(connection, context, data, replace(arrival, state="refused", problem=refusal))
    await take_turn(connection, found.sender, found.recipient)
    judged = await _judge(connection, context, data, arrival, found)
    if judged.state == "stored":
        told = await note_received(connection, found.sender, found.recipient, found.sequence, context.now)
        judged = replace(judged, warnings=(*judged.warnings, *told))
    return await _store(connection, context, data, judged)


async def _refusal(connection: AsyncConnection, found: Interchange, sender: Partner | None) -> str | None:
    if sender is None:
        return "UNB: the sender is not a linked practice"
    if found.recipient == link_code(sender.authority_cipher):
        return None
    ours = (await connection.execute(_OURS, {"recipient": found.recipient})).scalars()
    if any(link_code(cipher) == found.recipient for cipher in ours):
        return None
    return "UNB: the recipient is not an authority of this office"


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
        return replace(arrival, state="repeated", original_id=row.id, original_is_open=is_open)
    problem = "UNB: the interchange number was used for another interchange"
    return replace(arrival, state="conflicting", original_id=row.id, problem=problem)


async def _store(connection: AsyncConnection, context: Context, data: bytes, arrival: Stored) -> Stored:
    writes = Writes()
    answered = replace(arrival, receipt_id=await _answer(connection, writes, context, arrival))
    await _alarm(connection, writes, context, data, answered)
    writes.insert(interchanges, **_row(answered, data))
    subject = {"interchange_id": str(arrival.id), "state": arrival.state}
    record(writes, context.actor, "interchange.stored", context.now, subject=subject, request_id=context.request_id)
    await writes.flush(connection)
    return answered


async def _answer(connection: AsyncConnection, writes: Writes, context: Context, arrival: Stored) -> UUID | None:
    """The receipt that can be given at once: none is, for a receipt, or where nobody can be addressed."""
    found = arrival.interchange
    if found is None or not is_answered(found):
        return None
    match arrival.state:
        case "conflicting" | "refused":
            link = _link_for_refusal(arrival)
            cipher = arrival.sender.authority_cipher if arrival.sender else ""
            receipt = refusing_receipt(found, cipher)
            return await write_answer(connection, writes, context, link, receipt, arrival.id) if link else None
        case "repeated" if not arrival.original_is_open:
            return await answer_again(connection, writes, context, arrival)
        case _:
            return None


async def answer_again(connection: AsyncConnection, writes: Writes, context: Context, repeat: Stored) -> UUID | None:
    """A fresh receipt with what the original's said, or None where that had none."""
    said = (await connection.execute(_ANSWER_OF, {"id": repeat.original_id})).scalar_one_or_none()
    if said is None:
        return None
    return await write_answer(connection, writes, context, repeat.link, again(said), repeat.id)


def is_answered(interchange: Interchange) -> bool:
    """Whether a receipt is due: for everything but receipts."""
    return interchange.kind is InterchangeKind.REGISTRATION or any(each.type for each in interchange.messages)


def _link_for_refusal(arrival: Stored) -> Link | None:
    """A known practice is answered by its own authority; a stranger under the name that it used for us."""
    link, sender = arrival.link, arrival.sender
    if sender is not None:
        return Link(link.own if arrival.state == "conflicting" else link_code(sender.authority_cipher), *_peer(link))
    return link if is_partner_code(link.peer) and is_partner_code(link.own) else None


def _peer(link: Link) -> tuple[str, UUID | None]:
    return link.peer, link.practice_id


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
        "content": data,
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
