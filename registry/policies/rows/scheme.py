"""The special allocation scheme."""

from registry.policies.row import PolicyRow

SCHEME = (
    PolicyRow(
        "violent_late_report_days",
        7,
        "PCSE special allocation scheme help: reported later than 7 days after the incident needs the commissioner",
    ),
    PolicyRow(
        "violent_written_confirm",
        {"days": 7, "chase_on_day": 5},
        "Contracts Regulations 2015 Sch 3 para 25: in writing before the end of 7 days beginning with the notice;"
        " chasing on the fifth is office practice",
    ),
    PolicyRow(
        "scheme_approval_working_days",
        1,
        "Office practice: the commissioner answers by the end of the next working day",
    ),
    PolicyRow("scheme_place_hours", 24, "NHS England action required of PCSE, February 2018: within 24 hours"),
    PolicyRow("scheme_review_months", 12, "PCSE special allocation scheme help: reviewed at least every 12 months"),
    PolicyRow(
        "scheme_review_called_days", 28, "Office practice: the review is called for four weeks before its last day"
    ),
    PolicyRow(
        "scheme_appeal_days",
        {"placement": 14, "remaining": 28},
        "Local appeal panels (East London, South East London): from the letter",
    ),
    PolicyRow("scheme_appeal_acknowledged_working_days", 7, "Local appeal panels: acknowledged in 7 working days"),
    PolicyRow("scheme_appeal_forms_days", 14, "Local appeal panels: both forms back in 14 days"),
    PolicyRow("scheme_appeal_panel_days", 28, "Local appeal panels: heard within 28 days of both forms"),
    PolicyRow("scheme_appeal_papers_days", 5, "Local appeal panels: papers go out 5 days before"),
    PolicyRow(
        "scheme_kept_after_death_days",
        365,
        "Office practice: a place is closed a year after a death, which may turn out to be somebody else's",
    ),
)
