"""Liaison with other bodies: cases, their people, and evidence that is frozen when it is sent."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SENT_EVIDENCE_STAYS = """
create function sent_evidence_stays() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'liaison_items' then
    if old.pack is null then
      if tg_op = 'DELETE' then return old; end if;
      return new;
    end if;
  end if;
  raise exception 'evidence that was sent, and who looked at a case, never change' using errcode = 'restrict_violation';
end $$
"""

# A case names its people in a table of its own, and may be for the sake of a matter or a case about somebody.
HIDDEN_LIAISON = """
create view hidden_liaison (id) as
  select x.matter_id from liaison_people x join hidden_people h on h.id = x.patient_id
  union all
  select c.id from liaison_cases c join liaison_people x on x.matter_id = c.about_matter_id
    join hidden_people h on h.id = x.patient_id
  union all
  select c.id from liaison_cases c join matters m on m.id = c.about_matter_id
    join hidden_people h on h.id in (m.patient_id, m.other_patient_id)
  union all
  select c.id from liaison_cases c join hidden_cases h on h.id = c.about_case_id
"""

_OF_LIAISON = "exists (select from hidden_liaison h where h.id = {column})"

SHOWN_LIAISON_CASES = f"""
create view shown_liaison_cases as
  select c.id, c.series, c.year, c.number, c.reference, c.with_whom, c.asks, c.their_reference,
    case when not w.hidden then c.practice_id end as practice_id, c.about_matter_id, c.about_case_id, c.outcome,
    c.pattern, c.month, w.hidden as whereabouts_hidden
  from liaison_cases c cross join lateral (select {_OF_LIAISON.format(column="c.id")} as hidden offset 0) w
"""

# A line was made when the item was found: whoever is protected since may be named with their practice.
SHOWN_LIAISON_ITEMS = """
create view shown_liaison_items as
  select i.id, i.matter_id, i.number, i.kind, i.ref, i.day, i.person,
    case when not c.whereabouts_hidden then i.line end as line, i.pack, i.added_at,
    case when not c.whereabouts_hidden then i.added_by end as added_by
  from liaison_items i join shown_liaison_cases c on c.id = i.matter_id
