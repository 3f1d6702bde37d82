"""What merges, splits, identity changes and provenance stand on: columns, kinds, roles, and a list for what was merged."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FORMER_KINDS = (
    "kind in ('acceptance', 'amendment', 'removal', 'deduction-request', 'practice-removal', 'own-removal',"
    " 'immediate-removal', 'placement', 'assignment', 'notice', 'birth-notice', 'expiry', 'returned-mail',"
    " 'cancellation', 'reversal', 'special-registration')"
)
KINDS = FORMER_KINDS[:-1] + ", 'merge', 'merge-undo', 'split', 'particulars')"
FORMER_STATUSES = "status in ('live', 'informal-dead', 'formal-dead', 'invalidated')"
STATUSES = "status in ('live', 'informal-dead', 'formal-dead', 'invalidated', 'superseded')"
FORMER_ROLES = "role in ('staff', 'app', 'app-read', 'scheme')"
ROLES = "role in ('staff', 'app', 'app-read', 'scheme', 'identity', 'governance', 'counter-fraud')"


def upgrade() -> None:
    op.add_column(
        "patients",
        sa.Column(
            "apart",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Left out of duplicate search, list comparison, FP69 and research; why is never recorded here.",
        ),
    )
    op.add_column(
        "patients",
        sa.Column("merged_into", sa.Uuid(), nullable=True, comment="The record that survived, through any chain."),
    )
    op.add_column(
        "patients",
        sa.Column(
            "provenance",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
            comment="By field: who said so, when, on what evidence. None: whoever made the record.",
        ),
    )
    op.create_foreign_key(op.f("fk_patients_merged_into"), "patients", "patients", ["merged_into"], ["id"])
    op.create_index(
        "ix_patients_merged_into",
        "patients",
        ["merged_into"],
        unique=False,
        postgresql_where=sa.text("merged_into is not null"),
    )
    _rule("patients", "status_known", STATUSES)
    op.create_check_constraint(
        "superseded_has_a_survivor", "patients", "(status = 'superseded') = (merged_into is not null)"
    )
    op.create_check_constraint("superseded_number_moved", "patients", "merged_into is null or nhs_number is null")
    op.create_check_constraint("nobody_survives_themselves", "patients", "merged_into <> id")
    _rule("transactions", "kind_known", KINDS)
    _rule("access_tokens", "role_known", ROLES)
    op.add_column(
        "matters",
        sa.Column("other_patient_id", sa.Uuid(), nullable=True, comment="The second person, where it is about two."),
    )
    op.create_foreign_key(op.f("fk_matters_other_patient_id"), "matters", "patients", ["other_patient_id"], ["id"])
    op.create_check_constraint("two_people_are_two", "matters", "other_patient_id <> patient_id")
    op.create_index(
        "ix_matters_other_patient_id",
        "matters",
        ["other_patient_id"],
        unique=False,
        postgresql_where=sa.text("other_patient_id is not null"),
    )
    op.execute("insert into lists (id, code) values ('00000000-0000-7000-8000-000000000016', 'superseded')")


def downgrade() -> None:
    op.execute("delete from lists where code = 'superseded'")
    op.drop_column("matters", "other_patient_id")
    _rule("access_tokens", "role_known", FORMER_ROLES)
    _rule("transactions", "kind_known", FORMER_KINDS)
    for rule in ("nobody_survives_themselves", "superseded_number_moved", "superseded_has_a_survivor"):
        op.drop_constraint(op.f(f"ck_patients_{rule}"), "patients", type_="check")
    _rule("patients", "status_known", FORMER_STATUSES)
    for column in ("provenance", "merged_into", "apart"):
        op.drop_column("patients", column)


def _rule(table: str, name: str, says: str) -> None:
    """Let a CHECK constraint say something else."""
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    op.create_check_constraint(name, table, says)
