"""Cases with other bodies: whom they concern, and the evidence that was sent, which is frozen."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)

from registry.database import metadata

liaison_cases = Table(
    "liaison_cases",
    metadata,
    Column("id", Uuid, ForeignKey("matters.id"), primary_key=True, comment="The matter, which has the clock."),
    Column("series", Text, nullable=False, comment="The kind of the matter."),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False, comment="Of its series and year."),
    Column("reference", Text, nullable=False, unique=True, comment="Ours, by which others know the case."),
    Column("with_whom", Text, nullable=False),
    Column("asks", Text, nullable=False, comment="What it is about and what is asked, by its code."),
    Column("their_reference", Text),
    Column("practice_id", Uuid, ForeignKey("practices.id"), comment="The practice that it is about."),
    Column("about_matter_id", Uuid, ForeignKey("matters.id"), comment="The matter that waits for the answer."),
    Column("about_case_id", Uuid, ForeignKey("anomalies.id"), comment="The anomaly that waits for the answer."),
    Column("outcome", Text, comment="What was answered, by its code."),
    Column("pattern", Text, comment="The pattern that gave rise to it."),
    Column("month", Date, comment="The first day of the month in which that was found."),
    CheckConstraint("series in ('liaison', 'counter-fraud')", name="series_known"),
    CheckConstraint(
        "case series when 'counter-fraud' then with_whom in ('local-specialist', 'national-authority')"
        " else with_whom in ('nbo', 'pds', 'commissioner', 'home-office', 'lmc') end",
        name="body_is_of_its_series",
    ),
    CheckConstraint("about_matter_id <> id", name="case_is_about_something_else"),
    CheckConstraint(
        "(pattern is null) = (month is null) and (pattern is null or practice_id is not null)",
        name="pattern_is_of_a_practice_and_month",
    ),
    Index("one_number_in_a_year", "series", "year", "number", unique=True),
    Index(
        "one_case_per_pattern_and_month",
        "practice_id",
        "pattern",
        "month",
        unique=True,
        postgresql_where=text("pattern is not null"),
    ),
    Index("ix_liaison_cases_about_matter_id", "about_matter_id", postgresql_where=text("about_matter_id is not null")),
    comment="What the office has in hand with another body. Its practice stands here alone, not with the matter.",
)

liaison_people = Table(
    "liaison_people",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("matter_id", Uuid, ForeignKey("matters.id"), nullable=False),
    Column("number", Integer, nullable=False, comment="By which the case speaks of them: P1, P2 ..."),
    Column("patient_id", Uuid, ForeignKey("patients.id"), nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("number > 0", name="people_are_counted_from_one"),
    Index("one_person_per_number_of_a_case", "matter_id", "number", unique=True),
    Index("ix_liaison_people_patient_id", "patient_id"),
    comment="Whom a case is about. Two of them may turn out to be one person.",
)

liaison_packs = Table(
    "liaison_packs",
    metadata,
    Column("matter_id", Uuid, ForeignKey("matters.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("items", Integer, nullable=False, comment="How many it holds."),
    Column("digest", Text, nullable=False, comment="SHA-256 over its items, and over the digest of the pack before."),
    Column("sent_at", DateTime(timezone=True), nullable=False),
    Column("sent_by", Text, nullable=False),
    Column("letter_id", Uuid, ForeignKey("letters.id"), comment="The letter that carries its index."),
    PrimaryKeyConstraint("matter_id", "number"),
    CheckConstraint("number > 0 and items >= 0", name="packs_are_counted"),
    CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest_is_sha256"),
    comment="Evidence as it was sent. Frozen.",
)

liaison_items = Table(
    "liaison_items",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("matter_id", Uuid, ForeignKey("matters.id"), nullable=False),
    Column("number", Integer, nullable=False, comment="In the index."),
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=False, comment="The id of what it names in the register, or another's reference."),
    Column("day", Date, nullable=False),
    Column("person", Integer, comment="Whom it is about, by their number in the case."),
    Column("line", Text, nullable=False, comment="What it is, in codes."),
    Column("pack", Integer, comment="The pack with which it was sent; none yet."),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("added_by", Text, nullable=False),
    CheckConstraint(
        "kind in ('transaction', 'movement', 'matter', 'case', 'letter', 'message', 'figure', 'document')",
        name="kind_known",
    ),
    CheckConstraint("number > 0", name="items_are_counted_from_one"),
    Index("one_item_per_number_of_a_case", "matter_id", "number", unique=True),
    comment="The index of evidence of a case: ids, days and codes. What was sent is frozen.",
)

liaison_reads = Table(
    "liaison_reads",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("matter_id", Uuid, ForeignKey("matters.id"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_liaison_reads_at", "at"),
    comment="Who looked at a restricted case, and why. Append-only.",
)

counter_fraud_runs = Table(
    "counter_fraud_runs",
    metadata,
    Column("month", Date, primary_key=True, comment="The first day of the month in which it was done."),
    Column("ran_at", DateTime(timezone=True), nullable=False),
    Column("next_at", DateTime(timezone=True), nullable=False, comment="When it is done again."),
    Column("raised", Integer, nullable=False, comment="How many cases were begun."),
    comment="When practices were last looked at for patterns.",
)
