"""Exports of whole lists."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "list_exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=False, comment="Whose list it is."),
        sa.Column("owner_id", sa.Uuid(), comment="For whom it is made; none is the office."),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column(
            "types", postgresql.ARRAY(sa.Text()), nullable=False, comment="The types of resources that were asked for."
        ),
        sa.Column("since", sa.DateTime(timezone=True), comment="Only what has changed since."),
        sa.Column(
            "request", sa.Text(), nullable=False, comment="The address that was asked for, as the manifest repeats it."
        ),
        sa.Column("state", sa.Text(), server_default="asked", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("snapshot_at", sa.DateTime(timezone=True), comment="The instant of which the files tell."),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "state in ('asked', 'done', 'failed', 'cancelled')", name=op.f("ck_list_exports_state_known")
        ),
        sa.CheckConstraint(
            "(state = 'done') = (snapshot_at is not null and done_at is not null)",
            name=op.f("ck_list_exports_done_says_of_when"),
        ),
        sa.CheckConstraint(
            "types <@ array['Patient', 'EpisodeOfCare'] and types <> '{}'", name=op.f("ck_list_exports_types_known")
        ),
        sa.CheckConstraint("owner_id is null or owner_id = practice_id", name=op.f("ck_list_exports_own_list_alone")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_list_exports_practice_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["practices.id"], name=op.f("fk_list_exports_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_exports")),
        comment="Exports of practices' lists, for a day.",
    )
    op.create_index("ix_list_exports_asked_at", "list_exports", ["asked_at"])
    op.create_index(
        "ix_list_exports_open", "list_exports", ["practice_id"], postgresql_where=sa.text("state = 'asked'")
    )
    op.create_table(
        "list_export_progress",
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.Integer(), server_default="0", nullable=False, comment="How many were gone through."),
        sa.Column("of", sa.Integer(), server_default="0", nullable=False, comment="How many are on the list."),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When it was last heard.",
        ),
        sa.ForeignKeyConstraint(
            ["export_id"], ["list_exports.id"], name=op.f("fk_list_export_progress_export_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("export_id", name=op.f("pk_list_export_progress")),
        comment="How far the making of an export is; written beside the unit of work that makes it.",
    )
    op.create_table(
        "list_export_files",
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False, comment="In which part of the manifest it stands."),
        sa.Column("type", sa.Text(), nullable=False, comment="The type of the resources in it."),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.CheckConstraint("part in ('output', 'deleted', 'error')", name=op.f("ck_list_export_files_part_known")),
        sa.CheckConstraint("lines > 0", name=op.f("ck_list_export_files_file_has_lines")),
        sa.ForeignKeyConstraint(
            ["export_id"], ["list_exports.id"], name=op.f("fk_list_export_files_export_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("export_id", "number", name=op.f("pk_list_export_files")),
        comment="The files of an export; they are there when all of them are whole.",
    )
    op.create_table(
        "list_export_chunks",
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="Some of the file's lines, deflated."),
        sa.ForeignKeyConstraint(
            ["export_id", "number"],
            ["list_export_files.export_id", "list_export_files.number"],
            name="chunk_is_of_a_file",
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("export_id", "number", "place", name=op.f("pk_list_export_chunks")),
        comment="The content of the files of exports, piece by piece.",
    )
    # It is deflated already: PostgreSQL need not try again.
    op.execute("alter table list_export_chunks alter column content set storage external")


def downgrade() -> None:
    op.drop_table("list_export_chunks")
    op.drop_table("list_export_files")
    op.drop_table("list_export_progress")
    op.drop_table("list_exports")
