"""Which source wins, and what may be keyed: the pure rules."""

from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest

from registry.policies.rows.particulars import PRECEDENCE
from registry.transactions.commands import Changes
from registry.transactions.rules.particulars import Fault, is_care_of, is_special_postcode, read_items
from registry.transactions.rules.precedence import Ask, Keep, Take, Verdict, Why, precedence_of, weigh, wins
from registry.transactions.rules.provenance import (
    FIELDS,
    Evidence,
    Held,
    Said,
    Source,
    entry,
    fields_of,
    held,
    restored,
)

TODAY = date(2026, 11, 2)
MADE_ON = date(2020, 3, 2)
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)

PDS = Said(Source.NATIONAL, "PDS", TODAY, Evidence.NATIONAL_RECORD)
G2 = Said(Source.AMENDMENT, "Y90001", TODAY, Evidence.PRACTICE_SAID)
LETTER = Said(Source.PATIENT_LETTER, "patient-letter", TODAY, Evidence.PATIENT_SAID)
CERTIFICATE = Said(Source.PATIENT_LETTER, "patient-letter", TODAY, Evidence.CERTIFICATE)
OFFICE = Said(Source.CORRECTION, "office", TODAY, Evidence.SEEN_DOCUMENT)
NBO = Said(Source.NATIONAL_BACK_OFFICE, "NBO", TODAY, Evidence.RULING)
COUNCIL = Said(Source.COUNCIL, "council", TODAY)

FIELD_NAMES = sorted(set(FIELDS) - {"nhs_number", "death", "restricted"})


def dated(said: Said, day: date) -> Said:
    return Said(said.source, said.by, day, said.evidence)


def verdict(field: str, said: Said, now: Said | None) -> Verdict:
    known = None if now is None else Held(now, NOON)
    return wins(said, known, MADE_ON, precedence_of(PRECEDENCE, field))


SAME_DAY: dict[str, tuple[Verdict, Verdict]] = {
    # PDS against what a G2 said; a G2 against what PDS said.
    "surname": (Ask(Why.SAME_DAY), Ask(Why.SAME_DAY)),
    "forenames": (Ask(Why.SAME_DAY), Ask(Why.SAME_DAY)),
    "previous_surname": (Ask(Why.SAME_DAY), Ask(Why.SAME_DAY)),
    "place_of_birth": (Ask(Why.SAME_DAY), Ask(Why.SAME_DAY)),
    "address": (Ask(Why.SAME_DAY), Ask(Why.SAME_DAY)),
    "title": (Keep(Why.OUTRANKED), Take()),
    "drugs_dispensed": (Keep(Why.OUTRANKED), Take()),
    "residential_institute": (Keep(Why.OUTRANKED), Take()),
    "sex": (Take(), Keep(Why.OUTRANKED)),
    "date_of_birth": (Take(), Keep(Why.OUTRANKED)),
}


@pytest.mark.parametrize("field", FIELD_NAMES)
def test_the_national_side_and_a_practice_on_one_day(field: str):
    assert (verdict(field, PDS, G2), verdict(field, G2, PDS)) == SAME_DAY[field]


@pytest.mark.parametrize(("one", "other"), list(product((PDS, G2, CERTIFICATE, OFFICE), repeat=2)), ids=lambda s: s.by)
@pytest.mark.parametrize("field", FIELD_NAMES)
def test_the_end_does_not_depend_on_who_came_first(field: str, one: Said, other: Said):
    """Whatever two say, on whatever days: both orders end with one of them, or in both a person is asked."""
    if one is other:
        return
    for days in (-3, 0, 3):
        earlier = dated(one, date.fromordinal(TODAY.toordinal() + days - 3))
        later = dated(other, date.fromordinal(TODAY.toordinal() - 3))
        first, second = verdict(field, earlier, later), verdict(field, later, earlier)
        assert (isinstance(first, Ask) and isinstance(second, Ask)) or {type(first), type(second)} == {Take, Keep}


