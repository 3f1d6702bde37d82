"""The search for duplicates: its runs and its pairs; and by which normaliser each key was made."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_FIRST_NORMALISER = "1"
"""Whatever was written until now was written by the first."""


def upgrade() -> None:
    comment = "Of the normaliser that made this row."
    version = sa.Column(
        "normaliser_version", sa.Text(collation="C"), nullable=False, server_default=_FIRST_NORMALISER, comment=comment
    )
    op.add_column("match_keys", version)
    op.alter_column("match_keys", "normaliser_version", server_default=None)
    op.create_table(
        "match_sweeps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="running", nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("normaliser_version", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column(
            "since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Only who has changed since, against all; None: everybody.",
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chunks", sa.Integer(), nullable=False, comment="Into how many parts the pairs are divided."),
        sa.Column(
            "chunks_done", sa.Integer(), server_default="0", nullable=False, comment="Parts 0 to one less are stored."
        ),
        sa.Column(
            "people",
            sa.Integer(),
            nullable=True,
            comment="Who took part, when the register was last read for it.",
        ),
        sa.Column("changed", sa.Integer(), nullable=True, comment="Who of these was compared with all."),
        sa.Column("pairs", sa.Integer(), server_default="0", nullable=False),
        sa.Column("certain", sa.Integer(), server_default="0", nullable=False),
        sa.Column("possible", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "skipped",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
            comment="Blocks too large to be searched: how many, by rule. No values.",
        ),
        sa.CheckConstraint("state in ('running', 'finished', 'given-up')", name=op.f("ck_match_sweeps_state_known")),
        sa.CheckConstraint(
            "(state = 'finished') = (finished_at is not null)", name=op.f("ck_match_sweeps_finished_says_when")
        ),
        sa.CheckConstraint(
            "chunks > 0 and chunks_done between 0 and chunks", name=op.f("ck_match_sweeps_chunks_are_counted")
        ),
        sa.CheckConstraint(
            "state <> 'finished' or chunks_done = chunks", name=op.f("ck_match_sweeps_finished_did_all")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_sweeps")),
        comment="Each search of the register for duplicates: with what, how far it is, and what it found.",
    )
    op.create_index(
        "one_sweep_at_a_time", "match_sweeps", ["state"], unique=True, postgresql_where=sa.text("state = 'running'")
    )
    op.create_table(
        "match_pairs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sweep_id", sa.Uuid(), nullable=False, comment="The last that found it."),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("other_patient_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="Of the first record when it was compared."),
        sa.Column("other_version", sa.Integer(), nullable=False, comment="Of the other record when it was compared."),
        sa.Column("score", sa.Double(), nullable=False, comment="log2 of the odds that the two are one person."),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column(
            "levels",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="By field, the word for how well it agrees. No values.",
        ),
        sa.Column(
            "cluster_id", sa.Uuid(), nullable=True, comment="The lowest of all who hang together with these two."
        ),
        sa.Column(
            "check_links",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Those who hang together are to be looked at pair by pair, and not taken for one person.",
        ),
        sa.Column(
            "weak",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="More likely two people than one, and all that holds its two sides together.",
        ),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True, comment="The case that last asked a person."),
        sa.Column("closed_because", sa.Text(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("patient_id < other_patient_id", name=op.f("ck_match_pairs_pair_in_order")),
        sa.CheckConstraint("decision in ('certain', 'possible')", name=op.f("ck_match_pairs_decision_known")),
        sa.CheckConstraint(
            "state in ('waiting', 'offered', 'judged', 'gone')", name=op.f("ck_match_pairs_state_known")
        ),
        sa.CheckConstraint("state <> 'offered' or case_id is not null", name=op.f("ck_match_pairs_offered_in_a_case")),
        sa.CheckConstraint(
            "(state in ('judged', 'gone')) = (closed_because is not null)", name=op.f("ck_match_pairs_closed_says_why")
        ),
        sa.ForeignKeyConstraint(["sweep_id"], ["match_sweeps.id"], name=op.f("fk_match_pairs_sweep_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_match_pairs_patient_id")),
        sa.ForeignKeyConstraint(["other_patient_id"], ["patients.id"], name=op.f("fk_match_pairs_other_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_pairs")),
        comment="Pairs that may be one person. Nothing here merges: a person decides, in a case or a matter.",
    )
    op.create_index("one_row_a_pair", "match_pairs", ["patient_id", "other_patient_id"], unique=True)
    op.create_index("ix_match_pairs_other_patient_id", "match_pairs", ["other_patient_id"], unique=False)
    op.create_index(
        "ix_match_pairs_waiting",
        "match_pairs",
        [sa.text("score desc"), "id"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_match_pairs_offered",
        "match_pairs",
        ["case_id"],
        unique=False,
        postgresql_where=sa.text("state = 'offered'"),
    )


def downgrade() -> None:
    op.drop_table("match_pairs")
    op.drop_table("match_sweeps")
    op.drop_column("match_keys", "normaliser_version")
