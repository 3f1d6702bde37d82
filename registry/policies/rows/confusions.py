"""Confusions: several people on one number."""

from registry.policies.row import PolicyRow

CONFUSIONS: tuple[PolicyRow, ...] = (
    PolicyRow("confusion_alert_weeks", 8, "Domain rules 5.1, confusion_target: alert at eight weeks"),
    PolicyRow("confusion_target_weeks", 10, "PCSE: a confusion takes about ten weeks from end to end"),
    PolicyRow(
        "confusion_stage_working_days",
        {
            "suspected": 2,
            "triaged": 2,
            "asking": 10,
            "evidence-complete": 2,
            "with-national-back-office": 20,
            "attributing": 10,
            "proposed": 2,
        },
        "Domain rules R8: first touch in two working days; the National Back Office takes four to six weeks,"
        " and is asked again after four",
    ),
    PolicyRow("number_allotment_working_days", 2, "NHAIS manual, PDS allocations queue: looked at every day"),
)
