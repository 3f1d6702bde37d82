"""Matters, letters, and transactions that the office makes itself."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The code's names for lists that are no practice's; their ids are fixed and go on from those of 0002.
OUTSIDE = ("scotland", "northern-ireland", "forces", "gone-away", "removed", "prison")

KINDS = (
    "kind in ('acceptance', 'amendment', 'removal', 'deduction-request', 'practice-removal', 'own-removal',"
    " 'immediate-removal', 'placement', 'assignment', 'notice', 'birth-notice', 'expiry', 'returned-mail',"
    " 'cancellation', 'reversal', 'special-registration')"
)
SOURCES = "source in ('edifact', 'facade', 'paper', 'office', 'notice-file', 'clock')"
NUMBERED = (
    "kind not in ('acceptance', 'amendment', 'removal', 'deduction-request')"
    " or practice_id is not null and operation_id is not null and transaction_number is not null"
)
FORMER_KINDS = "kind in ('acceptance', 'amendment', 'removal', 'deduction-request')"
FORMER_SOURCES = "source in ('edifact', 'facade', 'office')"

APPEND_ONLY = """
create function events_are_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'events of a matter are never changed: add another event';
end $$
"""


def upgrade() -> None:
    op.create_table(
        "letter_batches",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False, comment="How many it holds: the control total."),
        sa.Column("suppressed", sa.Integer(), nullable=False, comment="How many were found not to be sent."),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="By when the print room says that it is posted.",
        ),
        sa.CheckConstraint(
            "(posted_on is null) = (due_at is not null)", name=op.f("ck_letter_batches_open_batch_is_due")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_batches")),
    )
    op.create_table(
        "matters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("practice_id", sa.Uuid(), nullable=True, comment="The practice that it concerns now."),
        sa.Column("owner", sa.Text(), nullable=False, comment="Whose move it is."),
        sa.Column(
            "priority", sa.Integer(), server_default="0", nullable=False, comment="How often nobody moved in time."
        ),
        sa.Column("trigger_on", sa.Date(), nullable=False, comment="The day whose rules apply."),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expects", sa.Text(), nullable=True, comment="The event that is waited for."),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True, comment="By when."),
        sa.Column("held_because", sa.Text(), nullable=True, comment="Why a clock that struck did nothing."),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "facts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
            comment="What is known of it, by the kind's names.",
        ),
        sa.CheckConstraint("(closed_at is null) = (due_at is not null)", name=op.f("ck_matters_open_matter_is_due")),
        sa.CheckConstraint("(due_at is null) = (expects is null)", name=op.f("ck_matters_due_says_for_what")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_matters_patient_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_matters_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matters")),
        comment="Work of the office that lasts: a place on the scheme, an assignment, an FP69 ...",
    )
    op.create_index(
        "ix_matters_due", "matters", ["due_at"], unique=False, postgresql_where=sa.text("due_at is not null")
    )
    op.create_index("ix_matters_patient_id", "matters", ["patient_id"], unique=False)
    op.create_index("ix_matters_practice_id", "matters", ["practice_id"], unique=False)
    op.create_index(
        "one_open_matter_of_a_kind",
        "matters",
        ["patient_id", "kind"],
        unique=True,
        postgresql_where=sa.text("closed_at is null and patient_id is not null"),
    )
    op.create_table(
        "letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="Under its barcode."),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "route", sa.Text(), nullable=False, comment="home, guardian, or by way of the practice or the office."
        ),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("practice_id", sa.Uuid(), nullable=True, comment="To which it goes, or about which it is."),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.Column("matter_id", sa.Uuid(), nullable=True),
        sa.Column(
            "content",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="What it says, frozen when it was decided. No name, no address.",
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True, comment="When it is handed over."),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column("suppressed_because", sa.Text(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_cause", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'queued') = (due_at is not null)", name=op.f("ck_letters_queued_letter_is_due")),
        sa.CheckConstraint(
            "(state = 'suppressed') = (suppressed_because is not null)", name=op.f("ck_letters_suppressed_says_why")
        ),
        sa.CheckConstraint("route in ('home', 'guardian', 'practice', 'office')", name=op.f("ck_letters_route_known")),
        sa.CheckConstraint(
            "state in ('queued', 'handed-over', 'posted', 'suppressed', 'returned')",
            name=op.f("ck_letters_state_known"),
        ),
        sa.CheckConstraint(
            "state not in ('posted', 'returned') or posted_on is not null", name=op.f("ck_letters_posted_says_when")
        ),
        sa.CheckConstraint(
            "(returned_at is null) = (returned_cause is null)", name=op.f("ck_letters_returned_says_why")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["letter_batches.id"], name=op.f("fk_letters_batch_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_letters_matter_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_letters_patient_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_letters_practice_id")),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name=op.f("fk_letters_transaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("reference", name=op.f("uq_letters_reference")),
    )
    op.create_index("ix_letters_batch_id", "letters", ["batch_id"], unique=False)
    op.create_index(
        "ix_letters_due", "letters", ["due_at"], unique=False, postgresql_where=sa.text("due_at is not null")
    )
    op.create_index("ix_letters_matter_id", "letters", ["matter_id"], unique=False)
    op.create_index("ix_letters_patient_id", "letters", ["patient_id"], unique=False)
    op.create_index("ix_letters_transaction_id", "letters", ["transaction_id"], unique=False)
    op.create_table(
        "matter_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="Of the matter, after it."),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_matter_events_matter_id")),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name=op.f("fk_matter_events_transaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_events")),
        comment="What happened to a matter, in order. Append-only.",
    )
    op.create_index("one_event_per_version", "matter_events", ["matter_id", "version"], unique=True)
    op.add_column(
        "list_movements",
        sa.Column(
            "removal", sa.Text(), nullable=True, comment="Why they are then on no practice's list: DEA, EMB, OPA ..."
        ),
    )
    op.add_column(
        "pending_deductions",
        sa.Column(
            "removal", sa.Text(), nullable=True, comment="The removal reason to be recorded: OPA, RDR, RPR, EMB ..."
        ),
    )
    op.execute("update pending_deductions set removal = case reason when '5' then 'EMB' else 'OPA' end")
    op.alter_column("pending_deductions", "removal", nullable=False)
    op.add_column(
        "pending_deductions",
        sa.Column("waits_for", sa.Text(), nullable=True, comment="What begins the clock: letter, treatment-end."),
    )
    op.add_column(
        "pending_deductions", sa.Column("days", sa.Integer(), nullable=True, comment="How many days from then.")
    )
    op.add_column(
        "pending_deductions",
        sa.Column("letter_id", sa.Uuid(), nullable=True, comment="The letter whose posting begins the clock."),
    )
    op.alter_column(
        "pending_deductions",
        "due_on",
        existing_type=sa.DATE(),
        nullable=True,
        comment="None while the clock has not begun.",
    )
    op.create_foreign_key(
        op.f("fk_pending_deductions_letter_id"), "pending_deductions", "letters", ["letter_id"], ["id"]
    )
    op.add_column("transactions", sa.Column("matter_id", sa.Uuid(), nullable=True, comment="The matter that made it."))
    op.alter_column("transactions", "practice_id", existing_type=sa.UUID(), nullable=True)
    op.alter_column(
        "transactions",
        "operation_id",
        existing_type=sa.TEXT(),
        nullable=True,
        existing_comment="SHA-256 of partner code and number; repeats after roll-over.",
    )
    op.alter_column("transactions", "transaction_number", existing_type=sa.BIGINT(), nullable=True)
    op.create_index(
        "ix_transactions_matter_id",
        "transactions",
        ["matter_id"],
        unique=False,
        postgresql_where=sa.text("matter_id is not null"),
    )
    op.create_foreign_key(op.f("fk_transactions_matter_id"), "transactions", "matters", ["matter_id"], ["id"])
    op.create_check_constraint("waits_for_known", "pending_deductions", "waits_for in ('letter', 'treatment-end')")
    op.create_check_constraint(
        "pending_has_a_day_or_waits_for_one",
        "pending_deductions",
        "state <> 'pending' or (due_on is null) = (waits_for is not null)",
    )
    op.create_check_constraint(
        "waiting_says_how_long", "pending_deductions", "(waits_for is null) or (days is not null)"
    )
    op.drop_constraint(op.f("ck_transactions_kind_known"), "transactions", type_="check")
    op.create_check_constraint("kind_known", "transactions", KINDS)
    op.drop_constraint(op.f("ck_transactions_source_known"), "transactions", type_="check")
    op.create_check_constraint("source_known", "transactions", SOURCES)
    op.create_check_constraint("practice_transaction_is_numbered", "transactions", NUMBERED)
    op.drop_constraint(op.f("ck_access_tokens_role_known"), "access_tokens", type_="check")
    op.create_check_constraint("role_known", "access_tokens", "role in ('staff', 'app', 'app-read', 'scheme')")
    for number, code in enumerate(OUTSIDE, start=10):
        op.execute(f"insert into lists (id, code) values ('00000000-0000-7000-8000-0000000000{number:02d}', '{code}')")
    op.execute(APPEND_ONLY)
    op.execute(
        "create trigger events_are_append_only before update or delete on matter_events"
        " for each row execute function events_are_append_only()"
    )


def downgrade() -> None:
    op.execute("drop trigger events_are_append_only on matter_events")
    op.execute("drop function events_are_append_only()")
    op.execute(f"delete from lists where code in ({', '.join(repr(code) for code in OUTSIDE)})")
    op.drop_constraint("ck_access_tokens_role_known", "access_tokens", type_="check")
    op.create_check_constraint("role_known", "access_tokens", "role in ('staff', 'app', 'app-read')")
    op.drop_constraint("ck_transactions_practice_transaction_is_numbered", "transactions", type_="check")
    op.drop_constraint("ck_transactions_source_known", "transactions", type_="check")
    op.create_check_constraint("source_known", "transactions", FORMER_SOURCES)
    op.drop_constraint("ck_transactions_kind_known", "transactions", type_="check")
    op.create_check_constraint("kind_known", "transactions", FORMER_KINDS)
    for name in ("waits_for_known", "pending_has_a_day_or_waits_for_one", "waiting_says_how_long"):
        op.drop_constraint(f"ck_pending_deductions_{name}", "pending_deductions", type_="check")
    op.drop_constraint(op.f("fk_transactions_matter_id"), "transactions", type_="foreignkey")
    op.drop_index(
        "ix_transactions_matter_id", table_name="transactions", postgresql_where=sa.text("matter_id is not null")
    )
    op.alter_column("transactions", "transaction_number", existing_type=sa.BIGINT(), nullable=False)
    op.alter_column(
        "transactions",
        "operation_id",
        existing_type=sa.TEXT(),
        nullable=False,
        existing_comment="SHA-256 of partner code and number; repeats after roll-over.",
    )
    op.alter_column("transactions", "practice_id", existing_type=sa.UUID(), nullable=False)
    op.drop_column("transactions", "matter_id")
    op.drop_constraint(op.f("fk_pending_deductions_letter_id"), "pending_deductions", type_="foreignkey")
    op.alter_column(
        "pending_deductions",
        "due_on",
        existing_type=sa.DATE(),
        nullable=False,
        comment=None,
        existing_comment="None while the clock has not begun.",
    )
    op.drop_column("pending_deductions", "letter_id")
    op.drop_column("pending_deductions", "days")
    op.drop_column("pending_deductions", "waits_for")
    op.drop_column("pending_deductions", "removal")
    op.drop_column("list_movements", "removal")
    op.drop_index("one_event_per_version", table_name="matter_events")
    op.drop_table("matter_events")
    op.drop_index("ix_letters_transaction_id", table_name="letters")
    op.drop_index("ix_letters_patient_id", table_name="letters")
    op.drop_index("ix_letters_matter_id", table_name="letters")
    op.drop_index("ix_letters_due", table_name="letters", postgresql_where=sa.text("due_at is not null"))
    op.drop_index("ix_letters_batch_id", table_name="letters")
    op.drop_table("letters")
    op.drop_index(
        "one_open_matter_of_a_kind",
        table_name="matters",
        postgresql_where=sa.text("closed_at is null and patient_id is not null"),
    )
    op.drop_index("ix_matters_practice_id", table_name="matters")
    op.drop_index("ix_matters_patient_id", table_name="matters")
    op.drop_index("ix_matters_due", table_name="matters", postgresql_where=sa.text("due_at is not null"))
    op.drop_table("matters")
    op.drop_table("letter_batches")
