"""Dates, times and counts as interchanges carry them. Times are local to London, by the minute.

Readers return None for what is no date; nothing here raises.
"""

from datetime import UTC, date, datetime

from registry.values.period import LONDON


def read_date(text: str) -> date | None:
    """A day from CCYYMMDD."""
    if len(text) != 8 or not _is_number(text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def read_minute(text: str) -> datetime | None:
    """An instant in UTC from CCYYMMDDHHMM."""
    day = read_date(text[:8])
    if day is None or len(text) != 12 or not _is_number(text):
        return None
    return _instant(day, text[8:])


def read_envelope_time(day: str, minute: str, around: datetime) -> datetime | None:
    """An instant in UTC from an envelope's YYMMDD and HHMM.

    The century is the one that brings the year nearest to `around`. A day with a four-digit
    year is taken too.
    """
    if len(minute) != 4 or not _is_number(minute) or not _is_number(day):
        return None
    if len(day) == 6:
        day = f"{_nearest_year(int(day[:2]), around.year):04d}{day[2:]}"
    found = read_date(day)
    return None if found is None else _instant(found, minute)


def read_sequence(text: str) -> int | None:
    """A count, or the number of an interchange or message: 0 to 99,999,999 in any width."""
    if not _is_number(text) or len(text) > 20:
        return None
    number = int(text)
    return number if number <= 99_999_999 else None


def write_date(day: date) -> str:
    """CCYYMMDD."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def write_minute(instant: datetime) -> str:
    """CCYYMMDDHHMM."""
    local = instant.astimezone(LONDON)
    return f"{write_date(local)}{local.hour:02d}{local.minute:02d}"


def write_envelope_time(instant: datetime) -> str:
    """YYMMDD:HHMM."""
    minute = write_minute(instant)
    return f"{minute[2:8]}:{minute[8:]}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _nearest_year(two_digits: int, year: int) -> int:
    century = year - year % 100
    candidates = [century + shift + two_digits for shift in (-100, 0, 100)]
    return min(candidates, key=lambda candidate: abs(candidate - year))


def _instant(day: date, minute: str) -> datetime | None:
    try:
        local = datetime(day.year, day.month, day.day, int(minute[:2]), int(minute[2:]), tzinfo=LONDON)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
