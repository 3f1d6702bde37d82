"""Confusions: two people on one number."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "confusion_people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="1 the first, 2 the second ..."),
        sa.Column(
            "patient_id", sa.Uuid(), nullable=False, comment="The record that they share; after the split, their own."
        ),
        sa.Column("surname", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("first_forename", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("second_forename", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("other_forenames", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("previous_surname", sa.Text(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("place_of_birth", sa.Text(), nullable=True),
        sa.Column("line_1", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("line_2", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("line_3", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("line_4", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("line_5", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("drugs_dispensed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("residential_institute", sa.Text(), nullable=True),
        sa.Column("number_ruling", sa.Text(), nullable=False),
        sa.Column(
            "given_number",
            sa.Text(),
            nullable=True,
            comment="The number that the National Back Office gave; None where it gave none.",
        ),
        sa.Column("evidence", sa.Text(), nullable=False, comment="On what evidence they are described so."),
        sa.Column("described_by", sa.Text(), nullable=False),
        sa.Column("described_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=True, comment="The split, when it is carried out."),
        sa.CheckConstraint(
            "(number_ruling = 'given') = (given_number is not null)",
            name=op.f("ck_confusion_people_given_number_is_told"),
        ),
        sa.CheckConstraint(
            "number_ruling in ('keep', 'given', 'to-be-allotted')", name=op.f("ck_confusion_people_number_ruling_known")
        ),
        sa.CheckConstraint("sex in ('0', '1', '2', '9')", name=op.f("ck_confusion_people_sex_known")),
        sa.CheckConstraint(
            "given_number is null or nhs_number_is_valid(given_number)",
            name=op.f("ck_confusion_people_number_is_valid"),
        ),
        sa.CheckConstraint("place between 1 and 5", name=op.f("ck_confusion_people_at_most_five_people")),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_confusion_people_matter_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_confusion_people_patient_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["transactions.id"], name=op.f("fk_confusion_people_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confusion_people")),
        comment="The people of a confusion, as they are to be after the split.",
    )
    op.create_index(op.f("ix_confusion_people_patient_id"), "confusion_people", ["patient_id"], unique=False)
    op.create_index("one_description_per_person", "confusion_people", ["matter_id", "place"], unique=True)
    op.create_index(
        "one_keeps_the_number",
        "confusion_people",
        ["matter_id"],
        unique=True,
        postgresql_where=sa.text("number_ruling = 'keep'"),
    )
    op.create_table(
        "attributions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False, comment="The row's primary key, as text."),
        sa.Column("place", sa.Integer(), nullable=False, comment="To which person of the confusion it belongs."),
        sa.Column(
            "patient_id", sa.Uuid(), nullable=False, comment="The record that they share; after the split, whose it is."
        ),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column(
            "said_by",
            sa.Text(),
            nullable=True,
            comment="Who said so outside the office: a practice's code, or another body.",
        ),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=True, comment="The split that made it so."),
        sa.Column(
            "is_current",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Whether it says whose it is.",
        ),
        sa.CheckConstraint(
            "not is_current or transaction_id is not null", name=op.f("ck_attributions_only_a_split_attributes")
        ),
        sa.CheckConstraint("place between 1 and 5", name=op.f("ck_attributions_at_most_five_people")),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_attributions_matter_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_attributions_patient_id")),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name=op.f("fk_attributions_transaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attributions")),
        comment="To whom each item of a shared record belongs. A row without one belongs to the person whom it names.",
    )
    op.create_index(op.f("ix_attributions_patient_id"), "attributions", ["patient_id"], unique=False)
    op.create_index("one_attribution_per_item", "attributions", ["matter_id", "table_name", "row_key"], unique=True)
    op.create_index(
        "one_owner_per_row",
        "attributions",
        ["table_name", "row_key"],
        unique=True,
        postgresql_where=sa.text("is_current"),
    )


def downgrade() -> None:
    op.drop_table("attributions")
    op.drop_table("confusion_people")
