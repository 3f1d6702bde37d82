"""Files of notices, what became of each line, and births that were notified."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from registry.database import metadata

notice_files = Table(
    "notice_files",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("content_hash", Text, nullable=False, comment="SHA-256 of its bytes."),
    Column("notices", Integer, nullable=False, comment="How many it holds: its trailer's control total."),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("last_line", Integer, nullable=False, server_default="1", comment="The last line that was dealt with."),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("repeated", Integer, nullable=False, server_default="0"),
    Column("referred", Integer, nullable=False, server_default="0"),
    Column("refused", Integer, nullable=False, server_default="0"),
    Column("completed_at", DateTime(timezone=True)),
    UniqueConstraint("kind", "name", name="one_file_of_a_name"),
    CheckConstraint("kind in ('deaths', 'births', 'forces', 'nations', 'nbo')", name="kind_known"),
    CheckConstraint(
        "completed_at is null or done + repeated + referred + refused = notices", name="completed_file_reconciles"
    ),
    Index("ix_notice_files_open", "received_at", postgresql_where=text("completed_at is null")),
    comment="Inbound files of notices. Loading one again takes up where it ended.",
)

notice_lines = Table(
    "notice_lines",
    metadata,
    Column("file_id", Uuid, ForeignKey("notice_files.id"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("reference", Text, nullable=False, server_default="", comment="The sender's own."),
    Column("notice_key", Text, comment="SHA-256 of number, notice and days: the same notice in any file."),
    Column("result", Text, nullable=False),
    Column("outcome", Text, nullable=False, comment="The name of what was done, of the referral, or of the refusal."),
    Column("sentence", Text, nullable=False),
    Column("field", Text, comment="The column at fault."),
    Column("transaction_id", Uuid, ForeignKey("transactions.id")),
    Column("matter_id", Uuid, ForeignKey("matters.id")),
    Column("at", DateTime(timezone=True), nullable=False),
    CheckConstraint("result in ('done', 'repeated', 'referred', 'refused')", name="result_known"),
    CheckConstraint("result = 'refused' or notice_key is not null", name="readable_line_has_key"),
    Index(
        "one_line_acts_for_a_notice",
        "notice_key",
        unique=True,
        postgresql_where=text("result in ('done', 'referred')"),
    ),
    Index("ix_notice_lines_transaction_id", "transaction_id", postgresql_where=text("transaction_id is not null")),
    comment="What became of each line of a file of notices. No names, no numbers.",
)

birth_notices = Table(
    "birth_notices",
    metadata,
    Column("nhs_number", Text, primary_key=True),
    Column("born_on", Date, nullable=False),
    Column("sex", Text, nullable=False),
    Column("notified_on", Date, nullable=False),
    Column("matter_id", Uuid, ForeignKey("matters.id"), nullable=False, unique=True),
    CheckConstraint("nhs_number_is_valid(nhs_number)", name="number_is_valid"),
    CheckConstraint("sex in ('0', '1', '2', '9')", name="sex_known"),
    comment="Births that were notified before any practice registered the child.",
)
