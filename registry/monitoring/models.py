"""Balances of days, who signed them, and the clocks that strike once a day."""

from sqlalchemy import (
    BigInteger,
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
from sqlalchemy.dialects.postgresql import ARRAY

from registry.database import metadata

balance_days = Table(
    "balance_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("struck_at", DateTime(timezone=True), nullable=False),
    Column("practices", Integer, nullable=False, comment="How many lines it has."),
    Column("differences", Integer, nullable=False, comment="How many of them do not balance."),
    Column("strangers", Integer, nullable=False, comment="Interchanges of senders who are no practice of ours."),
    Column("due_at", DateTime(timezone=True), comment="By when somebody signs it."),
    Column("signed_at", DateTime(timezone=True)),
    Column("signed_by", Text),
    Column("remark", Text, comment="What the signer says of the differences."),
    CheckConstraint("(signed_at is null) = (due_at is not null)", name="unsigned_day_is_due"),
    CheckConstraint("(signed_at is null) = (signed_by is null)", name="signed_says_by_whom"),
    CheckConstraint("signed_at is null or differences = 0 or remark is not null", name="differences_are_explained"),
    Index("ix_balance_days_due", "due_at", postgresql_where=text("due_at is not null")),
    comment="A day of the office, balanced in the evening and signed by a person. A signed day never changes.",
)


def _count(name: str, comment: str) -> Column[int]:
    return Column(name, Integer, nullable=False, comment=comment)


daily_balances = Table(
    "daily_balances",
    metadata,
    Column("day", Date, ForeignKey("balance_days.day"), primary_key=True),
    Column("practice_id", Uuid, ForeignKey("practices.id"), primary_key=True),
    _count("opening", "On the list at the end of the day before, as balanced then."),
    _count("corrected", "By as many the ledger has changed since, for days before."),
    _count("arrived", "Movements to the list."),
    _count("departed", "Movements off the list."),
    _count("closing", "On the list at the end of the day, counted from the stays."),
    Column("posted", BigInteger, nullable=False, comment="The ledger's sum of all movements until the day."),
    _count("received", "Transactions that came, by link or on paper."),
    _count("accepted", "Of these, done."),
    _count("refused", "Of these, refused."),
    _count("queued", "Of these, with a person."),
    _count("waiting", "Of these, waiting for the national side or for a day."),
    _count("overtaken", "Of these, superseded or cancelled."),
    _count("interchanges", "Interchanges that came."),
    _count("processed", "Of these, considered to the end."),
    _count("turned_away", "Of these, unreadable, refused or conflicting."),
    _count("repeated", "Of these, repetitions."),
    _count("unfinished", "Of these, still in hand."),
    _count("sent", "Messages sent to the practice."),
    _count("receipted", "Of these, with their receipt."),
    _count("awaited", "Of these, without."),
    _count("forms", "Paper forms counted in the batches that came."),
    _count("keyed", "Of these, keyed."),
    _count("rejected", "Of these, rejected."),
    _count("returned", "Of these, returned."),
    _count("left_over", "Of these, still to be keyed."),
    Column("differences", ARRAY(Text), nullable=False, comment="What does not balance, by name."),
)

monitor_clocks = Table(
    "monitor_clocks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("struck_on", Date, comment="The last day for which it struck."),
    Column("struck_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("name in ('due', 'morning')", name="name_known"),
    comment="When the clocks last struck: `due` every minute, `morning` once a day.",
)
