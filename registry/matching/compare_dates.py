"""Levels of agreement between dates of birth."""

from datetime import date

from registry.matching.levels import DateOfBirth
from registry.matching.slips import one_slip

GENERATION_YEARS = 12
"""More years apart than this is a parent and a child, not a slip: 1960 and 1990 differ in one digit too."""


def date_level(left: date, right: date) -> DateOfBirth:
    """How two known dates of birth agree. The order of the two makes no difference."""
    if left == right:
        return DateOfBirth.EQUAL_FIRST_OF_JANUARY if _first_of_january(left) else DateOfBirth.EQUAL
    same_birthday = left.month == right.month and left.day == right.day
    if abs(left.year - right.year) > GENERATION_YEARS:
        return DateOfBirth.GENERATION if same_birthday else DateOfBirth.DIFFERENT
    if left.year == right.year and left.month == right.day and left.day == right.month:
        return DateOfBirth.SWAPPED
    if one_slip(f"{left:%Y%m%d}", f"{right:%Y%m%d}"):
        return DateOfBirth.ONE_SLIP
    if left.year == right.year:
        rough = _first_of_january(left) or _first_of_january(right)
        parts = left.month == right.month or left.day == right.day
        return DateOfBirth.TWO_PARTS if rough or parts else DateOfBirth.SAME_YEAR
    return DateOfBirth.TWO_PARTS if same_birthday else DateOfBirth.DIFFERENT


def _first_of_january(day: date) -> bool:
    return day.month == 1 and day.day == 1
