"""Instants as commands are given them."""

from datetime import UTC, datetime

from registry.values.period import LONDON


def read_instant(text: str) -> datetime:
    """The instant of an ISO 8601 text; without a zone it is London's time, without a time the day's first.

    Raises ValueError for anything else.
    """
    try:
        found = datetime.fromisoformat(text.strip().replace(" ", "T", 1))
    except ValueError:
        raise ValueError(f"{text!r} is no instant: write 2026-11-02T09:30, or with a zone 2026-11-02T09:30Z") from None
    return (found if found.tzinfo else found.replace(tzinfo=LONDON)).astimezone(UTC)
