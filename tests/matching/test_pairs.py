"""What holds for any two records of the register: symmetry, absurd names, agreement only in what is there."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.matching.compare import Comparison, compare_records, described_by
from registry.matching.decide import Candidate, Outcome, decide
from registry.matching.guards import guard_of
from registry.matching.incoming import incoming_from
from registry.matching.keys import MatchKey, keys_of, number_key
from registry.matching.levels import FIELDS, Surname
from registry.matching.unused import unused
from registry.matching.weigh import weigh
from registry.matching.weights import BATCH, INCOMING
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex
from tests.matching.people import HOME, OTHER_TOWN, candidate, incoming, number
from tests.matching.test_properties import people

FEMALE, MALE = Sex.FEMALE, Sex.MALE


@st.composite
def records(draw: st.DrawFn) -> list[MatchKey]:
    """A record: a present row, former ones, and a superseded number."""
    person, former = draw(people()), draw(people())
    patient_id = uuid4()
    keys = keys_of(patient_id, person, former_names=[former.name], former_addresses=[former.address])
    return [*keys, number_key(patient_id, number(draw(st.integers(1, 3))))]


@given(records(), records())
def test_two_records_compare_alike_from_either_side(left: list[MatchKey], right: list[MatchKey]) -> None:
    assert compare_records(left, right) == compare_records(right, left)


@given(records(), records())
def test_two_records_weigh_alike_from_either_side(left: list[MatchKey], right: list[MatchKey]) -> None:
    comparison = compare_records(left, right)
    for weights in (BATCH, INCOMING):
        there = weigh(comparison, described_by(left), weights=weights)
        back = weigh(comparison, described_by(right), weights=weights)
        assert there == back


@given(records())
def test_a_record_agrees_with_itself(keys: list[MatchKey]) -> None:
    """Every field is at its best, or as good as what is known of it allows; never a reason against."""
    weighing = weigh(compare_records(keys, keys), described_by(keys))
    assert all(weight >= 0 for weight in weighing.fields)


@given(records(), st.sampled_from(["surname", "first_forename", "postcode", "date_of_birth", "sex", "nhs_number"]))
def test_what_one_record_lacks_is_no_evidence(keys: list[MatchKey], missing: str) -> None:
    """Take a fact from every row of one side: no level of that fact is left, and no other becomes better."""
    empty = None if missing in ("date_of_birth", "sex", "nhs_number") else ""
    rest = [
        replace(key, **{missing: empty, **({"previous_surname": ""} if missing == "surname" else {})}) for key in keys
    ]
    before, after = compare_records(keys, keys), compare_records(rest, keys)
    place = {"surname": 1, "first_forename": 0, "postcode": 3, "date_of_birth": 2, "sex": 4, "nhs_number": 5}[missing]
    assert after.levels[place] is None or (
        missing in ("surname", "first_forename") and any(key.surname for key in rest)
    )
    for field, was, now in zip(FIELDS, before.levels, after.levels, strict=True):
        assert now is None or was is None or now >= was, field


def test_nothing_is_compared_with_no_rows() -> None:
    assert compare_records([], candidate().keys) == compare_records(candidate().keys, []) == Comparison()


def test_a_former_surname_of_either_is_met_by_the_present_one_of_the_other() -> None:
    before, after = candidate("ROSE", "EVANS"), candidate("ROSE", "JONES", previous="EVANS", name="after")
    assert compare_records(before.keys, after.keys).surname is Surname.FORMER
    assert compare_records(after.keys, before.keys).surname is Surname.FORMER


@pytest.mark.parametrize(
    "name",
    [
        Name(""),
        Name("X", "Y"),
        Name("A" * 300, "B" * 300, "C" * 300),
        Name("Жуков", "Иван"),
        Name("王", "伟"),
        Name("محمد", "علي"),
        Name("SUKARNO"),
        Name("", "BABY"),
        Name("UNKNOWN", "UNKNOWN"),
        Name("XX", "XX"),
        Name("'", "-", "."),
        Name("\x00", "\n", "\t"),
        Name("𝔖𝔪𝔦𝔱𝔥", "Å"),
    ],
)
@pytest.mark.parametrize("born", [None, date(1900, 1, 1), date(1, 1, 1), date(9999, 12, 31), date(1980, 1, 1)])
def test_absurd_people_are_never_matched_by_themselves(name: Name, born: date | None) -> None:
    """Two descriptions of the same absurdity, with nothing else: no agreement that would carry a match."""
    absurd = Demographics(name, None, born, "0000000000", address=Address.of(["?"], "ZZ99 3VZ"))
    form = incoming_from(absurd)
    patient_id = uuid4()
    decision = decide(form, [Candidate(patient_id, keys_of(patient_id, absurd))])
    assert decision.outcome is not Outcome.CERTAIN
    assert all(sentence for sentence in (each["sentence"] for each in unused(absurd, form)))


def test_what_only_fills_a_field_agrees_with_nothing() -> None:
    filler = Demographics(Name("Ж", "BABY", "XX"), Sex.UNKNOWN, date(1900, 1, 1), "1111111111", "X Y Z"[:0])
    patient_id = uuid4()
    decision = decide(incoming_from(filler), [Candidate(patient_id, keys_of(patient_id, filler))])
    assert decision.scored[0].reasons == []


@pytest.mark.parametrize(
    ("form", "held", "why"),
    [
        ({"forename": "BABY"}, {"forename": "OLWEN", "born": "2026-10-01"}, "unnamed, an older sister"),
        ({"forename": "BABY"}, {"forename": "OLWEN"}, "unnamed, and a twin who is named"),
        ({"forename": ""}, {"forename": ""}, "two unnamed of one day: twins?"),
        ({"forename": "BABY GIRL"}, {"forename": "TWIN II", "sex": None}, "stand-ins are no names"),
        ({"forename": "ROSE"}, {"forename": ""}, "a named twin, and a record without forename"),
        ({"forename": "ROSE"}, {"forename": "OLWEN"}, "twins"),
        ({"forename": "ROSE"}, {"forename": "OLWEN", "sex": MALE}, "twins, boy and girl"),
        ({"forename": "MAISIE"}, {"forename": "DAISY"}, "twins with forms of one name"),
        ({"forename": "MOHAMMED"}, {"forename": "MUHAMMAD"}, "twins by a custom of naming"),
        ({"forename": "OLWEN"}, {"forename": "OLWEN", "born": "2025-11-02"}, "a sister of the same name, a year older"),
        ({"forename": "OLWEN"}, {"forename": "OLWEN", "born": "2022-11-02"}, "and some years older, on one birthday"),
    ],
)
@pytest.mark.parametrize("middle", ["", "MARY"])
def test_a_newborn_is_not_taken_for_sister_or_twin(
    form: dict[str, Any], held: dict[str, Any], why: str, middle: str
) -> None:
    """Surname and address are the family's; they never identify a child of it."""
    child = incoming(**{"born": "2026-11-02", "at": HOME, "middle": middle, **form})
    decision = decide(child, [candidate(**{"born": "2026-11-02", "at": HOME, **held})])
    assert decision.outcome is not Outcome.CERTAIN, why


