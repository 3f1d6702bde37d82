"""The table of what people judged of pairs of records."""

from sqlalchemy import CheckConstraint, Column, DateTime, Double, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from registry.database import metadata

duplicate_judgements = Table(
    "duplicate_judgements",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, ForeignKey("patients.id"), nullable=False),
    Column("other_patient_id", Uuid, ForeignKey("patients.id"), nullable=False),
    Column("version", Integer, nullable=False, comment="Of the first record when it was judged."),
    Column("other_version", Integer, nullable=False, comment="Of the other record when it was judged."),
    Column("digest", Text, comment="Of what is compared of the first record, as it was when it was judged."),
    Column("other_digest", Text, comment="Of what is compared of the other record, as it was when it was judged."),
    Column("judgement", Text, nullable=False),
    Column("judged_at", DateTime(timezone=True), nullable=False),
    Column("judged_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("door", Text, nullable=False, comment="Where the pair was before whoever judged it."),
    Column("matter_id", Uuid, ForeignKey("matters.id")),
    Column("anomaly_id", Uuid, ForeignKey("anomalies.id")),
    Column("transaction_id", Uuid, comment="The acceptance that was referred; no foreign key, as for decisions."),
    Column("score", Double, comment="As the matcher said it then."),
    Column("levels", JSONB, comment="By field, in words, as the matcher said them then; no values of anybody."),
    Column("model_version", Text),
    Column("normaliser_version", Text),
    CheckConstraint("patient_id < other_patient_id", name="pair_in_order"),
    CheckConstraint("judgement in ('same', 'different', 'household', 'undecided', 'escalate')", name="judgement_known"),
    CheckConstraint("door in ('online', 'batch', 'office')", name="door_known"),
    CheckConstraint(
        "(door = 'batch') = (anomaly_id is not null) and (door = 'online') = (transaction_id is not null)",
        name="door_is_named",
    ),
    CheckConstraint("judgement <> 'same' or matter_id is not null", name="same_has_its_matter"),
    CheckConstraint(
        "(score is null) = (model_version is null) and (score is null) = (levels is null)"
        " and (score is null) = (normaliser_version is null)",
        name="matcher_said_all_or_nothing",
    ),
    Index("ix_duplicate_judgements_pair", "patient_id", "other_patient_id", "judged_at"),
    Index("ix_duplicate_judgements_other", "other_patient_id"),
    comment="What people judged of pairs of records. Never changed; the last one of a pair counts.",
)
"""`matter_id` leads up the staircase, by name alone: PostgreSQL keeps it true, and no code here asks for it."""
