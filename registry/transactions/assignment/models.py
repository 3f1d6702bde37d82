"""Refusals by practices, applicants unknown to the register, and assignments with everything that was weighed."""

from sqlalchemy import (
    BigInteger,
    Boolean,
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

practice_facilities = Table(
    "practice_facilities",
    metadata,
    Column("practice_id", Uuid, ForeignKey("practices.id"), primary_key=True),
    Column("facility", Text, primary_key=True),
    comment="What a practice says that its premises and staff offer; by the codes of the rules.",
)

assignment_applicants = Table(
    "assignment_applicants",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("matter_id", Uuid, ForeignKey("matters.id"), nullable=False, unique=True),
    Column("stated_number", Text, comment="The NHS number that they gave; nobody here had it then."),
    Column("surname", Text, nullable=False),
    Column("first_forename", Text, nullable=False, server_default=""),
    Column("date_of_birth", Date),
    Column("sex", Text, nullable=False, server_default="0"),
    *(Column(f"line_{number}", Text, nullable=False, server_default="") for number in range(1, 6)),
    Column("postcode", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index(
        "ix_assignment_applicants_stated_number", "stated_number", postgresql_where=text("stated_number is not null")
    ),
    comment="Who they say they are, while the register holds nobody of whom that is certainly true.",
)

practice_refusals = Table(
    "practice_refusals",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("practice_id", Uuid, ForeignKey("practices.id"), nullable=False),
    Column("patient_id", Uuid, ForeignKey("patients.id")),
    Column("application_id", Uuid, ForeignKey("matters.id"), comment="Of an applicant who is not in the register."),
    Column("refused_on", Date, nullable=False, comment="The day of the practice's decision."),
    Column("ground", Text, nullable=False, comment="The practice's ground, by the codes of the rules."),
    Column("stands", Boolean, nullable=False, comment="Whether it is a ground on which a practice may refuse."),
    Column("reasons_given_on", Date, comment="When the applicant had the reasons in writing."),
    Column("matter_id", Uuid, ForeignKey("matters.id"), comment="The matter that waits for the written reasons."),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("num_nonnulls(patient_id, application_id) = 1", name="refusal_is_of_somebody"),
    CheckConstraint("reasons_given_on >= refused_on", name="reasons_follow_refusal"),
    CheckConstraint("reasons_given_on is not null or matter_id is not null", name="reasons_are_waited_for"),
    Index("one_refusal_a_day", "practice_id", "patient_id", "refused_on", unique=True),
    Index("one_refusal_a_day_of_applicant", "practice_id", "application_id", "refused_on", unique=True),
    Index("ix_practice_refusals_patient_id", "patient_id"),
    Index("ix_practice_refusals_application_id", "application_id"),
    Index("ix_practice_refusals_matter_id", "matter_id"),
    comment="The register of refusals: which practice would not take whom, and on what ground.",
)

assignment_decisions = Table(
    "assignment_decisions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("matter_id", Uuid, ForeignKey("matters.id"), nullable=False),
    Column("patient_id", Uuid, ForeignKey("patients.id")),
    Column("practice_id", Uuid, ForeignKey("practices.id"), nullable=False, comment="The practice that was chosen."),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, comment="Why not the first candidate, or why more than its share."),
    Column("explanation", Text, nullable=False),
    Index("ix_assignment_decisions_matter_id", "matter_id"),
    Index("ix_assignment_decisions_practice", "practice_id", "decided_on"),
    comment="A practice was chosen for somebody. Frozen.",
)

assignment_candidates = Table(
    "assignment_candidates",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("decision_id", Uuid, ForeignKey("assignment_decisions.id"), nullable=False),
    Column("practice_id", Uuid, ForeignKey("practices.id"), nullable=False),
    Column("place", Integer, nullable=False, comment="Its place in the order, from 1."),
    Column("points", Integer, nullable=False),
    Column("proposed", Boolean, nullable=False, comment="Whether it could be chosen."),
    Column("not_proposed_because", Text),
    Column("over_share", Boolean, nullable=False, comment="Whether it would have more than its share."),
    Column("chosen", Boolean, nullable=False),
    Column("verdict", Text, nullable=False, comment="Why it was chosen, or was not."),
    Column("factors", JSONB, nullable=False, comment="Every factor: its name, what was found, its points."),
    CheckConstraint("proposed = (not_proposed_because is null)", name="not_proposed_says_why"),
    CheckConstraint("proposed or not chosen", name="only_proposed_is_chosen"),
    Index("one_row_per_candidate", "decision_id", "practice_id", unique=True),
    Index("one_place_per_candidate", "decision_id", "place", unique=True),
    comment="Every practice that was weighed, those that were not chosen too. Frozen.",
)
