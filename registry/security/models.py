"""Tokens of access. What is kept of a token is its hash: a copy of the table opens nothing."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, LargeBinary, Table, Text, Uuid

from registry.database import metadata

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True, comment="SHA-256 of the token."),
    Column("actor_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("practice_id", Uuid, ForeignKey("practices.id"), comment="None for the office, which sees every practice."),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    CheckConstraint(
        "role in ('staff', 'app', 'app-read', 'scheme', 'identity', 'governance', 'counter-fraud')", name="role_known"
    ),
    CheckConstraint("octet_length(token_hash) = 32", name="token_hash_is_sha256"),
)