def test_of_two_as_good_the_later_day_wins_and_the_older_is_kept_out():
    assert verdict("address", LETTER, dated(G2, date(2026, 11, 1))) == Take()
    assert verdict("address", dated(LETTER, date(2026, 11, 1)), G2) == Keep(Why.OLDER)


def test_an_older_word_never_overwrites_whatever_its_rank():
    assert verdict("address", dated(OFFICE, date(2026, 10, 1)), LETTER) == Keep(Why.OLDER)


def test_what_lasts_goes_by_rank_and_not_by_day():
    assert verdict("date_of_birth", dated(PDS, date(2019, 1, 1)), G2) == Take()
    assert verdict("date_of_birth", G2, dated(PDS, date(2019, 1, 1))) == Keep(Why.OUTRANKED)


@pytest.mark.parametrize("field", ["date_of_birth", "sex"])
def test_birth_and_sex_need_evidence(field: str):
    assert verdict(field, LETTER, None) == Ask(Why.NEEDS_EVIDENCE)
    assert verdict(field, CERTIFICATE, None) == Take()


@pytest.mark.parametrize("field", FIELD_NAMES)
@pytest.mark.parametrize("source", list(Source), ids=[each.value for each in Source])
def test_only_a_ruling_changes_what_a_ruling_set(field: str, source: Source):
    said = Said(source, "somebody", TODAY, Evidence.CERTIFICATE)
    is_ruling = source in (Source.NATIONAL_BACK_OFFICE, Source.IDENTITY_RULING, Source.SPLIT)

    found = verdict(field, said, dated(NBO, date(2019, 1, 1)))

    assert found == (Take() if is_ruling else Keep(Why.RULED))


def test_hearsay_is_asked_about_even_where_nothing_speaks_against_it():
    assert verdict("address", COUNCIL, None) == Ask(Why.HEARSAY)


def test_the_same_speaker_corrects_himself_on_the_same_day():
    assert verdict("address", G2, G2) == Take()
    assert verdict("address", dated(G2, date(2026, 11, 1)), G2) == Keep(Why.OLDER)
    assert verdict("address", Said(Source.AMENDMENT, "Y90002", TODAY), G2) == Ask(Why.SAME_DAY)


def test_what_came_with_the_record_gives_way_to_what_is_not_older():
    assert verdict("address", LETTER, None) == Take()
    assert verdict("address", dated(LETTER, date(2019, 1, 1)), None) == Ask(Why.BEFORE_RECORD)
    assert verdict("address", dated(G2, date(2019, 1, 1)), None) == Take()


ROW: dict[str, Any] = {
    "created_at": "2020-03-02T00:00:00+00:00",
    "surname": "Harrowgate",
    "previous_surname": None,
    "line_2": "12 Quillet Lane",
    "postcode": "ZX4 7QP",
    "provenance": {"address": entry(G2, NOON, None), "surname": entry(PDS, NOON, None)},
}


def test_what_differs_in_case_or_blanks_alone_is_no_conflict():
    assert weigh({"line_2": "12  QUILLET LANE"}, ROW, PDS, PRECEDENCE) == {"address": Take()}
    assert weigh({"line_2": "14 Quillet Lane"}, ROW, PDS, PRECEDENCE) == {"address": Ask(Why.SAME_DAY)}
    assert weigh({"line_2": "12 Quillet Lane"}, ROW, PDS, PRECEDENCE) == {}


def test_a_surname_becomes_the_previous_one_only_when_it_goes():
    columns = {"surname": "Vane", "previous_surname": "Harrowgate"}

    assert weigh(columns, ROW, dated(G2, date(2026, 11, 1)), PRECEDENCE) == {
        "surname": Keep(Why.OLDER),
        "previous_surname": Keep(Why.OLDER),
    }


def test_an_entry_is_read_back_as_it_was_written():
    assert held({"sex": entry(PDS, NOON, None)}, "sex") == Held(PDS, NOON)
    assert held({}, "sex") is None


