"""How often names and postcodes are borne."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "name_frequencies",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(collation="C"), nullable=False),
        sa.Column("bearers", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind in ('forename', 'surname', 'postcode', 'full name')", name=op.f("ck_name_frequencies_kind_is_known")
        ),
        sa.CheckConstraint("bearers >= 20", name=op.f("ck_name_frequencies_borne_by_many")),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("pk_name_frequencies")),
        comment="Common names and crowded postcodes, with how many people bear them; what few bear is not here.",
    )
    op.create_table(
        "name_counts",
        sa.Column("id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_name_counts_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_counts")),
        comment="When name_frequencies was counted, and among how many people.",
    )


def downgrade() -> None:
    op.drop_table("name_counts")
    op.drop_table("name_frequencies")
