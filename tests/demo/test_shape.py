"""The lists look like England's: ages, sexes, households, ghosts, and the oddities at their rates."""

from collections import Counter
from datetime import date

import pytest

from registry.demo.ages import AGE_SHAPE, band_of, female_share
from registry.demo.households import SIZES
from registry.demo.names import COMMUNITIES
from registry.demo.people import generate_office
from registry.demo.person import Label
from registry.demo.practices import PracticeKind, list_sizes
from registry.demo.quota import Rates
from registry.values.person import Sex
from tests.demo.conftest import Peopled

_LODGERS = {Label.HMO, Label.HMO_LEFT, Label.CARE_HOME, Label.STUDENT, Label.STUDENT_GONE, Label.DUPLICATE}


def _age(peopled: Peopled, born_on: date) -> float:
    return (peopled.office.people.today - born_on).days / 365.2425


def test_ages(peopled: Peopled):
    counts = Counter(band_of(_age(peopled, p.date_of_birth)) for p in peopled.on_lists)
    for band, expected in enumerate(AGE_SHAPE):
        assert 100 * counts[band] / len(peopled.on_lists) == pytest.approx(expected, abs=1.3), band


def test_share_of_women_by_age(peopled: Peopled):
    for low, high in ((0, 16), (16, 40), (40, 65), (65, 80), (80, 111)):
        group = [p for p in peopled.on_lists if low <= _age(peopled, p.date_of_birth) < high]
        women = sum(p.sex is Sex.FEMALE for p in group) / len(group)
        expected = sum(female_share(_age(peopled, p.date_of_birth)) for p in group) / len(group)
        assert women == pytest.approx(expected, abs=0.035), (low, high)


def test_sizes_of_households(peopled: Peopled):
    households = Counter(p.household for p in peopled.on_lists if not p.labels & _LODGERS)
    sizes = Counter(households.values())
    for size, expected in SIZES:
        assert 100 * sizes[size] / len(households) == pytest.approx(expected, abs=2.5), size


def test_flats(peopled: Peopled):
    flats = sum(p.address.lines[0].startswith("Flat ") for p in peopled.people) / len(peopled.people)
    assert 0.13 < flats < 0.38


def test_ghosts_and_why_they_are_ghosts(peopled: Peopled):
    ghosts = peopled.labelled[Label.GHOST]
    assert len(ghosts) / len(peopled.on_lists) == pytest.approx(0.04, abs=0.004)
    parts = {
        Label.EMIGRATED: 0.45,
        Label.MOVED: 0.25,
        Label.STUDENT_GONE: 0.12,
        Label.HMO_LEFT: 0.12,
        Label.DEAD_ACTIVE: 0.03,
        Label.DUPLICATE: 0.03,
    }
    for label, part in parts.items():
        assert len(peopled.labelled[label]) / len(ghosts) == pytest.approx(part, abs=0.035), label
    assert all(p.labels & set(parts) for p in ghosts)


@pytest.mark.parametrize(
    ("label", "expected", "tolerance"),
    [
        (Label.DUPLICATE, 6, 1),
        (Label.CONFUSION, 1, 0),
        (Label.DEAD_ACTIVE, 10, 3),
        (Label.ADDRESS_TYPO, 120, 5),
        (Label.POSTCODE_MISSING, 30, 3),
        (Label.TITLE_CONFLICT, 15, 3),
        (Label.SUPERSEDED_NUMBER, 8, 3),
        (Label.CARE_HOME, 70, 15),
        (Label.CARAVAN, 10, 4),
        (Label.FRINGE, 300, 60),
        (Label.DEPARTED, 400, 60),
    ],
)
def test_oddities_per_10_000(peopled: Peopled, label: Label, expected: float, tolerance: float):
    assert peopled.share(label) == pytest.approx(expected, abs=tolerance)


def test_births_heap_on_the_first_of_january(peopled: Peopled):
    heaped = peopled.labelled[Label.NEW_YEAR_BIRTH]
    assert all((p.date_of_birth.month, p.date_of_birth.day) == (1, 1) for p in heaped)
    assert 20 < peopled.share(Label.NEW_YEAR_BIRTH) < 80


def test_every_community_is_there_in_about_its_share(peopled: Peopled):
    counts = Counter(p.community for p in peopled.people)
    assert set(counts) == set(COMMUNITIES)
    assert 0.70 < counts["british"] / len(peopled.people) < 0.78
    for key, community in COMMUNITIES.items():
        assert counts[key] / len(peopled.people) * 100 > community.share / 3, key


def test_practices_differ(peopled: Peopled):
    today = peopled.office.people.today
    kinds = {practice.ods_code: practice.kind for practice in peopled.office.practices}
    old: Counter[PracticeKind] = Counter()
    young: Counter[PracticeKind] = Counter()
    total: Counter[PracticeKind] = Counter()
    for person in peopled.on_lists:
        kind = kinds[person.practice_ods or ""]
        age = (today - person.date_of_birth).days / 365.25
        total[kind] += 1
        old[kind] += age >= 65
        young[kind] += 18 <= age < 25
    assert old[PracticeKind.COASTAL] / total[PracticeKind.COASTAL] > 0.28
    assert young[PracticeKind.STUDENT] / total[PracticeKind.STUDENT] > 0.25
    assert old[PracticeKind.STUDENT] / total[PracticeKind.STUDENT] < 0.12


def test_lists_vary_in_size_and_add_up():
    sizes = list_sizes(20_000, 1)
    assert sum(sizes) == 20_000
    assert max(sizes) > 4 * min(sizes)


def test_rates_can_be_chosen():
    office = generate_office(people=2_000, seed=1, rates=Rates(duplicates=500.0, confusions=0.0))
    doubles = sum(Label.DUPLICATE in p.labels for p in office.people)
    assert doubles == pytest.approx(100, abs=12)
    assert not list(office.labelled(Label.CONFUSION))
