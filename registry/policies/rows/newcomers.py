"""People who are given a number: the reserve, who counts as known, and how long a practice may take."""

from registry.policies.row import PolicyRow

NEWCOMERS: tuple[PolicyRow, ...] = (
    PolicyRow(
        "number_reserve",
        {"hold": 1000, "refill_below": 500},
        "Office practice: a day's allocations of a large office are some hundreds; held is what a day of outage needs",
    ),
    PolicyRow(
        "newcomer_match_from",
        0.0,
        "PDS makes no number where somebody alike is known. log2 odds: more likely than not one person",
    ),
    PolicyRow(
        "newcomer_registration_days",
        28,
        "Office practice: a practice asks for a number for somebody whom it is about to register",
    ),
    PolicyRow("newcomer_chaser_working_days", 10, "Office practice: as for a birth that nobody registered"),
)
