"""Tables of the simulated national side. A register in use leaves them empty."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, DateTime, Index, Integer, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB

from registry.database import metadata

simulated_people = Table(
    "simulated_people",
    metadata,
    Column("nhs_number", Text, primary_key=True),
    Column("person", JSONB, nullable=False, comment="Names, sex, date of birth, addresses."),
    Column("date_of_birth", Date, comment="As in `person`; people are searched by it."),
    Column("date_of_death", Date),
    Column("superseded_by", Text, comment="The number that survived a merge; it may be merged again."),
    Column("restricted", Boolean, nullable=False, server_default=text("false")),
    Column("behaviour", Text, comment="What questions about this person meet instead of the truth."),
    Column("behaves_times", Integer, comment="How many questions still meet it; null is every one."),
    Column("allotted_for", Uuid, comment="The request for which the number was allotted."),
    CheckConstraint("behaviour in ('timeout', 'error', 'late', 'several', 'none')", name="behaviour_known"),
    CheckConstraint("superseded_by <> nhs_number", name="survivor_is_another"),
    Index("ix_simulated_people_date_of_birth", "date_of_birth", postgresql_where=text("superseded_by is null")),
    Index("one_number_per_request", "allotted_for", unique=True, postgresql_where=text("allotted_for is not null")),
    Index("ix_simulated_people_allotted", "nhs_number", postgresql_where=text("allotted_for is not null")),
    comment="Development and tests: people whom the national side knows and the register does not.",
)

simulated_registrations = Table(
    "simulated_registrations",
    metadata,
    Column("nhs_number", Text, primary_key=True),
    Column("practice_ods", Text),
    Column("outside", Text, comment="The list outside every practice, where the person is on no practice's."),
    Column("since", Date),
    Column("told_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("request_id", Uuid, nullable=False, comment="The request that told it last."),
    CheckConstraint("practice_ods is null or outside is null", name="practice_or_reason"),
    comment="Development and tests: where the national side was told that people are.",
)

simulated_reserve = Table(
    "simulated_reserve",
    metadata,
    Column("nhs_number", Text, primary_key=True),
    Column("request_id", Uuid, nullable=False, index=True, comment="The order for which it was set aside."),
    comment="Development and tests: numbers that the national side has set aside for the register.",
)

simulated_outage = Table(
    "simulated_outage",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("behaviour", Text, nullable=False),
    Column("behaves_times", Integer, comment="How many questions still meet it; null is until it is ended."),
    CheckConstraint("id = 1", name="one_row"),
    CheckConstraint("behaviour in ('timeout', 'error', 'late', 'several', 'none')", name="behaviour_known"),
    comment="Development and tests: what every question meets at present.",
)
