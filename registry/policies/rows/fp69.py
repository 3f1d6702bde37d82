"""FP69 and returned mail."""

from datetime import date

from registry.policies.row import PolicyRow

_SHORTER = date(2025, 10, 1)
"""Notices named 1 September and then 1 October 2025; the later help says October (domain rules 0 and 9.3)."""

FP69: tuple[PolicyRow, ...] = (
    PolicyRow("fp69_window_months", 6, "Contracts Regulations: six months, for flags set up to 30 September 2025"),
    PolicyRow(
        "fp69_window_months",
        3,
        "PCSE FP69 help: three months, for flags set on or after 1 October 2025",
        since=_SHORTER,
        profiles=("current",),
    ),
    PolicyRow("fp69_expiry_under_18", "deduct", "Assumed for flags set up to 30 September 2025"),
    PolicyRow(
        "fp69_expiry_under_18",
        "stay",
        "PCSE FP69 help: under 18 never deducted by expiry; from when is not published: as the window",
        since=_SHORTER,
        profiles=("current",),
    ),
    PolicyRow(
        "fp69_reasons",
        {
            "1": "NEW REGISTRATION LETTER RETURNED",
            "2": "LIST MAINTENANCE LETTER RETURNED",
            "3": "NO REPLY TO LIST MAINTENANCE LETTERS",
            "4": "SCREENING LETTER RETURNED",
            "5": "LETTER ABOUT CARD OR RECORDS RETURNED",
            "6": "LETTER ABOUT A CHANGE OF PRACTICE RETURNED",
            "7": "REPORTED BY ANOTHER OFFICE",
            "8": "LETTER RETURNED OR OTHER REASON",
        },
        "Only 8 (other reason) is published; 1 to 7 are proposed, so the text says it in words (domain rules 1.6)",
    ),
    PolicyRow(
        "fp69_reason_of_letter",
        {"REG": "1", "LM": "2", "CS": "4", "BS": "4", "REC": "5", "CHG": "6"},
        "Domain rules 1.6, by the first part of the letter's kind; every other letter is 8",
    ),
    PolicyRow(
        "fp69_warning",
        {"days": 14, "by": "letter"},
        "GP Links practice help: a reminder 14 days before expiry; by letter, case, or none",
    ),
    PolicyRow(
        "fp69_safeguarding_working_days",
        {"first": 2, "again": 20},
        "Office practice: when a child's whereabouts are asked for first, and again",
    ),
    PolicyRow("fp69_no_flag_years", 3, "Office practice: no new flag for three years after a confirmation"),
    PolicyRow("fp69_most_a_month", 100, "Office practice: the most flags of one practice in a month"),
    PolicyRow(
        "fp69_quiet_months",
        {"months": [12, 1, 2, 3], "codes": ["2", "3"]},
        "Office practice after the London dispute: list maintenance sets no flags from December to March",
    ),
)
