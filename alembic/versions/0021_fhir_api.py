"""The FHIR API: what FHIR carries of a person, stored answers of requests, the reserve of numbers, the pages' key."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# Columns can only be added at the end of a view, and everything that reads it stays as it is.
SHOWN_PATIENTS = """
create or replace view shown_patients as
  select p.id, p.version, p.nhs_number, p.status, p.merged_into, p.surname, p.first_forename, p.second_forename,
    p.other_forenames, p.title, p.previous_surname, p.sex, p.date_of_birth, p.date_of_death,
    case when not w.hidden then p.place_of_birth end as place_of_birth,
    {lines},
    case when not w.hidden then p.postcode end as postcode,
    case when not w.hidden then p.drugs_dispensed end as drugs_dispensed,
    case when not w.hidden then p.residential_institute end as residential_institute,
    p.restricted, p.created_at, p.updated_at, w.hidden as whereabouts_hidden{more}
  from patients p cross join lateral (
    select p.restricted or p.status = 'invalidated' or p.merged_into is not null
      and exists (select from hidden_people h where h.id = p.id) as hidden offset 0) w
"""
_LINES = ", ".join(f"case when w.hidden then '' else p.line_{n} end as line_{n}" for n in range(1, 6))

# Of somebody hidden only the names: telecoms, contacts and further addresses tell where they are.
ELEMENTS = ",\n    case when w.hidden then elements_without_whereabouts(p.elements) else p.elements end as elements"
WITHOUT_WHEREABOUTS = """
create function elements_without_whereabouts(elements jsonb) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_object_agg(key, value), '{}'::jsonb) from jsonb_each(elements) where key in ('name', 'names')
$$
"""


def upgrade() -> None:
    op.add_column(
        "patients",
        sa.Column(
            "elements",
            postgresql.JSONB(),
            server_default="{}",
            nullable=False,
            comment="What FHIR carries of them and no rule reads: ids and periods of items, telecoms, contacts.",
        ),
    )
    op.create_check_constraint("elements_are_an_object", "patients", "jsonb_typeof(elements) = 'object'")
    op.execute(WITHOUT_WHEREABOUTS)
    op.execute(SHOWN_PATIENTS.format(lines=_LINES, more=ELEMENTS))
    op.create_table(
        "fhir_requests",
        sa.Column("key", sa.LargeBinary(), nullable=False, comment="SHA-256 of who asked and what was asked."),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("headers", postgresql.JSONB()),
        sa.Column("media", sa.Text()),
        sa.Column("body", sa.LargeBinary()),
        sa.CheckConstraint("octet_length(key) = 32", name=op.f("ck_fhir_requests_key_is_sha256")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_fhir_requests")),
        comment="Answers to requests that changed something, for a day: the same request again gets the same answer.",
    )
    op.create_index("ix_fhir_requests_at", "fhir_requests", ["at"], postgresql_using="brin")
    op.create_table(
        "number_reserve",
        sa.Column("nhs_number", sa.Text(), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("nhs_number_is_valid(nhs_number)", name=op.f("ck_number_reserve_number_is_valid")),
        sa.PrimaryKeyConstraint("nhs_number", name=op.f("pk_number_reserve")),
        comment="Numbers that the national side has set aside for this register, and nobody has.",
    )
    op.create_table(
        "page_keys",
        sa.Column("id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_page_keys_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_keys")),
        comment="What the links to further pages are signed with.",
    )
    op.execute(
        "insert into page_keys (key) values"
        " (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'))"
    )
    op.drop_constraint("kind_known", "national_requests", type_="check")
    op.create_check_constraint("kind_known", "national_requests", "kind in ('trace', 'allocate', 'update', 'announce')")


def downgrade() -> None:
    op.drop_constraint("kind_known", "national_requests", type_="check")
    op.create_check_constraint("kind_known", "national_requests", "kind in ('trace', 'allocate', 'update')")
    op.drop_table("page_keys")
    op.drop_table("number_reserve")
    op.drop_table("fhir_requests")
    # A view cannot lose a column while others read it: it keeps one that says nothing.
    op.execute(SHOWN_PATIENTS.format(lines=_LINES, more=", '{}'::jsonb as elements"))
    op.execute("drop function elements_without_whereabouts")
    op.drop_constraint("elements_are_an_object", "patients", type_="check")
    op.drop_column("patients", "elements")
