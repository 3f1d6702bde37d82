"""Which practices are the scheme's, and what is told of incidents: the restricted tables."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint

from registry.database import metadata

scheme_practices = Table(
    "scheme_practices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("practice_id", Uuid, ForeignKey("practices.id"), nullable=False),
    Column("authority_cipher", Text, nullable=False, comment="The area for which it takes people of the scheme."),
    Column("contact", Text, nullable=False, comment="How a patient reaches it first; told in the letter."),
    Column("period", DATERANGE, nullable=False),
    ExcludeConstraint(
        ("practice_id", "="),
        ("authority_cipher", "="),
        ("period", "&&"),
        name="one_entry_per_scheme_practice_and_area",
        using="gist",
    ),
    CheckConstraint("not isempty(period) and not lower_inf(period)", name="scheme_practice_has_days"),
    comment="Practices that take people of the special allocation scheme, by area. Their lists are ordinary.",
)

scheme_incidents = Table(
    "scheme_incidents",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, ForeignKey("patients.id"), nullable=False),
    Column("practice_id", Uuid, ForeignKey("practices.id"), nullable=False, comment="Where it happened."),
    Column("ground", Text, nullable=False),
    Column("happened_at", DateTime(timezone=True), nullable=False),
    Column("noticed_at", DateTime(timezone=True), nullable=False, comment="The call, or the sending."),
    Column("channel", Text, nullable=False),
    Column("notifier", Text, nullable=False, comment="Who gave the notice."),
    Column("incident_number", Text, comment="The police's number of the incident."),
    Column("persons_affected", Integer, nullable=False),
    Column("patient_told", Text, nullable=False, comment="Whether the practice told the patient, or why not."),
    Column("narrative", Text, nullable=False),
    Column("confirmed_on", Date, comment="When the notice was here in writing."),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    CheckConstraint("ground in ('incident', 'previously-removed')", name="ground_known"),
    CheckConstraint("channel in ('telephone', 'in-person', 'email', 'post', 'form')", name="channel_known"),
    CheckConstraint(
        "patient_told in ('told', 'impracticable', 'harmful', 'unsafe', 'not-said')", name="patient_told_known"
    ),
    CheckConstraint("persons_affected >= 0", name="persons_are_counted"),
    Index("ix_scheme_incidents_patient_id", "patient_id"),
    comment="RESTRICTED. What happened, as told. Read only by `registry scheme narrative`, which is audited.",
)

scheme_notes = Table(
    "scheme_notes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, ForeignKey("patients.id"), nullable=False),
    Column("matter_id", Uuid, ForeignKey("matters.id")),
    Column("event", Text, nullable=False, comment="The event of the matter to which it belongs, or narrative-read."),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_scheme_notes_patient_id", "patient_id"),
    Index("ix_scheme_notes_reads", "at", postgresql_where=text("event = 'narrative-read'")),
    comment="RESTRICTED. Why something was done on the scheme, in the words of whoever did it; and who read, and why.",
)
