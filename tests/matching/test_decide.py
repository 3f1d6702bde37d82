"""Who is it? A ward round of cases: the form, the register, the outcome and the reason."""

from typing import Any

import pytest

from registry.matching.decide import CERTAIN_FROM, LEAD_FROM, Outcome, decide
from registry.matching.explain import sentence_of
from registry.matching.guards import Guard, guard_of
from registry.matching.weights import BATCH
from registry.values.person import Sex
from tests.matching.people import HOME, OTHER_TOWN, SAME_DISTRICT, candidate, incoming, number

CERTAIN, POSSIBLE, NONE = Outcome.CERTAIN, Outcome.POSSIBLE, Outcome.NONE
MALE = Sex.MALE
ONE, TWO = number(1), number(2)


@pytest.mark.parametrize(
    ("form", "held", "outcome", "guard", "why"),
    [
        # The same person.
        ({}, {}, CERTAIN, None, "everything agrees"),
        ({"nhs": ONE}, {"nhs": ONE}, CERTAIN, None, "everything agrees, number too"),
        ({"nhs": ONE, "at": OTHER_TOWN}, {"nhs": ONE}, CERTAIN, None, "moved, with the number"),
        ({"nhs": ONE, "at": OTHER_TOWN, "surname": "JONES"}, {"nhs": ONE}, CERTAIN, None, "married and moved, number"),
        ({"nhs": ONE, "born": "1980-03-26", "at": OTHER_TOWN}, {"nhs": ONE}, CERTAIN, None, "a slip in the date"),
        ({"at": OTHER_TOWN, "before": HOME}, {}, CERTAIN, None, "moved, and says from where"),
        ({"at": SAME_DISTRICT}, {}, CERTAIN, None, "moved within the town"),
        ({"at": OTHER_TOWN}, {}, POSSIBLE, None, "moved away and says nothing more"),
        ({"at": OTHER_TOWN, "middle": "MAIR"}, {"middle": "MAIR"}, CERTAIN, None, "moved away; the middle name agrees"),
        ({"surname": "JONES", "previous": "PRITCHARD"}, {}, CERTAIN, None, "married, says the maiden name"),
        ({"surname": "JONES"}, {"previous": "JONES"}, CERTAIN, None, "we have the new name, the form the maiden name"),
        ({"surname": "JONES"}, {}, CERTAIN, None, "married, at the same address"),
        ({"forename": "PRITCHARD", "surname": "OLWEN"}, {}, CERTAIN, None, "names exchanged"),
        (
            {"forename": "LIZ"},
            {"forename": "ELIZABETH"},
            POSSIBLE,
            Guard.TWIN,
            "short form, and nothing says that it is no twin",
        ),
        ({"nhs": "9434765916"}, {"nhs": "9434765919"}, CERTAIN, None, "a mistyped number does not stand in the way"),
        ({"nhs": "0101010006"}, {"nhs": ONE}, CERTAIN, None, "a Scottish number neither helps nor hinders"),
        # The duplicates of the National Back Office's case study must be seen.
        ({"surname": "PRICHARD"}, {}, CERTAIN, None, "surname one letter off"),
        (
            {"surname": "PRICHARD", "forename": "OLWYN", "born": "1980-04-25"},
            {},
            POSSIBLE,
            Guard.NOTHING_EXACT,
            "both names one letter off and a month wrong: a person looks",
        ),
        # Newborns.
        ({"at": HOME}, {"at": "", "nhs": ONE}, POSSIBLE, None, "a record without address must not be missed"),
        ({"nhs": ONE}, {"forename": "BABY", "at": "", "nhs": ONE}, CERTAIN, None, "named since the notification"),
        ({}, {"forename": "BABY", "at": ""}, POSSIBLE, Guard.NAMES, "named since, without number: perhaps a twin"),
        ({"forename": "TWIN ONE"}, {"forename": "TWIN TWO"}, POSSIBLE, Guard.NAMES, "two unnamed babies"),
        # Somebody else, who must not be taken for them.
        ({"forename": "OSWIN"}, {}, POSSIBLE, Guard.TWIN, "a twin with a like name, without numbers"),
        ({"forename": "PETER", "sex": MALE}, {}, NONE, None, "a twin of the other sex"),
        ({"forename": "ROSE", "nhs": ONE}, {"nhs": TWO}, NONE, None, "a twin with a number of her own"),
        ({"forename": "JAYDEN"}, {"forename": "KAYDEN"}, POSSIBLE, Guard.TWIN, "twins whose names rhyme"),
        (
            {"forename": "MUHAMMAD", "middle": "ALI"},
            {"forename": "MUHAMMAD", "middle": "OMAR"},
            POSSIBLE,
            Guard.TWIN,
            "twins with one first name",
        ),
        ({"born": "2011-06-02"}, {}, POSSIBLE, Guard.BIRTH_DATE, "a daughter with her mother's name, without number"),
        ({"born": "2011-06-02", "nhs": ONE}, {"nhs": TWO}, NONE, None, "the same with numbers"),
        ({"born": "2010-03-25"}, {}, POSSIBLE, Guard.BIRTH_DATE, "born on her mother's birthday"),
        (
            {"born": "2010-03-25", "middle": "MAIR"},
            {"middle": "MAIR"},
            POSSIBLE,
            Guard.BIRTH_DATE,
            "and with her middle name",
        ),
        (
            {"born": "1980-05-03", "at": OTHER_TOWN},
            {"born": "1980-03-05"},
            POSSIBLE,
            Guard.UNCONFIRMED_DATE,
            "swapped date, other town: never by itself",
        ),
        ({"forename": "IVAN", "sex": MALE, "born": "1975-11-30"}, {}, NONE, None, "a lodger who bears the surname"),
        ({"forename": "ROSE", "surname": "LEE", "at": OTHER_TOWN}, {}, NONE, None, "a birthday shared, no more"),
        ({"forename": "HARRY", "sex": MALE, "at": OTHER_TOWN}, {}, NONE, None, "new name and sex after a change"),
        (
            {"forename": "ROSE", "surname": "LEE"},
            {},
            NONE,
            None,
            "both names new: a lodger born that day",
        ),
        # Numbers that speak against the rest.
        ({"nhs": ONE}, {"nhs": TWO}, POSSIBLE, Guard.NUMBER_DIFFERS, "two numbers: a duplicate, or two people"),
        (
            {"nhs": ONE},
            {"forename": "PETER", "surname": "SMITH", "born": "1955-12-12", "sex": MALE, "nhs": ONE},
            POSSIBLE,
            Guard.NUMBER_OF_ANOTHER,
            "the number is somebody else's",
        ),
        ({"nhs": ONE, "forename": "PETER"}, {"nhs": ONE}, POSSIBLE, Guard.NUMBER_OF_ANOTHER, "a twin's number quoted"),
        ({"nhs": ONE, "born": "2011-06-02"}, {"nhs": ONE}, POSSIBLE, Guard.NUMBER_OF_ANOTHER, "the mother's number"),
        # Facts that block, and facts that are missing.
        ({"sex": MALE, "nhs": ONE}, {"nhs": ONE}, POSSIBLE, Guard.SEX_DIFFERS, "sex differs"),
        ({"sex": Sex.UNKNOWN, "nhs": ONE}, {"nhs": ONE}, CERTAIN, None, "sex unknown"),
        ({"born": None}, {}, POSSIBLE, Guard.BIRTH_DATE, "no date of birth"),
        ({"forename": "O"}, {}, POSSIBLE, Guard.TWIN, "an initial could be the twin's"),
        ({"born": "1980-01-01"}, {"born": "1980-01-01"}, CERTAIN, None, "1 January, and all else agrees"),
        ({"born": "1980-01-01", "at": OTHER_TOWN}, {"born": "1980-01-01"}, POSSIBLE, None, "1 January and moved"),
    ],
)
def test_one_candidate(
    form: dict[str, Any], held: dict[str, Any], outcome: Outcome, guard: Guard | None, why: str
) -> None:
    decision = decide(incoming(**form), [candidate(**held)])
    assert (decision.outcome, decision.guard) == (outcome, guard), f"{why}: {decision.best}"


