"""The audit's one table. Rows are added and never altered; a trigger refuses both."""

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, Index, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from registry.database import metadata

audit_events = Table(
    "audit_events",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor_kind", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("practice_ods", Text, comment="The practice for which the actor acted; none for the office."),
    Column("action", Text, nullable=False, comment="What was done, as noun.verb."),
    Column("patient_ids", ARRAY(Uuid), nullable=False, server_default=text("'{}'::uuid[]")),
    Column("subject", JSONB, nullable=False, server_default=text("'{}'::jsonb"), comment="Ids and codes; no names."),
    Column("request_id", Text),
    Column("transaction_id", Uuid),
    CheckConstraint("actor_kind in ('practice', 'staff', 'job', 'system')", name="actor_kind_known"),
    # Few rows name more than one person, so the trail of one is found through an inverted index.
    Index("ix_audit_events_patient_ids", "patient_ids", postgresql_using="gin"),
    Index("ix_audit_events_at", "at", postgresql_using="brin"),
)
