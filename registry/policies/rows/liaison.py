"""Liaison with other bodies, and counter fraud."""

from registry.policies.row import PolicyRow

_ASSUMED = "Assumed; domain rules R8 name the pattern and no number"

LIAISON: tuple[PolicyRow, ...] = (
    PolicyRow(
        "liaison_reference",
        {"liaison": "LIA/{year}/{number:05}", "counter-fraud": "CF/{year}/{number:04}"},
        "Office practice: a series of each year for each kind, so that neither tells how many the other has",
    ),
    PolicyRow(
        "liaison_their_reference",
        {"default": "[A-Z0-9][A-Z0-9 /.-]{2,29}"},
        "No body publishes the form of its references; by body where one is known",
    ),
    PolicyRow(
        "liaison_clocks",
        {
            "default": {"working_days": 10},
            "nbo/duplicate": {"weeks": 6, "working_days": 5, "alert_weeks": 4},
            "nbo/confusion": {"weeks": 10, "alert_weeks": 8},
            "counter-fraud": {"working_days": 20},
        },
        "PCSE help on duplicates (four to six weeks and five working days) and confusions (about ten weeks)",
    ),
    PolicyRow(
        "liaison_working_days",
        {"prepare": 5, "chase": 2, "again": 10, "more": 5, "close": 5},
        "Office practice: when the office's own next step is due",
    ),
    PolicyRow(
        "counter_fraud_working_days",
        {"assess": 10, "approve": 5, "chase": 2, "again": 10, "more": 5, "close": 10},
        "Office practice: when the office's own next step is due",
    ),
    PolicyRow(
        "counter_fraud_run",
        {"day": 3, "at": "06:00"},
        "Office practice: when in a month the practices are looked at for patterns, London time",
    ),
    PolicyRow(
        "counter_fraud_growth",
        {"months": 3, "threshold": 5, "least": 20, "times_median": 3},
        f"{_ASSUMED}: 9 % in a quarter is one (scenario 11). In per cent of the list; natural arrivals are 0.5 %",
    ),
    PolicyRow(
        "counter_fraud_bounce",
        {"months": 3, "threshold": 30, "least": 10, "times_median": 3},
        f"{_ASSUMED}. FP69s for each thousand on the list; the year's natural rate is 15",
    ),
    PolicyRow(
        "counter_fraud_silent",
        {"months": 6, "quiet_months": 6, "threshold": 15, "least": 15, "times_median": 3, "percent": 90},
        f"{_ASSUMED}. People accepted in one week by types 2 and 4 of whom nothing was heard for six months",
    ),
    PolicyRow(
        "counter_fraud_crowded",
        {"months": 3, "threshold": 9, "least": 9, "times_median": 1},
        "Domain rules R8: more than eight people at an address registered on one day",
    ),
    PolicyRow(
        "counter_fraud_dead_again",
        {"months": 12, "threshold": 3, "least": 3, "times_median": 3},
        f"{_ASSUMED}. One may be the wrong person's number",
    ),
    PolicyRow(
        "counter_fraud_late_lifts",
        {"months": 12, "threshold": 5, "least": 5, "times_median": 3, "days": 3, "percent": 50},
        f"{_ASSUMED}. In the last three days; the reminder goes out fourteen before",
    ),
    PolicyRow(
        "counter_fraud_explains",
        {
            "student_ages": [17, 26],
            "student_months": [8, 9, 10],
            "care_home_age": 65,
            "share_percent": 80,
            "most_in_a_home": 8,
        },
        f"{_ASSUMED}. What harmless growth looks like: students in autumn, care homes, new houses",
    ),
)
