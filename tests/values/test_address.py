"""Five lines by position, and the shapes of postcodes."""

import pytest

from registry.values.address import Address, normal_postcode, wire_postcode


@pytest.mark.parametrize(
    ("written", "wire"),
    [
        ("M1 1AA", "M1   1AA"),
        ("M60 1NW", "M60  1NW"),
        ("CR2 6XH", "CR2  6XH"),
        ("DN55 1PT", "DN55 1PT"),
        ("W1A 1HQ", "W1A  1HQ"),
        ("EC1A 1BB", "EC1A 1BB"),
        ("br67ew", "BR6  7EW"),
        ("ZZ99 3VZ", "ZZ99 3VZ"),
        ("NO CODE", "NO CODE"),
    ],
)
def test_a_postcode_is_eight_characters_on_the_wire(written: str, wire: str):
    assert wire_postcode(written) == wire


def test_a_postcode_of_no_known_shape_is_none():
    assert normal_postcode("NO CODE") is None and normal_postcode("br6  7ew") == "BR6 7EW"


@pytest.mark.parametrize(
    ("lines", "placed", "why"),
    [
        (["A", "B", "C", "D", "E"], ("A", "B", "C", "D", "E"), "five are positional"),
        (["", "1 B", "", "D", ""], ("", "1 B", "", "D", ""), "blank ones too"),
        (["12 High Street", "Town"], ("", "12 High Street", "", "Town", ""), "a number begins line 2"),
        (["The Mill", "High Street", "Town"], ("The Mill", "High Street", "", "Town", ""), "a name begins line 1"),
        (["The Mill", "1 B", "C", "Town"], ("The Mill", "1 B", "C", "Town", ""), "four of them"),
        (["1 B", "C", "D", "Town"], ("", "1 B", "C, D", "Town", ""), "what has no line shares one"),
        (["Town"], ("Town", "", "", "", ""), "one alone stays where it is"),
        ([], ("", "", "", "", ""), "none"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_lines_whose_position_is_not_known(lines: list[str], placed: tuple[str, ...], why: str):
    assert Address.from_unpositioned(lines).lines == placed


def test_more_than_five_lines_are_no_address():
    with pytest.raises(ValueError, match="at most five"):
        Address.of(["a"] * 6)
