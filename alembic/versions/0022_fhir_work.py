"""Work by the FHIR API: where transactions may come from, queries to practices, and what pages of work go by."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_SOURCES = "'edifact', 'facade', {fhir}'paper', 'office', 'notice-file', 'clock'"
_ONE_OF_A_KIND = "closed_at is null and patient_id is not null and kind {but}"

# Which practice is asked says where somebody is, and what is asked may.
SHOWN_QUERY_MESSAGES = """
create view shown_query_messages as
  select q.id, q.matter_id, q.number, q.from_office, case when not w.hidden then q.practice_id end as practice_id,
    q.patient_id, q.in_response_to, case when not w.hidden then q.text end as text, q.sent_at,
    case when not w.hidden then q.told_by end as told_by, w.hidden as whereabouts_hidden,
    q.practice_id as of_practice_id
  from query_messages q cross join lateral (
    select exists (select from hidden_people h where h.id = q.patient_id) as hidden offset 0) w
"""

# Of one row at a time, as every page of work asks: whoever is meant is looked up, and not sought among all the hidden.
# The counts of all work want the whole set, by the definitions that there were (all_hidden_...).
_LOOKED_UP = "cross join lateral (select from hidden_people h where h.id = {person} offset 0) h"
HIDDEN_CASES = f"""
create or replace view hidden_cases (id, transaction_id) as
  select a.id, a.transaction_id from anomalies a cross join lateral unnest(a.patient_ids) named(id)
    {_LOOKED_UP.format(person="named.id")}
  union all
  select a.id, a.transaction_id from anomalies a cross join lateral jsonb_array_elements(
      case when jsonb_typeof(a.evidence -> 'candidates') = 'array' then a.evidence -> 'candidates' else '[]' end) c
    {_LOOKED_UP.format(person="(c ->> 'patient_id')::uuid")}
  union all
  select a.id, a.transaction_id from anomalies a
    join matters m on m.id = (case when a.evidence ? 'matter' then (a.evidence ->> 'matter')::uuid end)
    {_LOOKED_UP.format(person="m.patient_id")}
"""
_NUMBER = "replace(coalesce(t.command -> 'demographics' ->> 'number', t.command ->> 'number'), ' ', '')"
_FORM = "t.command -> 'demographics'"
HIDDEN_TRANSACTIONS = f"""
create or replace view hidden_transactions (id) as
  select t.id from transactions t {_LOOKED_UP.format(person="t.patient_id")}
  union all
  select c.transaction_id from hidden_cases c where c.transaction_id is not null
  union all
  select t.id from transactions t join patients p on p.nhs_number = {_NUMBER} {_LOOKED_UP.format(person="p.id")}
  union all
  select t.id from transactions t join patient_numbers n on n.nhs_number = {_NUMBER}
    {_LOOKED_UP.format(person="n.patient_id")}
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
_LOOKING_UP = (("hidden_cases", HIDDEN_CASES), ("hidden_transactions", HIDDEN_TRANSACTIONS))


def upgrade() -> None:
    _sources("'fhir', ")
    _one_of_a_kind("not in ('duplicate', 'query')")
    op.create_table(
        "query_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="From 1, in the order in which they were said."),
        sa.Column("from_office", sa.Boolean(), nullable=False, comment="Said by the office; else by the practice."),
        sa.Column("practice_id", sa.Uuid(), nullable=False, comment="The practice that is asked."),
        sa.Column("patient_id", sa.Uuid(), comment="Whom it is about, where it is about somebody."),
        sa.Column("in_response_to", sa.Uuid(), comment="The question that it answers."),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by", sa.Text(), comment="Who at the practice said it, where a clerk wrote down what was said."),
        sa.CheckConstraint("length(btrim(text)) > 0", name=op.f("ck_query_messages_says_something")),
        sa.CheckConstraint(
            "in_response_to is null or not from_office", name=op.f("ck_query_messages_only_practices_answer")
        ),
        sa.CheckConstraint(
            "number >= 1 and (number > 1 or from_office)", name=op.f("ck_query_messages_begins_with_a_question")
        ),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_query_messages_matter_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_query_messages_practice_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_query_messages_patient_id")),
        sa.ForeignKeyConstraint(
            ["in_response_to"], ["query_messages.id"], name=op.f("fk_query_messages_in_response_to")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_query_messages")),
        sa.UniqueConstraint("matter_id", "number", name="one_message_per_place"),
        comment="Questions of the office to practices, and what these said. Append-only, but for what is sealed.",
    )
    op.create_index("ix_query_messages_practice_id", "query_messages", ["practice_id", "id"])
    op.create_index("ix_query_messages_patient_id", "query_messages", ["patient_id"])
    op.execute(SHOWN_QUERY_MESSAGES)
    for name, _ in _LOOKING_UP:
        op.execute(f"create view all_{name} as {_of_all(_definition(name))}")
    op.execute(f"create or replace view hidden_work as {_of_all(_definition('hidden_work'))}")
    for _, definition in _LOOKING_UP:
        op.execute(definition)
    # Pages of a practice's work and registrations go by id, the newest first.
    op.create_index("ix_transactions_work", "transactions", ["practice_id", "id"])
    op.create_index(
        "ix_transactions_taken_back", "transactions", ["id"], postgresql_where=sa.text("taken_back_by is not null")
    )
    op.create_index(
        "ix_practice_messages_told",
        "practice_messages",
        ["practice_id", "uuid"],
        postgresql_where=sa.text("kind = 'F2'"),
    )
    op.create_index("ix_list_memberships_spells", "list_memberships", ["list_id", "id"])
    op.create_index(
        "ix_anomalies_decided",
        "anomalies",
        ["patient_ids"],
        postgresql_using="gin",
        postgresql_where=sa.text("state = 'decided'"),
    )


def downgrade() -> None:
    op.drop_index("ix_anomalies_decided", "anomalies")
    op.drop_index("ix_list_memberships_spells", "list_memberships")
    op.drop_index("ix_practice_messages_told", "practice_messages")
    op.drop_index("ix_transactions_taken_back", "transactions")
    op.drop_index("ix_transactions_work", "transactions")
    for name in ("hidden_cases", "hidden_transactions", "hidden_work"):
        before = _definition("hidden_work" if name == "hidden_work" else f"all_{name}")
        op.execute(f"create or replace view {name} as {before.replace('all_hidden_', 'hidden_')}")
    for name, _ in reversed(_LOOKING_UP):
        op.execute(f"drop view all_{name}")
    op.execute("drop view shown_query_messages")
    op.drop_table("query_messages")
    _one_of_a_kind("<> 'duplicate'")
    _sources("")


def _sources(fhir: str) -> None:
    op.drop_constraint("source_known", "transactions", type_="check")
    op.create_check_constraint("source_known", "transactions", f"source in ({_SOURCES.format(fhir=fhir)})")


def _one_of_a_kind(but: str) -> None:
    op.drop_index("one_open_matter_of_a_kind", "matters")
    op.create_index(
        "one_open_matter_of_a_kind",
        "matters",
        ["patient_id", "kind"],
        unique=True,
        postgresql_where=sa.text(_ONE_OF_A_KIND.format(but=but)),
    )


def _definition(view: str) -> str:
    """How a view is defined, as PostgreSQL says it."""
    return op.get_bind().execute(sa.text(f"select pg_get_viewdef('{view}'::regclass)")).scalar_one()


def _of_all(definition: str) -> str:
    """A definition over the views of everybody hidden."""
    return re.sub(r"\bhidden_(cases|transactions)\b", r"all_hidden_\1", definition)
