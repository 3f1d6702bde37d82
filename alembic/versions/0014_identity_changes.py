"""Identity changes and their vault, and numbers that are no longer anybody's."""

import sqlalchemy as sa
from alembic import op

from registry.vault.sealing import FROZEN_AS_BEFORE, FROZEN_BUT_FOR_SEALING, READ_APART, READ_TOGETHER
from registry.vault.set_up import set_up, take_down

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SEARCHED = (
    "(kind not in ('acceptance', 'amendment', 'removal', 'deduction-request')"
    " or coalesce(command ->> 'free_text', '') ~ '[0-9]')"
)


def upgrade() -> None:
    op.create_table(
        "invalidated_numbers",
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="The number, for a change of the vault's keys."),
        sa.CheckConstraint("octet_length(fingerprint) = 32", name=op.f("ck_invalidated_numbers_fingerprint_is_sha256")),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_invalidated_numbers")),
        comment="Numbers that nobody may be registered under again, readable by nobody; no day, no person.",
    )
    # Forms that describe somebody and name no record.
    op.create_index(
        "ix_transactions_described",
        "transactions",
        [sa.literal_column("(command -> 'demographics' ->> 'date_of_birth')")],
        postgresql_where=sa.text("patient_id is null and kind = 'acceptance'"),
    )
    # What may name a number somewhere within it; the rest is found by who it is about, and by the number on it.
    op.create_index("ix_transactions_searched", "transactions", [sa.text(SEARCHED)])
    op.create_index(
        "ix_match_decisions_candidates",
        "match_decisions",
        ["candidates"],
        postgresql_using="gin",
        postgresql_ops={"candidates": "jsonb_path_ops"},
    )
    op.create_index("ix_practice_messages_patient_id", "practice_messages", ["patient_id"])
    op.create_index("ix_practice_messages_number", "practice_messages", [sa.text("(content ->> 'number')")])
    for statement in (*FROZEN_BUT_FOR_SEALING, *READ_TOGETHER):
        op.execute(statement)
    if not op.get_context().as_sql:
        # Where the user may make no roles, nothing is made: `registry vault setup` tells what to do.
        set_up(op.get_bind())


def downgrade() -> None:
    if not op.get_context().as_sql:
        take_down(op.get_bind())
    for statement in (*READ_APART, *FROZEN_AS_BEFORE):
        op.execute(statement)
    op.drop_index("ix_practice_messages_number", table_name="practice_messages")
    op.drop_index("ix_practice_messages_patient_id", table_name="practice_messages")
    op.drop_index("ix_match_decisions_candidates", table_name="match_decisions")
    op.drop_index("ix_transactions_searched", table_name="transactions")
    op.drop_index("ix_transactions_described", table_name="transactions")
    op.drop_table("invalidated_numbers")
