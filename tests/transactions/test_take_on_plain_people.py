"""The quick way for plain lines makes the rows that the ordinary way makes, and leaves it all other lines."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.patients.read_fhir import read_patient
from registry.patients.record import PersonRecord
from registry.practices.place import Place
from registry.transactions.take_on.circumstances import place_of
from registry.transactions.take_on.copy_rows import Content, encode
from registry.transactions.take_on.journey import journey
from registry.transactions.take_on.plain_people import PlainPeople, PlainRows
from registry.transactions.take_on.rows import Rows, add_rows, timestamp
from registry.values.nhs_number import NHSNumber
from registry.values.plain_number import is_plain_number
from tests.support.copied_rows import rows_of
from tests.support.fhir_patients import NHS_NUMBER, a_number, a_patient, a_practice, died, replaced_by

TODAY = date(2026, 11, 2)
LOADED_AT = datetime(2026, 11, 2, 9, 30, 0, 123456, tzinfo=UTC)
PLACES = {"Y90001": Place(UUID(int=1), "9910101,1"), "Y90002": Place(UUID(int=2), ""), "V81999": Place(UUID(int=3), "")}
NUMBERS = [a_number(place) for place in range(3)]

_TEXTS = st.sampled_from(
    ["Quill", "ada", "Baby", "O'Rook", "Zoë-Ann", "Łoś", "van der Berg", "a|b", "Ada May", "3 Mill Lane", "Flat 2", ""]
)
_AWKWARD = st.sampled_from(
    [" Quill", "Quill ", "a\tb", "a\\b", "a\nb", "a\xa0b", "a\x01", "x" * 201, "a| b", None, 5, ["a"]]
)
_ANY_TEXT = st.one_of(*[_TEXTS] * 30, _AWKWARD, st.text(max_size=8))
_DAYS = st.sampled_from(
    ["1980-02-29", "2026-11-02", "2001-07-01", "1900-01-01", "1850-05-05"] * 8
    + [
        "2026-11-03",
        "1981-02-29",
        "2020-W10-1",
        "19800229",
        "1980",
        "1980-02",
        "",
        "1980-02-29T10:00:00+00:00",
        None,
        7,
    ]
)


def _seldom(unusual: Any, *usual: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([*[each for each in usual for _ in range(20)], *unusual])


_IDS = _seldom([None, "", 7, "a\\b", 'q"'], "n1", "8F1A21BC")
_TELECOMS = st.lists(
    st.fixed_dictionaries(
        {"value": _TEXTS}, optional={"id": _IDS, "system": st.just("phone"), "period": st.just({"start": "2015-01-01"})}
    ),
    max_size=2,
)
_NAMES = st.fixed_dictionaries(
    {"family": _ANY_TEXT},
    optional={
        "given": st.lists(_ANY_TEXT, max_size=4),
        "prefix": st.lists(_ANY_TEXT, max_size=2),
        "id": _IDS,
        "suffix": _seldom([["MBE", "Jr"]], []),
        "use": _seldom([None, "old", "nickname"], "usual", "official"),
        "period": _seldom([{"end": "2001-01-01"}], {}, {"start": "1980-02-29"}),
    },
)
_ADDRESSES = st.fixed_dictionaries(
    {},
    optional={
        "line": st.lists(_ANY_TEXT, max_size=6),
        "id": _IDS,
        "period": _seldom([None], {}, {"start": "2015-01-01"}),
        "extension": _seldom([[{"url": "https://example.org/key"}]], []),
        "postalCode": _seldom(["ZZ99 3WZ", "nonsense", " ZX1", "", None, 3], "ZX1 1AA", "zx11aa"),
        "use": _seldom(["temp", "old", []], "home"),
        "city": _seldom([None], "Otterford"),
    },
)
_PRACTICES = st.builds(
    lambda code, period, **entry: entry | {"identifier": a_practice(code)["identifier"] | period},
    _seldom(["Y90009", "y90001", "V81999", 4, None], "Y90001", "Y90002"),
    st.one_of(st.just({}), st.builds(lambda start: {"period": {"start": start}}, _DAYS))
    | _seldom([{"period": {"start": "2001-01-01", "end": "2009-12-31"}}, {"period": {"end": "2009-12-31"}}], {}),
    type=_seldom(["Practitioner"], "Organization"),
    id=_IDS,
)
_PATIENTS = st.builds(
    lambda patient, changed: patient | changed,
    st.builds(a_patient, _seldom(["9990000019", "0101011237", "9" * 10, "999 000 0018", 5], *NUMBERS)),
    st.fixed_dictionaries(
        {
            "name": st.lists(_NAMES, min_size=1, max_size=1) | st.lists(_NAMES, max_size=2),
            "address": st.lists(_ADDRESSES, min_size=1, max_size=1) | st.lists(_ADDRESSES, max_size=2),
            "generalPractitioner": st.lists(_PRACTICES, min_size=1, max_size=1) | st.lists(_PRACTICES, max_size=2),
            "gender": _seldom(["", 3, None], "male", "female", "other", "unknown"),
            "birthDate": _DAYS,
        },
        optional={
            "active": _seldom([False, None], True),
            "meta": _seldom([{"security": [{"code": "R"}]}, {"security": [{}]}, 4], {}, {"security": []}),
            "id": _seldom([None, "x", a_number(9)], NUMBERS[0]),
            "telecom": _TELECOMS | _seldom([None, {}, [None], "x"], []),
            "contact": _seldom([[{"name": {"family": "Quill"}}]], []),
            "multipleBirthInteger": _seldom([1, True, "1"], 2),
        },
    ),
)


def plain_rows(resource: Any) -> tuple[int | None, dict[str, Content]]:
    rows = PlainRows([])
    number = PlainPeople(PLACES, TODAY, LOADED_AT).add(rows, resource)
    return number, rows.encoded()


def ordinary_rows(resource: Any) -> tuple[NHSNumber | None, dict[str, Content]]:
    record = read_patient(resource, TODAY)
    assert isinstance(record, PersonRecord), record
    place = place_of(record, PLACES)
    assert place is None or isinstance(place, Place)
    rows = Rows()
    add_rows(rows, record, journey(record, place, TODAY), timestamp(LOADED_AT))
    return record.nhs_number, {table: encode(each) for table, each in rows.tables.items()}


def without_ids(tables: dict[str, Content]) -> dict[str, list[tuple[str, ...]]]:
    """The rows, with ids that were made up named by what they stand for."""
    found = {table: rows_of(table, content) for table, content in tables.items()}
    made_up = {row[0]: "the person" for row in found["patients"]} | {row[0]: "" for row in found["list_memberships"]}
    named = {
        table: [tuple(made_up.get(value, value) for value in row) for row in each] for table, each in found.items()
    }
    return {table: rows for table, rows in named.items() if rows}


@settings(max_examples=600, deadline=None)
@given(_PATIENTS)
def test_what_is_taken_as_plain_is_what_the_ordinary_reader_says(resource: dict[str, Any]):
    number, tables = plain_rows(resource)
    if number is None:
        assert not any(content.text or content.binary for content in tables.values())
        return
    expected, ordinary = ordinary_rows(resource)
    assert str(expected) == str(number)
    assert without_ids(tables) == without_ids(ordinary)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"id": None, "meta": None, "birthDate": None, "active": True},
        {"name": [{"family": "Łoś", "given": ["Ada", "May", "Jo", "Zoë"], "prefix": ["Dr", "Ms"]}]},
        {"name": [{"family": "Quill"}], "gender": None},
        {"address": [{"line": ["", "1 Mill Lane", "", "Otterford", "Wendale"], "postalCode": "zx11aa"}]},
        {"address": [{}], "birthDate": "1900-01-01"},
        {"generalPractitioner": [a_practice("Y90002")]},
        {"generalPractitioner": [a_practice("Y90001", "1970-01-01")], "telecom": [{"value": "0"}]},
    ],
)
def test_plain_people_go_the_quick_way(changed: dict[str, Any]):
    resource = a_patient(NUMBERS[0], **changed)
    number, tables = plain_rows(resource)
    assert number == int(NUMBERS[0])
    assert without_ids(tables) == without_ids(ordinary_rows(resource)[1])


@pytest.mark.parametrize(
    "resource",
    [
        None,
        [],
        "Patient",
        {"resourceType": "Practitioner"},
        replaced_by(NUMBERS[1], NUMBERS[0]),
        a_patient(NUMBERS[0], **died(date(2020, 2, 2), "2")),
        a_patient(NUMBERS[0], deceasedBoolean=True),
        a_patient(NUMBERS[0], active=False),
        a_patient(NUMBERS[0], None),
        a_patient(NUMBERS[0], "Y90009"),
        a_patient(NUMBERS[0], "Y90001", "2099-01-01"),
        a_patient(NUMBERS[0], generalPractitioner=[a_practice("Y90001", "2001-01-01", "2009-12-31")]),
        a_patient(NUMBERS[0], id=NUMBERS[1]),
        a_patient(NUMBERS[0], identifier=[{"system": NHS_NUMBER, "value": "9990000019"}], id=None),
        a_patient(NUMBERS[0], meta={"security": [{"code": "R"}]}),
        a_patient(NUMBERS[0], birthDate="2099-01-01"),
        a_patient(NUMBERS[0], name=[{"family": "Quill\\"}]),
        a_patient(NUMBERS[0], name=[{"family": "Quill", "use": "usual"}, {"family": "Rook", "use": "old"}]),
        a_patient(NUMBERS[0], extension=[]),
    ],
)
def test_everything_else_is_left_to_the_ordinary_reader(resource: Any):
    number, tables = plain_rows(resource)
    assert number is None
    assert not any(content.text or content.binary for content in tables.values())


@given(st.from_regex(r"[0-9]{9,11}", fullmatch=True) | st.text(max_size=11) | st.sampled_from([*NUMBERS, "4" * 10]))
def test_a_plain_number_is_a_valid_one(text: str):
    if is_plain_number(text):
        assert NHSNumber(text).value == text


@given(st.integers(400_000_000, 999_999_999))
def test_of_each_stem_from_4_upwards_the_valid_number_is_plain(stem: int):
    plain = [text for digit in range(10) if is_plain_number(text := f"{stem}{digit}")]
    valid = [text for digit in range(10) if NHSNumber.parse(text := f"{stem}{digit}")]
    assert plain == valid
