"""Searches of the register for people who are there twice, and the pairs that they found."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
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


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


match_sweeps = Table(
    "match_sweeps",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("state", Text, nullable=False, server_default="running"),
    Column("model_version", Text, nullable=False),
    Column("normaliser_version", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("since", DateTime(timezone=True), comment="Only who has changed since, against all; None: everybody."),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    Column("chunks", Integer, nullable=False, comment="Into how many parts the pairs are divided."),
    Column("chunks_done", Integer, nullable=False, server_default="0", comment="Parts 0 to one less are stored."),
    Column("people", Integer, comment="Who took part, when the register was last read for it."),
    Column("changed", Integer, comment="Who of these was compared with all."),
    _count("pairs"),
    _count("certain"),
    _count("possible"),
    Column(
        "skipped",
        JSONB,
        nullable=False,
        server_default="[]",
        comment="Blocks too large to be searched: how many, by rule. No values.",
    ),
    CheckConstraint("state in ('running', 'finished', 'given-up')", name="state_known"),
    CheckConstraint("(state = 'finished') = (finished_at is not null)", name="finished_says_when"),
    CheckConstraint("chunks > 0 and chunks_done between 0 and chunks", name="chunks_are_counted"),
    CheckConstraint("state <> 'finished' or chunks_done = chunks", name="finished_did_all"),
    Index("one_sweep_at_a_time", "state", unique=True, postgresql_where=text("state = 'running'")),
    comment="Each search of the register for duplicates: with what, how far it is, and what it found.",
)

match_pairs = Table(
    "match_pairs",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("sweep_id", Uuid, ForeignKey("match_sweeps.id"), nullable=False, comment="The last that found it."),
    Column("patient_id", Uuid, ForeignKey("patients.id"), nullable=False),
    Column("other_patient_id", Uuid, ForeignKey("patients.id"), nullable=False),
    Column("version", Integer, nullable=False, comment="Of the first record when it was compared."),
    Column("other_version", Integer, nullable=False, comment="Of the other record when it was compared."),
    Column("score", Double, nullable=False, comment="log2 of the odds that the two are one person."),
    Column("decision", Text, nullable=False),
    Column("levels", JSONB, nullable=False, comment="By field, the word for how well it agrees. No values."),
    Column("cluster_id", Uuid, comment="The lowest of all who hang together with these two."),
    Column(
        "check_links",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="Those who hang together are to be looked at pair by pair, and not taken for one person.",
    ),
    Column(
        "weak",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="More likely two people than one, and all that holds its two sides together.",
    ),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("case_id", Uuid, comment="The case that last asked a person."),
    Column("closed_because", Text),
    Column("found_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("patient_id < other_patient_id", name="pair_in_order"),
    CheckConstraint("decision in ('certain', 'possible')", name="decision_known"),
    CheckConstraint("state in ('waiting', 'offered', 'judged', 'gone')", name="state_known"),
    CheckConstraint("state <> 'offered' or case_id is not null", name="offered_in_a_case"),
    CheckConstraint("(state in ('judged', 'gone')) = (closed_because is not null)", name="closed_says_why"),
    Index("one_row_a_pair", "patient_id", "other_patient_id", unique=True),
    Index("ix_match_pairs_other_patient_id", "other_patient_id"),
    Index("ix_match_pairs_waiting", text("score desc"), "id", postgresql_where=text("state = 'waiting'")),
    Index("ix_match_pairs_offered", "case_id", postgresql_where=text("state = 'offered'")),
    comment="Pairs that may be one person. Nothing here merges: a person decides, in a case or a matter.",
)