def test_nobody_found_is_none() -> None:
    decision = decide(incoming(), [])
    assert (decision.outcome, decision.best, decision.lead) == (NONE, None, None)


def test_two_records_of_one_person_need_a_person() -> None:
    decision = decide(incoming(), [candidate(name="first"), candidate(name="second")])
    assert (decision.outcome, decision.guard, decision.lead) == (POSSIBLE, Guard.LEAD, 0.0)
    assert decision.scored == decide(incoming(), [candidate(name="second"), candidate(name="first")]).scored


def test_the_number_parts_two_who_are_otherwise_equal() -> None:
    decision = decide(incoming(nhs=ONE), [candidate(name="first"), candidate(name="second", nhs=ONE)])
    assert decision.outcome is CERTAIN
    assert decision.best is not None
    assert decision.best.patient_id == candidate(name="second").patient_id
    assert decision.lead is not None
    assert decision.lead >= LEAD_FROM


def test_the_person_fits_but_the_number_is_another_record_s() -> None:
    someone = candidate("PETER", "SMITH", "1955-12-12", MALE, OTHER_TOWN, nhs=ONE, name="holder")
    decision = decide(incoming(nhs=ONE), [candidate(), someone])
    assert (decision.outcome, decision.guard) == (POSSIBLE, Guard.NUMBER_OF_ANOTHER)
    assert decision.best is not None
    assert decision.best.patient_id == candidate().patient_id
    assert decision.best.score > CERTAIN_FROM


