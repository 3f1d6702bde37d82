"""Cutting and joining: separators, release characters, and what lenient reading overlooks."""

import pytest

from registry.links.edifact.alphabet import wire_text
from registry.links.edifact.syntax import UnreadableInterchange, decode, escape, tokenise, unescape


def elements(text: str) -> list[list[list[str]]]:
    """Segments, elements and components as plain lists."""
    segments, _ = tokenise(text)
    return [[segment.components(place) for place in range(len(segment.elements))] for segment in segments]


@pytest.mark.parametrize(
    ("text", "free_text"),
    [
        ("FTX+RGI+++A?'B'", "A'B"),
        ("FTX+RGI+++A???'B'", "A?'B"),
        ("FTX+RGI+++????'", "??"),
        ("FTX+RGI+++A??'", "A?"),
        ("FTX+RGI+++?+?:??'", "+:?"),
        ("FTX+RGI+++WHAT? NO'", "WHAT? NO"),  # a release that protects nothing is data
        ("FTX+RGI+++PART ONE:PART TWO'", "PART ONE PART TWO"),
        ("FTX+RGI+++ENDS WITH ONE?", "ENDS WITH ONE?"),
    ],
)
def test_odd_releases_protect_and_even_ones_do_not(text: str, free_text: str) -> None:
    (segment,), warnings = tokenise(text)
    assert segment.text(4) == free_text
    assert warnings == []


def test_even_releases_before_a_separator_separate() -> None:
    assert elements("LOC+950+A??+B??:C'") == [[["LOC"], ["950"], ["A?"], ["B?", "C"]]]


@pytest.mark.parametrize(
    "text",
    [
        "S01+1'\nRFF+TN:1'",
        "S01+1'\r\nRFF+TN:1'\r\n",
        "  S01+1'  RFF+TN:1'  ",
        "S01+1'RFF+TN:1",
        "\ufeffS01+1'RFF+TN:1'".removeprefix("\ufeff"),
        "---OLD--- S01+1' ---NOT USED---\nRFF+TN:1'",
    ],
)
def test_line_ends_blanks_remarks_and_a_missing_terminator_are_tolerated(text: str) -> None:
    assert elements(text) == [[["S01"], ["1"]], [["RFF"], ["TN", "1"]]]


def test_what_was_overlooked_is_told() -> None:
    _, warnings = tokenise("-- OLD -- HEA+BM+S:ZZZ' nonsense 'S01+1'")
    assert warnings == ["text before a HEA segment was ignored", "text that is no segment was ignored"]


def test_own_separators_of_a_service_string() -> None:
    assert elements("UNA;*.! ~FTX*RGI***A+B:C?'D!*E!!~") == [
        [["FTX"], ["RGI"], [""], [""], ["A+B:C?'D*E!"]],
    ]


def test_default_service_string() -> None:
    assert elements("UNA:+.? 'S01+1'") == [[["S01"], ["1"]]]


@pytest.mark.parametrize("text", ["UNA:+", "UNA::.? 'S01+1'", "UNAABCDEFS01"])
def test_senseless_service_string_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableInterchange, match="UNA"):
        tokenise(text)


def test_private_code_points_do_not_become_separators() -> None:
    (segment,), _ = tokenise("LOC+950+A\ue001B\ue002C'")
    assert segment.text(2) == "A\N{REPLACEMENT CHARACTER}B\N{REPLACEMENT CHARACTER}C"


def test_bytes_are_utf8_or_else_latin1() -> None:
    assert decode("MÜLLER".encode()) == decode("MÜLLER".encode("latin-1")) == "MÜLLER"
    assert decode(b"\xef\xbb\xbfUNB") == "UNB"


def test_escape_and_its_inverse() -> None:
    text = "O'NEILL + SON: WHY?"
    assert escape(text) == "O?'NEILL ?+ SON?: WHY??"
    assert unescape(escape(text)) == text
    assert unescape("????'") == "??'"
    assert unescape("A?B") == "A?B"


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("ÀÉÎÕÜ", "AEIOU"),
        ("Zoë Ångström", "ZOE ANGSTROM"),
        ("Straße", "STRASSE"),
        ("Łódź, Øre, Æsop, Þór", "LODZ, ORE, AESOP, THOR"),
        ("O’Neill – née “Bell”", 'O?\'NEILL - NEE "BELL"'),
        ("LINE\nBREAK\tTAB\x00NUL", "LINE BREAK TAB NUL"),
        ("ABC.,-()/=!\"%&*;<>'+:?", "ABC.,-()/=!\"%&*;<>?'?+?:??"),
    ],
)
def test_text_is_brought_to_the_alphabet(text: str, wire: str) -> None:
    assert wire_text(text) == wire


def test_the_limit_counts_characters_and_not_releases() -> None:
    assert wire_text("'" * 40, 35) == "?'" * 35
    assert wire_text("A" * 34 + " BC", 35) == "A" * 34
