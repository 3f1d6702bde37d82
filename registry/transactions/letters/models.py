"""The queue of letters, and the batches in which they are handed to the print room."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from registry.database import metadata

letter_batches = Table(
    "letter_batches",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("handed_over_at", DateTime(timezone=True), nullable=False),
    Column("letters", Integer, nullable=False, comment="How many it holds: the control total."),
    Column("suppressed", Integer, nullable=False, comment="How many were found not to be sent."),
    Column("posted_on", Date),
    Column("due_at", DateTime(timezone=True), comment="By when the print room says that it is posted."),
    CheckConstraint("(posted_on is null) = (due_at is not null)", name="open_batch_is_due"),
)

letters = Table(
    "letters",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("reference", BigInteger, Identity(always=True), nullable=False, unique=True, comment="Under its barcode."),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("route", Text, nullable=False, comment="home, guardian, or by way of the practice or the office."),
    Column("patient_id", Uuid, ForeignKey("patients.id")),
    Column("practice_id", Uuid, ForeignKey("practices.id"), comment="To which it goes, or about which it is."),
    Column("transaction_id", Uuid, ForeignKey("transactions.id")),
    Column("matter_id", Uuid, ForeignKey("matters.id")),
    Column("content", JSONB, nullable=False, comment="What it says, frozen when it was decided. No name, no address."),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), comment="When it is handed over."),
    Column("batch_id", BigInteger, ForeignKey("letter_batches.id")),
    Column("posted_on", Date),
    Column("suppressed_because", Text),
    Column("returned_at", DateTime(timezone=True)),
    Column("returned_cause", Text),
    CheckConstraint("state in ('queued', 'handed-over', 'posted', 'suppressed', 'returned')", name="state_known"),
    CheckConstraint("route in ('home', 'guardian', 'practice', 'office')", name="route_known"),
    CheckConstraint("(state = 'queued') = (due_at is not null)", name="queued_letter_is_due"),
    CheckConstraint("(state = 'suppressed') = (suppressed_because is not null)", name="suppressed_says_why"),
    CheckConstraint("state not in ('posted', 'returned') or posted_on is not null", name="posted_says_when"),
    CheckConstraint("(returned_at is null) = (returned_cause is null)", name="returned_says_why"),
    Index("ix_letters_due", "due_at", postgresql_where=text("due_at is not null")),
    Index("ix_letters_batch_id", "batch_id"),
    Index("ix_letters_patient_id", "patient_id"),
    Index("ix_letters_transaction_id", "transaction_id"),
    Index("ix_letters_matter_id", "matter_id"),
)