def test_every_column_belongs_to_one_field():
    columns = [column for each in FIELDS.values() for column in each]
    assert len(columns) == len(set(columns))
    assert fields_of(["postcode", "line_1", "surname", "updated_at"]) == ("surname", "address")


def test_what_is_put_back_has_its_first_speaker_again():
    now, before = {"sex": 2, "title": 1, "address": 5}, {"sex": 1}

    assert restored(now, before, ["sex", "title"]) == {"sex": 1, "address": 5}


TAKEN: list[tuple[dict[str, str], Changes]] = [
    ({"surname": "O'Brien-Śmith"}, Changes(surname="O'Brien-Śmith")),
    ({"forenames": "Ann, Maud"}, Changes(forenames=("Ann", "Maud", ""))),
    ({"forenames": "%", "title": "%"}, Changes(forenames="%", title="%")),
    (
        {"address": ",9 Ferry Row,,Saltholme,", "postcode": "zx91ab"},
        Changes(address=("", "9 Ferry Row", "", "Saltholme", ""), postcode="ZX9 1AB"),
    ),
    (
        {"address": ",,,,NO FIXED ABODE", "postcode": "ZZ99 3VZ"},
        Changes(address=("", "", "", "", "NO FIXED ABODE"), postcode="ZZ99 3VZ"),
    ),
    ({"postcode": "nfa"}, Changes(postcode="NFA")),
    (
        {"address": "c/o Mrs Vane,9 Ferry Row,,Saltholme"},
        Changes(address=("c/o Mrs Vane", "9 Ferry Row", "", "Saltholme", "")),
    ),
    (
        {"date_of_birth": "1984-05-17", "drugs_dispensed": "yes"},
        Changes(date_of_birth=date(1984, 5, 17), drugs_dispensed=True),
    ),
]


@pytest.mark.parametrize(("items", "changes"), TAKEN, ids=lambda each: "-".join(each) if isinstance(each, dict) else "")
def test_what_can_be_keyed(items: dict[str, str], changes: Changes):
    assert read_items(items, TODAY) == changes


FAULTY: list[tuple[dict[str, str], str]] = [
    ({"surname": "%"}, "surname"),
    ({"surname": ""}, "surname"),
    ({"surname": "Smith2"}, "surname"),
    ({"surname": "x" * 36}, "surname"),
    ({"forenames": ",Maud"}, "forenames"),
    ({"forenames": "A,B,C,D"}, "forenames"),
    ({"sex": "F"}, "sex"),
    ({"date_of_birth": "17/05/1984"}, "date_of_birth"),
    ({"date_of_birth": "2026-11-03"}, "date_of_birth"),
    ({"address": ",,,Saltholme"}, "address"),
    ({"address": ",9 Ferry Row"}, "address"),
    ({"address": "c/o Mrs Vane,,,Saltholme"}, "address"),
    ({"address": "1,c/o Mrs Vane,,Saltholme"}, "address"),
    ({"address": "a,b,c,d,e,f"}, "address"),
    ({"postcode": "SALTHOLME"}, "postcode"),
    ({"drugs_dispensed": "perhaps"}, "drugs_dispensed"),
    ({"colour": "red"}, "colour"),
    ({}, "items"),
]


@pytest.mark.parametrize(("items", "field"), FAULTY)
def test_what_cannot_says_which_item_and_why(items: dict[str, str], field: str):
    fault = read_items(items, TODAY)

    assert isinstance(fault, Fault) and fault.field == field and fault.sentence.endswith((".", "it."))


def test_special_postcodes_and_lines_care_of():
    assert all(map(is_special_postcode, ("ZZ99 3VZ", "zz993wz", "NFA", "ANK")))
    assert not any(map(is_special_postcode, ("ZX4 7QP", None, "")))
    assert all(map(is_care_of, ("C/O Mrs Vane", "care of the vicar", " c/o x")))
    assert not any(map(is_care_of, ("Careoff House", "Coe Lane", "12 C/O")))