"""


def _shown_matters(hidden: str) -> str:
    return f"""
    create or replace view shown_matters as
      select m.id, m.version, m.kind, m.state, m.patient_id,
        case when not w.hidden then m.practice_id end as practice_id, m.other_patient_id, m.owner, m.priority,
        m.trigger_on, m.opened_at, m.expects, m.due_at, m.held_because, m.closed_at,
        case when w.hidden then days_only(m.facts) else m.facts end as facts,
        w.hidden as whereabouts_hidden, m.practice_id as of_practice_id
      from matters m cross join lateral (select {hidden} as hidden offset 0) w
    """


def _shown_letters(hidden: str) -> str:
    return f"""
    create or replace view shown_letters as
      select l.id, l.reference, l.kind, l.state, l.route, l.patient_id,
        case when not w.hidden then l.practice_id end as practice_id, l.transaction_id, l.matter_id,
        case when w.hidden then days_only(l.content) else l.content end as content, l.decided_at, l.due_at, l.batch_id,
        l.posted_on, l.suppressed_because, l.returned_at, l.returned_cause,
        w.hidden as whereabouts_hidden, l.practice_id as of_practice_id
      from letters l cross join lateral (select {hidden} as hidden offset 0) w
    """


_OF_PERSON = "exists (select from hidden_people h where h.id = {column})"
_MATTER = f"{_OF_PERSON.format(column='m.patient_id')} or {_OF_PERSON.format(column='m.other_patient_id')}"
_LETTER = _OF_PERSON.format(column="l.patient_id")


def upgrade() -> None:
    op.create_table(
        "counter_fraud_runs",
        sa.Column("month", sa.Date(), nullable=False, comment="The first day of the month in which it was done."),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False, comment="When it is done again."),
        sa.Column("raised", sa.Integer(), nullable=False, comment="How many cases were begun."),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_counter_fraud_runs")),
        comment="When practices were last looked at for patterns.",
    )
    op.create_table(
        "liaison_cases",
        sa.Column("id", sa.Uuid(), nullable=False, comment="The matter, which has the clock."),
        sa.Column("series", sa.Text(), nullable=False, comment="The kind of the matter."),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="Of its series and year."),
        sa.Column("reference", sa.Text(), nullable=False, comment="Ours, by which others know the case."),
        sa.Column("with_whom", sa.Text(), nullable=False),
        sa.Column("asks", sa.Text(), nullable=False, comment="What it is about and what is asked, by its code."),
        sa.Column("their_reference", sa.Text(), nullable=True),
        sa.Column("practice_id", sa.Uuid(), nullable=True, comment="The practice that it is about."),
        sa.Column("about_matter_id", sa.Uuid(), nullable=True, comment="The matter that waits for the answer."),
        sa.Column("about_case_id", sa.Uuid(), nullable=True, comment="The anomaly that waits for the answer."),
        sa.Column("outcome", sa.Text(), nullable=True, comment="What was answered, by its code."),
        sa.Column("pattern", sa.Text(), nullable=True, comment="The pattern that gave rise to it."),
        sa.Column("month", sa.Date(), nullable=True, comment="The first day of the month in which that was found."),
        sa.CheckConstraint("series in ('liaison', 'counter-fraud')", name=op.f("ck_liaison_cases_series_known")),
        sa.CheckConstraint(
            "case series when 'counter-fraud' then with_whom in ('local-specialist', 'national-authority')"
            " else with_whom in ('nbo', 'pds', 'commissioner', 'home-office', 'lmc') end",
            name=op.f("ck_liaison_cases_body_is_of_its_series"),
        ),
        sa.CheckConstraint("about_matter_id <> id", name=op.f("ck_liaison_cases_case_is_about_something_else")),
        sa.CheckConstraint(
            "(pattern is null) = (month is null) and (pattern is null or practice_id is not null)",
            name=op.f("ck_liaison_cases_pattern_is_of_a_practice_and_month"),
        ),
        sa.ForeignKeyConstraint(["id"], ["matters.id"], name=op.f("fk_liaison_cases_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_liaison_cases_practice_id")),
        sa.ForeignKeyConstraint(["about_matter_id"], ["matters.id"], name=op.f("fk_liaison_cases_about_matter_id")),
        sa.ForeignKeyConstraint(["about_case_id"], ["anomalies.id"], name=op.f("fk_liaison_cases_about_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liaison_cases")),
        sa.UniqueConstraint("reference", name=op.f("uq_liaison_cases_reference")),
        comment="What the office has in hand with another body. Its practice stands here alone, not with the matter.",
    )
    op.create_index("one_number_in_a_year", "liaison_cases", ["series", "year", "number"], unique=True)
    op.create_index(
        "one_case_per_pattern_and_month",
        "liaison_cases",
        ["practice_id", "pattern", "month"],
        unique=True,
        postgresql_where=sa.text("pattern is not null"),
    )
    op.create_index(
        "ix_liaison_cases_about_matter_id",
        "liaison_cases",
        ["about_matter_id"],
        unique=False,
        postgresql_where=sa.text("about_matter_id is not null"),
    )
    op.create_table(
        "liaison_people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="By which the case speaks of them: P1, P2 ..."),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_liaison_people_people_are_counted_from_one")),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_liaison_people_matter_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_liaison_people_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liaison_people")),
        comment="Whom a case is about. Two of them may turn out to be one person.",
    )
    op.create_index("one_person_per_number_of_a_case", "liaison_people", ["matter_id", "number"], unique=True)
    op.create_index("ix_liaison_people_patient_id", "liaison_people", ["patient_id"], unique=False)
    op.create_table(
        "liaison_packs",
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False, comment="How many it holds."),
        sa.Column(
            "digest",
            sa.Text(),
            nullable=False,
            comment="SHA-256 over its items, and over the digest of the pack before.",
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=True, comment="The letter that carries its index."),
        sa.CheckConstraint("number > 0 and items >= 0", name=op.f("ck_liaison_packs_packs_are_counted")),
        sa.CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name=op.f("ck_liaison_packs_digest_is_sha256")),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_liaison_packs_matter_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_liaison_packs_letter_id")),
        sa.PrimaryKeyConstraint("matter_id", "number", name=op.f("pk_liaison_packs")),
        comment="Evidence as it was sent. Frozen.",
    )
    op.create_table(
        "liaison_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="In the index."),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "ref", sa.Text(), nullable=False, comment="The id of what it names in the register, or another's reference."
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True, comment="Whom it is about, by their number in the case."),
        sa.Column("line", sa.Text(), nullable=False, comment="What it is, in codes."),
        sa.Column("pack", sa.Integer(), nullable=True, comment="The pack with which it was sent; none yet."),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind in ('transaction', 'movement', 'matter', 'case', 'letter', 'message', 'figure', 'document')",
            name=op.f("ck_liaison_items_kind_known"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_liaison_items_items_are_counted_from_one")),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_liaison_items_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liaison_items")),
        comment="The index of evidence of a case: ids, days and codes. What was sent is frozen.",
    )
    op.create_index("one_item_per_number_of_a_case", "liaison_items", ["matter_id", "number"], unique=True)
    op.create_table(
        "liaison_reads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_liaison_reads_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liaison_reads")),
        comment="Who looked at a restricted case, and why. Append-only.",
    )
    op.create_index("ix_liaison_reads_at", "liaison_reads", ["at"], unique=False)
    op.execute(SENT_EVIDENCE_STAYS)
    for table in ("liaison_items", "liaison_packs", "liaison_reads"):
        op.execute(
            f"create trigger sent_evidence_stays before update or delete on {table}"
            " for each row execute function sent_evidence_stays()"
        )
    for view in (HIDDEN_LIAISON, SHOWN_LIAISON_CASES, SHOWN_LIAISON_ITEMS):
        op.execute(view)
    is_one = "m.kind in ('liaison', 'counter-fraud')"
    op.execute(_shown_matters(f"{_MATTER} or {is_one} and {_OF_LIAISON.format(column='m.id')}"))
    op.execute(_shown_letters(f"{_LETTER} or {_OF_LIAISON.format(column='l.matter_id')}"))


def downgrade() -> None:
    op.execute(_shown_matters(_MATTER))
    op.execute(_shown_letters(_LETTER))
    for view in ("shown_liaison_items", "shown_liaison_cases", "hidden_liaison"):
        op.execute(f"drop view {view}")
    for table in ("liaison_reads", "liaison_items", "liaison_packs", "liaison_people", "liaison_cases"):
        op.drop_table(table)
    op.drop_table("counter_fraud_runs")
    op.execute("drop function sent_evidence_stays()")
