"""Queries to practices."""

from registry.policies.row import PolicyRow

QUERIES: tuple[PolicyRow, ...] = (
    PolicyRow(
        "query_working_days",
        {"answer": 10, "chase": 2, "read": 5},
        "Office practice: for the practice's answer, for ringing it when none came, for reading one",
    ),
    PolicyRow(
        "query_longest_text",
        1000,
        "Assumed; GP Links publishes no length of a free text. In characters",
    ),
)
