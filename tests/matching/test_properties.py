"""What holds for any two people, however absurd what is written about them."""

from dataclasses import fields, replace
from datetime import date
from math import isfinite
from uuid import uuid4

from hypothesis import example, given
from hypothesis import strategies as st

from registry.matching.compare import compare
from registry.matching.decide import Candidate, Outcome, decide
from registry.matching.explain import stored_decision, waterfall
from registry.matching.incoming import incoming_from
from registry.matching.keys import keys_of
from registry.matching.levels import FIELDS, LEVELS_OF, Field
from registry.matching.locks import lock_keys
from registry.matching.normalise import address_key, normal_name, plain_postcode, postcode_parts
from registry.matching.sound import sound_code
from registry.matching.weigh import weigh
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex

any_text = st.text(max_size=40) | st.sampled_from(
    ["", "O'NEILL", "SMITH-JONES", "X", "XX", "ﷺ" * 20, "Ünlü", "A" * 400]
)
some_names = st.sampled_from(["ANN", "ANNE", "ANN MARIE", "ROSE", "SMITH", "SMYTHE", "SMITH JONES", "A", "", "LEE"])
dates = st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31)) | st.sampled_from([date(1980, 1, 1), date(1900, 1, 1)])
postcodes = st.none() | st.sampled_from(["ZE1 4QA", "ZE1 4QB", "ZE19XX", "QP7 2BB", "?", "ZZ99 3VZ"]) | any_text
numbers = st.none() | st.sampled_from(["9434765919", "9434765916", "0101010006", "RAT56", "1111111111"]) | any_text


@st.composite
def people(draw: st.DrawFn) -> Demographics:
    names = any_text | some_names
    lines = st.lists(any_text | st.sampled_from(["12 HIGH STREET", "FLAT 3"]), max_size=5)
    return Demographics(
        Name(draw(names), draw(names), draw(names), draw(any_text)),
        draw(st.none() | st.sampled_from(Sex)),
        draw(dates),
        draw(numbers),
        draw(st.none() | names),
        Address.of(draw(lines), draw(postcodes)),
        Address.of(draw(lines), draw(postcodes)),
    )


@given(people(), people())
def test_anything_can_be_compared_decided_and_told(form: Demographics, held: Demographics) -> None:
    incoming = incoming_from(form)
    decision = decide(incoming, [Candidate(patient_id := uuid4(), keys_of(patient_id, held), ("9434765919",))])
    assert isfinite(decision.scored[0].score)
    assert waterfall(decision.scored[0], decision.guard)
    assert stored_decision(decision)["outcome"] == decision.outcome
    assert lock_keys(incoming)


@given(people(), people())
def test_comparison_knows_no_left_and_right(one: Demographics, other: Demographics) -> None:
    """Numbers apart: one quoted wrongly is a slip, one held is always valid."""
    here = compare(incoming_from(one), keys_of(uuid4(), other)).levels
    there = compare(incoming_from(other), keys_of(uuid4(), one)).levels
    for field, left, right in zip(FIELDS, here, there, strict=True):
        if field.value != "NHS number":
            assert left == right, field


@given(people())
def test_the_same_facts_never_differ(person: Demographics) -> None:
    """Against oneself every field is at its best, or missing; never a reason against."""
    incoming = incoming_from(person)
    comparison = compare(incoming, keys_of(uuid4(), person))
    weighing = weigh(comparison, incoming)
    assert all(weight >= 0 for weight in weighing.fields)


@given(people(), people(), st.sampled_from(list(enumerate(FIELDS))))
def test_one_more_equal_field_never_lowers_the_odds_against_random_people(
    form: Demographics, held: Demographics, place: tuple[int, Field]
) -> None:
    """The household term apart: an equal surname at an equal address is one more sign of a family."""
    position, field = place
    incoming = incoming_from(form)
    comparison = compare(incoming, keys_of(uuid4(), held))
    equal = replace(comparison, **{fields(comparison)[position].name: next(iter(LEVELS_OF[field]))})
    before, after = weigh(comparison, incoming), weigh(equal, incoming)
    assert sum(after.fields) >= sum(before.fields)
    if comparison.levels[position] != 0:
        assert after.score - after.household > before.score - before.household


@given(people())
def test_an_empty_form_is_never_certain_and_agrees_in_nothing(held: Demographics) -> None:
    empty = incoming_from(Demographics(Name("")))
    decision = decide(empty, [Candidate(patient_id := uuid4(), keys_of(patient_id, held))])
    assert decision.outcome is Outcome.NONE
    assert decision.scored[0].reasons == []


@given(any_text)
@example("ß" * 100)
@example("ŉ")
def test_normal_forms_are_settled(text: str) -> None:
    """Plain letters, short, and normalising again changes nothing."""
    name = normal_name(text)
    assert set(name) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ ")
    assert len(name) <= 70
    assert normal_name(name) == name
    assert len(sound_code(name)) in (0, 4)
    postcode = plain_postcode(text)
    assert plain_postcode(postcode) == postcode
    parts = postcode_parts(postcode)
    assert parts is None or (postcode.startswith(parts[0]) and parts[1].startswith(parts[0]))
    assert address_key(Address.of([text, text, text])).isascii()
