"""What the exchange puts before a person, by name, with the sentence that the clerk reads."""

from collections.abc import Mapping
from enum import Enum
from typing import Any
from uuid import UUID

from registry.anomalies.open_case import open_case
from registry.database import Writes
from registry.transactions.context import Context


class LinkCase(Enum):
    """Why an interchange, or a part of it, needs somebody. The value is the sentence."""

    INTERCHANGE_UNREADABLE = "Something arrived that is no interchange; it is kept as it came."
    INTERCHANGE_REFUSED = "An interchange was refused: its sender or its recipient is not one of ours."
    INTERCHANGE_CONFLICT = "The numbers of an earlier interchange came with other content; nothing in it was done."
    TRANSACTION_UNREADABLE = "A transaction cannot be read; ask the practice to send it again."
    TRANSACTION_FAILED = "A transaction could not be considered because of a fault of the register."
    RECEIPT_UNMATCHED = "A receipt names an interchange that was never sent to the practice."
    MESSAGE_NOT_TRANSLATED = "The practice's system could not take all of an interchange; send it again or tell them."
    SEQUENCE_GAP = "Interchanges of the practice are missing; ask it to send them again."

    @property
    def label(self) -> str:
        """The stored kind."""
        return self.name.lower().replace("_", "-")


def open_link_case(
    writes: Writes,
    context: Context,
    case: LinkCase,
    practice_id: UUID | None,
    evidence: Mapping[str, Any],
    sentence: str | None = None,
) -> None:
    """Put it in the queue, due as any case is. `sentence` stands in where it can name more."""
    open_case(
        writes,
        kind=case.label,
        sentence=sentence or case.value,
        evidence=dict(evidence),
        opened_at=context.now,
        due_at=context.after_working_days(context.policies.on("anomaly_due_working_days", context.today)),
        practice_id=practice_id,
    )
