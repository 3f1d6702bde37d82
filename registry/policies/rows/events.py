"""Events for practices."""

from registry.policies.row import PolicyRow

EVENTS: tuple[PolicyRow, ...] = (
    PolicyRow(
        "event_kept_days", 396, "Office practice: thirteen months, so that a year can be gone through again in its next"
    ),
    PolicyRow(
        "event_push_gives_up_hours", 24, "Office practice: an endpoint that takes nothing for a day is put in error"
    ),
    PolicyRow("event_push_longest_wait_minutes", 60, "Office practice: the longest wait before another try"),
    PolicyRow("event_subscriptions_most", 50, "Office practice: subscriptions of one practice that are not off"),
)
