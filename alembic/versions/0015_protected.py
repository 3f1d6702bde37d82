"""Protected whereabouts: who looked and why, what showing reads from, and what no message to a practice may hold."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

HIDDEN_PEOPLE = """
create view hidden_people (id) as
  select id from patients where restricted or status = 'invalidated'
  union all
  select p.id from patients p join patients s on s.id = p.merged_into where s.restricted or s.status = 'invalidated'
"""
"""Whose whereabouts are shown to nobody: the restricted, what was merged into one of them, records out of use."""

# Of a form only what tells who it is about. An item that is not named here is not shown.
FORM_WITHOUT_WHEREABOUTS = """
create function form_without_whereabouts(form jsonb) returns jsonb language sql immutable parallel safe as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'number', form -> 'number', 'acceptance_type', form -> 'acceptance_type', 'accepted_on', form -> 'accepted_on',
    'happened_on', form -> 'happened_on',
    'demographics', case when jsonb_typeof(form -> 'demographics') = 'object' then (
      select jsonb_object_agg(key, value) from jsonb_each(form -> 'demographics')
      where key in ('name', 'sex', 'date_of_birth', 'number', 'previous_surname')) end,
    'changes', case when jsonb_typeof(form -> 'changes') = 'object' then (
      select jsonb_object_agg(key, value) from jsonb_each(form -> 'changes')
      where key in ('surname', 'forenames', 'title', 'previous_surname', 'sex', 'date_of_birth')) end))
$$
"""

# Facts of matters and words of letters are ids, codes and days: of somebody hidden the days alone are shown.
DAYS_ONLY = r"""
create function days_only(facts jsonb) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_object_agg(key, value), '{}'::jsonb)
  from jsonb_each(case when jsonb_typeof(facts) = 'object' then facts else '{}'::jsonb end)
  where jsonb_typeof(value) = 'boolean' or jsonb_typeof(value) = 'string' and value #>> '{}' ~ '^\d{4}-\d\d-\d\d(T|$)'
$$
"""

TO_A_PRACTICE = """
create function content_without_whereabouts(content jsonb) returns jsonb language sql immutable parallel safe as $$
  select content - array['new_ha_cipher', 'address', 'postcode', 'residential_institute']
$$
"""

NO_PLACE_LEAVES = """
create function no_place_leaves() returns trigger language plpgsql set search_path = public as $$
begin
  if exists (select from hidden_people h where h.id = new.patient_id) then
    new.content := content_without_whereabouts(new.content);
  end if;
  return new;
end $$
"""

_HIDDEN = "exists (select from hidden_people h where h.id = {column})"

SHOWN_PATIENTS = f"""
create view shown_patients as
  select p.id, p.version, p.nhs_number, p.status, p.merged_into, p.surname, p.first_forename, p.second_forename,
    p.other_forenames, p.title, p.previous_surname, p.sex, p.date_of_birth, p.date_of_death,
    case when not w.hidden then p.place_of_birth end as place_of_birth,
    {", ".join(f"case when w.hidden then '' else p.line_{n} end as line_{n}" for n in range(1, 6))},
    case when not w.hidden then p.postcode end as postcode,
    case when not w.hidden then p.drugs_dispensed end as drugs_dispensed,
    case when not w.hidden then p.residential_institute end as residential_institute,
    p.restricted, p.created_at, p.updated_at, w.hidden as whereabouts_hidden
  from patients p cross join lateral (
    select p.restricted or p.status = 'invalidated' or p.merged_into is not null
      and {_HIDDEN.format(column="p.id")} as hidden offset 0) w
"""


def _left_out(view: str, table: str) -> str:
    """A view of a table without the rows of whoever is hidden."""
    return f"create view {view} as select t.* from {table} t where not {_HIDDEN.format(column='t.patient_id')}"


# A case may mean several people; what was asked with it is then of each of them.
HIDDEN_CASES = """
create view hidden_cases (id, transaction_id) as
  select a.id, a.transaction_id from anomalies a cross join lateral unnest(a.patient_ids) named(id)
    join hidden_people h on h.id = named.id
  union all
  select a.id, a.transaction_id from anomalies a cross join lateral jsonb_array_elements(
      case when jsonb_typeof(a.evidence -> 'candidates') = 'array' then a.evidence -> 'candidates' else '[]' end) c
    join hidden_people h on h.id = (c ->> 'patient_id')::uuid
  union all
  select a.id, a.transaction_id from anomalies a
    join matters m on m.id = (case when a.evidence ? 'matter' then (a.evidence ->> 'matter')::uuid end)
    join hidden_people h on h.id = m.patient_id
