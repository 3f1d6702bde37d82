"""What the FHIR API keeps for itself: answers to requests, and the key of its page links."""

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from registry.database import metadata

fhir_requests = Table(
    "fhir_requests",
    metadata,
    Column("key", LargeBinary, primary_key=True, comment="SHA-256 of who asked and what was asked."),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("status", Integer),
    Column("headers", JSONB),
    Column("media", Text),
    Column("body", LargeBinary),
    CheckConstraint("octet_length(key) = 32", name="key_is_sha256"),
    Index("ix_fhir_requests_at", "at", postgresql_using="brin"),
    comment="Answers to requests that changed something, for a day: the same request again gets the same answer.",
)

page_keys = Table(
    "page_keys",
    metadata,
    Column("id", Integer, primary_key=True, server_default=text("1")),
    Column("key", LargeBinary, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
    comment="What the links to further pages are signed with.",
)
