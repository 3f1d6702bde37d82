"""Tables: the keys by which people are found, and the decisions taken about them."""

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

# Normalised letters and digits only: byte order is enough, and far cheaper to compare.
_PLAIN = Text(collation="C")


def _text(name: str) -> Column[str]:
    return Column(name, _PLAIN, nullable=False, server_default=text("''"))


match_keys = Table(
    "match_keys",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("patient_id", Uuid, ForeignKey("patients.id", ondelete="CASCADE"), nullable=False, index=True),
    _text("surname"),
    _text("surname_code"),
    _text("first_forename"),
    _text("second_forename"),
    _text("previous_surname"),
    Column("date_of_birth", Date),
    Column("sex", _PLAIN),
    _text("postcode"),
    _text("address_key"),
    Column("nhs_number", _PLAIN),
    Column("is_current", Boolean, nullable=False, server_default=text("true")),
    Column("normaliser_version", _PLAIN, nullable=False, comment="Of the normaliser that made this row."),
    Index("ix_match_keys_nhs_number", "nhs_number", postgresql_where=text("nhs_number is not null")),
    Index("ix_match_keys_born_surname", "date_of_birth", "surname"),
    Index("ix_match_keys_born_forename", "date_of_birth", "first_forename"),
    Index("ix_match_keys_born_surname_code", "date_of_birth", "surname_code"),
    Index("ix_match_keys_postcode_born", "postcode", "date_of_birth"),
    Index("ix_match_keys_postcode_forename", "postcode", "first_forename"),
    Index("ix_match_keys_names_born", "surname", "first_forename", "date_of_birth"),
)
"""One row for a person's present facts and one for each former name or address, normalised."""

match_decisions = Table(
    "match_decisions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("transaction_id", Uuid, index=True),
    Column("outcome", Text, nullable=False),
    Column("model_version", Text, nullable=False),
    Column("normaliser_version", Text, nullable=False),
    Column("candidates", JSONB, nullable=False),
    Column("guard", Text),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("outcome in ('certain', 'possible', 'none')", name="outcome_is_known"),
    Index(
        "ix_match_decisions_candidates",
        "candidates",
        postgresql_using="gin",
        postgresql_ops={"candidates": "jsonb_path_ops"},
    ),
)
"""What the matcher said, with the levels and weights of each candidate, so that it can be replayed.

`transaction_id` has no foreign key: transactions stand above matching, and a person may be
looked for without one.
"""

name_frequencies = Table(
    "name_frequencies",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("value", _PLAIN, primary_key=True),
    Column("bearers", Integer, nullable=False),
    CheckConstraint("kind in ('forename', 'surname', 'postcode', 'full name')", name="kind_is_known"),
    CheckConstraint("bearers >= 20", name="borne_by_many"),
    comment="Common names and crowded postcodes, with how many people bear them; what few bear is not here.",
)

name_counts = Table(
    "name_counts",
    metadata,
    Column("id", Integer, primary_key=True, server_default=text("1")),
    Column("people", BigInteger, nullable=False),
    Column("counted_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
    comment="When name_frequencies was counted, and among how many people.",
)
