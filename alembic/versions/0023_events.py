"""Events for practices: written by triggers in the unit of work that causes them, numbered when it is committed."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# The same about the same in one unit of work is one event.
NOTE_EVENT = """
create function note_event(whose uuid, about text, who uuid, known_as text, kind text, what uuid) returns void
language sql set search_path = public as $$
  insert into practice_events (practice_id, topic, patient_id, nhs_number, work, work_id)
  values (whose, about, who, known_as, kind, what) on conflict do nothing
$$
"""

# Of a record that is no longer in use nothing is told: beside a new record, without gaps between them, it would tell
# too much (ADR 0024). Its practice has its message.
NOTE_MOVEMENT = """
create function note_movement() returns trigger language plpgsql set search_path = public as $$
declare
  known_as text;
  standing text;
begin
  select nhs_number, status into known_as, standing from patients where id = new.patient_id;
  if standing = 'invalidated' then
    return null;
  end if;
  if exists (select from practices where id = new.from_list) then
    perform note_event(new.from_list, 'deduction', new.patient_id, known_as, null, null);
    if new.removal = 'DEA' then
      perform note_event(new.from_list, 'death', new.patient_id, known_as, null, null);
    end if;
  end if;
  if exists (select from practices where id = new.to_list) then
    perform note_event(new.to_list, 'registration-accepted', new.patient_id, known_as, null, null);
  end if;
  return null;
end $$
"""

# A practice that somebody left in this very unit of work still hears of their death, and of their number.
NOTE_PERSON = """
create function note_person() returns trigger language plpgsql set search_path = public as $$
declare
  other_number boolean := old.nhs_number is distinct from new.nhs_number
    or (old.merged_into is null) <> (new.merged_into is null);
  died boolean := old.status = 'live' and new.status in ('informal-dead', 'formal-dead');
  whose uuid;
begin
  if 'invalidated' in (old.status, new.status) then
    return null;
  end if;
  if new.version > old.version and new.merged_into is null then
    for whose in select list_id from list_memberships where patient_id = new.id and upper_inf(period) loop
      perform note_event(whose, 'demographic-change', new.id, new.nhs_number, null, null);
    end loop;
  end if;
  if not (other_number or died) then
    return null;
  end if;
  for whose in
    select list_id from list_memberships
    where patient_id in (new.id, new.merged_into, old.merged_into) and upper_inf(period)
    union
    select practice_id from practice_events
    where unit = txid_current() and patient_id = new.id and topic = 'deduction'
  loop
    if other_number then
      perform note_event(whose, 'number-change', new.id, coalesce(old.nhs_number, new.nhs_number), null, null);
    end if;
    if died then
      perform note_event(whose, 'death', new.id, new.nhs_number, null, null);
    end if;
  end loop;
  return null;
end $$
"""

NOTE_TRANSACTION = """
create function note_transaction() returns trigger language plpgsql set search_path = public as $$
declare
  known_as text;
  standing text;
begin
  if tg_op = 'UPDATE' and old.state = new.state and (old.taken_back_by is null) = (new.taken_back_by is null) then
    return null;
  end if;
  select nhs_number, status into known_as, standing from patients where id = new.patient_id;
  if standing = 'invalidated' then
    return null;
  end if;
  perform note_event(new.practice_id, 'task-update', new.patient_id, null, 'transaction', new.id);
  if tg_op = 'UPDATE' and old.state = new.state then
    return null;
  end if;
  if new.kind = 'acceptance' and new.state = 'accepted' then
    perform note_event(new.practice_id, 'registration-accepted', new.patient_id, known_as, null, null);
  elsif new.kind = 'acceptance' and new.state = 'refused' then
    perform note_event(new.practice_id, 'registration-rejected', new.patient_id, null, 'transaction', new.id);
  end if;
  return null;
end $$
"""

NOTE_MATTER = """
create function note_matter() returns trigger language plpgsql set search_path = public as $$
begin
  if tg_op = 'UPDATE' and old.state = new.state then
    return null;
  end if;
  if not exists (select from patients where id = new.patient_id and status = 'invalidated') then
    perform note_event(new.practice_id, 'task-update', new.patient_id, null, 'matter', new.id);
  end if;
  return null;
