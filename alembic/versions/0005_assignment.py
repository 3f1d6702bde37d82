"""Assignment: where postcodes are, refusals, applicants, and decisions that cannot be changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FROZEN = """
create function decisions_are_frozen() returns trigger language plpgsql as $$
begin
  raise exception 'what was decided is never changed: decide anew';
end $$
"""
FROZEN_TABLES = ("assignment_decisions", "assignment_candidates")


def upgrade() -> None:
    op.create_table(
        "postcode_places",
        sa.Column("postcode", sa.Text(), nullable=False, comment="In upper case, with one blank."),
        sa.Column("easting", sa.Integer(), nullable=False, comment="Metres on the National Grid."),
        sa.Column("northing", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "easting between 0 and 700000 and northing between 0 and 1300000",
            name=op.f("ck_postcode_places_place_is_on_the_grid"),
        ),
        sa.PrimaryKeyConstraint("postcode", name=op.f("pk_postcode_places")),
        comment="Optional; where it holds nothing distances are unknown, and said to be.",
    )
    op.create_table(
        "practice_facilities",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("facility", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_practice_facilities_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "facility", name=op.f("pk_practice_facilities")),
        comment="What a practice says that its premises and staff offer; by the codes of the rules.",
    )
    _applicants()
    _refusals()
    _decisions()
    op.execute(FROZEN)
    for table in FROZEN_TABLES:
        op.execute(
            f"create trigger decisions_are_frozen before update or delete on {table}"
            " for each row execute function decisions_are_frozen()"
        )


def _applicants() -> None:
    op.create_table(
        "assignment_applicants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stated_number", sa.Text(), nullable=True, comment="The NHS number that they gave; nobody here had it then."
        ),
        sa.Column("surname", sa.Text(), nullable=False),
        sa.Column("first_forename", sa.Text(), server_default="", nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("sex", sa.Text(), server_default="0", nullable=False),
        *(sa.Column(f"line_{number}", sa.Text(), server_default="", nullable=False) for number in range(1, 6)),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_assignment_applicants_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_applicants")),
        sa.UniqueConstraint("matter_id", name=op.f("uq_assignment_applicants_matter_id")),
        comment="Who they say they are, while the register holds nobody of whom that is certainly true.",
    )
    op.create_index(
        "ix_assignment_applicants_stated_number",
        "assignment_applicants",
        ["stated_number"],
        postgresql_where=sa.text("stated_number is not null"),
    )


def _refusals() -> None:
    op.create_table(
        "practice_refusals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True, comment="Of an applicant who is not in the register."),
        sa.Column("refused_on", sa.Date(), nullable=False, comment="The day of the practice's decision."),
        sa.Column("ground", sa.Text(), nullable=False, comment="The practice's ground, by the codes of the rules."),
        sa.Column(
            "stands", sa.Boolean(), nullable=False, comment="Whether it is a ground on which a practice may refuse."
        ),
        sa.Column(
            "reasons_given_on", sa.Date(), nullable=True, comment="When the applicant had the reasons in writing."
        ),
        sa.Column("matter_id", sa.Uuid(), nullable=True, comment="The matter that waits for the written reasons."),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(patient_id, application_id) = 1", name=op.f("ck_practice_refusals_refusal_is_of_somebody")
        ),
        sa.CheckConstraint("reasons_given_on >= refused_on", name=op.f("ck_practice_refusals_reasons_follow_refusal")),
        sa.CheckConstraint(
            "reasons_given_on is not null or matter_id is not null",
            name=op.f("ck_practice_refusals_reasons_are_waited_for"),
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_practice_refusals_practice_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_practice_refusals_patient_id")),
        sa.ForeignKeyConstraint(["application_id"], ["matters.id"], name=op.f("fk_practice_refusals_application_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_practice_refusals_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_refusals")),
        comment="The register of refusals: which practice would not take whom, and on what ground.",
    )
    op.create_index("one_refusal_a_day", "practice_refusals", ["practice_id", "patient_id", "refused_on"], unique=True)
    op.create_index(
        "one_refusal_a_day_of_applicant",
        "practice_refusals",
        ["practice_id", "application_id", "refused_on"],
        unique=True,
    )
    for column in ("patient_id", "application_id", "matter_id"):
        op.create_index(f"ix_practice_refusals_{column}", "practice_refusals", [column])


def _decisions() -> None:
    op.create_table(
        "assignment_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("practice_id", sa.Uuid(), nullable=False, comment="The practice that was chosen."),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column(
            "reason", sa.Text(), nullable=True, comment="Why not the first candidate, or why more than its share."
        ),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_assignment_decisions_matter_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_assignment_decisions_patient_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_assignment_decisions_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_decisions")),
        comment="A practice was chosen for somebody. Frozen.",
    )
    op.create_index("ix_assignment_decisions_matter_id", "assignment_decisions", ["matter_id"])
    op.create_index("ix_assignment_decisions_practice", "assignment_decisions", ["practice_id", "decided_on"])
    op.create_table(
        "assignment_candidates",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="Its place in the order, from 1."),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("proposed", sa.Boolean(), nullable=False, comment="Whether it could be chosen."),
        sa.Column("not_proposed_because", sa.Text(), nullable=True),
        sa.Column("over_share", sa.Boolean(), nullable=False, comment="Whether it would have more than its share."),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False, comment="Why it was chosen, or was not."),
        sa.Column(
            "factors",
            postgresql.JSONB(),
            nullable=False,
            comment="Every factor: its name, what was found, its points.",
        ),
        sa.CheckConstraint(
            "proposed = (not_proposed_because is null)", name=op.f("ck_assignment_candidates_not_proposed_says_why")
        ),
        sa.CheckConstraint("proposed or not chosen", name=op.f("ck_assignment_candidates_only_proposed_is_chosen")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["assignment_decisions.id"], name=op.f("fk_assignment_candidates_decision_id")
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_assignment_candidates_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_candidates")),
        comment="Every practice that was weighed, those that were not chosen too. Frozen.",
    )
    op.create_index("one_row_per_candidate", "assignment_candidates", ["decision_id", "practice_id"], unique=True)
    op.create_index("one_place_per_candidate", "assignment_candidates", ["decision_id", "place"], unique=True)


def downgrade() -> None:
    for table in (
        "assignment_candidates",
        "assignment_decisions",
        "practice_refusals",
        "assignment_applicants",
        "practice_facilities",
        "postcode_places",
    ):
        op.drop_table(table)
    op.execute("drop function decisions_are_frozen()")