"""

NUMBER_ON_IT = "replace(coalesce(command -> 'demographics' ->> 'number', command ->> 'number'), ' ', '')"
_NUMBER = NUMBER_ON_IT.replace("command", "t.command")

_FORM = "t.command -> 'demographics'"

# By whom it is about, by the cases that it led to, by the number that was written on it; and where it names no
# record, by the birth date and the name of somebody restricted: a forename that begins alike, and a surname.
HIDDEN_TRANSACTIONS = f"""
create view hidden_transactions (id) as
  select t.id from transactions t join hidden_people h on h.id = t.patient_id
  union all
  select c.transaction_id from hidden_cases c where c.transaction_id is not null
  union all
  select t.id from transactions t join patients p on p.nhs_number = {_NUMBER} join hidden_people h on h.id = p.id
  union all
  select t.id from transactions t join patient_numbers n on n.nhs_number = {_NUMBER}
    join hidden_people h on h.id = n.patient_id
  union all
  select t.id from transactions t join patients p on p.restricted and p.date_of_birth = case
      when {_FORM} ->> 'date_of_birth' ~ '^\\d{{4}}-\\d\\d-\\d\\d$' then ({_FORM} ->> 'date_of_birth')::date end
    where t.patient_id is null and t.kind = 'acceptance'
      and starts_with(upper(p.first_forename), left(upper(coalesce({_FORM} -> 'name' ->> 'first_forename', '')), 3))
      and (upper({_FORM} -> 'name' ->> 'surname') in (upper(p.surname), upper(coalesce(p.previous_surname, '')))
        or upper({_FORM} ->> 'previous_surname') in (upper(p.surname), upper(coalesce(p.previous_surname, '')))
        or exists (select from patient_former_names f where f.patient_id = p.id
          and upper(f.surname) = upper({_FORM} -> 'name' ->> 'surname')))
"""

SHOWN_TRANSACTIONS = """
create view shown_transactions as
  select t.id, t.version, t.kind, t.source, case when not w.hidden then t.practice_id end as practice_id,
    case when not w.hidden then t.operation_id end as operation_id,
    case when not w.hidden then t.transaction_number end as transaction_number, t.matter_id,
    case when not w.hidden then t.interchange_id end as interchange_id,
    case when not w.hidden then t.message_reference end as message_reference,
    case when w.hidden then form_without_whereabouts(t.command) else t.command end as command,
    t.state, t.outcome, case when not w.hidden then t.sentence end as sentence,
    case when not w.hidden then t.ruling end as ruling,
    case when w.hidden then '[]'::jsonb else t.warnings end as warnings, t.patient_id, t.accepted_on, t.document_at,
    t.received_at, t.posted_at, t.due_at, t.expects, t.chase_at, t.earlier_id, t.taken_back_by,
    w.hidden as whereabouts_hidden, t.practice_id as of_practice_id
  from transactions t cross join lateral (
    select exists (select from hidden_transactions h where h.id = t.id) as hidden offset 0) w
"""

SHOWN_MATCHES = """
create view shown_match_decisions as
  select d.id, d.transaction_id, d.outcome, d.model_version, d.normaliser_version,
    case when jsonb_typeof(d.candidates) = 'array' and not w.hidden then coalesce((
      select jsonb_agg(c) from jsonb_array_elements(d.candidates) c
      where not exists (select from hidden_people h where h.id::text = c ->> 'patient_id')), '[]') else '[]' end
      as candidates,
    case when not w.hidden then d.guard end as guard, d.decided_at
  from match_decisions d cross join lateral (
    select exists (select from hidden_transactions h where h.id = d.transaction_id) as hidden offset 0) w
