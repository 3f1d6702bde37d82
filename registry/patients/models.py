"""People, their former names and addresses, their former numbers, and their versions."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB

from registry.database import metadata


def _address() -> list[Column[str]]:
    lines = [Column(f"line_{number}", Text, nullable=False, server_default="") for number in range(1, 6)]
    return [*lines, Column("postcode", Text)]


def _name() -> list[Column[str]]:
    return [
        Column("surname", Text, nullable=False),
        Column("first_forename", Text, nullable=False, server_default=""),
        Column("second_forename", Text, nullable=False, server_default=""),
        Column("other_forenames", Text, nullable=False, server_default=""),
        Column("title", Text, nullable=False, server_default=""),
    ]


patients = Table(
    "patients",
    metadata,
    Column("id", Uuid, primary_key=True, comment="Random, so that no order or neighbourhood ties two identities."),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("nhs_number", Text, comment="The number in use; former ones are in patient_numbers."),
    Column("status", Text, nullable=False, server_default="live"),
    *_name(),
    Column("previous_surname", Text),
    Column("sex", Text, nullable=False, server_default="0"),
    Column("date_of_birth", Date),
    Column("date_of_death", Date),
    Column("place_of_birth", Text),
    *_address(),
    Column("drugs_dispensed", Boolean, nullable=False, server_default=text("false")),
    Column("residential_institute", Text),
    Column("restricted", Boolean, nullable=False, server_default=text("false")),
    Column(
        "apart",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="Left out of duplicate search, list comparison, FP69 and research; why is never recorded here.",
    ),
    Column("merged_into", Uuid, ForeignKey("patients.id"), comment="The record that survived, through any chain."),
    Column(
        "provenance",
        JSONB,
        nullable=False,
        server_default="{}",
        comment="By field: who said so, when, on what evidence. None: whoever made the record.",
    ),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column(
        "elements",
        JSONB,
        nullable=False,
        server_default="{}",
        comment="What FHIR carries of them and no rule reads: ids and periods of items, telecoms, contacts.",
    ),
    CheckConstraint("jsonb_typeof(elements) = 'object'", name="elements_are_an_object"),
    CheckConstraint("nhs_number_is_valid(nhs_number)", name="number_is_valid"),
    CheckConstraint(
        "status in ('live', 'informal-dead', 'formal-dead', 'invalidated', 'superseded')", name="status_known"
    ),
    CheckConstraint("sex in ('0', '1', '2', '9')", name="sex_known"),
    CheckConstraint("date_of_death >= date_of_birth", name="death_after_birth"),
    CheckConstraint("date_of_death is null or status <> 'live'", name="dead_are_not_live"),
    CheckConstraint("(status = 'superseded') = (merged_into is not null)", name="superseded_has_a_survivor"),
    CheckConstraint("merged_into is null or nhs_number is null", name="superseded_number_moved"),
    CheckConstraint("merged_into <> id", name="nobody_survives_themselves"),
    Index("one_person_per_number", "nhs_number", unique=True),
    Index("ix_patients_restricted_birth", "date_of_birth", postgresql_where=text("restricted")),
    Index("ix_patients_hidden", "id", postgresql_where=text("restricted or status = 'invalidated'")),
    Index("ix_patients_merged_into", "merged_into", postgresql_where=text("merged_into is not null")),
)

patient_numbers = Table(
    "patient_numbers",
    metadata,
    Column("nhs_number", Text, primary_key=True),
    Column("patient_id", Uuid, ForeignKey("patients.id"), nullable=False, index=True),
    Column("since", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("nhs_number_is_valid(nhs_number)", name="number_is_valid"),
    comment="Superseded numbers, each resolving for ever to the person who survives it.",
)

patient_former_names = Table(
    "patient_former_names",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, ForeignKey("patients.id"), nullable=False, index=True),
    *_name(),
    Column("period", DATERANGE, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

patient_former_addresses = Table(
    "patient_former_addresses",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, ForeignKey("patients.id"), nullable=False, index=True),
    *_address(),
    Column("period", DATERANGE, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

patient_versions = Table(
    "patient_versions",
    metadata,
    Column("patient_id", Uuid, ForeignKey("patients.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("until", DateTime(timezone=True), nullable=False, comment="When the next version replaced this one."),
    Column("changed_by", Text, nullable=False),
    Column("transaction_id", Uuid, comment="The transaction that replaced this version."),
    Column("facts", JSONB, nullable=False, comment="The row of patients as it was."),
    comment="What a person's row said before each change; the present version is the row itself.",
)

invalidated_numbers = Table(
    "invalidated_numbers",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    Column("sealed", LargeBinary, nullable=False, comment="The number, for a change of the vault's keys."),
    CheckConstraint("octet_length(fingerprint) = 32", name="fingerprint_is_sha256"),
    comment="Numbers that nobody may be registered under again, readable by nobody; no day, no person.",
)

number_reserve = Table(
    "number_reserve",
    metadata,
    Column("nhs_number", Text, primary_key=True),
    Column("reserved_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("nhs_number_is_valid(nhs_number)", name="number_is_valid"),
    comment="Numbers that the national side has set aside for this register, and nobody has.",
)

number_orders = Table(
    "number_orders",
    metadata,
    Column("id", Uuid, primary_key=True, comment="What the national side knows the order by: one order, one set."),
    Column("wanted", Integer, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("problem", Text, comment="Why the last try brought no answer; a kind of error."),
    Column("filled_at", DateTime(timezone=True)),
    Column("came", Integer, nullable=False, server_default="0", comment="How many numbers were set aside for it."),
    CheckConstraint("wanted > 0 and came >= 0", name="something_is_wanted"),
    Index("one_open_order", text("(filled_at is null)"), unique=True, postgresql_where=text("filled_at is null")),
    comment="Orders of numbers for the reserve. Asked again under the same id, they bring the same numbers.",
)
