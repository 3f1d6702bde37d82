"""Amendments and new people by the FHIR API."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_KINDS = (
    "kind in ('acceptance', 'amendment', 'removal', 'deduction-request', 'practice-removal', 'own-removal',"
    " 'immediate-removal', 'placement', 'assignment', 'notice', 'birth-notice', 'expiry', 'returned-mail',"
    " 'cancellation', 'reversal', 'special-registration', 'merge', 'merge-undo', 'split', 'particulars'{more})"
)


def upgrade() -> None:
    _make_reserve()
    _take_new_people(", 'new-person'")


def downgrade() -> None:
    _take_new_people("")
    op.drop_table("simulated_reserve")
    op.drop_table("number_orders")


def _make_reserve() -> None:
    """Orders of numbers, and what the simulated national side has set aside."""
    op.create_table(
        "number_orders",
        sa.Column(
            "id", sa.Uuid(), nullable=False, comment="What the national side knows the order by: one order, one set."
        ),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.Text(), comment="Why the last try brought no answer; a kind of error."),
        sa.Column("filled_at", sa.DateTime(timezone=True)),
        sa.Column(
            "came", sa.Integer(), server_default="0", nullable=False, comment="How many numbers were set aside for it."
        ),
        sa.CheckConstraint("wanted > 0 and came >= 0", name=op.f("ck_number_orders_something_is_wanted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_orders")),
        comment="Orders of numbers for the reserve. Asked again under the same id, they bring the same numbers.",
    )
    op.create_index(
        "one_open_order",
        "number_orders",
        [sa.text("(filled_at is null)")],
        unique=True,
        postgresql_where=sa.text("filled_at is null"),
    )
    op.create_table(
        "simulated_reserve",
        sa.Column("nhs_number", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False, comment="The order for which it was set aside."),
        sa.PrimaryKeyConstraint("nhs_number", name=op.f("pk_simulated_reserve")),
        comment="Development and tests: numbers that the national side has set aside for the register.",
    )
    op.create_index(op.f("ix_simulated_reserve_request_id"), "simulated_reserve", ["request_id"])


def _take_new_people(more: str) -> None:
    op.drop_constraint("kind_known", "transactions", type_="check")
    op.create_check_constraint("kind_known", "transactions", _KINDS.format(more=more))