"""

SHOWN_CASES = """
create view shown_anomalies as
  select a.id, a.version, a.kind, a.state, a.priority, case when not w.hidden then a.practice_id end as practice_id,
    a.transaction_id, a.patient_ids, a.sentence, case when not w.hidden then a.evidence else
      jsonb_strip_nulls(jsonb_build_object('field', a.evidence -> 'field', 'match', a.evidence -> 'match',
        'candidates', case when jsonb_typeof(a.evidence -> 'candidates') = 'array' then (
          select jsonb_agg(jsonb_build_object('patient_id', c -> 'patient_id', 'version', c -> 'version',
            'movement', c -> 'movement', 'score', c -> 'score', 'reasons', '[]'::jsonb))
          from jsonb_array_elements(a.evidence -> 'candidates') c) end)) end as evidence,
    a.opened_at, a.due_at, a.decided_at, a.decided_by, a.decision,
    case when not w.hidden then a.decision_reason end as decision_reason,
    w.hidden as whereabouts_hidden, a.practice_id as of_practice_id
  from anomalies a cross join lateral (
    select exists (select from hidden_cases h where h.id = a.id) or exists (
      select from hidden_transactions h where h.id = a.transaction_id) as hidden offset 0) w
"""

SHOWN_MATTERS = f"""
create view shown_matters as
  select m.id, m.version, m.kind, m.state, m.patient_id, case when not w.hidden then m.practice_id end as practice_id,
    m.other_patient_id, m.owner, m.priority, m.trigger_on, m.opened_at, m.expects, m.due_at, m.held_because,
    m.closed_at, case when w.hidden then days_only(m.facts) else m.facts end as facts,
    w.hidden as whereabouts_hidden, m.practice_id as of_practice_id
  from matters m cross join lateral (
    select {_HIDDEN.format(column="m.patient_id")} or {_HIDDEN.format(column="m.other_patient_id")} as hidden
    offset 0) w
"""

# Whoever did it may be the practice where somebody is now; why, may be told in words.
SHOWN_EVENTS = """
create view shown_matter_events as
  select e.id, e.matter_id, e.version, e.event, e.from_state, e.to_state, e.at,
    case when not m.whereabouts_hidden then e.by end as by,
    case when not m.whereabouts_hidden then e.reason end as reason, e.transaction_id,
    case when m.whereabouts_hidden then days_only(e.details) else e.details end as details
  from matter_events e join shown_matters m on m.id = e.matter_id
"""

SHOWN_LETTERS = f"""
create view shown_letters as
  select l.id, l.reference, l.kind, l.state, l.route, l.patient_id,
    case when not w.hidden then l.practice_id end as practice_id, l.transaction_id, l.matter_id,
    case when w.hidden then days_only(l.content) else l.content end as content, l.decided_at, l.due_at, l.batch_id,
    l.posted_on, l.suppressed_because, l.returned_at, l.returned_cause,
    w.hidden as whereabouts_hidden, l.practice_id as of_practice_id
  from letters l cross join lateral (select {_HIDDEN.format(column="l.patient_id")} as hidden offset 0) w
"""

SHOWN_DEDUCTIONS = f"""
create view shown_pending_deductions as
  select d.id, d.version, d.patient_id, case when not w.hidden then d.practice_id end as practice_id,
    d.transaction_id, case when not w.hidden then d.gp_code end as gp_code,
    case when not w.hidden then d.reason end as reason, d.removal,
    case when not w.hidden then d.to_list end as to_list, d.requested_on, d.due_on, d.waits_for, d.days,
    d.earliest_on, d.acts_at, d.chase_at, d.chased, d.letter_id, d.state, d.held_because, d.held_on, d.closed_at,
    w.hidden as whereabouts_hidden, d.practice_id as of_practice_id
  from pending_deductions d cross join lateral (select {_HIDDEN.format(column="d.patient_id")} as hidden offset 0) w
"""

SHOWN_MESSAGES = """
create view shown_practice_messages as
  select m.id, m.uuid, case when not w.hidden then m.practice_id end as practice_id, m.kind,
    case when not w.hidden then m.content end as content, m.transaction_id, m.patient_id,
    case when not w.hidden then m.transaction_number end as transaction_number, m.created_at,
    case when not w.hidden then m.position end as position,
    case when not w.hidden then m.interchange_id end as interchange_id, m.sent_at, m.closed_at, m.due_at, m.chased,
    m.withdrawn_at, w.hidden as whereabouts_hidden, m.practice_id as of_practice_id
  from practice_messages m cross join lateral (
    select exists (select from hidden_people h where h.id = m.patient_id)
      or exists (select from hidden_transactions h where h.id = m.transaction_id) as hidden offset 0) w
