"""Registrations that are not the ordinary one, and what taking back needs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "transactions",
        sa.Column("taken_back_by", sa.Uuid(), nullable=True, comment="The transaction that took back what it did."),
    )
    op.create_foreign_key(
        op.f("fk_transactions_taken_back_by"), "transactions", "transactions", ["taken_back_by"], ["id"]
    )
    op.add_column(
        "list_movements",
        sa.Column("reverses", sa.BigInteger(), nullable=True, comment="The movement that this one takes back."),
    )
    op.add_column(
        "list_movements",
        sa.Column(
            "ended",
            postgresql.JSONB(),
            nullable=True,
            comment="The stay that it ended, where that began on the same day and has no row.",
        ),
    )
    op.create_foreign_key(op.f("fk_list_movements_reverses"), "list_movements", "list_movements", ["reverses"], ["id"])
    op.create_check_constraint(op.f("ck_list_movements_reversal_comes_after"), "list_movements", "reverses < id")
    op.create_index(
        "one_reversal_per_movement",
        "list_movements",
        ["reverses"],
        unique=True,
        postgresql_where=sa.text("reverses is not null"),
    )
    op.add_column(
        "list_memberships",
        sa.Column(
            "out_of_area",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Registered as living outside the practice's area; set when the place is taken, and never later.",
        ),
    )
    op.add_column(
        "practice_messages",
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was taken back, before it left.",
        ),
    )
    op.create_check_constraint(
        op.f("ck_practice_messages_withdrawn_never_left"),
        "practice_messages",
        "withdrawn_at is null or (position is null and closed_at is not null)",
    )
    op.add_column(
        "practices",
        sa.Column(
            "secure",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="A prison or another secure setting: an ordinary practice, whose people are kept out of"
            " capitation.",
        ),
    )


def downgrade() -> None:
    op.drop_column("practices", "secure")
    op.drop_constraint(op.f("ck_practice_messages_withdrawn_never_left"), "practice_messages", type_="check")
    op.drop_column("practice_messages", "withdrawn_at")
    op.drop_column("list_memberships", "out_of_area")
    op.drop_index("one_reversal_per_movement", table_name="list_movements")
    op.drop_constraint(op.f("ck_list_movements_reversal_comes_after"), "list_movements", type_="check")
    op.drop_constraint(op.f("fk_list_movements_reverses"), "list_movements", type_="foreignkey")
    op.drop_column("list_movements", "ended")
    op.drop_column("list_movements", "reverses")
    op.drop_constraint(op.f("fk_transactions_taken_back_by"), "transactions", type_="foreignkey")
    op.drop_column("transactions", "taken_back_by")
