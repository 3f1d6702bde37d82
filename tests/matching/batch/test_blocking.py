"""Which pairs are looked at: each rule's way of finding them, no pair twice, and no block without end."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import numpy as np
import pytest

from registry.matching.batch import blocking
from registry.matching.batch.blocking import Blocked, candidate_pairs
from registry.matching.batch.compare_pairs import Comparer
from registry.matching.batch.records import Records
from registry.matching.keys import MatchKey
from registry.values.person import Sex
from tests.matching.batch.columns import records_of

BORN = date(1960, 3, 4)
ANN = MatchKey(UUID(int=0), "SMITH", "ANN", "", "", BORN, Sex.FEMALE, "ZX12AB", "12|HIGH", "9990000018")
ELSEWHERE = replace(ANN, postcode="WY99ZZ", address_key="", nhs_number=None)
STRANGER = MatchKey(
    UUID(int=0), "OKAFOR", "BEN", "", "", date(1999, 12, 31), Sex.MALE, "QQ11AA", "1|MILL", "9990000026"
)


def pairs_of(records: Records, **options: object) -> Blocked:
    comparer = Comparer(records)
    return candidate_pairs(records, comparer.names, comparer.places, **options)  # pyright: ignore[reportArgumentType]


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a large register: no coarse rules, not every pair."""
    monkeypatch.setattr(blocking, "AFFORDABLE_PAIRS", 0)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(
    "other",
    [
        replace(ELSEWHERE, first_forename="XENIA"),
        replace(ELSEWHERE, surname="JONES"),
        replace(ANN, surname="JONES", first_forename="XENIA", nhs_number=None),
        replace(ANN, date_of_birth=None, surname="JONES", nhs_number=None),
        replace(ELSEWHERE, date_of_birth=date(1960, 12, 30)),
        replace(ELSEWHERE, date_of_birth=date(1906, 3, 4)),
        replace(ELSEWHERE, date_of_birth=date(1930, 12, 30), postcode="ZX99ZZ"),
        replace(ELSEWHERE, surname="SMIHT", first_forename="ANNE"),
        replace(ANN, first_forename="XENIA", date_of_birth=date(1960, 12, 30), nhs_number=None),
        replace(ELSEWHERE, surname="ANN", first_forename="SMITH", date_of_birth=date(1960, 12, 30)),
        replace(STRANGER, nhs_number=ANN.nhs_number),
    ],
)
def test_each_rule_finds_its_own(other: MatchKey) -> None:
    found = pairs_of(records_of([[ANN], [STRANGER], [other]]))
    assert (0, 2) in set(zip(found.left.tolist(), found.right.tolist(), strict=True))


@pytest.mark.usefixtures("large")
def test_a_former_name_or_place_finds_the_present_one() -> None:
    married = [replace(ELSEWHERE, surname="JONES"), replace(ELSEWHERE, is_current=False)]
    moved = [replace(ELSEWHERE, surname="ORR"), replace(ELSEWHERE, surname="ORR", postcode="ZX12AB", is_current=False)]
    found = pairs_of(records_of([[ANN], married, [STRANGER], moved]))
    assert {(0, 1), (0, 3)} <= set(zip(found.left.tolist(), found.right.tolist(), strict=True))


@pytest.mark.usefixtures("large")
def test_strangers_are_not_compared() -> None:
    found = pairs_of(records_of([[ANN], [STRANGER]]))
    assert len(found.left) == 0


def test_every_pair_of_a_small_file_once_and_in_order() -> None:
    found = pairs_of(records_of([[ANN], [ANN], [STRANGER]]))
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 2)]


def test_across_the_boundary_only() -> None:
    records = replace(records_of([[ANN], [ANN], [ANN], [ANN]]), boundary=2)
    found = pairs_of(records)
    assert set(zip(found.left.tolist(), found.right.tolist(), strict=True)) == {(0, 2), (0, 3), (1, 2), (1, 3)}


@pytest.mark.usefixtures("large")
def test_with_only_one_side_is_among_those_marked() -> None:
    found = pairs_of(records_of([[ANN]] * 4), only=np.array([False, False, True, False]))
    assert set(zip(found.left.tolist(), found.right.tolist(), strict=True)) == {(0, 2), (1, 2), (2, 3)}


@pytest.mark.usefixtures("large")
def test_a_block_without_end_is_skipped_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "LARGEST_BLOCK", 3)
    many = [replace(ELSEWHERE, surname=f"NAME{chr(65 + place)}", postcode=f"WY{place}9ZZ") for place in range(5)]
    found = pairs_of(records_of([[each] for each in many]))
    assert len(found.left) == 0
    assert found.skipped == {"forename and date of birth": 1, "date of birth and the beginnings of both names": 1}
