"""Letters and their posting."""

from registry.policies.row import PolicyRow

LETTERS = (
    PolicyRow("post_leaves_at", "17:30", "Office practice: the day's letters leave in the evening, London time"),
    PolicyRow(
        "letters_count_as_posted",
        "at-hand-over",
        "Office practice: at-hand-over, or when the print room confirms (confirmed)",
    ),
)
