"""The special allocation scheme: its practices, and what is told of incidents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scheme_practices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column(
            "authority_cipher", sa.Text(), nullable=False, comment="The area for which it takes people of the scheme."
        ),
        sa.Column("contact", sa.Text(), nullable=False, comment="How a patient reaches it first; told in the letter."),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("practice_id"), "="),
            (sa.column("authority_cipher"), "="),
            (sa.column("period"), "&&"),
            using="gist",
            name="one_entry_per_scheme_practice_and_area",
        ),
        sa.CheckConstraint(
            "not isempty(period) and not lower_inf(period)", name=op.f("ck_scheme_practices_scheme_practice_has_days")
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_scheme_practices_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_practices")),
        comment="Practices that take people of the special allocation scheme, by area. Their lists are ordinary.",
    )
    _incidents()
    _notes()


def _incidents() -> None:
    op.create_table(
        "scheme_incidents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=False, comment="Where it happened."),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False, comment="The call, or the sending."),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("notifier", sa.Text(), nullable=False, comment="Who gave the notice."),
        sa.Column("incident_number", sa.Text(), nullable=True, comment="The police's number of the incident."),
        sa.Column("persons_affected", sa.Integer(), nullable=False),
        sa.Column(
            "patient_told", sa.Text(), nullable=False, comment="Whether the practice told the patient, or why not."
        ),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True, comment="When the notice was here in writing."),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "ground in ('incident', 'previously-removed')", name=op.f("ck_scheme_incidents_ground_known")
        ),
        sa.CheckConstraint(
            "channel in ('telephone', 'in-person', 'email', 'post', 'form')",
            name=op.f("ck_scheme_incidents_channel_known"),
        ),
        sa.CheckConstraint(
            "patient_told in ('told', 'impracticable', 'harmful', 'unsafe', 'not-said')",
            name=op.f("ck_scheme_incidents_patient_told_known"),
        ),
        sa.CheckConstraint("persons_affected >= 0", name=op.f("ck_scheme_incidents_persons_are_counted")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_scheme_incidents_patient_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_scheme_incidents_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_incidents")),
        comment="RESTRICTED. What happened, as told. Read only by `registry scheme narrative`, which is audited.",
    )
    op.create_index("ix_scheme_incidents_patient_id", "scheme_incidents", ["patient_id"], unique=False)


def _notes() -> None:
    op.create_table(
        "scheme_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=True),
        sa.Column(
            "event",
            sa.Text(),
            nullable=False,
            comment="The event of the matter to which it belongs, or narrative-read.",
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_scheme_notes_matter_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_scheme_notes_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_notes")),
        comment="RESTRICTED. Why something was done on the scheme, in the words of whoever did it; and who read, and"
        " why.",
    )
    op.create_index("ix_scheme_notes_patient_id", "scheme_notes", ["patient_id"], unique=False)
    op.create_index(
        "ix_scheme_notes_reads",
        "scheme_notes",
        ["at"],
        unique=False,
        postgresql_where=sa.text("event = 'narrative-read'"),
    )


def downgrade() -> None:
    op.drop_table("scheme_notes")
    op.drop_table("scheme_incidents")
    op.drop_table("scheme_practices")
