"""Who the people of a confusion are, and to which of them each item of the record belongs."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)

from registry.database import metadata


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text("''"))


confusion_people = Table(
    "confusion_people",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("matter_id", Uuid, ForeignKey("matters.id"), nullable=False),
    Column("place", Integer, nullable=False, comment="1 the first, 2 the second ..."),
    Column(
        "patient_id",
        Uuid,
        ForeignKey("patients.id"),
        nullable=False,
        index=True,
        comment="The record that they share; after the split, their own.",
    ),
    _text("surname"),
    _text("first_forename"),
    _text("second_forename"),
    _text("other_forenames"),
    _text("title"),
    Column("previous_surname", Text),
    Column("sex", Text, nullable=False),
    Column("date_of_birth", Date),
    Column("place_of_birth", Text),
    *(_text(f"line_{number}") for number in range(1, 6)),
    Column("postcode", Text),
    Column("drugs_dispensed", Boolean, nullable=False, server_default=text("false")),
    Column("residential_institute", Text),
    Column("number_ruling", Text, nullable=False),
    Column("given_number", Text, comment="The number that the National Back Office gave; None where it gave none."),
    Column("evidence", Text, nullable=False, comment="On what evidence they are described so."),
    Column("described_by", Text, nullable=False),
    Column("described_at", DateTime(timezone=True), nullable=False),
    Column("transaction_id", Uuid, ForeignKey("transactions.id"), comment="The split, when it is carried out."),
    CheckConstraint("place between 1 and 5", name="at_most_five_people"),
    CheckConstraint("sex in ('0', '1', '2', '9')", name="sex_known"),
    CheckConstraint("number_ruling in ('keep', 'given', 'to-be-allotted')", name="number_ruling_known"),
    CheckConstraint("(number_ruling = 'given') = (given_number is not null)", name="given_number_is_told"),
    CheckConstraint("given_number is null or nhs_number_is_valid(given_number)", name="number_is_valid"),
    Index("one_description_per_person", "matter_id", "place", unique=True),
    Index("one_keeps_the_number", "matter_id", unique=True, postgresql_where=text("number_ruling = 'keep'")),
    comment="The people of a confusion, as they are to be after the split.",
)

attributions = Table(
    "attributions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("matter_id", Uuid, ForeignKey("matters.id"), nullable=False),
    Column("table_name", Text, nullable=False),
    Column("row_key", Text, nullable=False, comment="The row's primary key, as text."),
    Column("place", Integer, nullable=False, comment="To which person of the confusion it belongs."),
    Column(
        "patient_id",
        Uuid,
        ForeignKey("patients.id"),
        nullable=False,
        index=True,
        comment="The record that they share; after the split, whose it is.",
    ),
    Column("evidence", Text, nullable=False),
    Column("said_by", Text, comment="Who said so outside the office: a practice's code, or another body."),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    Column("transaction_id", Uuid, ForeignKey("transactions.id"), comment="The split that made it so."),
    Column("is_current", Boolean, nullable=False, server_default=text("false"), comment="Whether it says whose it is."),
    CheckConstraint("place between 1 and 5", name="at_most_five_people"),
    CheckConstraint("not is_current or transaction_id is not null", name="only_a_split_attributes"),
    Index("one_attribution_per_item", "matter_id", "table_name", "row_key", unique=True),
    Index("one_owner_per_row", "table_name", "row_key", unique=True, postgresql_where=text("is_current")),
    comment="To whom each item of a shared record belongs. A row without one belongs to the person whom it names.",
)
