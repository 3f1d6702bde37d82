"""Who looked at where a protected person lives, and why people are protected."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Table, Text, Uuid, text

from registry.database import metadata

protected_openings = Table(
    "protected_openings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, ForeignKey("patients.id"), nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("code", Text, nullable=False, comment="What it was for."),
    Column("reason", Text, nullable=False, comment="In the words of whoever looked."),
    Column("reviewed_at", DateTime(timezone=True)),
    Column("reviewed_by", Text),
    Column("finding", Text),
    Column("remark", Text, comment="What the reviewer says of it."),
    CheckConstraint("length(btrim(reason)) >= 10", name="opening_says_why"),
    CheckConstraint("finding in ('justified', 'questioned')", name="finding_known"),
    CheckConstraint(
        "(reviewed_at is null) = (finding is null) and (reviewed_at is null) = (reviewed_by is null)",
        name="review_is_whole",
    ),
    CheckConstraint("reviewed_by <> opened_by", name="nobody_reviews_themselves"),
    Index("ix_protected_openings_patient_id", "patient_id"),
    Index("ix_protected_openings_unreviewed", "opened_at", postgresql_where=text("reviewed_at is null")),
    comment="Who saw where somebody lives whose whereabouts are protected, and why.",
)

protection_words = Table(
    "protection_words",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, ForeignKey("patients.id"), nullable=False),
    Column("matter_id", Uuid, ForeignKey("matters.id"), nullable=False),
    Column("event", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text, nullable=False),
    Column("words", Text, nullable=False),
    Index("ix_protection_words_patient_id", "patient_id"),
    Index("ix_protection_words_matter_id", "matter_id"),
    comment="Why somebody is protected, and what was said of it since: read by those entrusted, and never sent.",
)