"""

SHOWN_DECISIONS = f"""
create view shown_assignment_decisions as
  select d.id, d.matter_id, d.patient_id, case when not w.hidden then d.practice_id end as practice_id, d.decided_at,
    d.decided_on, d.by, case when not w.hidden then d.reason end as reason,
    case when not w.hidden then d.explanation end as explanation, w.hidden as whereabouts_hidden
  from assignment_decisions d cross join lateral (select {_HIDDEN.format(column="d.patient_id")} as hidden offset 0) w
"""

SHOWN_REFUSALS = f"""
create view shown_practice_refusals as
  select f.id, case when not w.hidden then f.practice_id end as practice_id, f.patient_id, f.application_id,
    f.refused_on, f.ground, f.stands, f.reasons_given_on, f.matter_id, w.hidden as whereabouts_hidden
  from practice_refusals f cross join lateral (select {_HIDDEN.format(column="f.patient_id")} as hidden offset 0) w
"""

SHOWN_WORK = """
create view shown_work as
  select o.kind, o.what, o.id, case when not w.hidden then o.practice_id end as practice_id, o.patient_id, o.owner,
    o.expects, o.due_at, o.since, o.state, o.priority, w.hidden as whereabouts_hidden, o.practice_id as of_practice_id
  from open_work o cross join lateral (
    select exists (select from hidden_people h where h.id = o.patient_id) or case
      when o.kind in ('transaction', 'rejection') then exists (
        select from hidden_transactions h where h.id = o.id::uuid)
      when o.kind = 'case' then exists (
        select from shown_anomalies a where a.id = o.id::uuid and a.whereabouts_hidden)
      when o.kind = 'matter' then exists (
        select from shown_matters m where m.id = o.id::uuid and m.whereabouts_hidden)
      when o.kind = 'national-request' then exists (
        select from hidden_transactions h where h.id = (
          select r.transaction_id from national_requests r where r.id = o.id::uuid))
      when o.kind = 'message' then exists (
        select from shown_practice_messages m where m.id = o.id::bigint and m.whereabouts_hidden)
      else false end as hidden offset 0) w
"""

# The same of everything at once, for counts: whatever names the person itself is not repeated here.
HIDDEN_WORK = """
create view hidden_work (kind, id) as
  select k.kind, h.id::text from hidden_transactions h cross join (values ('transaction'), ('rejection')) k (kind)
  union all
  select 'case', c.id::text from hidden_cases c
  union all
  select 'case', a.id::text from anomalies a join hidden_transactions h on h.id = a.transaction_id
    where a.state = 'open'
  union all
  select 'matter', m.id::text from matters m join hidden_people h on h.id = m.other_patient_id
    where m.closed_at is null
  union all
  select 'national-request', r.id::text from national_requests r join hidden_transactions h
    on h.id = r.transaction_id where r.state <> 'C'
  union all
  select 'message', m.id::text from practice_messages m join hidden_transactions h on h.id = m.transaction_id
    where m.closed_at is null
"""

# Who did something may be the practice where somebody is now.
SHOWN_AUDIT = """
create view shown_audit_events as
  select e.id, e.at, e.actor_kind,
    case when w.hidden and e.actor_kind = 'practice' then null else e.actor_name end as actor_name,
    case when not w.hidden then e.practice_ods end as practice_ods, e.action, e.patient_ids, e.subject, e.request_id,
    e.transaction_id, w.hidden as whereabouts_hidden
  from audit_events e cross join lateral (
    select exists (select from unnest(e.patient_ids) named(id) join hidden_people h on h.id = named.id) as hidden
    offset 0) w
