"""Systems that ask for tokens with an assertion of their own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oauth_clients",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "client_id", sa.Text(), nullable=False, comment="What it calls itself: iss and sub of its assertions."
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="Whose system it is, in words of the office."),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), comment="None for the office's own."),
        sa.Column(
            "algorithms",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="How it signs; nothing else is taken from it.",
        ),
        sa.Column("jwks_url", sa.Text(), comment="Where it publishes its keys."),
        sa.Column("jwks", postgresql.JSONB(), comment="Its public keys, where it publishes none."),
        sa.Column(
            "scopes",
            postgresql.ARRAY(sa.Text()),
            comment="The most that it may ask for; none: whatever its role may.",
        ),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("role in ('staff', 'app', 'app-read')", name=op.f("ck_oauth_clients_role_of_systems")),
        sa.CheckConstraint(
            "cardinality(algorithms) > 0 and algorithms <@ array['RS512', 'RS384', 'ES384']::text[]",
            name=op.f("ck_oauth_clients_algorithms_known"),
        ),
        sa.CheckConstraint("num_nonnulls(jwks_url, jwks) <= 1", name=op.f("ck_oauth_clients_keys_from_one_place")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_oauth_clients_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_clients")),
        sa.UniqueConstraint("client_id", name=op.f("uq_oauth_clients_client_id")),
        comment="Systems that ask for tokens with signed assertions.",
    )
    op.create_table(
        "oauth_assertions",
        sa.Column("client", sa.Uuid(), nullable=False),
        sa.Column("jti_hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of the assertion's jti."),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(jti_hash) = 32", name=op.f("ck_oauth_assertions_jti_hash_is_sha256")),
        sa.ForeignKeyConstraint(["client"], ["oauth_clients.id"], name=op.f("fk_oauth_assertions_client")),
        sa.PrimaryKeyConstraint("client", "jti_hash", name=op.f("pk_oauth_assertions")),
        comment="Assertions that were used, for thirty days: each is good once.",
    )
    op.create_index("ix_oauth_assertions_used_at", "oauth_assertions", ["used_at"], postgresql_using="brin")
    op.add_column(
        "access_tokens",
        sa.Column("client", sa.Uuid(), comment="The system that asked for it by an assertion."),
    )
    op.create_foreign_key(op.f("fk_access_tokens_client"), "access_tokens", "oauth_clients", ["client"], ["id"])
    op.add_column(
        "access_tokens",
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), comment="What was granted; none: whatever the role may."),
    )
    op.add_column(
        "access_tokens",
        sa.Column(
            "activity_codes",
            postgresql.ARRAY(sa.Text()),
            comment="National activity codes of the person it was given for.",
        ),
    )
    op.add_column(
        "access_tokens",
        sa.Column("role_ids", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
    )
    op.add_column(
        "access_tokens",
        sa.Column(
            "development",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Issued by a register of development: one of production refuses it.",
        ),
    )
    op.create_check_constraint("tokens_of_clients_end", "access_tokens", "client is null or expires_at is not null")
    # The token that `registry run` keeps has always borne this name.
    op.execute("update access_tokens set development = true where actor_name = 'development'")


def downgrade() -> None:
    op.execute("delete from access_tokens where client is not null or scopes is not null")
    op.drop_constraint("tokens_of_clients_end", "access_tokens", type_="check")
    op.drop_constraint(op.f("fk_access_tokens_client"), "access_tokens", type_="foreignkey")
    for column in ("development", "role_ids", "activity_codes", "scopes", "client"):
        op.drop_column("access_tokens", column)
    op.drop_table("oauth_assertions")
    op.drop_table("oauth_clients")
