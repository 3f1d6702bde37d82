"""Cases of other bodies on which the office's work rests."""

from registry.policies.row import PolicyRow

OUTSIDE_CASES: tuple[PolicyRow, ...] = (
    PolicyRow(
        "case_reference_format",
        "[A-Z]{2,8}[-/ ]?[0-9][0-9A-Z/-]{2,24}",
        "NHAIS registration manual: joining or taking apart identities needs a ticket of the national service desk;"
        " the form is office practice",
    ),
)
