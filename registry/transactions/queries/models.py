"""What was asked and answered in a query, in words."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from registry.database import metadata

query_messages = Table(
    "query_messages",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("matter_id", Uuid, ForeignKey("matters.id"), nullable=False),
    Column("number", Integer, nullable=False, comment="From 1, in the order in which they were said."),
    Column("from_office", Boolean, nullable=False, comment="Said by the office; else by the practice."),
    Column("practice_id", Uuid, ForeignKey("practices.id"), nullable=False, comment="The practice that is asked."),
    Column("patient_id", Uuid, ForeignKey("patients.id"), comment="Whom it is about, where it is about somebody."),
    Column("in_response_to", Uuid, ForeignKey("query_messages.id"), comment="The question that it answers."),
    Column("text", Text, nullable=False),
    Column("sent_at", DateTime(timezone=True), nullable=False),
    Column("told_by", Text, comment="Who at the practice said it, where a clerk wrote down what was said."),
    CheckConstraint("length(btrim(text)) > 0", name="says_something"),
    CheckConstraint("in_response_to is null or not from_office", name="only_practices_answer"),
    CheckConstraint("number >= 1 and (number > 1 or from_office)", name="begins_with_a_question"),
    UniqueConstraint("matter_id", "number", name="one_message_per_place"),
    Index("ix_query_messages_practice_id", "practice_id", "id"),
    Index("ix_query_messages_patient_id", "patient_id"),
    comment="Questions of the office to practices, and what these said. Append-only, but for what is sealed.",
)
