"""Matters and their history."""

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

matters = Table(
    "matters",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("patient_id", Uuid, ForeignKey("patients.id")),
    Column("practice_id", Uuid, ForeignKey("practices.id"), comment="The practice that it concerns now."),
    Column("other_patient_id", Uuid, ForeignKey("patients.id"), comment="The second person, where it is about two."),
    Column("owner", Text, nullable=False, comment="Whose move it is."),
    Column("priority", Integer, nullable=False, server_default="0", comment="How often nobody moved in time."),
    Column("trigger_on", Date, nullable=False, comment="The day whose rules apply."),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("expects", Text, comment="The event that is waited for."),
    Column("due_at", DateTime(timezone=True), comment="By when."),
    Column("held_because", Text, comment="Why a clock that struck did nothing."),
    Column("closed_at", DateTime(timezone=True)),
    Column("facts", JSONB, nullable=False, server_default="{}", comment="What is known of it, by the kind's names."),
    CheckConstraint("(closed_at is null) = (due_at is not null)", name="open_matter_is_due"),
    CheckConstraint("(due_at is null) = (expects is null)", name="due_says_for_what"),
    Index(
        "one_open_matter_of_a_kind",
        "patient_id",
        "kind",
        unique=True,
        postgresql_where=text("closed_at is null and patient_id is not null"),
    ),
    Index("ix_matters_due", "due_at", postgresql_where=text("due_at is not null")),
    CheckConstraint("other_patient_id <> patient_id", name="two_people_are_two"),
    Index("ix_matters_patient_id", "patient_id"),
    Index("ix_matters_other_patient_id", "other_patient_id", postgresql_where=text("other_patient_id is not null")),
    Index("ix_matters_practice_id", "practice_id"),
    comment="Work of the office that lasts: a place on the scheme, an assignment, an FP69 ...",
)

matter_events = Table(
    "matter_events",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("matter_id", Uuid, ForeignKey("matters.id"), nullable=False),
    Column("version", Integer, nullable=False, comment="Of the matter, after it."),
    Column("event", Text, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text),
    Column("transaction_id", Uuid, ForeignKey("transactions.id")),
    Column("details", JSONB, nullable=False, server_default="{}"),
    Index("one_event_per_version", "matter_id", "version", unique=True),
    comment="What happened to a matter, in order. Append-only.",
)
