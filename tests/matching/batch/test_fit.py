"""Weights fitted to a file: they follow its errors, say how many matches there are, and never run away."""

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from uuid import UUID

import numpy as np

from registry.matching.batch.run import ScoredPairs, search
from registry.matching.keys import MatchKey
from registry.matching.model.load import SHIPPED
from registry.values.person import Sex
from tests.matching.batch.columns import records_of

LETTERS = "ABCDEFGHIKLMNOPRSTUVWY"
NOBODY = UUID(int=0)


def word(draw: Random, length: int) -> str:
    return "".join(draw.choice(LETTERS) for _ in range(length))


def households(draw: Random, count: int) -> Iterator[list[MatchKey]]:
    """Parents and two children at one address each."""
    forenames, surnames = [word(draw, 6) for _ in range(150)], [word(draw, 8) for _ in range(400)]
    for number in range(count):
        surname, postcode = draw.choice(surnames), f"ZX{number % 9 + 1}{number % 7}{word(draw, 2)}"
        address = f"{number}|HIGH"
        for age in (45, 43, 15, 12):
            born = date(2024, 1, 2) - timedelta(days=age * 365 + draw.randrange(700))
            sex = draw.choice([Sex.MALE, Sex.FEMALE])
            yield [MatchKey(NOBODY, surname, draw.choice(forenames), "", "", born, sex, postcode, address)]


def doubled(draw: Random, keys: MatchKey, errors: float) -> list[MatchKey]:
    """The same person again; each of forename, surname and postcode is wrong at a rate."""
    forename = word(draw, 6) if draw.random() < errors else keys.first_forename
    surname = word(draw, 8) if draw.random() < errors else keys.surname
    moved = draw.random() < errors
    postcode, address = (f"WY{draw.randrange(1, 9)}1AA", "5|MILL") if moved else (keys.postcode, keys.address_key)
    return [MatchKey(NOBODY, surname, forename, "", "", keys.date_of_birth, keys.sex, postcode, address)]


def found_in(people: list[list[MatchKey]], *, fitted: bool = True) -> ScoredPairs:
    return search(records_of(people), SHIPPED, min_score=-10, fitted=fitted)


def test_it_tells_how_many_matches_there_are_and_which() -> None:
    draw = Random(7)
    people = list(households(draw, 100))
    size = len(people)
    people += [doubled(draw, people[row][0], 0.1) for row in range(120)]
    found = found_in(people)
    probability = 1 / (1 + 2.0**-found.score)
    assert 100 < probability.sum() < 140
    is_true = found.left == found.right - size
    best = found.score > 0
    assert (is_true & best).sum() >= 110
    assert (~is_true & best).sum() <= 6


def test_the_same_file_gives_the_same_scores() -> None:
    people = list(households(Random(1), 60))
    first, second = found_in(people), found_in(people)
    assert np.array_equal(first.left, second.left)
    assert np.array_equal(first.score, second.score)


def test_a_file_of_families_without_duplicates_is_not_swallowed() -> None:
    found = found_in(list(households(Random(3), 300)))
    assert (found.score > 0).sum() <= 3
    assert (found.decision == 0).sum() == 0


def test_weights_stay_in_order_and_chance_is_the_files_own() -> None:
    draw = Random(11)
    people = list(households(draw, 100))
    people += [doubled(draw, keys[0], 0.3) for keys in people[:150]]
    weights = found_in(people).weights
    assert weights.name.endswith("fitted to the file")
    for field, same in weights.same.items():
        assert all(better >= worse - 1e-9 for better, worse in itertools.pairwise(same)), field


def test_nobody_and_one_are_no_pairs() -> None:
    assert len(found_in([next(households(Random(1), 1))])) == 0


def test_other_people_elsewhere_change_a_pair_only_by_how_common_its_values_become() -> None:
    draw = Random(5)
    people = list(households(draw, 50))
    people.append(doubled(draw, people[0][0], 0.0))
    before = search(records_of(people), SHIPPED, fitted=False)
    others = [
        [MatchKey(NOBODY, word(draw, 9), word(draw, 7), "", "", date(1950, 5, 5), Sex.MALE, "QQ11AA", f"{row}|ELM")]
        for row in range(50)
    ]
    after = search(records_of(people + others), SHIPPED, fitted=False)
    # Half as common each, and the chance of meeting this person among twice as many half as good.
    common = np.log2((len(people) + 150) / (len(people) + 100))
    changed = _score_of(after, 0, 200) - _score_of(before, 0, 200)
    assert abs(changed) <= 3 * common + 0.01


def _score_of(found: ScoredPairs, left: int, right: int) -> float:
    return float(found.score[(found.left == left) & (found.right == right)][0])