end $$
"""

NOTE_MESSAGE = """
create function note_message() returns trigger language plpgsql set search_path = public as $$
begin
  if tg_op = 'UPDATE' and (old.sent_at is null) = (new.sent_at is null)
    and (old.closed_at is null) = (new.closed_at is null) and (old.withdrawn_at is null) = (new.withdrawn_at is null)
  then
    return null;
  end if;
  if not exists (select from patients where id = new.patient_id and status = 'invalidated') then
    perform note_event(new.practice_id, 'task-update', new.patient_id, null, 'message', new.uuid);
  end if;
  return null;
end $$
"""

# What has a number keeps it: a reader has gone past it.
NUMBERS_STAND = """
create function event_numbers_stand() returns trigger language plpgsql set search_path = public as $$
begin
  raise exception 'an event that has a number keeps it' using errcode = 'check_violation',
    constraint = 'event_numbers_stand';
end $$
"""

FUNCTIONS = (NOTE_EVENT, NOTE_MOVEMENT, NOTE_PERSON, NOTE_TRANSACTION, NOTE_MATTER, NOTE_MESSAGE, NUMBERS_STAND)

# Work that a practice sees as Task makes events. The columns are in the conditions, so that no function is called for
# what makes no event: loading people above all.
TRIGGERS = (
    ("note_movement", "list_movements", "after insert on list_movements for each row when (new.reason <> 'take-on')"),
    (
        "note_person",
        "patients",
        "after update on patients for each row when (new.version > old.version"
        " or old.nhs_number is distinct from new.nhs_number or old.merged_into is distinct from new.merged_into)",
    ),
    (
        "note_transaction",
        "transactions",
        "after insert or update of state, taken_back_by on transactions for each row when (new.practice_id is not null"
        " and new.kind in ('acceptance', 'amendment', 'removal', 'practice-removal', 'deduction-request',"
        " 'cancellation'))",
    ),
    (
        "note_matter",
        "matters",
        "after insert or update of state on matters for each row when (new.practice_id is not null"
        " and new.kind in ('fp69', 'query'))",
    ),
    (
        "note_message",
        "practice_messages",
        "after insert or update of sent_at, closed_at, withdrawn_at on practice_messages for each row"
        " when (new.kind = 'F2')",
    ),
    (
        "event_numbers_stand",
        "practice_events",
        "before update on practice_events for each row when (old.number is not null and (new.number is distinct from"
        " old.number or new.topic_number is distinct from old.topic_number or new.topic <> old.topic"
        " or new.practice_id <> old.practice_id))",
    ),
)


def upgrade() -> None:
    _events()
    _subscriptions()
    for function in FUNCTIONS:
        op.execute(function)
    for name, _, when in TRIGGERS:
        op.execute(f"create trigger {name} {when} execute function {name}()")


def _events() -> None:
    op.create_table(
        "practice_events",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=True),
            nullable=False,
            comment="The order of writing; never shown.",
        ),
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), comment="Whom it is about, where it is about a person."),
        sa.Column(
            "nhs_number", sa.Text(), comment="Their number as the practice knew it then; blanked when they are sealed."
        ),
        sa.Column("work", sa.Text(), comment="What kind of work it is about: transaction, matter, message."),
        sa.Column("work_id", sa.Uuid()),
        sa.Column(
            "unit",
            sa.BigInteger(),
            server_default=sa.text("txid_current()"),
            comment="The unit of work that wrote it, until it is numbered.",
        ),
        sa.Column("noted_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("number", sa.BigInteger(), comment="Its place among the practice's events, from 1 and without gaps."),
        sa.Column("topic_number", sa.BigInteger(), comment="Its place among those of its topic."),
        sa.Column("numbered_at", sa.DateTime(timezone=True), comment="When it was numbered, and so could be read."),
        sa.CheckConstraint(
            "topic in ('registration-accepted', 'registration-rejected', 'deduction', 'demographic-change',"
            " 'number-change', 'death', 'record-request', 'task-update')",
            name=op.f("ck_practice_events_topic_known"),
        ),
        sa.CheckConstraint("work in ('transaction', 'matter', 'message')", name=op.f("ck_practice_events_work_known")),
        sa.CheckConstraint("(work is null) = (work_id is null)", name=op.f("ck_practice_events_work_is_whole")),
        sa.CheckConstraint(
            "(number is null) = (topic_number is null) and (number is null) = (numbered_at is null)"
            " and (number is null) = (unit is not null)",
            name=op.f("ck_practice_events_numbered_wholly"),
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_practice_events_practice_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_practice_events_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_events")),
        comment="What happened to a practice's people and work: ids only. Written by triggers, numbered when committed.",
    )
    op.create_index("one_event_per_number", "practice_events", ["practice_id", "number"], unique=True)
    op.create_index(
        "one_event_per_topic_number", "practice_events", ["practice_id", "topic", "topic_number"], unique=True
    )
    op.create_index(
        "one_event_of_a_unit",
        "practice_events",
        ["unit", "practice_id", "topic", "patient_id", "nhs_number", "work_id"],
        unique=True,
        postgresql_where=sa.text("unit is not null"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "ix_practice_events_waiting",
        "practice_events",
        ["practice_id", "id"],
        postgresql_where=sa.text("number is null"),
    )
    op.create_index("ix_practice_events_patient_id", "practice_events", ["patient_id"])
    op.create_index("ix_practice_events_numbered_at", "practice_events", ["numbered_at"], postgresql_using="brin")
    op.create_table(
        "event_counters",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False, comment="A topic, or * for all of them."),
        sa.Column("last", sa.BigInteger(), server_default="0", nullable=False, comment="The highest number given."),
        sa.CheckConstraint("last >= 0", name=op.f("ck_event_counters_numbers_are_counted_from_one")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_event_counters_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "topic", name=op.f("pk_event_counters")),
        comment="How far a practice's events are numbered. Whoever numbers holds the row of all topics.",
    )


def _subscriptions() -> None:
    op.create_table(
        "event_subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False, comment="Who follows: the name of the token's bearer."),
        sa.Column("topic", sa.Text(), nullable=False, comment="A topic, or * for all of them."),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "endpoint", sa.Text(), comment="Where it is told that there is something to fetch; none: it only fetches."
        ),
        sa.Column("content", sa.Text(), server_default="id-only", nullable=False),
        sa.Column("heartbeat_seconds", sa.Integer()),
        sa.Column("timeout_seconds", sa.Integer()),
        sa.Column("most_at_once", sa.Integer()),
        sa.Column("ends_at", sa.DateTime(timezone=True)),
        sa.Column(
            "starts_after",
            sa.BigInteger(),
            nullable=False,
            comment="The last number before it began: its own start at 1.",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "told",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="Its last number that the endpoint took.",
        ),
        sa.Column("spoken_at", sa.DateTime(timezone=True), comment="When the endpoint last took anything."),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True)),
        sa.Column("try_at", sa.DateTime(timezone=True), comment="Before when it is not tried again."),
        sa.Column("problem", sa.Text(), comment="What kind of failure the last one was."),
        sa.CheckConstraint(
            "status in ('requested', 'active', 'error', 'off')", name=op.f("ck_event_subscriptions_status_known")
        ),
        sa.CheckConstraint("content in ('empty', 'id-only')", name=op.f("ck_event_subscriptions_content_known")),
        sa.CheckConstraint(
            "status <> 'requested' or endpoint is not null",
            name=op.f("ck_event_subscriptions_handshake_has_an_endpoint"),
        ),
        sa.CheckConstraint(
            "heartbeat_seconds between 60 and 604800", name=op.f("ck_event_subscriptions_heartbeat_is_bounded")
        ),
        sa.CheckConstraint("timeout_seconds between 1 and 30", name=op.f("ck_event_subscriptions_timeout_is_bounded")),
        sa.CheckConstraint(
            "most_at_once between 1 and 500", name=op.f("ck_event_subscriptions_most_at_once_is_bounded")
        ),
        sa.CheckConstraint(
            "starts_after >= 0 and told >= 0", name=op.f("ck_event_subscriptions_numbers_are_counted_from_one")
        ),
        sa.CheckConstraint(
            "(failures = 0) = (failing_since is null)", name=op.f("ck_event_subscriptions_failing_says_since_when")
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_event_subscriptions_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_subscriptions")),
        comment="Who follows the events of a practice, and how they are told.",
    )
    op.create_index(
        "one_subscription_of_a_kind",
        "event_subscriptions",
        ["practice_id", "client", "topic", "endpoint"],
        unique=True,
        postgresql_where=sa.text("status <> 'off'"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_event_subscriptions_practice_id", "event_subscriptions", ["practice_id", "id"])


def downgrade() -> None:
    for name, table, _ in reversed(TRIGGERS):
        op.execute(f"drop trigger {name} on {table}")
    for name, _, _ in reversed(TRIGGERS):
        op.execute(f"drop function {name}")
    op.execute("drop function note_event")
    op.drop_table("event_subscriptions")
    op.drop_table("event_counters")
    op.drop_table("practice_events")
