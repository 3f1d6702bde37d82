"""Instants as headers of HTTP carry them."""

from datetime import UTC, datetime
from email.utils import format_datetime


def http_date(moment: datetime) -> str:
    """An instant as `Mon, 02 Nov 2026 09:30:00 GMT`."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)
