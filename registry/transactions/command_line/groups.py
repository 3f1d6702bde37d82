"""The groups of commands of this package, for the command `registry` to put in their places."""

from registry.transactions.command_line.anomalies import app as anomalies
from registry.transactions.command_line.dev import app as dev
from registry.transactions.command_line.lists import app as lists
from registry.transactions.command_line.matters import app as matters
from registry.transactions.command_line.notices import app as notices
from registry.transactions.command_line.people import app as people
from registry.transactions.command_line.transactions import app as transactions

__all__ = ["anomalies", "dev", "lists", "matters", "notices", "people", "transactions"]
"""Each is a Typer application."""
