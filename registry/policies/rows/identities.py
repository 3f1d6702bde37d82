"""Changes of identity."""

from datetime import date

from registry.policies.row import PolicyRow

IDENTITIES: tuple[PolicyRow, ...] = (
    PolicyRow("identity_gender_least_age", 0, "PCSE's process as it was: no age below which it was refused"),
    PolicyRow(
        "identity_gender_least_age",
        18,
        "The Secretary of State's direction of 20 March 2025: for nobody under 18, new or in hand",
        since=date(2025, 3, 20),
        profiles=("current",),
    ),
    PolicyRow(
        "identity_adoption_working_days", 5, "PCSE help on adoption: the practice registers within five working days"
    ),
    PolicyRow("identity_other_working_days", 10, "Assumed for a change of gender and for protection (domain rules R5)"),
    PolicyRow("identity_chase_working_days", 5, "Assumed: from the chaser until the commissioner is told"),
    PolicyRow("identity_number_working_days", 10, "Assumed: how long the National Back Office takes for a new number"),
    PolicyRow("identity_approval_working_days", 2, "Assumed: until a second person has looked at it"),
    PolicyRow("identity_step_working_days", 10, "Assumed: envelope and labels, and what is carried over by hand"),
    PolicyRow(
        "identity_leaves_within_working_days",
        5,
        "Domain rules, correction 17: no line of the ledger on the same day; drawn among so many working days",
    ),
    PolicyRow(
        "identity_seal_minutes", [5, 60], "From the new record until the old one is sealed: drawn between the two"
    ),
    PolicyRow(
        "identity_receipt_working_days", 20, "Assumed: for how long a practice's receipt is waited for before sealing"
    ),
    PolicyRow(
        "identity_late_forms_working_days",
        10,
        "Assumed: for how long late forms of the old identity are looked for every night after sealing",
    ),
    PolicyRow(
        "identity_screening_ages",
        {"cervical": [24, 65], "breast": [50, 71]},
        "NHS Cervical (from 24½ until 64) and Breast Screening Programmes (50 until the 71st birthday)",
    ),
)
