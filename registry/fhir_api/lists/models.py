"""Exports of whole lists: what was asked for, how far it is, and the files."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from registry.database import metadata

list_exports = Table(
    "list_exports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("practice_id", Uuid, ForeignKey("practices.id"), nullable=False, comment="Whose list it is."),
    Column("owner_id", Uuid, ForeignKey("practices.id"), comment="For whom it is made; none is the office."),
    Column("actor_kind", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("types", ARRAY(Text), nullable=False, comment="The types of resources that were asked for."),
    Column("since", DateTime(timezone=True), comment="Only what has changed since."),
    Column("request", Text, nullable=False, comment="The address that was asked for, as the manifest repeats it."),
    Column("state", Text, nullable=False, server_default="asked"),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("queued_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("snapshot_at", DateTime(timezone=True), comment="The instant of which the files tell."),
    Column("done_at", DateTime(timezone=True)),
    Column("failures", Integer, nullable=False, server_default="0"),
    CheckConstraint("state in ('asked', 'done', 'failed', 'cancelled')", name="state_known"),
    CheckConstraint("(state = 'done') = (snapshot_at is not null and done_at is not null)", name="done_says_of_when"),
    CheckConstraint("types <@ array['Patient', 'EpisodeOfCare'] and types <> '{}'", name="types_known"),
    CheckConstraint("owner_id is null or owner_id = practice_id", name="own_list_alone"),
    Index("ix_list_exports_asked_at", "asked_at"),
    Index("ix_list_exports_open", "practice_id", postgresql_where=text("state = 'asked'")),
    comment="Exports of practices' lists, for a day.",
)

list_export_progress = Table(
    "list_export_progress",
    metadata,
    Column("export_id", Uuid, ForeignKey("list_exports.id", ondelete="CASCADE"), primary_key=True),
    Column("people", Integer, nullable=False, server_default="0", comment="How many were gone through."),
    Column("of", Integer, nullable=False, server_default="0", comment="How many are on the list."),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now(), comment="When it was last heard."),
    comment="How far the making of an export is; written beside the unit of work that makes it.",
)

list_export_files = Table(
    "list_export_files",
    metadata,
    Column("export_id", Uuid, ForeignKey("list_exports.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("part", Text, nullable=False, comment="In which part of the manifest it stands."),
    Column("type", Text, nullable=False, comment="The type of the resources in it."),
    Column("lines", Integer, nullable=False),
    CheckConstraint("part in ('output', 'deleted', 'error')", name="part_known"),
    CheckConstraint("lines > 0", name="file_has_lines"),
    comment="The files of an export; they are there when all of them are whole.",
)

list_export_chunks = Table(
    "list_export_chunks",
    metadata,
    Column("export_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False, comment="Some of the file's lines, deflated."),
    ForeignKeyConstraint(
        ["export_id", "number"],
        ["list_export_files.export_id", "list_export_files.number"],
        name="chunk_is_of_a_file",
        ondelete="CASCADE",
        deferrable=True,
        initially="DEFERRED",
    ),
    comment="The content of the files of exports, piece by piece.",
)
