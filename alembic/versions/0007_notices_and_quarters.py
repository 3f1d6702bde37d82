"""Files of notices, births that were notified, and closed quarters."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

APPEND_ONLY = """
create function closed_quarters_stand() returns trigger language plpgsql as $$
begin
  raise exception 'a closed quarter never changes: correct it in the next one';
end $$
"""


def upgrade() -> None:
    op.create_table(
        "notice_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False, comment="SHA-256 of its bytes."),
        sa.Column("notices", sa.Integer(), nullable=False, comment="How many it holds: its trailer's control total."),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "last_line", sa.Integer(), server_default="1", nullable=False, comment="The last line that was dealt with."
        ),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("repeated", sa.Integer(), server_default="0", nullable=False),
        sa.Column("referred", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refused", sa.Integer(), server_default="0", nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind in ('deaths', 'births', 'forces', 'nations', 'nbo')", name=op.f("ck_notice_files_kind_known")
        ),
        sa.CheckConstraint(
            "completed_at is null or done + repeated + referred + refused = notices",
            name=op.f("ck_notice_files_completed_file_reconciles"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_files")),
        sa.UniqueConstraint("kind", "name", name="one_file_of_a_name"),
        comment="Inbound files of notices. Loading one again takes up where it ended.",
    )
    op.create_index(
        "ix_notice_files_open",
        "notice_files",
        ["received_at"],
        unique=False,
        postgresql_where=sa.text("completed_at is null"),
    )
    op.create_table(
        "notice_lines",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), server_default="", nullable=False, comment="The sender's own."),
        sa.Column(
            "notice_key",
            sa.Text(),
            nullable=True,
            comment="SHA-256 of number, notice and days: the same notice in any file.",
        ),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Text(),
            nullable=False,
            comment="The name of what was done, of the referral, or of the refusal.",
        ),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True, comment="The column at fault."),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.Column("matter_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "result in ('done', 'repeated', 'referred', 'refused')", name=op.f("ck_notice_lines_result_known")
        ),
        sa.CheckConstraint(
            "result = 'refused' or notice_key is not null", name=op.f("ck_notice_lines_readable_line_has_key")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["notice_files.id"], name=op.f("fk_notice_lines_file_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_notice_lines_matter_id")),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name=op.f("fk_notice_lines_transaction_id")),
        sa.PrimaryKeyConstraint("file_id", "line", name=op.f("pk_notice_lines")),
        comment="What became of each line of a file of notices. No names, no numbers.",
    )
    op.create_index(
        "ix_notice_lines_transaction_id",
        "notice_lines",
        ["transaction_id"],
        unique=False,
        postgresql_where=sa.text("transaction_id is not null"),
    )
    op.create_index(
        "one_line_acts_for_a_notice",
        "notice_lines",
        ["notice_key"],
        unique=True,
        postgresql_where=sa.text("result in ('done', 'referred')"),
    )
    op.create_table(
        "birth_notices",
        sa.Column("nhs_number", sa.Text(), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("notified_on", sa.Date(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("nhs_number_is_valid(nhs_number)", name=op.f("ck_birth_notices_number_is_valid")),
        sa.CheckConstraint("sex in ('0', '1', '2', '9')", name=op.f("ck_birth_notices_sex_known")),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_birth_notices_matter_id")),
        sa.PrimaryKeyConstraint("nhs_number", name=op.f("pk_birth_notices")),
        sa.UniqueConstraint("matter_id", name=op.f("uq_birth_notices_matter_id")),
        comment="Births that were notified before any practice registered the child.",
    )
    op.create_table(
        "quarters",
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False, comment="Its close."),
        sa.Column("prepared_by", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "last_movement", sa.BigInteger(), nullable=False, comment="The last movement recorded before it closed."
        ),
        sa.CheckConstraint("prepared_by <> closed_by", name=op.f("ck_quarters_closed_by_another")),
        sa.CheckConstraint(
            "extract(month from ends_on + 1) in (1, 4, 7, 10) and extract(day from ends_on + 1) = 1",
            name=op.f("ck_quarters_ends_a_quarter"),
        ),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_quarters_matter_id")),
        sa.PrimaryKeyConstraint("ends_on", name=op.f("pk_quarters")),
        sa.UniqueConstraint("matter_id", name=op.f("uq_quarters_matter_id")),
        comment="Quarters that are closed. Append-only: a closed quarter never opens again.",
    )
    op.create_table(
        "quarter_counts",
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people >= 0", name=op.f("ck_quarter_counts_count_is_no_debt")),
        sa.ForeignKeyConstraint(["ends_on"], ["quarters.ends_on"], name=op.f("fk_quarter_counts_ends_on")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_quarter_counts_practice_id")),
        sa.PrimaryKeyConstraint("ends_on", "practice_id", name=op.f("pk_quarter_counts")),
        comment="How many people were on each list at the end of a closed quarter. Append-only.",
    )
    op.execute(APPEND_ONLY)
    for table in ("quarters", "quarter_counts"):
        op.execute(
            f"create trigger closed_quarters_stand before update or delete on {table}"
            " for each row execute function closed_quarters_stand()"
        )


def downgrade() -> None:
    op.drop_table("quarter_counts")
    op.drop_table("quarters")
    op.execute("drop function closed_quarters_stand()")
    op.drop_table("birth_notices")
    op.drop_table("notice_lines")
    op.drop_table("notice_files")