"""

FUNCTIONS = (
    ("form_without_whereabouts(jsonb)", FORM_WITHOUT_WHEREABOUTS),
    ("days_only(jsonb)", DAYS_ONLY),
    ("content_without_whereabouts(jsonb)", TO_A_PRACTICE),
    ("no_place_leaves()", NO_PLACE_LEAVES),
)

VIEWS = (
    ("hidden_people", HIDDEN_PEOPLE),
    ("hidden_cases", HIDDEN_CASES),
    ("hidden_transactions", HIDDEN_TRANSACTIONS),
    ("shown_patients", SHOWN_PATIENTS),
    ("shown_former_names", _left_out("shown_former_names", "patient_former_names")),
    ("shown_former_addresses", _left_out("shown_former_addresses", "patient_former_addresses")),
    ("shown_memberships", _left_out("shown_memberships", "list_memberships")),
    ("shown_movements", _left_out("shown_movements", "list_movements")),
    ("shown_transactions", SHOWN_TRANSACTIONS),
    ("shown_match_decisions", SHOWN_MATCHES),
    ("shown_anomalies", SHOWN_CASES),
    ("shown_matters", SHOWN_MATTERS),
    ("shown_matter_events", SHOWN_EVENTS),
    ("shown_letters", SHOWN_LETTERS),
    ("shown_pending_deductions", SHOWN_DEDUCTIONS),
    ("shown_practice_messages", SHOWN_MESSAGES),
    ("shown_assignment_decisions", SHOWN_DECISIONS),
    ("shown_practice_refusals", SHOWN_REFUSALS),
    ("shown_work", SHOWN_WORK),
    ("hidden_work", HIDDEN_WORK),
    ("shown_audit_events", SHOWN_AUDIT),
)


def upgrade() -> None:
    op.create_table(
        "protected_openings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="What it was for."),
        sa.Column("reason", sa.Text(), nullable=False, comment="In the words of whoever looked."),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True, comment="What the reviewer says of it."),
        sa.CheckConstraint("length(btrim(reason)) >= 10", name=op.f("ck_protected_openings_opening_says_why")),
        sa.CheckConstraint("finding in ('justified', 'questioned')", name=op.f("ck_protected_openings_finding_known")),
        sa.CheckConstraint(
            "(reviewed_at is null) = (finding is null) and (reviewed_at is null) = (reviewed_by is null)",
            name=op.f("ck_protected_openings_review_is_whole"),
        ),
        sa.CheckConstraint("reviewed_by <> opened_by", name=op.f("ck_protected_openings_nobody_reviews_themselves")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_protected_openings_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protected_openings")),
        comment="Who saw where somebody lives whose whereabouts are protected, and why.",
    )
    op.create_index("ix_protected_openings_patient_id", "protected_openings", ["patient_id"])
    op.create_index(
        "ix_protected_openings_unreviewed",
        "protected_openings",
        ["opened_at"],
        postgresql_where=sa.text("reviewed_at is null"),
    )
    op.create_table(
        "protection_words",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_protection_words_patient_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_protection_words_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protection_words")),
        comment="Why somebody is protected, and what was said of it since: read by those entrusted, and never sent.",
    )
    op.create_index("ix_protection_words_patient_id", "protection_words", ["patient_id"])
    op.create_index("ix_protection_words_matter_id", "protection_words", ["matter_id"])
    op.create_index(
        "ix_patients_hidden", "patients", ["id"], postgresql_where=sa.text("restricted or status = 'invalidated'")
    )
    op.create_index(
        "ix_patients_restricted_birth", "patients", ["date_of_birth"], postgresql_where=sa.text("restricted")
    )
    # By the number that is written on a form: for whoever is hidden, and for what is sealed.
    op.create_index("ix_transactions_number", "transactions", [sa.text(NUMBER_ON_IT)])
    for _, definition in (*FUNCTIONS, *VIEWS):
        op.execute(definition)
    op.execute(
        "create trigger no_place_leaves before insert or update of content on practice_messages"
        " for each row when (new.patient_id is not null) execute function no_place_leaves()"
    )


def downgrade() -> None:
    op.execute("drop trigger no_place_leaves on practice_messages")
    for name, _ in reversed(VIEWS):
        op.execute(f"drop view {name}")
    for name, _ in reversed(FUNCTIONS):
        op.execute(f"drop function {name}")
    op.drop_index("ix_transactions_number", table_name="transactions")
    op.drop_index("ix_patients_restricted_birth", table_name="patients")
    op.drop_index("ix_patients_hidden", table_name="patients")
    op.drop_table("protection_words")
    op.drop_table("protected_openings")
