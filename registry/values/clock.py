"""Time is an argument. A clock is passed to whatever needs to know what time it is."""

from datetime import UTC, date, datetime
from typing import Protocol

from registry.values.period import london_date


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A time that stands still until it is set; for replays, commands with `--at`, and tests."""

    def __init__(self, instant: datetime) -> None:
        if instant.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        self.instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        return self.instant


def today(clock: Clock) -> date:
    """The London date of a clock's present."""
    return london_date(clock.now())
