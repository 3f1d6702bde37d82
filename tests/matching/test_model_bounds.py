"""What may be used as a model, and what is said of one that may not."""

from dataclasses import replace

import pytest

from registry.matching.levels import DateOfBirth, Field, Forename, Level, Place
from registry.matching.model.bounds import breaches, matches_breach, set_breaches
from registry.matching.model.load import SHIPPED
from registry.matching.model.parts import WeightSet

BATCH = SHIPPED.batch


def _with(column: str, field: Field, level: Level, weight: float) -> WeightSet:
    figures = dict(getattr(BATCH, column))
    figures[field] = tuple(weight if place == level else old for place, old in enumerate(figures[field]))
    return replace(BATCH, **{column: figures})


def test_the_shipped_model_is_within_its_bounds() -> None:
    assert breaches(SHIPPED, SHIPPED) == []


def test_a_better_level_is_never_worth_less() -> None:
    """Left alone, an estimate once found `different` dates milder than `the same year`: juniors became fathers."""
    milder = _with("same", Field.DATE_OF_BIRTH, DateOfBirth.DIFFERENT, -3.9)
    told = [breach.sentence for breach in set_breaches(milder, BATCH)]
    assert told
    assert all("date_of_birth" in sentence and "different" in sentence for sentence in told)


def test_nor_does_it_speak_more_for_a_housemate() -> None:
    junior = _with("household", Field.FORENAME, Forename.EQUAL, BATCH.household[Field.FORENAME][0] + 3)
    told = " ".join(breach.sentence for breach in set_breaches(junior, BATCH))
    assert "same less household, forename" in told


def test_a_weight_far_from_the_shipped_one_is_told_with_its_distance() -> None:
    far = _with("same", Field.PLACE, Place.SAME_ADDRESS, BATCH.same[Field.PLACE][0] + 11)
    [told] = set_breaches(far, BATCH)
    assert "place, same_address" in told.sentence
    assert "11.00 from the shipped" in told.sentence


@pytest.mark.parametrize(
    ("change", "told"), [({"housemates_per_person": 60.0}, "60 housemates"), ({"matches_per_person": 1.2}, "1.2 match")]
)
def test_rates_must_be_believable(change: dict[str, float], told: str) -> None:
    [found] = set_breaches(replace(BATCH, **change), BATCH)
    assert told in found.sentence


@pytest.mark.parametrize(("expected", "within"), [(399, False), (400, True), (2_000, True), (10_000, True)])
def test_matches_stay_near_the_configured_number(expected: float, within: bool) -> None:
    assert (matches_breach(expected, 2_000) is None) is within


def test_a_flood_of_matches_is_told_by_how_much() -> None:
    found = matches_breach(4_800_000, 200_000)
    assert found is not None
    assert "24 times" in found.sentence
