"""What fails again and again."""

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text, Uuid, text

from registry.database import metadata

failing_work = Table(
    "failing_work",
    metadata,
    Column("what", Text, primary_key=True, comment="The act that fails."),
    Column("item", Text, primary_key=True, comment="The id of what it fails on."),
    Column("attempts", Integer, nullable=False),
    Column("first_at", DateTime(timezone=True), nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
    Column("error", Text, nullable=False, comment="The kind of the last error, without data."),
    Column("case_id", Uuid, comment="The case that tells of it."),
    Index("ix_failing_work_case_id", "case_id", postgresql_where=text("case_id is not null")),
)