def test_a_superseded_number_is_still_the_person_s() -> None:
    held = candidate(nhs=TWO, superseded=(ONE,))
    assert decide(incoming(nhs=ONE, at=OTHER_TOWN), [held]).outcome is CERTAIN


def test_housemates_do_not_hide_the_person() -> None:
    family = [
        candidate("DAFYDD", born="1978-08-14", sex=MALE, name="husband"),
        candidate("RHYS", born="2009-01-30", sex=MALE, name="son"),
        candidate(name="herself"),
    ]
    decision = decide(incoming(), family)
    assert decision.outcome is CERTAIN
    assert [one.score < -3 for one in decision.scored] == [False, True, True]


@pytest.mark.parametrize(
    ("held", "why"),
    [
        ({"forename": "ROSE"}, "twins"),
        ({"born": "2011-06-02"}, "mother and daughter of one name"),
        ({"born": "1980-05-12", "at": OTHER_TOWN}, "dates swapped in different towns"),
        ({"forename": "HARRY", "sex": MALE}, "new name and sex"),
        ({"forename": "ROSE", "born": "1990-07-07"}, "one surname in a shared house"),
    ],
)
def test_pairs_of_the_register_that_must_not_be_offered(held: dict[str, Any], why: str) -> None:
    form = {"born": "1980-12-05"} if "born" in held and "at" in held else {}
    decision = decide(incoming(**form), [candidate(**held)], weights=BATCH)
    assert decision.outcome is NONE, f"{why}: {decision.best}"


@pytest.mark.parametrize(
    ("held", "why"),
    [
        ({"surname": "PRICHARD"}, "surname one letter off"),
        ({"surname": "PRICHARD", "forename": "OLWYN", "born": "1980-04-25"}, "names one letter off, a month wrong"),
        ({"surname": "JONES"}, "married"),
    ],
)
def test_pairs_of_the_register_that_must_be_offered(held: dict[str, Any], why: str) -> None:
    decision = decide(incoming(nhs=ONE), [candidate(**held, nhs=TWO)], weights=BATCH)
    assert decision.outcome is POSSIBLE, f"{why}: {decision.best}"


def test_every_guard_has_a_sentence_and_the_decision_tells_it() -> None:
    decision = decide(incoming(nhs=ONE), [candidate(nhs=TWO)])
    assert sentence_of(decision) == Guard.NUMBER_DIFFERS.sentence
    assert all(guard.sentence and guard.value for guard in Guard)
    assert guard_of(decide(incoming(), [candidate()]).scored[0].comparison) is None
