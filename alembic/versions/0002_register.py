"""The register: practices, people, the ledger of lists, transactions, the queue, and the exchange.

The first schema; nothing runs before it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# NHS Data Dictionary: modulus 11 with weights 10 to 2; ten equal digits are nobody's number, and
# the ranges of Scotland (a birth date in front) and Northern Ireland (320 to 399) are not ours.
NUMBER_IS_VALID = r"""
create function nhs_number_is_valid(number text) returns boolean
language sql immutable parallel safe
return number ~ '^[0-9]{10}$' and translate(number, left(number, 1), '') <> ''
  and left(number, 6)::integer not between 10101 and 311299
  and left(number, 3)::integer not between 320 and 399
  and (11 - (
    10 * substr(number, 1, 1)::integer + 9 * substr(number, 2, 1)::integer + 8 * substr(number, 3, 1)::integer
    + 7 * substr(number, 4, 1)::integer + 6 * substr(number, 5, 1)::integer + 5 * substr(number, 6, 1)::integer
    + 4 * substr(number, 7, 1)::integer + 3 * substr(number, 8, 1)::integer + 2 * substr(number, 9, 1)::integer
  ) % 11) % 11 = right(number, 1)::integer
"""

# The code's names for lists that are no practice's; their ids are fixed.
OUTSIDE = (
    "take-on",
    "birth",
    "first-registration",
    "elsewhere",
    "abroad",
    "left-area",
    "out-of-area",
    "death",
    "unregistered",
)

APPEND_ONLY = """
create function movements_are_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'list movements are never changed: add another movement';
end $$
"""


def upgrade() -> None:
    op.execute("create extension if not exists btree_gist")
    op.execute(NUMBER_IS_VALID)
    op.execute("create sequence register_transaction_number as integer maxvalue 9999999 cycle")
    op.create_table(
        "link_gaps",
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("sender", "recipient", "sequence", "noticed_at", name=op.f("pk_link_gaps")),
        comment="Interchange numbers that were skipped: recorded, never refused.",
    )
    op.create_table(
        "link_sequences",
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column(
            "interchange", sa.Integer(), nullable=False, comment="The last number sent, or the highest received."
        ),
        sa.Column("message", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("sender", "recipient", name=op.f("pk_link_sequences")),
    )
    op.create_table(
        "match_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("normaliser_version", sa.Text(), nullable=False),
        sa.Column("candidates", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("guard", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome in ('certain', 'possible', 'none')", name=op.f("ck_match_decisions_outcome_is_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_decisions")),
    )
    op.create_index(op.f("ix_match_decisions_transaction_id"), "match_decisions", ["transaction_id"], unique=False)
    op.create_table(
        "patients",
        sa.Column(
            "id", sa.Uuid(), nullable=False, comment="Random, so that no order or neighbourhood ties two identities."
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "nhs_number", sa.Text(), nullable=True, comment="The number in use; former ones are in patient_numbers."
        ),
        sa.Column("status", sa.Text(), server_default="live", nullable=False),
        sa.Column("surname", sa.Text(), nullable=False),
        sa.Column("first_forename", sa.Text(), server_default="", nullable=False),
        sa.Column("second_forename", sa.Text(), server_default="", nullable=False),
        sa.Column("other_forenames", sa.Text(), server_default="", nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("previous_surname", sa.Text(), nullable=True),
        sa.Column("sex", sa.Text(), server_default="0", nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("date_of_death", sa.Date(), nullable=True),
        sa.Column("place_of_birth", sa.Text(), nullable=True),
        sa.Column("line_1", sa.Text(), server_default="", nullable=False),
        sa.Column("line_2", sa.Text(), server_default="", nullable=False),
        sa.Column("line_3", sa.Text(), server_default="", nullable=False),
        sa.Column("line_4", sa.Text(), server_default="", nullable=False),
        sa.Column("line_5", sa.Text(), server_default="", nullable=False),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("drugs_dispensed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("residential_institute", sa.Text(), nullable=True),
        sa.Column("restricted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("date_of_death is null or status <> 'live'", name=op.f("ck_patients_dead_are_not_live")),
        sa.CheckConstraint("sex in ('0', '1', '2', '9')", name=op.f("ck_patients_sex_known")),
        sa.CheckConstraint(
            "status in ('live', 'informal-dead', 'formal-dead', 'invalidated')", name=op.f("ck_patients_status_known")
        ),
        sa.CheckConstraint("date_of_death >= date_of_birth", name=op.f("ck_patients_death_after_birth")),
        sa.CheckConstraint("nhs_number_is_valid(nhs_number)", name=op.f("ck_patients_number_is_valid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patients")),
    )
    op.create_index("one_person_per_number", "patients", ["nhs_number"], unique=True)
    op.create_table(
        "policies",
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("profile"), "="),
            (sa.column("key"), "="),
            (sa.column("period"), "&&"),
            using="gist",
            name="one_policy_at_a_time",
        ),
        sa.PrimaryKeyConstraint("profile", "key", "period", name=op.f("pk_policies")),
        comment="Numbers that the law or the contract can change, with the days on which each is in force.",
    )
    op.create_table(
        "practices",
        sa.Column("id", sa.Uuid(), nullable=False, comment="Also the id of the practice's list in the ledger."),
        sa.Column("ods_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("trading_partner_code", sa.Text(), nullable=False, comment="The practice's address on GP Links."),
        sa.Column("authority_cipher", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("list_state", sa.Text(), server_default="open", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("list_state in ('open', 'closed')", name=op.f("ck_practices_list_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practices")),
        sa.UniqueConstraint("ods_code", name=op.f("uq_practices_ods_code")),
        sa.UniqueConstraint("trading_partner_code", name=op.f("uq_practices_trading_partner_code")),
    )
    op.create_table(
        "simulated_outage",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("behaviour", sa.Text(), nullable=False),
        sa.Column(
            "behaves_times",
            sa.Integer(),
            nullable=True,
            comment="How many questions still meet it; null is until it is ended.",
        ),
        sa.CheckConstraint(
            "behaviour in ('timeout', 'error', 'late', 'several', 'none')",
            name=op.f("ck_simulated_outage_behaviour_known"),
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_simulated_outage_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulated_outage")),
        comment="Development and tests: what every question meets at present.",
    )
    op.create_table(
        "simulated_people",
        sa.Column("nhs_number", sa.Text(), nullable=False),
        sa.Column(
            "person",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Names, sex, date of birth, addresses.",
        ),
        sa.Column("date_of_birth", sa.Date(), nullable=True, comment="As in `person`; people are searched by it."),
        sa.Column("date_of_death", sa.Date(), nullable=True),
        sa.Column(
            "superseded_by",
            sa.Text(),
            nullable=True,
            comment="The number that survived a merge; it may be merged again.",
        ),
        sa.Column("restricted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "behaviour", sa.Text(), nullable=True, comment="What questions about this person meet instead of the truth."
        ),
        sa.Column(
            "behaves_times", sa.Integer(), nullable=True, comment="How many questions still meet it; null is every one."
        ),
        sa.Column("allotted_for", sa.Uuid(), nullable=True, comment="The request for which the number was allotted."),
        sa.CheckConstraint(
            "behaviour in ('timeout', 'error', 'late', 'several', 'none')",
            name=op.f("ck_simulated_people_behaviour_known"),
        ),
        sa.CheckConstraint("superseded_by <> nhs_number", name=op.f("ck_simulated_people_survivor_is_another")),
        sa.PrimaryKeyConstraint("nhs_number", name=op.f("pk_simulated_people")),
        comment="Development and tests: people whom the national side knows and the register does not.",
    )
    op.create_index(
        "ix_simulated_people_allotted",
        "simulated_people",
        ["nhs_number"],
        unique=False,
        postgresql_where=sa.text("allotted_for is not null"),
    )
    op.create_index(
        "ix_simulated_people_date_of_birth",
        "simulated_people",
        ["date_of_birth"],
        unique=False,
        postgresql_where=sa.text("superseded_by is null"),
    )
    op.create_index(
        "one_number_per_request",
        "simulated_people",
        ["allotted_for"],
        unique=True,
        postgresql_where=sa.text("allotted_for is not null"),
    )
    op.create_table(
        "simulated_registrations",
        sa.Column("nhs_number", sa.Text(), nullable=False),
        sa.Column("practice_ods", sa.Text(), nullable=True),
        sa.Column(
            "outside",
            sa.Text(),
            nullable=True,
            comment="The list outside every practice, where the person is on no practice's.",
        ),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False, comment="The request that told it last."),
        sa.CheckConstraint(
            "practice_ods is null or outside is null", name=op.f("ck_simulated_registrations_practice_or_reason")
        ),
        sa.PrimaryKeyConstraint("nhs_number", name=op.f("pk_simulated_registrations")),
        comment="Development and tests: where the national side was told that people are.",
    )
    op.create_table(
        "access_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of the token."),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=True, comment="None for the office, which sees every practice."),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role in ('staff', 'app', 'app-read')", name=op.f("ck_access_tokens_role_known")),
        sa.CheckConstraint("octet_length(token_hash) = 32", name=op.f("ck_access_tokens_token_hash_is_sha256")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_access_tokens_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_tokens_token_hash")),
    )
    op.create_table(
        "anomalies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=True),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.Column("patient_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False, comment="What is wrong, for the clerk who opens it."),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "due_at", sa.DateTime(timezone=True), nullable=True, comment="When somebody should have looked at it."
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'decided') = (decided_at is not null)", name=op.f("ck_anomalies_decided_case_says_when")
        ),
        sa.CheckConstraint("(state = 'open') = (due_at is not null)", name=op.f("ck_anomalies_open_case_is_due")),
        sa.CheckConstraint("state in ('open', 'decided')", name=op.f("ck_anomalies_state_known")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_anomalies_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anomalies")),
    )
    op.create_index(
        "ix_anomalies_open", "anomalies", ["due_at", "id"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index(
        "ix_anomalies_patient_ids",
        "anomalies",
        ["patient_ids"],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(op.f("ix_anomalies_practice_id"), "anomalies", ["practice_id"], unique=False)
    op.create_index(op.f("ix_anomalies_transaction_id"), "anomalies", ["transaction_id"], unique=False)
    op.create_index(
        "one_open_case_per_transaction_and_kind",
        "anomalies",
        ["transaction_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "facade_requests",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("operation_id", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="The request as received."),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_facade_requests_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "conversation_id", name=op.f("pk_facade_requests")),
        comment="The practice's numbers of its requests: the same number and body gives the same answer.",
    )
    op.create_table(
        "interchanges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), server_default="", nullable=False),
        sa.Column("recipient", sa.Text(), server_default="", nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("practice_id", sa.Uuid(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="The bytes as received or sent."),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True, comment="The time in its header."),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column(
            "report",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
            comment="What became of each transaction.",
        ),
        sa.Column("original_id", sa.Uuid(), nullable=True, comment="The interchange whose numbers it repeats."),
        sa.Column("answered_by", sa.Uuid(), nullable=True, comment="The receipt that answers it."),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "delivered_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the transport had taken it; until then it is due.",
        ),
        sa.CheckConstraint("direction in ('in', 'out')", name=op.f("ck_interchanges_direction_known")),
        sa.CheckConstraint(
            "kind in ('registration', 'receipt', 'unreadable')", name=op.f("ck_interchanges_kind_known")
        ),
        sa.CheckConstraint(
            "state in ('stored', 'processed', 'repeated', 'conflicting', 'unreadable', 'refused', 'sent', 'receipted')",
            name=op.f("ck_interchanges_state_known"),
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_interchanges_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interchanges")),
    )
    op.create_index("ix_interchanges_content_hash", "interchanges", ["content_hash"], unique=False)
    op.create_index(
        "ix_interchanges_number", "interchanges", ["direction", "sender", "recipient", "sequence"], unique=False
    )
    op.create_index(
        "ix_interchanges_stored", "interchanges", ["stored_at"], unique=False, postgresql_where="state = 'stored'"
    )
    op.create_index(
        "ix_interchanges_undelivered",
        "interchanges",
        ["id"],
        unique=False,
        postgresql_where="direction = 'out' and delivered_at is null",
    )
    op.create_table(
        "lists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "practice_id is null or practice_id = id", name=op.f("ck_lists_practice_list_has_practice_id")
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_lists_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lists")),
        sa.UniqueConstraint("code", name=op.f("uq_lists_code")),
        sa.UniqueConstraint("practice_id", name=op.f("uq_lists_practice_id")),
        comment="Every list that a person can be on. Birth, abroad and death are lists too.",
    )
    op.create_table(
        "match_keys",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("surname", sa.Text(collation="C"), server_default=sa.text("''"), nullable=False),
        sa.Column("surname_code", sa.Text(collation="C"), server_default=sa.text("''"), nullable=False),
        sa.Column("first_forename", sa.Text(collation="C"), server_default=sa.text("''"), nullable=False),
        sa.Column("second_forename", sa.Text(collation="C"), server_default=sa.text("''"), nullable=False),
        sa.Column("previous_surname", sa.Text(collation="C"), server_default=sa.text("''"), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("sex", sa.Text(collation="C"), nullable=True),
        sa.Column("postcode", sa.Text(collation="C"), server_default=sa.text("''"), nullable=False),
        sa.Column("address_key", sa.Text(collation="C"), server_default=sa.text("''"), nullable=False),
        sa.Column("nhs_number", sa.Text(collation="C"), nullable=True),
        sa.Column("is_current", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patients.id"], name=op.f("fk_match_keys_patient_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_keys")),
    )
    op.create_index("ix_match_keys_born_forename", "match_keys", ["date_of_birth", "first_forename"], unique=False)
    op.create_index("ix_match_keys_born_surname", "match_keys", ["date_of_birth", "surname"], unique=False)
    op.create_index("ix_match_keys_born_surname_code", "match_keys", ["date_of_birth", "surname_code"], unique=False)
    op.create_index(
        "ix_match_keys_names_born", "match_keys", ["surname", "first_forename", "date_of_birth"], unique=False
    )
    op.create_index(
        "ix_match_keys_nhs_number",
        "match_keys",
        ["nhs_number"],
        unique=False,
        postgresql_where=sa.text("nhs_number is not null"),
    )
    op.create_index(op.f("ix_match_keys_patient_id"), "match_keys", ["patient_id"], unique=False)
    op.create_index("ix_match_keys_postcode_born", "match_keys", ["postcode", "date_of_birth"], unique=False)
    op.create_index("ix_match_keys_postcode_forename", "match_keys", ["postcode", "first_forename"], unique=False)
    op.create_table(
        "patient_former_addresses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("line_1", sa.Text(), server_default="", nullable=False),
        sa.Column("line_2", sa.Text(), server_default="", nullable=False),
        sa.Column("line_3", sa.Text(), server_default="", nullable=False),
        sa.Column("line_4", sa.Text(), server_default="", nullable=False),
        sa.Column("line_5", sa.Text(), server_default="", nullable=False),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_patient_former_addresses_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_former_addresses")),
    )
    op.create_index(
        op.f("ix_patient_former_addresses_patient_id"), "patient_former_addresses", ["patient_id"], unique=False
    )
    op.create_table(
        "patient_former_names",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("surname", sa.Text(), nullable=False),
        sa.Column("first_forename", sa.Text(), server_default="", nullable=False),
        sa.Column("second_forename", sa.Text(), server_default="", nullable=False),
        sa.Column("other_forenames", sa.Text(), server_default="", nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_patient_former_names_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_former_names")),
    )
    op.create_index(op.f("ix_patient_former_names_patient_id"), "patient_former_names", ["patient_id"], unique=False)
    op.create_table(
        "patient_numbers",
        sa.Column("nhs_number", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("nhs_number_is_valid(nhs_number)", name=op.f("ck_patient_numbers_number_is_valid")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_patient_numbers_patient_id")),
        sa.PrimaryKeyConstraint("nhs_number", name=op.f("pk_patient_numbers")),
        comment="Superseded numbers, each resolving for ever to the person who survives it.",
    )
    op.create_index(op.f("ix_patient_numbers_patient_id"), "patient_numbers", ["patient_id"], unique=False)
    op.create_table(
        "patient_versions",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "until", sa.DateTime(timezone=True), nullable=False, comment="When the next version replaced this one."
        ),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=True, comment="The transaction that replaced this version."),
        sa.Column(
            "facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="The row of patients as it was."
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_patient_versions_patient_id")),
        sa.PrimaryKeyConstraint("patient_id", "version", name=op.f("pk_patient_versions")),
        comment="What a person's row said before each change; the present version is the row itself.",
    )
    op.create_table(
        "practice_doctors",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("gmc_number", sa.Text(), nullable=False),
        sa.Column(
            "local_code", sa.Text(), nullable=False, comment="The authority's own code of the doctor; reused over time."
        ),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("practice_id"), "="),
            (sa.column("gmc_number"), "="),
            (sa.column("local_code"), "="),
            (sa.column("period"), "&&"),
            using="gist",
            name="one_entry_per_doctor_at_a_time",
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_practice_doctors_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_doctors")),
    )
    op.create_index("ix_practice_doctors_code", "practice_doctors", ["gmc_number", "local_code"], unique=False)
    op.create_table(
        "transactions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column(
            "operation_id",
            sa.Text(),
            nullable=False,
            comment="SHA-256 of partner code and number; repeats after roll-over.",
        ),
        sa.Column("transaction_number", sa.BigInteger(), nullable=False),
        sa.Column("interchange_id", sa.Uuid(), nullable=True),
        sa.Column("message_reference", sa.Integer(), nullable=True),
        sa.Column(
            "command", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="What was asked, as read."
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Text(),
            nullable=True,
            comment="The name of the refusal, of the referral, or of what was done.",
        ),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column(
            "ruling",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="What a person decided, while an allocated number is waited for.",
        ),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True, comment="The practice's acceptance date."),
        sa.Column(
            "document_at", sa.DateTime(timezone=True), nullable=False, comment="When the practice says it was sent."
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True, comment="When the register acted."),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True, comment="By when the expected event must come."),
        sa.Column("expects", sa.Text(), nullable=True, comment="The counter-event that is waited for."),
        sa.Column(
            "chase_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a rejection that nobody mended is to be chased.",
        ),
        sa.Column("earlier_id", sa.Uuid(), nullable=True, comment="The attempt that this one repeats or disputes."),
        sa.CheckConstraint(
            "(state in ('waiting-for-trace', 'in-queue', 'pending')) = (due_at is not null)",
            name=op.f("ck_transactions_open_transaction_is_due"),
        ),
        sa.CheckConstraint(
            "kind in ('acceptance', 'amendment', 'removal', 'deduction-request')",
            name=op.f("ck_transactions_kind_known"),
        ),
        sa.CheckConstraint("source in ('edifact', 'facade', 'office')", name=op.f("ck_transactions_source_known")),
        sa.CheckConstraint(
            "state in ('waiting-for-trace', 'in-queue', 'pending', 'accepted', 'refused', 'superseded', 'cancelled')",
            name=op.f("ck_transactions_state_known"),
        ),
        sa.CheckConstraint("(due_at is null) = (expects is null)", name=op.f("ck_transactions_due_says_for_what")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_transactions_patient_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_transactions_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transactions")),
    )
    op.create_index(
        "ix_transactions_chase",
        "transactions",
        ["chase_at"],
        unique=False,
        postgresql_where=sa.text("chase_at is not null"),
    )
    op.create_index(
        "ix_transactions_due", "transactions", ["due_at"], unique=False, postgresql_where=sa.text("due_at is not null")
    )
    op.create_index("ix_transactions_operation_id", "transactions", ["operation_id", "received_at"], unique=False)
    op.create_index("ix_transactions_patient_id", "transactions", ["patient_id"], unique=False)
    op.create_index("ix_transactions_practice", "transactions", ["practice_id", "received_at"], unique=False)
    op.create_index(
        "ix_transactions_refused_number",
        "transactions",
        ["practice_id", sa.literal_column("(command -> 'demographics' ->> 'number')"), "received_at"],
        unique=False,
        postgresql_where=sa.text("kind = 'acceptance' and state = 'refused'"),
    )
    op.create_index(
        "one_transaction_per_place_in_interchange",
        "transactions",
        ["interchange_id", "message_reference", "transaction_number"],
        unique=True,
        postgresql_where=sa.text("interchange_id is not null"),
    )
    op.create_table(
        "list_memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        sa.Column(
            "accepted_on", sa.Date(), nullable=False, comment="The practice's acceptance date; turnover counts from it."
        ),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gp_code", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("patient_id"), "="),
            (sa.column("period"), "&&"),
            deferrable="True",
            initially="DEFERRED",
            using="gist",
            name="one_list_at_a_time",
        ),
        sa.CheckConstraint(
            "not isempty(period) and not lower_inf(period)", name=op.f("ck_list_memberships_membership_has_days")
        ),
        sa.ForeignKeyConstraint(["list_id"], ["practices.id"], name=op.f("fk_list_memberships_list_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_list_memberships_patient_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["transactions.id"], name=op.f("fk_list_memberships_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_memberships")),
    )
    op.create_index(
        "ix_list_memberships_current",
        "list_memberships",
        ["patient_id"],
        unique=False,
        postgresql_where=sa.text("upper_inf(period)"),
    )
    op.create_index(
        "ix_list_memberships_list",
        "list_memberships",
        ["list_id", "patient_id"],
        unique=False,
        postgresql_where=sa.text("upper_inf(period)"),
    )
    op.create_table(
        "list_movements",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="The order of movements."),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("from_list", sa.Uuid(), nullable=False),
        sa.Column("to_list", sa.Uuid(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False, comment="The day from which it counts."),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("from_list <> to_list", name=op.f("ck_list_movements_movement_moves")),
        sa.ForeignKeyConstraint(["from_list"], ["lists.id"], name=op.f("fk_list_movements_from_list")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_list_movements_patient_id")),
        sa.ForeignKeyConstraint(["to_list"], ["lists.id"], name=op.f("fk_list_movements_to_list")),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name=op.f("fk_list_movements_transaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_movements")),
        comment="The double-entry ledger: every change of list, from one list to another. Append-only.",
    )
    op.create_index("ix_list_movements_from", "list_movements", ["from_list", "effective_on"], unique=False)
    op.create_index("ix_list_movements_patient", "list_movements", ["patient_id", "id"], unique=False)
    op.create_index("ix_list_movements_to", "list_movements", ["to_list", "effective_on"], unique=False)
    op.create_table(
        "national_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="P", nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("question", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'C') = (closed_at is not null)", name=op.f("ck_national_requests_complete_says_when")
        ),
        sa.CheckConstraint(
            "(state = 'C') = (next_attempt_at is null)", name=op.f("ck_national_requests_open_request_is_due")
        ),
        sa.CheckConstraint("kind in ('trace', 'allocate', 'update')", name=op.f("ck_national_requests_kind_known")),
        sa.CheckConstraint("state in ('P', 'E', 'U', 'C')", name=op.f("ck_national_requests_state_known")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_national_requests_patient_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["transactions.id"], name=op.f("fk_national_requests_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_national_requests")),
        comment="Questions to the national side: P waiting, E error, U answered and to be applied, C complete.",
    )
    op.create_index(
        "ix_national_requests_due",
        "national_requests",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("state <> 'C'"),
    )
    op.create_index("ix_national_requests_transaction_id", "national_requests", ["transaction_id"], unique=False)
    op.create_table(
        "pending_deductions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=False, comment="The practice at the request."),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("gp_code", sa.Text(), nullable=False, comment="The doctor at the request."),
        sa.Column("reason", sa.Text(), nullable=False, comment="The deduction reason to be sent."),
        sa.Column("to_list", sa.Uuid(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("held_because", sa.Text(), nullable=True, comment="Why a deduction that fell due waits."),
        sa.Column("held_on", sa.Date(), nullable=True, comment="The last day on which it was held."),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'pending') = (closed_at is null)", name=op.f("ck_pending_deductions_closed_says_when")
        ),
        sa.CheckConstraint(
            "state in ('pending', 'executed', 'superseded', 'cancelled')",
            name=op.f("ck_pending_deductions_state_known"),
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_pending_deductions_patient_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_pending_deductions_practice_id")),
        sa.ForeignKeyConstraint(["to_list"], ["lists.id"], name=op.f("fk_pending_deductions_to_list")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["transactions.id"], name=op.f("fk_pending_deductions_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_deductions")),
    )
    op.create_index(
        "ix_pending_deductions_due",
        "pending_deductions",
        ["due_on"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index("ix_pending_deductions_patient_id", "pending_deductions", ["patient_id"], unique=False)
    op.create_index(
        "one_pending_deduction",
        "pending_deductions",
        ["patient_id", "practice_id"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "practice_messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False, comment="The message's name to the practice."),
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="F1, F2, F3, F4, F11 ..."),
        sa.Column(
            "content",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="The items, frozen when it was decided.",
        ),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column(
            "transaction_number",
            sa.BigInteger(),
            nullable=True,
            comment="The practice's own for F3 and F4, else the next of our series, drawn at delivery.",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "position",
            sa.BigInteger(),
            nullable=True,
            comment="The number for this practice, without gaps, given at delivery.",
        ),
        sa.Column("interchange_id", sa.Uuid(), nullable=True, comment="The interchange that carried it."),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "closed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the practice's receipt or acknowledgement came.",
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True, comment="By when that is expected."),
        sa.Column(
            "chased",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Whether a case was opened.",
        ),
        sa.CheckConstraint(
            "kind in ('F1', 'F2', 'F3', 'F4', 'F8', 'F9', 'F10', 'F11')", name=op.f("ck_practice_messages_kind_known")
        ),
        sa.CheckConstraint(
            "(closed_at is null) = (due_at is not null)", name=op.f("ck_practice_messages_open_message_is_due")
        ),
        sa.CheckConstraint(
            "position is null or transaction_number is not null",
            name=op.f("ck_practice_messages_delivered_message_is_numbered"),
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_practice_messages_patient_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_practice_messages_practice_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["transactions.id"], name=op.f("fk_practice_messages_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_messages")),
        sa.UniqueConstraint("uuid", name=op.f("uq_practice_messages_uuid")),
        comment="The one outbox for practices: files, mailbox and facade read it in order.",
    )
    op.create_index(
        "ix_practice_messages_deductions",
        "practice_messages",
        ["patient_id", "practice_id"],
        unique=False,
        postgresql_where=sa.text("kind = 'F2'"),
    )
    op.create_index(
        "ix_practice_messages_due",
        "practice_messages",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("due_at is not null"),
    )
    op.create_index("ix_practice_messages_transaction_id", "practice_messages", ["transaction_id"], unique=False)
    op.create_index(
        "ix_practice_messages_unclosed",
        "practice_messages",
        ["practice_id", "position"],
        unique=False,
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_index(
        "ix_practice_messages_unsent",
        "practice_messages",
        ["practice_id", "id"],
        unique=False,
        postgresql_where=sa.text("sent_at is null"),
    )
    op.create_index("one_message_per_position", "practice_messages", ["practice_id", "position"], unique=True)
    for number, code in enumerate(OUTSIDE, start=1):
        op.execute(f"insert into lists (id, code) values ('00000000-0000-7000-8000-0000000000{number:02d}', '{code}')")
    op.execute(APPEND_ONLY)
    op.execute(
        "create trigger movements_are_append_only before update or delete on list_movements"
        " for each row execute function movements_are_append_only()"
    )


def downgrade() -> None:
    op.drop_index("one_message_per_position", table_name="practice_messages")
    op.drop_index(
        "ix_practice_messages_unsent", table_name="practice_messages", postgresql_where=sa.text("sent_at is null")
    )
    op.drop_index(
        "ix_practice_messages_unclosed", table_name="practice_messages", postgresql_where=sa.text("closed_at is null")
    )
    op.drop_index("ix_practice_messages_transaction_id", table_name="practice_messages")
    op.drop_index(
        "ix_practice_messages_due", table_name="practice_messages", postgresql_where=sa.text("due_at is not null")
    )
    op.drop_index(
        "ix_practice_messages_deductions", table_name="practice_messages", postgresql_where=sa.text("kind = 'F2'")
    )
    op.drop_table("practice_messages")
    op.drop_index(
        "one_pending_deduction", table_name="pending_deductions", postgresql_where=sa.text("state = 'pending'")
    )
    op.drop_index("ix_pending_deductions_patient_id", table_name="pending_deductions")
    op.drop_index(
        "ix_pending_deductions_due", table_name="pending_deductions", postgresql_where=sa.text("state = 'pending'")
    )
    op.drop_table("pending_deductions")
    op.drop_index("ix_national_requests_transaction_id", table_name="national_requests")
    op.drop_index("ix_national_requests_due", table_name="national_requests", postgresql_where=sa.text("state <> 'C'"))
    op.drop_table("national_requests")
    op.drop_index("ix_list_movements_to", table_name="list_movements")
    op.drop_index("ix_list_movements_patient", table_name="list_movements")
    op.drop_index("ix_list_movements_from", table_name="list_movements")
    op.drop_table("list_movements")
    op.drop_index(
        "ix_list_memberships_list", table_name="list_memberships", postgresql_where=sa.text("upper_inf(period)")
    )
    op.drop_index(
        "ix_list_memberships_current", table_name="list_memberships", postgresql_where=sa.text("upper_inf(period)")
    )
    op.drop_table("list_memberships")
    op.drop_index(
        "one_transaction_per_place_in_interchange",
        table_name="transactions",
        postgresql_where=sa.text("interchange_id is not null"),
    )
    op.drop_index(
        "ix_transactions_refused_number",
        table_name="transactions",
        postgresql_where=sa.text("kind = 'acceptance' and state = 'refused'"),
    )
    op.drop_index("ix_transactions_practice", table_name="transactions")
    op.drop_index("ix_transactions_patient_id", table_name="transactions")
    op.drop_index("ix_transactions_operation_id", table_name="transactions")
    op.drop_index("ix_transactions_due", table_name="transactions", postgresql_where=sa.text("due_at is not null"))
    op.drop_index("ix_transactions_chase", table_name="transactions", postgresql_where=sa.text("chase_at is not null"))
    op.drop_table("transactions")
    op.drop_index("ix_practice_doctors_code", table_name="practice_doctors")
    op.drop_table("practice_doctors")
    op.drop_table("patient_versions")
    op.drop_index(op.f("ix_patient_numbers_patient_id"), table_name="patient_numbers")
    op.drop_table("patient_numbers")
    op.drop_index(op.f("ix_patient_former_names_patient_id"), table_name="patient_former_names")
    op.drop_table("patient_former_names")
    op.drop_index(op.f("ix_patient_former_addresses_patient_id"), table_name="patient_former_addresses")
    op.drop_table("patient_former_addresses")
    op.drop_index("ix_match_keys_postcode_forename", table_name="match_keys")
    op.drop_index("ix_match_keys_postcode_born", table_name="match_keys")
    op.drop_index(op.f("ix_match_keys_patient_id"), table_name="match_keys")
    op.drop_index(
        "ix_match_keys_nhs_number", table_name="match_keys", postgresql_where=sa.text("nhs_number is not null")
    )
    op.drop_index("ix_match_keys_names_born", table_name="match_keys")
    op.drop_index("ix_match_keys_born_surname_code", table_name="match_keys")
    op.drop_index("ix_match_keys_born_surname", table_name="match_keys")
    op.drop_index("ix_match_keys_born_forename", table_name="match_keys")
    op.drop_table("match_keys")
    op.drop_table("lists")
    op.drop_index(
        "ix_interchanges_undelivered",
        table_name="interchanges",
        postgresql_where="direction = 'out' and delivered_at is null",
    )
    op.drop_index("ix_interchanges_stored", table_name="interchanges", postgresql_where="state = 'stored'")
    op.drop_index("ix_interchanges_number", table_name="interchanges")
    op.drop_index("ix_interchanges_content_hash", table_name="interchanges")
    op.drop_table("interchanges")
    op.drop_table("facade_requests")
    op.drop_index(
        "one_open_case_per_transaction_and_kind", table_name="anomalies", postgresql_where=sa.text("state = 'open'")
    )
    op.drop_index(op.f("ix_anomalies_transaction_id"), table_name="anomalies")
    op.drop_index(op.f("ix_anomalies_practice_id"), table_name="anomalies")
    op.drop_index(
        "ix_anomalies_patient_ids",
        table_name="anomalies",
        postgresql_using="gin",
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index("ix_anomalies_open", table_name="anomalies", postgresql_where=sa.text("state = 'open'"))
    op.drop_table("anomalies")
    op.drop_table("access_tokens")
    op.drop_table("simulated_registrations")
    op.drop_index(
        "one_number_per_request", table_name="simulated_people", postgresql_where=sa.text("allotted_for is not null")
    )
    op.drop_index(
        "ix_simulated_people_date_of_birth",
        table_name="simulated_people",
        postgresql_where=sa.text("superseded_by is null"),
    )
    op.drop_index(
        "ix_simulated_people_allotted",
        table_name="simulated_people",
        postgresql_where=sa.text("allotted_for is not null"),
    )
    op.drop_table("simulated_people")
    op.drop_table("simulated_outage")
    op.drop_table("practices")
    op.drop_table("policies")
    op.drop_index("one_person_per_number", table_name="patients")
    op.drop_table("patients")
    op.drop_index(op.f("ix_match_decisions_transaction_id"), table_name="match_decisions")
    op.drop_table("match_decisions")
    op.drop_table("link_sequences")
    op.drop_table("link_gaps")
    op.execute("drop function movements_are_append_only()")
    op.execute("drop sequence register_transaction_number")
    op.execute("drop function nhs_number_is_valid(text)")
