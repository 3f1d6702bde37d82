"""Merges, and what each of them touched."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from registry.database import metadata

merges = Table(
    "merges",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("source_id", Uuid, ForeignKey("patients.id"), nullable=False, comment="The record that was merged away."),
    Column("target_id", Uuid, ForeignKey("patients.id"), nullable=False, comment="The record that survived it."),
    Column("state", Text, nullable=False, server_default="made"),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("author", Text, nullable=False, comment="Who proposed it."),
    Column("approver", Text, nullable=False, comment="Who approved it, and so carried it out."),
    Column("reason", Text, nullable=False),
    Column("case_reference", Text, nullable=False, comment="The outside case that it rests on."),
    Column(
        "national_ruling",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="The National Back Office chose the survivor, against the register's rule.",
    ),
    Column("transaction_id", Uuid, ForeignKey("transactions.id"), nullable=False),
    Column("matter_id", Uuid, ForeignKey("matters.id"), nullable=False),
    Column("source_before", JSONB, nullable=False, comment="The row of patients as it was."),
    Column("target_before", JSONB, nullable=False, comment="The row of patients as it was."),
    Column("undone_at", DateTime(timezone=True)),
    Column("undone_by", Text),
    Column("undone_because", Text),
    Column("undone_transaction_id", Uuid, ForeignKey("transactions.id")),
    CheckConstraint("state in ('made', 'undone')", name="state_known"),
    CheckConstraint("source_id <> target_id", name="two_records_are_two"),
    CheckConstraint("author <> approver", name="approved_by_another"),
    CheckConstraint("(state = 'undone') = (undone_at is not null)", name="undone_says_when"),
    CheckConstraint(
        "(undone_at is null) = (undone_by is null) and (undone_at is null) = (undone_transaction_id is null)",
        name="undone_says_by_whom",
    ),
    Index("one_standing_merge", "source_id", unique=True, postgresql_where=text("state = 'made'")),
    Index("ix_merges_source_id", "source_id"),
    Index("ix_merges_target_id", "target_id"),
    comment="Every merge of two records, with both as they were before. Never deleted.",
)

merge_items = Table(
    "merge_items",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True, comment="Its name when an undo asks about it."),
    Column("merge_id", Uuid, ForeignKey("merges.id"), nullable=False, index=True),
    Column("table_name", Text, nullable=False),
    Column("row_key", Text, nullable=False, comment="The primary key of the row, as text."),
    Column("how", Text, nullable=False),
    Column("before", JSONB, nullable=False, comment="The columns that the merge changed, as they were."),
    Column("after", JSONB, nullable=False, comment="The same as the merge left them."),
    Column("undone", Text, comment="What the undo did with it."),
    CheckConstraint("how in ('re-pointed', 'closed', 'filled', 'moved', 'superseded')", name="how_known"),
    CheckConstraint("undone in ('given-back', 'kept')", name="undone_known"),
    comment="One row for every row that a merge changed, so that each can be taken back by itself.",
)