@pytest.mark.parametrize("quoted", ["0101010006", "3200000009", "RAT56", "ABCD/123", "1111111111"])
def test_a_number_of_another_country_identifies_nobody(quoted: str) -> None:
    form = incoming(nhs=quoted, forename="ROSE", surname="JONES", born="1955-12-31", at=OTHER_TOWN)
    assert form.nhs_number is None
    held = candidate(nhs=number(1), at=HOME)
    assert decide(form, [held]).outcome is Outcome.NONE
    assert all(key.nhs_number is None for key in candidate(nhs=quoted).keys), "nor does one that somebody recorded"


def test_a_name_near_a_date_is_confirmed_or_looked_at() -> None:
    """The same names and district with a slip in the date: as well a cousin."""
    form, held = incoming("POOJA", "GOHIL", "2026-09-24"), candidate("POOJA", "GOHIL", "2026-09-25")
    looked_at = decide(form, [held])
    assert looked_at.outcome is Outcome.POSSIBLE and guard_of(looked_at.scored[0].comparison) is looked_at.guard
    named: dict[str, Any] = {"middle": "RAJI"}
    confirmed = decide(
        incoming("POOJA", "GOHIL", "2026-09-24", **named), [candidate("POOJA", "GOHIL", "2026-09-25", **named)]
    )
    assert confirmed.outcome is Outcome.CERTAIN
