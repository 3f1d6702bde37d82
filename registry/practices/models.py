"""Practices and their doctors."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint

from registry.database import metadata

practices = Table(
    "practices",
    metadata,
    Column("id", Uuid, primary_key=True, comment="Also the id of the practice's list in the ledger."),
    Column("ods_code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("trading_partner_code", Text, nullable=False, unique=True, comment="The practice's address on GP Links."),
    Column("authority_cipher", Text, nullable=False),
    Column("postcode", Text),
    Column("list_state", Text, nullable=False, server_default="open"),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column(
        "secure",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="A prison or another secure setting: an ordinary practice, whose people are kept out of capitation.",
    ),
    CheckConstraint("list_state in ('open', 'closed')", name="list_state_known"),
)

practice_doctors = Table(
    "practice_doctors",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("practice_id", Uuid, ForeignKey("practices.id"), nullable=False),
    Column("gmc_number", Text, nullable=False),
    Column("local_code", Text, nullable=False, comment="The authority's own code of the doctor; reused over time."),
    Column("period", DATERANGE, nullable=False),
    ExcludeConstraint(
        ("practice_id", "="),
        ("gmc_number", "="),
        ("local_code", "="),
        ("period", "&&"),
        name="one_entry_per_doctor_at_a_time",
        using="gist",
    ),
    Index("ix_practice_doctors_code", "gmc_number", "local_code"),
)
