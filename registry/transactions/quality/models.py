"""What the nightly rules found, and when they ran."""

from sqlalchemy import CheckConstraint, Column, Date, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from registry.database import metadata

quality_findings = Table(
    "quality_findings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("patient_id", Uuid, ForeignKey("patients.id"), nullable=False),
    Column("first_seen", DateTime(timezone=True), nullable=False),
    Column("gone_at", DateTime(timezone=True), comment="When a night found it no more; None: it was there last night."),
    Column("case_id", Uuid, comment="The case that asks a person; None: it waits its turn."),
    Column("accepted_version", Integer, comment="The person's version at which somebody said that it is right."),
    Column("accepted_at", DateTime(timezone=True)),
    CheckConstraint("(accepted_version is null) = (accepted_at is null)", name="accepted_says_when"),
    CheckConstraint("accepted_version is null or case_id is not null", name="accepted_in_a_case"),
    Index("one_finding_of_a_rule", "rule", "patient_id", unique=True),
    Index("ix_quality_findings_patient_id", "patient_id"),
    Index("ix_quality_findings_case_id", "case_id", postgresql_where=text("case_id is not null")),
    Index(
        "ix_quality_findings_waiting",
        "first_seen",
        postgresql_where=text("gone_at is null and case_id is null"),
    ),
    comment="What a nightly rule says of a person. A row stays when it is gone, and comes back when it is found again.",
)

quality_rounds = Table(
    "quality_rounds",
    metadata,
    Column("day", Date, primary_key=True),
    Column("rule", Text, primary_key=True, comment="Or `cases`, when the night's cases were opened."),
    Column("struck_at", DateTime(timezone=True), nullable=False),
    Column("found", Integer, nullable=False, server_default="0", comment="People; or cases that were opened."),
    Column("fresh", Integer, nullable=False, server_default="0", comment="Of these, not found the night before."),
    Column("gone", Integer, nullable=False, server_default="0", comment="Found the night before, and no more."),
    Column("by_practice", JSONB, nullable=False, server_default="{}", comment="How many, by the list they are on."),
    CheckConstraint("found >= 0 and fresh >= 0 and gone >= 0", name="counts_are_counts"),
    comment="A rule's run of a night. Each has one row, so that a night that was broken off goes on where it was.",
)
