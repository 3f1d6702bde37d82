"""Removals: what begins their days, the law's earliest day, and who is asked again."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NAMED = op.f("ck_pending_deductions_waits_for_known")
CHASED = op.f("ck_pending_deductions_waiting_is_chased")


def upgrade() -> None:
    table = "pending_deductions"
    op.add_column(table, sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column(
        table,
        sa.Column(
            "earliest_on", sa.Date(), nullable=True, comment="The day before which the law lets nobody be removed."
        ),
    )
    op.add_column(
        table,
        sa.Column(
            "acts_at",
            sa.Time(),
            nullable=True,
            comment="The hour of its day, in London, from which it acts; else the day's beginning.",
        ),
    )
    op.add_column(
        table,
        sa.Column(
            "chase_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When whoever is to begin the clock is asked again.",
        ),
    )
    op.add_column(
        table,
        sa.Column(
            "chased", sa.Integer(), server_default="0", nullable=False, comment="How often they were asked again."
        ),
    )
    op.alter_column(
        table,
        "waits_for",
        comment="What begins the clock: letter, treatment-end, carer-check.",
        existing_comment="What begins the clock: letter, treatment-end.",
    )
    op.drop_constraint(NAMED, table)
    op.create_check_constraint(NAMED, table, "waits_for in ('letter', 'treatment-end', 'carer-check')")
    op.create_check_constraint(
        CHASED,
        table,
        "(state = 'pending' and coalesce(waits_for in ('treatment-end', 'carer-check'), false))"
        " = (chase_at is not null)",
    )
    op.create_index(
        "ix_pending_deductions_chase", table, ["chase_at"], postgresql_where=sa.text("chase_at is not null")
    )
    op.create_index(
        "ix_pending_deductions_letter", table, ["letter_id"], postgresql_where=sa.text("letter_id is not null")
    )
    op.create_index("ix_pending_deductions_transaction", table, ["transaction_id"])


def downgrade() -> None:
    table = "pending_deductions"
    op.drop_index("ix_pending_deductions_transaction", table_name=table)
    op.drop_index("ix_pending_deductions_letter", table_name=table)
    op.drop_index("ix_pending_deductions_chase", table_name=table)
    op.drop_constraint(CHASED, table)
    op.drop_constraint(NAMED, table)
    op.create_check_constraint(NAMED, table, "waits_for in ('letter', 'treatment-end')")
    op.alter_column(
        table,
        "waits_for",
        comment="What begins the clock: letter, treatment-end.",
        existing_comment="What begins the clock: letter, treatment-end, carer-check.",
    )
    for column in ("chased", "chase_at", "acts_at", "earliest_on", "version"):
        op.drop_column(table, column)
