"""Assignments."""

from registry.policies.row import PolicyRow

_OFFICE = "Office practice"

ASSIGNMENT = (
    PolicyRow(
        "refusal_reasons_days",
        14,
        "Contracts Regulations 2004 Sch 6 para 17, 2015 Sch 3: written reasons within 14 days of the decision",
    ),
    PolicyRow("refusal_evidence_months", 6, f"{_OFFICE}: a refusal supports an application for so long"),
    PolicyRow("assignment_first_touch_working_days", 2, f"{_OFFICE}: first touch"),
    PolicyRow("assignment_decision_working_days", 5, f"{_OFFICE}: target, from the day of the application"),
    PolicyRow("assignment_panel_days", 28, "Contracts Regulations 2004 Sch 6 para 34, 2015 Sch 3 para 41"),
    PolicyRow(
        "assignment_acceptance_working_days", 10, "PCSE registrations help: an acceptance is there in 10 working days"
    ),
    PolicyRow(
        "assignment_removal_months",
        6,
        "Contracts Regulations 2004 Sch 6 para 33, 2015 Sch 3 para 40: removals of the last 6 months are considered",
    ),
    PolicyRow("assignment_share_months", 12, f"{_OFFICE}: assignments are shared out over a year"),
    PolicyRow("assignment_share_limit", 2, f"{_OFFICE}: more than twice its share needs a reason"),
    PolicyRow("assignment_most_considered", 100, f"{_OFFICE}: the nearest practices are weighed, and those named"),
    PolicyRow(
        "assignment_distance_bands",
        [[2, 0], [5, -5], [10, -15], [20, -30], [None, -50]],
        f"{_OFFICE}: points by kilometres, in a straight line from home to premises",
    ),
    PolicyRow(
        "assignment_points",
        {
            "wanted": 20,
            "unwanted": -25,
            "facility": 10,
            "facility_lacking": -15,
            "distance_unknown": -20,
            "refused_with_reason": -20,
            "equipped_for_violence": 20,
            "not_equipped_for_violence": -40,
            "share": -20,
        },
        f"{_OFFICE}: points by factor; for the share they count once for each whole share",
    ),
)
