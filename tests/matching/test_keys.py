"""One row for the present, one for each former fact, none twice."""

from uuid import uuid4

import orjson

from registry.database import to_json
from registry.matching.keys import key_from_json, key_row, keys_of, number_key
from registry.matching.models import match_keys
from registry.values.person import Name, Sex
from tests.matching.people import HOME, OTHER_TOWN, SAME_DISTRICT, number, person, place

ID = uuid4()


def test_the_present_row_comes_first_and_alone_is_current() -> None:
    keys = keys_of(
        ID,
        person(previous="EVANS", before=OTHER_TOWN, nhs=number(3)),
        former_names=[Name("MORGAN", "OLWEN")],
        former_addresses=[place(SAME_DISTRICT)],
    )
    facts = [(key.surname, key.postcode, key.is_current) for key in keys]
    assert facts == [
        ("PRITCHARD", "ZE14QA", True),
        ("MORGAN", "ZE14QA", False),
        ("EVANS", "ZE14QA", False),
        ("PRITCHARD", "ZE19XX", False),
        ("PRITCHARD", "QP72BB", False),
    ]
    assert {key.nhs_number for key in keys} == {number(3)}
    assert keys[0].previous_surname == "EVANS"


def test_what_says_the_same_gives_no_second_row() -> None:
    again = keys_of(
        ID,
        person(previous="Pritchard", before=HOME),
        former_names=[Name("pritchard", "Olwen"), Name("")],
        former_addresses=[place("12 High St, ze1 4qa"), place("")],
    )
    assert len(again) == 1


def test_only_a_valid_english_number_is_held() -> None:
    scottish, wrong, old = "0101010006", number(1)[:9] + "X", "RAT56"
    for written in (scottish, wrong, old, "1111111111"):
        assert keys_of(ID, person(nhs=written))[0].nhs_number is None


def test_a_row_comes_back_from_json_as_it_was() -> None:
    for key in keys_of(ID, person(previous="EVANS", nhs=number(4), sex=Sex.MALE, born=None)):
        assert key_from_json(orjson.loads(to_json(key_row(key)))) == key
        assert key_from_json(key_row(key)) == key
    assert key_from_json({"patient_id": str(ID), "nhs_number": number(5), "is_current": False}) == number_key(
        ID, number(5)
    )


def test_a_row_fills_every_column_but_its_own_id() -> None:
    assert set(key_row(number_key(ID, number(5)))) == {column.name for column in match_keys.columns} - {"id"}
