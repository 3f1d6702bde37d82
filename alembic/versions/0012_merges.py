"""Merges of two records of one person, what each touched, and pairs that are no duplicates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SURVIVORS_STAND = """
create function survivors_stand() returns trigger language plpgsql set search_path = public as $$
begin
  perform from patients where id = new.merged_into and merged_into is null for share;
  if not found then
    raise exception 'the record that is to survive was merged into another' using errcode = 'check_violation',
      constraint = 'survivors_stand';
  end if;
  perform from patients where merged_into = new.id;
  if found then
    raise exception 'other records were merged into this one: they go first' using errcode = 'check_violation',
      constraint = 'survivors_stand';
  end if;
  return null;
end $$
"""
"""No cycles and no chains: whoever was merged away leads to the survivor in one step."""


def upgrade() -> None:
    _merges()
    _items()
    _judgements()
    op.drop_index("one_open_matter_of_a_kind", "matters")
    op.create_index(
        "one_open_matter_of_a_kind",
        "matters",
        ["patient_id", "kind"],
        unique=True,
        postgresql_where=sa.text("closed_at is null and patient_id is not null and kind <> 'duplicate'"),
    )
    op.create_index(
        "one_open_duplicate_of_a_pair",
        "matters",
        [sa.text("least(patient_id, other_patient_id)"), sa.text("greatest(patient_id, other_patient_id)")],
        unique=True,
        postgresql_where=sa.text("closed_at is null and kind = 'duplicate'"),
    )
    op.execute(SURVIVORS_STAND)
    op.execute(
        "create trigger survivors_stand after update of merged_into on patients for each row"
        " when (new.merged_into is not null) execute function survivors_stand()"
    )


def _merges() -> None:
    op.create_table(
        "merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False, comment="The record that was merged away."),
        sa.Column("target_id", sa.Uuid(), nullable=False, comment="The record that survived it."),
        sa.Column("state", sa.Text(), server_default="made", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text(), nullable=False, comment="Who proposed it."),
        sa.Column("approver", sa.Text(), nullable=False, comment="Who approved it, and so carried it out."),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("case_reference", sa.Text(), nullable=False, comment="The outside case that it rests on."),
        sa.Column(
            "national_ruling",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="The National Back Office chose the survivor, against the register's rule.",
        ),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("source_before", postgresql.JSONB(), nullable=False, comment="The row of patients as it was."),
        sa.Column("target_before", postgresql.JSONB(), nullable=False, comment="The row of patients as it was."),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_because", sa.Text(), nullable=True),
        sa.Column("undone_transaction_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state in ('made', 'undone')", name=op.f("ck_merges_state_known")),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_merges_two_records_are_two")),
        sa.CheckConstraint("author <> approver", name=op.f("ck_merges_approved_by_another")),
        sa.CheckConstraint("(state = 'undone') = (undone_at is not null)", name=op.f("ck_merges_undone_says_when")),
        sa.CheckConstraint(
            "(undone_at is null) = (undone_by is null) and (undone_at is null) = (undone_transaction_id is null)",
            name=op.f("ck_merges_undone_says_by_whom"),
        ),
        sa.ForeignKeyConstraint(["source_id"], ["patients.id"], name=op.f("fk_merges_source_id")),
        sa.ForeignKeyConstraint(["target_id"], ["patients.id"], name=op.f("fk_merges_target_id")),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name=op.f("fk_merges_transaction_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_merges_matter_id")),
        sa.ForeignKeyConstraint(
            ["undone_transaction_id"], ["transactions.id"], name=op.f("fk_merges_undone_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
        comment="Every merge of two records, with both as they were before. Never deleted.",
    )
    op.create_index(
        "one_standing_merge", "merges", ["source_id"], unique=True, postgresql_where=sa.text("state = 'made'")
    )
    op.create_index("ix_merges_source_id", "merges", ["source_id"])
    op.create_index("ix_merges_target_id", "merges", ["target_id"])


def _items() -> None:
    op.create_table(
        "merge_items",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=True),
            nullable=False,
            comment="Its name when an undo asks about it.",
        ),
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False, comment="The primary key of the row, as text."),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column(
            "before", postgresql.JSONB(), nullable=False, comment="The columns that the merge changed, as they were."
        ),
        sa.Column("after", postgresql.JSONB(), nullable=False, comment="The same as the merge left them."),
        sa.Column("undone", sa.Text(), nullable=True, comment="What the undo did with it."),
        sa.CheckConstraint(
            "how in ('re-pointed', 'closed', 'filled', 'moved', 'superseded')", name=op.f("ck_merge_items_how_known")
        ),
        sa.CheckConstraint("undone in ('given-back', 'kept')", name=op.f("ck_merge_items_undone_known")),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name=op.f("fk_merge_items_merge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_items")),
        comment="One row for every row that a merge changed, so that each can be taken back by itself.",
    )
    op.create_index(op.f("ix_merge_items_merge_id"), "merge_items", ["merge_id"])


def _judgements() -> None:
    op.create_table(
        "duplicate_judgements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("other_patient_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="Of the first record when it was judged."),
        sa.Column("other_version", sa.Integer(), nullable=False, comment="Of the other record when it was judged."),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("patient_id < other_patient_id", name=op.f("ck_duplicate_judgements_pair_in_order")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_duplicate_judgements_patient_id")),
        sa.ForeignKeyConstraint(
            ["other_patient_id"], ["patients.id"], name=op.f("fk_duplicate_judgements_other_patient_id")
        ),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_duplicate_judgements_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_judgements")),
        comment="Pairs that somebody judged to be two people: not offered again until one of the two changes.",
    )
    op.create_index("ix_duplicate_judgements_pair", "duplicate_judgements", ["patient_id", "other_patient_id"])
    op.create_index("ix_duplicate_judgements_other", "duplicate_judgements", ["other_patient_id"])


def downgrade() -> None:
    op.execute("drop trigger survivors_stand on patients")
    op.execute("drop function survivors_stand")
    op.drop_index("one_open_duplicate_of_a_pair", "matters")
    op.drop_index("one_open_matter_of_a_kind", "matters")
    op.create_index(
        "one_open_matter_of_a_kind",
        "matters",
        ["patient_id", "kind"],
        unique=True,
        postgresql_where=sa.text("closed_at is null and patient_id is not null"),
    )
    for table in ("duplicate_judgements", "merge_items", "merges"):
        op.drop_table(table)
