"""Provenance and the nightly rules of quality."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quality_findings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "gone_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a night found it no more; None: it was there last night.",
        ),
        sa.Column("case_id", sa.Uuid(), nullable=True, comment="The case that asks a person; None: it waits its turn."),
        sa.Column(
            "accepted_version",
            sa.Integer(),
            nullable=True,
            comment="The person's version at which somebody said that it is right.",
        ),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(accepted_version is null) = (accepted_at is null)", name=op.f("ck_quality_findings_accepted_says_when")
        ),
        sa.CheckConstraint(
            "accepted_version is null or case_id is not null", name=op.f("ck_quality_findings_accepted_in_a_case")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_quality_findings_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_findings")),
        comment="What a nightly rule says of a person. A row stays when it is gone, and comes back when it is found"
        " again.",
    )
    op.create_index("one_finding_of_a_rule", "quality_findings", ["rule", "patient_id"], unique=True)
    op.create_index("ix_quality_findings_patient_id", "quality_findings", ["patient_id"], unique=False)
    op.create_index(
        "ix_quality_findings_case_id",
        "quality_findings",
        ["case_id"],
        unique=False,
        postgresql_where=sa.text("case_id is not null"),
    )
    op.create_index(
        "ix_quality_findings_waiting",
        "quality_findings",
        ["first_seen"],
        unique=False,
        postgresql_where=sa.text("gone_at is null and case_id is null"),
    )
    op.create_table(
        "quality_rounds",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False, comment="Or `cases`, when the night's cases were opened."),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "found", sa.Integer(), server_default="0", nullable=False, comment="People; or cases that were opened."
        ),
        sa.Column(
            "fresh", sa.Integer(), server_default="0", nullable=False, comment="Of these, not found the night before."
        ),
        sa.Column(
            "gone", sa.Integer(), server_default="0", nullable=False, comment="Found the night before, and no more."
        ),
        sa.Column(
            "by_practice",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
            comment="How many, by the list they are on.",
        ),
        sa.CheckConstraint("found >= 0 and fresh >= 0 and gone >= 0", name=op.f("ck_quality_rounds_counts_are_counts")),
        sa.PrimaryKeyConstraint("day", "rule", name=op.f("pk_quality_rounds")),
        comment="A rule's run of a night. Each has one row, so that a night that was broken off goes on where it was.",
    )


def downgrade() -> None:
    op.drop_table("quality_rounds")
    op.drop_table("quality_findings")
