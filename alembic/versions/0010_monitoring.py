"""Monitoring: paper batches, daily balances, what fails, and the view of everything that is open."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OPEN_WORK = """
create view open_work (kind, what, id, practice_id, patient_id, owner, expects, due_at, since, state, priority) as
  select 'transaction', kind, id::text, practice_id, patient_id,
      case state when 'waiting-for-trace' then 'national-side' when 'pending' then 'list-maintenance'
        else 'registration' end,
      expects, due_at, received_at, state, 0
    from transactions where due_at is not null
  union all
  select 'rejection', outcome, id::text, practice_id, patient_id, 'practice', 'acceptance again', chase_at,
      coalesce(posted_at, received_at), state, 0
    from transactions where chase_at is not null
  union all
  select 'case', kind, id::text, practice_id, case when cardinality(patient_ids) = 1 then patient_ids[1] end,
      case when priority > 1 or kind in ('rejection-unresolved', 'work-failing') then 'supervisor'
        else 'registration' end,
      'decision', due_at, opened_at, state, priority
    from anomalies where state = 'open'
  union all
  select 'pending-deduction', d.removal, d.id::text, d.practice_id, d.patient_id, 'list-maintenance',
      coalesce(d.waits_for, 'deduction'),
      coalesce((greatest(d.due_on, d.held_on + 1) + coalesce(d.acts_at, '00:00')) at time zone 'Europe/London',
        d.chase_at, t.due_at),
      d.requested_on::timestamp at time zone 'Europe/London',
      case when d.held_because is null then d.state else 'held' end, 0
    from pending_deductions d join transactions t on t.id = d.transaction_id where d.state = 'pending'
  union all
  select 'matter', kind, id::text, practice_id, patient_id, owner, expects, due_at, opened_at, state, priority
    from matters where closed_at is null
  union all
  select 'letter', l.kind, l.id::text, l.practice_id, l.patient_id, 'post-room',
      case l.state when 'queued' then 'hand-over' else 'posting' end, coalesce(l.due_at, b.due_at), l.decided_at,
      l.state, 0
    from letters l left join letter_batches b on b.id = l.batch_id where l.state in ('queued', 'handed-over')
  union all
  select 'letter-batch', null, id::text, null, null, 'post-room', 'posting', due_at, handed_over_at, 'handed-over', 0
    from letter_batches where due_at is not null
  union all
  select 'message', kind, id::text, practice_id, patient_id, 'practice', 'receipt', due_at, created_at,
      case when sent_at is null then 'unsent' when chased then 'chased' else 'sent' end, chased::integer
    from practice_messages where closed_at is null
  union all
  select 'national-request', r.kind, r.id::text, t.practice_id, coalesce(r.patient_id, t.patient_id),
      'national-side', case r.state when 'U' then 'application' else 'answer' end, r.next_attempt_at, r.asked_at,
      r.state, 0
    from national_requests r left join transactions t on t.id = r.transaction_id where r.state <> 'C'
  union all
  select 'interchange', kind, id::text, practice_id, null, 'registration', 'consideration',
      stored_at + interval '5 minutes', stored_at, state, 0
    from interchanges where state = 'stored'
  union all
  select 'interchange', kind, id::text, practice_id, null, 'registration', 'delivery',
      stored_at + interval '1 hour', stored_at, 'undelivered', 0
    from interchanges where direction = 'out' and delivered_at is null
  union all
  select 'paper-batch', null, id::text, practice_id, null, owner, expects, due_at, opened_at,
      (received - keyed - rejected - returned) || ' left', 0
    from paper_batches where closed_at is null
  union all
  select 'paper-form', f.state, f.id::text, b.practice_id, null, 'practice', f.expects, f.due_at, f.decided_at,
      f.state, 0
    from paper_forms f join paper_batches b on b.id = f.batch_id where f.due_at is not null
  union all
  select 'notice-file', kind, id::text, null, null, 'list-maintenance', 'rest of the file',
      received_at + interval '1 day', received_at, last_line || ' of ' || notices, 0
    from notice_files where completed_at is null
  union all
  select 'daily-balance', null, day::text, null, null, 'supervisor', 'signature', due_at, struck_at,
      case when differences > 0 then 'differs' else 'balanced' end, 0
    from balance_days where signed_at is null
