"""Tokens of access, and the systems that ask for them. Of a token its hash is kept: a copy opens nothing."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

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
    Column("client", Uuid, ForeignKey("oauth_clients.id"), comment="The system that asked for it by an assertion."),
    Column("scopes", ARRAY(Text), comment="What was granted; none: whatever the role may."),
    Column("activity_codes", ARRAY(Text), comment="National activity codes of the person it was given for."),
    Column("role_ids", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column(
        "development",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="Issued by a register of development: one of production refuses it.",
    ),
    CheckConstraint("client is null or expires_at is not null", name="tokens_of_clients_end"),
    CheckConstraint(
        "role in ('staff', 'app', 'app-read', 'scheme', 'identity', 'governance', 'counter-fraud')", name="role_known"
    ),
    CheckConstraint("octet_length(token_hash) = 32", name="token_hash_is_sha256"),
)

oauth_clients = Table(
    "oauth_clients",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column(
        "client_id", Text, nullable=False, unique=True, comment="What it calls itself: iss and sub of its assertions."
    ),
    Column("name", Text, nullable=False, comment="Whose system it is, in words of the office."),
    Column("role", Text, nullable=False),
    Column("practice_id", Uuid, ForeignKey("practices.id"), comment="None for the office's own."),
    Column("algorithms", ARRAY(Text), nullable=False, comment="How it signs; nothing else is taken from it."),
    Column("jwks_url", Text, comment="Where it publishes its keys."),
    Column("jwks", JSONB, comment="Its public keys, where it publishes none."),
    Column("scopes", ARRAY(Text), comment="The most that it may ask for; none: whatever its role may."),
    Column("registered_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    CheckConstraint("role in ('staff', 'app', 'app-read')", name="role_of_systems"),
    CheckConstraint(
        "cardinality(algorithms) > 0 and algorithms <@ array['RS512', 'RS384', 'ES384']::text[]",
        name="algorithms_known",
    ),
    CheckConstraint("num_nonnulls(jwks_url, jwks) <= 1", name="keys_from_one_place"),
    comment="Systems that ask for tokens with signed assertions.",
)

oauth_assertions = Table(
    "oauth_assertions",
    metadata,
    Column("client", Uuid, ForeignKey("oauth_clients.id"), nullable=False),
    Column("jti_hash", LargeBinary, nullable=False, comment="SHA-256 of the assertion's jti."),
    Column("used_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("client", "jti_hash"),
    CheckConstraint("octet_length(jti_hash) = 32", name="jti_hash_is_sha256"),
    Index("ix_oauth_assertions_used_at", "used_at", postgresql_using="brin"),
    comment="Assertions that were used, for thirty days: each is good once.",
)
