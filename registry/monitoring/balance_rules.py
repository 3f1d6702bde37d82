"""What must add up in a day's figures of a practice. Standard library only."""

from collections.abc import Mapping

LIST = (
    "opening", "corrected", "arrived", "departed", "closing", "posted",
)  # fmt: skip
TRAFFIC = (
    "received", "accepted", "refused", "queued", "waiting", "overtaken",
    "interchanges", "processed", "turned_away", "repeated", "unfinished",
    "sent", "receipted", "awaited",
    "forms", "keyed", "rejected", "returned", "left_over",
)  # fmt: skip
FIGURES = LIST + TRAFFIC
"""The figures of a day by name, as the table has them."""

_SUMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "list": (("closing", "departed"), ("opening", "corrected", "arrived")),
    "ledger": (("closing",), ("posted",)),
    "transactions": (("received",), ("accepted", "refused", "queued", "waiting", "overtaken")),
    "interchanges": (("interchanges",), ("processed", "turned_away", "repeated", "unfinished")),
    "reports": (("told",), ("stored",)),
    "messages": (("sent",), ("receipted", "awaited")),
    "paper": (("forms",), ("keyed", "rejected", "returned", "left_over")),
}
"""What must equal what: opening + in - out = closing, received = accepted + refused + ..., and so on.

`told` and `stored` are the transactions that the reports of the day's interchanges name, and those
that are there: what was told to be done has been done.
"""


def differences(figures: Mapping[str, int]) -> list[str]:
    """The sums that do not hold, by name. Empty when the day balances."""
    return [
        name
        for name, (left, right) in _SUMS.items()
        if sum(figures[each] for each in left) != sum(figures[each] for each in right)
    ]
