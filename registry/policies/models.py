"""Effective-dated rules."""

from sqlalchemy import Column, Table, Text
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, ExcludeConstraint

from registry.database import metadata

policies = Table(
    "policies",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("period", DATERANGE, primary_key=True),
    Column("value", JSONB, nullable=False),
    Column("source", Text, nullable=False),
    ExcludeConstraint(("profile", "="), ("key", "="), ("period", "&&"), name="one_policy_at_a_time", using="gist"),
    comment="Numbers that the law or the contract can change, with the days on which each is in force.",
)
