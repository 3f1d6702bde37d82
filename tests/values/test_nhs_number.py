"""NHS numbers, and what is told apart from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.values.nhs_number import NHSNumber, NumberKind, check_digit, kind_of

VALID = ["9434765919", "9990000018", "9990000026", "9990000034", "9990000042", "9990000050", "9990000069"]


@pytest.mark.parametrize("number", VALID)
def test_valid_numbers(number: str):
    assert NHSNumber(number).value == number and kind_of(number) is NumberKind.NHS


def test_some_stems_have_no_number():
    assert check_digit("999000000") is None


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("9990000019", NumberKind.WRONG_CHECK_DIGIT),
        ("9999999999", NumberKind.PLACEHOLDER),
        ("0000000000", NumberKind.PLACEHOLDER),
        ("0101460012", NumberKind.SCOTTISH),
        ("3200000012", NumberKind.NORTHERN_IRISH),
        ("RAT56", NumberKind.OLD),
        ("N/10/10", NumberKind.OLD),
        ("FS123?", NumberKind.OLD),
        ("", NumberKind.UNREADABLE),
        ("rat56", NumberKind.UNREADABLE),
        ("999000001", NumberKind.OLD),
        ("99900000188", NumberKind.OLD),
    ],
)
def test_what_else_is_written_in_its_place(written: str, kind: NumberKind):
    if kind in (NumberKind.SCOTTISH, NumberKind.NORTHERN_IRISH):
        written = f"{written[:9]}{check_digit(written[:9])}"
    assert kind_of(written) is kind
    assert NHSNumber.parse(written) is None


def test_blanks_between_groups_are_allowed_in_reading_only():
    assert NHSNumber.parse("999 000 0018") == NHSNumber("9990000018")
    assert NHSNumber("9990000018").grouped() == "999 000 0018"
    with pytest.raises(ValueError, match="not an NHS number"):
        NHSNumber("999 000 0018")


@given(st.from_regex(r"[0-9]{9}", fullmatch=True), st.integers(0, 9))
def test_one_wrong_digit_is_always_found(stem: str, place: int):
    digit = check_digit(stem)
    if digit is None:
        return
    number = f"{stem}{digit}"
    other = f"{number[:place]}{(int(number[place]) + 1) % 10}{number[place + 1 :]}"
    assert check_digit(other[:9]) != int(other[9])


async def test_postgresql_keeps_the_same_rule(connection: AsyncConnection):
    written = [*VALID, "9990000019", "9999999999", "4012345678", "0101460016", "1112990007", "3200000014", "999000001"]
    written += [f"{stem}{check_digit(stem)}" for stem in ("010146001", "311299001", "399123457") if check_digit(stem)]
    for number in written:
        found = await connection.execute(text("select nhs_number_is_valid(:number)"), {"number": number})
        assert found.scalar_one() is (NHSNumber.parse(number) is not None), number