"""
"""Everything that is not at its end: whose move it is, what is waited for, and by when."""

SIGNED_DAYS_STAY = """
create function signed_days_stay() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'balance_days' then
    if old.signed_at is not null then
      raise exception 'the day % is signed: its figures never change', old.day using errcode = 'restrict_violation';
    end if;
  elsif exists (select from balance_days b where b.signed_at is not null
      and b.day in (case when tg_op = 'INSERT' then new.day else old.day end,
        case when tg_op = 'DELETE' then old.day else new.day end)) then
    raise exception 'a signed day''s figures never change' using errcode = 'restrict_violation';
  end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$
"""


def upgrade() -> None:
    # Beyond what the wire can carry, so that no number of a form is ever taken for a practice's own.
    op.execute("create sequence paper_transaction_number as bigint minvalue 10000001 start 10000001")
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "balance_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("practices", sa.Integer(), nullable=False, comment="How many lines it has."),
        sa.Column("differences", sa.Integer(), nullable=False, comment="How many of them do not balance."),
        sa.Column(
            "strangers", sa.Integer(), nullable=False, comment="Interchanges of senders who are no practice of ours."
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True, comment="By when somebody signs it."),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.Text(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True, comment="What the signer says of the differences."),
        sa.CheckConstraint(
            "(signed_at is null) = (due_at is not null)", name=op.f("ck_balance_days_unsigned_day_is_due")
        ),
        sa.CheckConstraint(
            "(signed_at is null) = (signed_by is null)", name=op.f("ck_balance_days_signed_says_by_whom")
        ),
        sa.CheckConstraint(
            "signed_at is null or differences = 0 or remark is not null",
            name=op.f("ck_balance_days_differences_are_explained"),
        ),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_balance_days")),
        comment="A day of the office, balanced in the evening and signed by a person. A signed day never changes.",
    )
    op.create_index(
        "ix_balance_days_due", "balance_days", ["due_at"], unique=False, postgresql_where=sa.text("due_at is not null")
    )
    op.create_table(
        "failing_work",
        sa.Column("what", sa.Text(), nullable=False, comment="The act that fails."),
        sa.Column("item", sa.Text(), nullable=False, comment="The id of what it fails on."),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=False, comment="The kind of the last error, without data."),
        sa.Column("case_id", sa.Uuid(), nullable=True, comment="The case that tells of it."),
        sa.PrimaryKeyConstraint("what", "item", name=op.f("pk_failing_work")),
    )
    op.create_index(
        "ix_failing_work_case_id",
        "failing_work",
        ["case_id"],
        unique=False,
        postgresql_where=sa.text("case_id is not null"),
    )
    op.create_table(
        "monitor_clocks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("struck_on", sa.Date(), nullable=True, comment="The last day for which it struck."),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name in ('due', 'morning')", name=op.f("ck_monitor_clocks_name_known")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_monitor_clocks")),
        comment="When the clocks last struck: `due` every minute, `morning` once a day.",
    )
    op.create_table(
        "daily_balances",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column(
            "opening",
            sa.Integer(),
            nullable=False,
            comment="On the list at the end of the day before, as balanced then.",
        ),
        sa.Column(
            "corrected",
            sa.Integer(),
            nullable=False,
            comment="By as many the ledger has changed since, for days before.",
        ),
        sa.Column("arrived", sa.Integer(), nullable=False, comment="Movements to the list."),
        sa.Column("departed", sa.Integer(), nullable=False, comment="Movements off the list."),
        sa.Column(
            "closing",
            sa.Integer(),
            nullable=False,
            comment="On the list at the end of the day, counted from the stays.",
        ),
        sa.Column(
            "posted", sa.BigInteger(), nullable=False, comment="The ledger's sum of all movements until the day."
        ),
        sa.Column("received", sa.Integer(), nullable=False, comment="Transactions that came, by link or on paper."),
        sa.Column("accepted", sa.Integer(), nullable=False, comment="Of these, done."),
        sa.Column("refused", sa.Integer(), nullable=False, comment="Of these, refused."),
        sa.Column("queued", sa.Integer(), nullable=False, comment="Of these, with a person."),
        sa.Column(
            "waiting", sa.Integer(), nullable=False, comment="Of these, waiting for the national side or for a day."
        ),
        sa.Column("overtaken", sa.Integer(), nullable=False, comment="Of these, superseded or cancelled."),
        sa.Column("interchanges", sa.Integer(), nullable=False, comment="Interchanges that came."),
        sa.Column("processed", sa.Integer(), nullable=False, comment="Of these, considered to the end."),
        sa.Column("turned_away", sa.Integer(), nullable=False, comment="Of these, unreadable, refused or conflicting."),
        sa.Column("repeated", sa.Integer(), nullable=False, comment="Of these, repetitions."),
        sa.Column("unfinished", sa.Integer(), nullable=False, comment="Of these, still in hand."),
        sa.Column("sent", sa.Integer(), nullable=False, comment="Messages sent to the practice."),
        sa.Column("receipted", sa.Integer(), nullable=False, comment="Of these, with their receipt."),
        sa.Column("awaited", sa.Integer(), nullable=False, comment="Of these, without."),
        sa.Column("forms", sa.Integer(), nullable=False, comment="Paper forms counted in the batches that came."),
        sa.Column("keyed", sa.Integer(), nullable=False, comment="Of these, keyed."),
        sa.Column("rejected", sa.Integer(), nullable=False, comment="Of these, rejected."),
        sa.Column("returned", sa.Integer(), nullable=False, comment="Of these, returned."),
        sa.Column("left_over", sa.Integer(), nullable=False, comment="Of these, still to be keyed."),
        sa.Column(
            "differences", postgresql.ARRAY(sa.Text()), nullable=False, comment="What does not balance, by name."
        ),
        sa.ForeignKeyConstraint(["day"], ["balance_days.day"], name=op.f("fk_daily_balances_day")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_daily_balances_practice_id")),
        sa.PrimaryKeyConstraint("day", "practice_id", name=op.f("pk_daily_balances")),
    )
    op.create_table(
        "paper_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="On the batch's cover."),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=False, comment="From which the forms came."),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False, comment="How many forms were counted: the control total."),
        sa.Column("keyed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rejected", sa.Integer(), server_default="0", nullable=False),
        sa.Column("returned", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "scans",
            postgresql.ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="References of the scanned images.",
        ),
        sa.Column("owner", sa.Text(), server_default="registration", nullable=False),
        sa.Column("expects", sa.Text(), nullable=True, comment="The event that is waited for."),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True, comment="By when."),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(closed_at is null) = (closed_by is null)", name=op.f("ck_paper_batches_closed_says_by_whom")
        ),
        sa.CheckConstraint(
            "(closed_at is null) = (due_at is not null)", name=op.f("ck_paper_batches_open_batch_is_due")
        ),
        sa.CheckConstraint("(due_at is null) = (expects is null)", name=op.f("ck_paper_batches_due_says_for_what")),
        sa.CheckConstraint(
            "closed_at is null or received = keyed + rejected + returned",
            name=op.f("ck_paper_batches_closed_batch_balances"),
        ),
        sa.CheckConstraint(
            "keyed + rejected + returned <= received", name=op.f("ck_paper_batches_no_more_than_received")
        ),
        sa.CheckConstraint(
            "received > 0 and keyed >= 0 and rejected >= 0 and returned >= 0",
            name=op.f("ck_paper_batches_counts_are_counts"),
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_paper_batches_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batches")),
        sa.UniqueConstraint("number", name=op.f("uq_paper_batches_number")),
    )
    op.create_index(
        "ix_paper_batches_due",
        "paper_batches",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("due_at is not null"),
    )
    op.create_index("ix_paper_batches_practice", "paper_batches", ["practice_id", "received_on"], unique=False)
    op.create_table(
        "paper_forms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reference",
            sa.Text(),
            nullable=False,
            comment="Under the form's barcode, or written on it by the post room.",
        ),
        sa.Column("kind", sa.Text(), nullable=True, comment="What was keyed; none where it was turned away."),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True, comment="Why it was turned away."),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True, comment="The form that was turned away before it."),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("expects", sa.Text(), nullable=True, comment="What a form that was turned away waits for."),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True, comment="When the practice is asked for it."),
        sa.CheckConstraint("(state = 'keyed') = (reason is null)", name=op.f("ck_paper_forms_turned_away_says_why")),
        sa.CheckConstraint(
            "(state = 'keyed') = (transaction_id is not null and kind is not null)",
            name=op.f("ck_paper_forms_keyed_has_transaction"),
        ),
        sa.CheckConstraint("due_at is null or state <> 'keyed'", name=op.f("ck_paper_forms_keyed_waits_for_nothing")),
        sa.CheckConstraint(
            "kind in ('acceptance', 'amendment', 'removal', 'deduction-request')",
            name=op.f("ck_paper_forms_kind_known"),
        ),
        sa.CheckConstraint("state in ('keyed', 'rejected', 'returned')", name=op.f("ck_paper_forms_state_known")),
        sa.CheckConstraint("(due_at is null) = (expects is null)", name=op.f("ck_paper_forms_due_says_for_what")),
        sa.ForeignKeyConstraint(["batch_id"], ["paper_batches.id"], name=op.f("fk_paper_forms_batch_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["paper_forms.id"], name=op.f("fk_paper_forms_replaces_id")),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name=op.f("fk_paper_forms_transaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_forms")),
    )
    op.create_index(
        "ix_paper_forms_due", "paper_forms", ["due_at"], unique=False, postgresql_where=sa.text("due_at is not null")
    )
    op.create_index("ix_paper_forms_reference", "paper_forms", ["reference"], unique=False)
    op.create_index("ix_paper_forms_transaction_id", "paper_forms", ["transaction_id"], unique=False)
    op.create_index(
        "one_keying_of_a_form", "paper_forms", ["reference"], unique=True, postgresql_where=sa.text("state = 'keyed'")
    )
    op.create_index("one_place_in_a_batch", "paper_forms", ["batch_id", "reference"], unique=True)
    op.create_index("ix_interchanges_practice", "interchanges", ["practice_id", "stored_at"], unique=False)
    op.create_index("ix_practice_messages_sent", "practice_messages", ["practice_id", "sent_at"], unique=False)
    op.create_index(
        "ix_transactions_refused_acceptances",
        "transactions",
        ["posted_at"],
        unique=False,
        postgresql_where=sa.text("kind = 'acceptance' and state = 'refused'"),
    )
    op.execute(SIGNED_DAYS_STAY)
    op.execute(
        "create trigger signed_days_stay before update or delete on balance_days"
        " for each row execute function signed_days_stay()"
    )
    op.execute(
        "create trigger signed_days_stay before insert or update or delete on daily_balances"
        " for each row execute function signed_days_stay()"
    )
    op.execute(OPEN_WORK)


def downgrade() -> None:
    op.execute("drop view open_work")
    op.execute("drop trigger signed_days_stay on daily_balances")
    op.execute("drop trigger signed_days_stay on balance_days")
    op.execute("drop function signed_days_stay()")
    # ### commands auto generated by Alembic - please adjust! ###
    op.drop_index(
        "ix_transactions_refused_acceptances",
        table_name="transactions",
        postgresql_where=sa.text("kind = 'acceptance' and state = 'refused'"),
    )
    op.drop_index("ix_practice_messages_sent", table_name="practice_messages")
    op.drop_index("ix_interchanges_practice", table_name="interchanges")
    op.drop_index("one_place_in_a_batch", table_name="paper_forms")
    op.drop_index("one_keying_of_a_form", table_name="paper_forms", postgresql_where=sa.text("state = 'keyed'"))
    op.drop_index("ix_paper_forms_transaction_id", table_name="paper_forms")
    op.drop_index("ix_paper_forms_reference", table_name="paper_forms")
    op.drop_index("ix_paper_forms_due", table_name="paper_forms", postgresql_where=sa.text("due_at is not null"))
    op.drop_table("paper_forms")
    op.drop_index("ix_paper_batches_practice", table_name="paper_batches")
    op.drop_index("ix_paper_batches_due", table_name="paper_batches", postgresql_where=sa.text("due_at is not null"))
    op.drop_table("paper_batches")
    op.drop_table("daily_balances")
    op.drop_table("monitor_clocks")
    op.drop_index("ix_failing_work_case_id", table_name="failing_work", postgresql_where=sa.text("case_id is not null"))
    op.drop_table("failing_work")
    op.drop_index("ix_balance_days_due", table_name="balance_days", postgresql_where=sa.text("due_at is not null"))
    op.drop_table("balance_days")
    op.execute("drop sequence paper_transaction_number")
