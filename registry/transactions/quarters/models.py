"""Closed quarters, and what each practice's list counted then."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, DateTime, ForeignKey, Integer, Table, Text, Uuid

from registry.database import metadata

quarters = Table(
    "quarters",
    metadata,
    Column("ends_on", Date, primary_key=True),
    Column("matter_id", Uuid, ForeignKey("matters.id"), nullable=False, unique=True, comment="Its close."),
    Column("prepared_by", Text, nullable=False),
    Column("closed_by", Text, nullable=False),
    Column("closed_at", DateTime(timezone=True), nullable=False),
    Column("last_movement", BigInteger, nullable=False, comment="The last movement recorded before it closed."),
    CheckConstraint("prepared_by <> closed_by", name="closed_by_another"),
    CheckConstraint(
        "extract(month from ends_on + 1) in (1, 4, 7, 10) and extract(day from ends_on + 1) = 1", name="ends_a_quarter"
    ),
    comment="Quarters that are closed. Append-only: a closed quarter never opens again.",
)

quarter_counts = Table(
    "quarter_counts",
    metadata,
    Column("ends_on", Date, ForeignKey("quarters.ends_on"), primary_key=True),
    Column("practice_id", Uuid, ForeignKey("practices.id"), primary_key=True),
    Column("people", Integer, nullable=False),
    CheckConstraint("people >= 0", name="count_is_no_debt"),
    comment="How many people were on each list at the end of a closed quarter. Append-only.",
)
