"""The queue of cases that a person settles."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from registry.database import metadata

anomalies = Table(
    "anomalies",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="open"),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("practice_id", Uuid, ForeignKey("practices.id"), index=True),
    Column("transaction_id", Uuid, index=True),
    Column("patient_ids", ARRAY(Uuid), nullable=False, server_default="{}"),
    Column("sentence", Text, nullable=False, comment="What is wrong, for the clerk who opens it."),
    Column("evidence", JSONB, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), comment="When somebody should have looked at it."),
    Column("decided_at", DateTime(timezone=True)),
    Column("decided_by", Text),
    Column("decision", Text),
    Column("decision_reason", Text),
    CheckConstraint("state in ('open', 'decided')", name="state_known"),
    CheckConstraint("(state = 'open') = (due_at is not null)", name="open_case_is_due"),
    CheckConstraint("(state = 'decided') = (decided_at is not null)", name="decided_case_says_when"),
    Index("ix_anomalies_open", "due_at", "id", postgresql_where=text("state = 'open'")),
    Index("ix_anomalies_patient_ids", "patient_ids", postgresql_using="gin", postgresql_where=text("state = 'open'")),
    Index("ix_anomalies_decided", "patient_ids", postgresql_using="gin", postgresql_where=text("state = 'decided'")),
    Index(
        "one_open_case_per_transaction_and_kind",
        "transaction_id",
        "kind",
        unique=True,
        postgresql_where=text("state = 'open'"),
    ),
    CheckConstraint(
        "kind <> 'possible-duplicate' or state <> 'open'"
        " or (cardinality(patient_ids) = 2 and patient_ids[1] < patient_ids[2])",
        name="pair_is_of_two",
    ),
    Index(
        "one_open_case_of_a_pair",
        "patient_ids",
        unique=True,
        postgresql_where=text("state = 'open' and kind = 'possible-duplicate'"),
    ),
)
