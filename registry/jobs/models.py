"""The job queue's table, as far as we write to it ourselves.

The tables belong to the library pgqueuer; migration 0001 creates them. They are kept out of
the register's metadata, and so out of the comparison of migrations and models.
"""

from sqlalchemy import BigInteger, Column, DateTime, Integer, LargeBinary, MetaData, Table, Text

queue = Table(
    "pgqueuer",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("priority", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("entrypoint", Text, nullable=False),
    Column("dedupe_key", Text),
    Column("payload", LargeBinary),
    Column("attempts", Integer, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("execute_after", DateTime(timezone=True), nullable=False),
)


def is_queue_object(kind: str, name: str | None) -> bool:
    """Whether a table or an index of the database belongs to the job queue."""
    return kind in ("table", "index") and (name or "").startswith("pgqueuer")
