"""Monitoring to completion."""

from registry.policies.row import PolicyRow

MONITORING: tuple[PolicyRow, ...] = (
    PolicyRow("paper_batch_due_working_days", 2, "Office practice: forms are keyed as soon as messages are considered"),
    PolicyRow("paper_form_chaser_working_days", 5, "PCSE rejected registrations: a second e-mail after 5 working days"),
    PolicyRow("failing_work_attempts", 3, "Office practice: what fails so often in a row is put before a person"),
    PolicyRow(
        "failing_update_attempts", 12, "Office practice: an update of the national side is complete the same day"
    ),
    PolicyRow("morning_round_at", "07:00", "Office practice: before the office opens, London time"),
    PolicyRow("daily_balance_at", "22:00", "Office practice: after the day's messages, London time"),
    PolicyRow("balance_signed_working_days", 1, "Office practice: a day is signed on the next working day"),
    PolicyRow("silent_practice_working_days", 5, "Office practice: no practice is silent for a week without a reason"),
    PolicyRow("silent_practice_habit_times", 3, "Office practice: three times as long as the practice's own habit"),
    PolicyRow("silent_practice_habit_days", 90, "Office practice: the days from which a habit is read"),
    PolicyRow("deducted_unaccepted_days", 14, "Practice help: records outstanding for more than 14 days are warned of"),
    PolicyRow(
        "deducted_expects_acceptance",
        ["OPA", "RDR", "RPR", "RFI", "DIS"],
        "Removal reasons after which somebody is alive and here, and another practice should accept them",
    ),
    PolicyRow(
        "rejection_unresolved_days", 30, "Office practice: a rejection without a later acceptance, for the supervisor"
    ),
    PolicyRow("fp69_list_days", 14, "GP Links practice help: a list of FP69s 14 days before they expire"),
)
