"""An interchange in hand: what was read of its bytes, from whom it is, and where it stands."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from registry.links.edifact.interchange import Interchange, InterchangeKind
from registry.links.edifact.reader import read_interchange
from registry.links.edifact.syntax import UnreadableInterchange
from registry.links.partners import Partner
from registry.links.receipts_of_ours import Link
from registry.links.received import Taken
from registry.policies.store import Policies
from registry.transactions.context import Context
from registry.values.actor import Actor, ActorKind
from registry.values.clock import Clock

MOST_ADDRESS = 35
"""Characters of an address in UNB (EDIFACT syntax: an..35)."""


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
    original_is_blank: bool = False
    """Whether the bytes of what it repeats are kept no longer; then its own are not either."""
    answers_as: str = ""
    """The code under which we answer it; empty where nobody can be answered."""

    @property
    def link(self) -> Link:
        """We and whoever sent it. Raises AssertionError where it could not be read."""
        assert self.interchange is not None  # noqa: S101  (for the type checker)
        return Link(
            self.answers_as or self.interchange.recipient,
            self.interchange.sender,
            self.sender.id if self.sender else None,
        )


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


def is_answered(interchange: Interchange) -> bool:
    """Whether a receipt is due: for everything but receipts."""
    return interchange.kind is InterchangeKind.REGISTRATION or any(each.type for each in interchange.messages)
