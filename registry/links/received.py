"""What became of an interchange, transaction by transaction."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal
from uuid import UUID

Taken = Literal["stored", "processed", "repeated", "conflicting", "unreadable", "refused"]

NOT_TAKEN = frozenset({"unreadable", "failed"})
"""States of a line whose part of the interchange the register could not use."""


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one transaction or receipt; of a message where it holds neither.

    `state` is the transaction's, or `repeated` (its place was used before in the same
    interchange), `unreadable`, `failed` (a fault of ours), for a receipt `closed`, `repeated`
    or `unmatched`. `type` is as on the wire, `RECEP` for a receipt. Nothing here is about people.
    """

    message: int | None
    transaction: int | None
    type: str | None
    state: str
    outcome: str | None = None
    sentence: str | None = None
    transaction_id: str | None = None
    operation_id: str | None = None
    warnings: tuple[str, ...] = ()
    problem: str | None = None

    @property
    def is_taken(self) -> bool:
        return self.state not in NOT_TAKEN

    def stored(self) -> dict[str, Any]:
        """As it stands in the interchange's report."""
        return asdict(self)

    @classmethod
    def from_stored(cls, data: Mapping[str, Any]) -> "Line":
        """The line that `stored` made."""
        return cls(**{**data, "warnings": tuple(data["warnings"])})


@dataclass(frozen=True, slots=True)
class Received:
    """The answer to an interchange.

    `kind` is registration, receipt or unreadable. `considered_id` is the interchange under
    which its transactions stand: another than `id` for one that repeats it. `receipt_id` is
    the interchange that answers it, None for a receipt and where nobody can be answered.
    """

    id: UUID
    state: Taken
    kind: str
    considered_id: UUID
    sender: str = ""
    recipient: str = ""
    sequence: int | None = None
    practice_id: UUID | None = None
    problem: str | None = None
    warnings: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    receipt_id: UUID | None = None
