"""Dates of birth as integers like 19701231, and how two of them agree, by the million."""

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from registry.matching.batch.records import Codes
from registry.matching.batch.slips import one_digit_slip
from registry.matching.compare_dates import GENERATION_YEARS
from registry.matching.levels import DateOfBirth
from registry.matching.normalise import known_date

KNOWN_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d")
"""Tried in this order where a file does not say how its dates are written."""

_ISO = {"%Y-%m-%d": "1970-12-31", "%Y%m%d": "19701231"}
"""Read ten times as fast as the others; what follows the day, as in an instant, is left."""


def read_date(text: str, form: str) -> date | None:
    """A date written in a form of `strptime`, or None."""
    try:
        if form in _ISO:
            return date.fromisoformat(text[: len(_ISO[form])])
        return datetime.strptime(text, form).date()  # noqa: DTZ007  (a day of birth has no zone)
    except ValueError:
        return None


def form_of(texts: Sequence[str]) -> str | None:
    """The form in which most of the texts are dates; None where no form fits half of them."""
    sample = [text for text in texts if text][:2000]
    if not sample:
        return KNOWN_FORMATS[0]
    fits = {form: sum(read_date(text, form) is not None for text in sample) for form in KNOWN_FORMATS}
    best = max(KNOWN_FORMATS, key=lambda form: fits[form])
    return best if fits[best] * 2 >= len(sample) else None


def as_code(day: date | None) -> int:
    """A date as 19701231; 0 for one that is not known or only fills the field."""
    known = known_date(day)
    return 0 if known is None else known.year * 10_000 + known.month * 100 + known.day


def date_levels(left: Codes, right: Codes) -> npt.NDArray[np.int8]:
    """As `compare_dates.date_level`, pair by pair; -1 where either is not known."""
    year, other_year = left // 10_000, right // 10_000
    month, other_month = left // 100 % 100, right // 100 % 100
    day, other_day = left % 100, right % 100
    same_year, same_month, same_day = year == other_year, month == other_month, day == other_day
    equal, birthday = left == right, same_month & same_day
    far = np.abs(year - other_year) > GENERATION_YEARS
    january = left % 10_000 == 101
    rough = january | (right % 10_000 == 101)
    return np.select(
        [
            (left == 0) | (right == 0),
            equal & january,
            equal,
            far & birthday,
            far,
            same_year & (month == other_day) & (day == other_month),
            one_digit_slip(left.astype(np.int64), right.astype(np.int64)),
            same_year & (rough | same_month | same_day),
            same_year,
            birthday,
        ],
        [
            np.int8(-1),
            np.int8(DateOfBirth.EQUAL_FIRST_OF_JANUARY),
            np.int8(DateOfBirth.EQUAL),
            np.int8(DateOfBirth.GENERATION),
            np.int8(DateOfBirth.DIFFERENT),
            np.int8(DateOfBirth.SWAPPED),
            np.int8(DateOfBirth.ONE_SLIP),
            np.int8(DateOfBirth.TWO_PARTS),
            np.int8(DateOfBirth.SAME_YEAR),
            np.int8(DateOfBirth.TWO_PARTS),
        ],
        default=np.int8(DateOfBirth.DIFFERENT),
    )
