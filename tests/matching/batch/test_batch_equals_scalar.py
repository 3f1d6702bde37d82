"""One scorer, two ways to feed it: what the batch says of a pair is what the scalar scorer says of it."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.matching.batch.compare_pairs import Comparer
from registry.matching.batch.run import comparison_of, decisions
from registry.matching.batch.weigh_pairs import Rates, Scorer
from registry.matching.compare import compare_records, described_by
from registry.matching.frequencies import Frequencies
from registry.matching.guards import guard_of
from registry.matching.keys import MatchKey
from registry.matching.levels import FIELDS, Field
from registry.matching.model.load import SHIPPED
from registry.matching.weigh import weigh
from registry.values.person import Sex
from tests.matching.batch.columns import records_of

NOBODY = UUID(int=0)
FORENAMES = [
    "",
    "A",
    "JOHN",
    "JON",
    "JACK",
    "MARY",
    "MARY ANN",
    "MARTHA",
    "MARHTA",
    "ELIZABETH",
    "BETTY",
    "SMITH",
    "LI",
]
SURNAMES = ["", "B", "SMITH", "SMYTH", "SMITH JONES", "JONES", "SINGH GILL", "SINGH DHALIWAL", "JOHN", "OKONKWO", "LI"]
PLACES = [
    ("", ""),
    ("ZX12AB", "12|HIGH"),
    ("ZX12AB", "3 12|HIGH"),
    ("ZX12AB", ""),
    ("ZX12AC", "12|HIGH"),
    ("ZX13AB", "12|HIHG"),
    ("ZX29ZZ", "1|MILL"),
    ("ZY29ZZ", "1|MILL"),
    ("1234", "12|HIGH"),
]
DAYS = [
    None,
    date(1960, 1, 1),
    date(1990, 1, 1),
    date(1960, 3, 4),
    date(1960, 4, 3),
    date(1960, 3, 14),
    date(1961, 3, 4),
    date(1970, 3, 4),
    date(1990, 3, 4),
    date(2012, 12, 12),
]
NUMBERS = [None, "9990000018", "9990000026", "9990000034"]


@st.composite
def people(draw: st.DrawFn) -> list[MatchKey]:
    """The rows of a person: a present one, and some that say what they were."""
    place = draw(st.sampled_from(PLACES))
    present = MatchKey(
        NOBODY,
        surname=draw(st.sampled_from(SURNAMES)),
        first_forename=draw(st.sampled_from(FORENAMES)),
        second_forename=draw(st.sampled_from(FORENAMES[:8])).split(" ")[0],
        previous_surname=draw(st.sampled_from(["", "", *SURNAMES])),
        date_of_birth=draw(st.sampled_from(DAYS)),
        sex=draw(st.sampled_from([None, Sex.MALE, Sex.FEMALE])),
        postcode=place[0],
        address_key=place[1],
        nhs_number=draw(st.sampled_from(NUMBERS)),
    )
    former = draw(st.lists(st.tuples(st.sampled_from(SURNAMES), st.sampled_from(FORENAMES), st.sampled_from(PLACES))))
    rows = [
        MatchKey(
            NOBODY,
            surname=surname,
            first_forename=forename,
            second_forename=present.second_forename,
            date_of_birth=present.date_of_birth,
            sex=present.sex,
            postcode=where[0],
            address_key=where[1],
            nhs_number=present.nhs_number,
            is_current=False,
        )
        for surname, forename, where in former[:3]
    ]
    return [present, *rows]


PAIRS = st.lists(st.tuples(people(), people()), min_size=1, max_size=30)


@settings(max_examples=80, deadline=None)
@given(PAIRS)
def test_levels_are_the_same(pairs: list[tuple[list[MatchKey], list[MatchKey]]]) -> None:
    everybody = [keys for pair in pairs for keys in pair]
    left = np.arange(0, len(everybody), 2, dtype=np.int32)
    right = left + np.int32(1)
    for one, other in ((left, right), (right, left)):
        levels = Comparer(records_of(everybody)).levels_of(one, other)
        for place, (ours, theirs) in enumerate(pairs):
            assert comparison_of(levels, place) == compare_records(ours, theirs), (ours, theirs)


@settings(max_examples=40, deadline=None)
@given(PAIRS)
def test_scores_are_the_same_to_a_millionth(pairs: list[tuple[list[MatchKey], list[MatchKey]]]) -> None:
    everybody = [keys for pair in pairs for keys in pair]
    records = records_of(everybody)
    left = np.arange(0, len(everybody), 2, dtype=np.int32)
    right = left + np.int32(1)
    rates = replace(Rates.counted(records), least=2 / len(records))
    scorer = Scorer.of(records, SHIPPED.batch, SHIPPED.extras, rates=rates)
    levels = Comparer(records).levels_of(left, right)
    scores = scorer.weigh(levels, left, right)
    told = frequencies_of(records.names.values.tolist(), records.postcodes.values.tolist(), rates)
    words = decisions(levels, scores.score)
    for place, (ours, theirs) in enumerate(pairs):
        comparison = compare_records(ours, theirs)
        weighed = weigh(
            comparison,
            described_by(ours),
            weights=SHIPPED.batch,
            register_size=len(records),
            frequencies=told,
        )
        assert abs(scores.score[place] - weighed.score) < 1e-6
        assert abs(scores.household[place] - weighed.household) < 1e-6
        certain = weighed.score >= 10 and guard_of(comparison) is None
        assert words[place] == (0 if certain else 2 if weighed.score < -3 else 1)


def test_every_field_is_reached() -> None:
    ours = [
        MatchKey(NOBODY, "SMITH", "JOHN", "PAUL", "", date(1960, 3, 4), Sex.MALE, "ZX12AB", "12|HIGH", "9990000018")
    ]
    levels = Comparer(records_of([ours, ours])).levels_of(np.array([0], np.int32), np.array([1], np.int32))
    assert [int(column[0]) for column in levels.fields] == [0] * len(FIELDS)


def frequencies_of(names: list[str], postcodes: list[str], rates: Rates) -> Frequencies:
    """The rates that were counted, in the words of the scalar scorer."""
    return Frequencies(
        rates={
            Field.FORENAME: dict(zip(names, rates.forename.tolist(), strict=True)),
            Field.SURNAME: dict(zip(names, rates.surname.tolist(), strict=True)),
            Field.PLACE: dict(zip(postcodes, rates.postcode.tolist(), strict=True)),
        },
        others={},
        full_names={
            (names[key >> 32], names[key & 0xFFFFFFFF]): rate
            for key, rate in zip(rates.full_names.tolist(), rates.full_name.tolist(), strict=True)
        },
    )
