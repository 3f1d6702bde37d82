"""Interchanges both ways, sequences, gaps, and requests to the facade."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from registry.database import metadata

interchanges = Table(
    "interchanges",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("direction", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sender", Text, nullable=False, server_default=""),
    Column("recipient", Text, nullable=False, server_default=""),
    Column("sequence", Integer),
    Column("practice_id", Uuid, ForeignKey("practices.id")),
    Column("content", LargeBinary, nullable=False, comment="The bytes as received or sent."),
    Column("content_hash", Text, nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True), comment="The time in its header."),
    Column("state", Text, nullable=False),
    Column("problem", Text),
    Column("report", JSONB, nullable=False, server_default="[]", comment="What became of each transaction."),
    Column("original_id", Uuid, comment="The interchange whose numbers it repeats."),
    Column("answered_by", Uuid, comment="The receipt that answers it."),
    Column("closed_at", DateTime(timezone=True)),
    Column("delivered_at", DateTime(timezone=True), comment="When the transport had taken it; until then it is due."),
    CheckConstraint("direction in ('in', 'out')", name="direction_known"),
    CheckConstraint("kind in ('registration', 'receipt', 'unreadable')", name="kind_known"),
    CheckConstraint(
        "state in ('stored', 'processed', 'repeated', 'conflicting', 'unreadable', 'refused', 'sent', 'receipted')",
        name="state_known",
    ),
    Index("ix_interchanges_number", "direction", "sender", "recipient", "sequence"),
    Index("ix_interchanges_stored", "stored_at", postgresql_where="state = 'stored'"),
    Index("ix_interchanges_undelivered", "id", postgresql_where="direction = 'out' and delivered_at is null"),
    Index("ix_interchanges_content_hash", "content_hash"),
    Index("ix_interchanges_practice", "practice_id", "stored_at"),
)

link_sequences = Table(
    "link_sequences",
    metadata,
    Column("sender", Text, primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("interchange", Integer, nullable=False, comment="The last number sent, or the highest received."),
    Column("message", Integer, nullable=False, server_default="0"),
)

link_gaps = Table(
    "link_gaps",
    metadata,
    Column("sender", Text, primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("noticed_at", DateTime(timezone=True), primary_key=True),
    Column("filled_at", DateTime(timezone=True)),
    Column("alarmed_at", DateTime(timezone=True)),
    comment="Interchange numbers that were skipped: recorded, never refused.",
)

facade_requests = Table(
    "facade_requests",
    metadata,
    Column("practice_id", Uuid, ForeignKey("practices.id"), primary_key=True),
    Column("conversation_id", Text, primary_key=True),
    Column("body_hash", Text, nullable=False),
    Column("operation_id", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("body", LargeBinary, nullable=False, comment="The request as received."),
    comment="The practice's numbers of its requests: the same number and body gives the same answer.",
)
