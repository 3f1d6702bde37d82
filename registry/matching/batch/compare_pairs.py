"""The levels of pairs by the million: as `matching.compare_records` says them of one pair."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from registry.matching.batch.dates import date_levels
from registry.matching.batch.extras import extra_levels
from registry.matching.batch.former import FormerFacts
from registry.matching.batch.pair_names import (
    MISSING,
    Levels,
    NameFacts,
    forename_levels,
    middle_levels,
    surname_levels,
)
from registry.matching.batch.pair_places import PlaceFacts, place_levels
from registry.matching.batch.records import Codes, Records
from registry.matching.batch.slips import one_digit_slip
from registry.matching.levels import FIELDS, Field, Forename, MiddleName, Number, SexAgreement


@dataclass(frozen=True, slots=True)
class PairLevels:
    """One column of levels a field, in the order of `FIELDS`, then one for each further column; -1 is not compared."""

    fields: tuple[Levels, ...]
    extras: tuple[Levels, ...]

    def __len__(self) -> int:
        return len(self.fields[0])

    def of(self, field: Field) -> Levels:
        """The column of a field."""
        return self.fields[FIELDS.index(field)]

    def matrix(self) -> npt.NDArray[np.int8]:
        """Pairs by fields of the register, without further columns."""
        return np.stack(self.fields, axis=1)

    def take(self, rows: npt.NDArray[np.intp]) -> "PairLevels":
        """Some of the pairs."""
        return PairLevels(tuple(column[rows] for column in self.fields), tuple(column[rows] for column in self.extras))


@dataclass(frozen=True)
class Comparer:
    """Compares pairs of rows of some records. Tables about names, places and former facts are made once."""

    records: Records

    @cached_property
    def names(self) -> NameFacts:
        """About every name."""
        return NameFacts.of(self.records.names)

    @cached_property
    def places(self) -> PlaceFacts:
        """About every postcode."""
        return PlaceFacts.of(self.records.postcodes)

    @cached_property
    def former(self) -> FormerFacts:
        """About every person's past."""
        return FormerFacts.of(self.records, self.names)

    def prepare(self) -> "Comparer":
        """Make the tables now, so that threads find them."""
        _ = self.names, self.places, self.former
        return self

    def levels_of(self, left: Codes, right: Codes) -> PairLevels:
        """The levels of each pair of rows; the order within a pair makes no difference."""
        records, former = self.records, self.former
        forenames = records.forename[left], records.forename[right]
        surnames = records.surname[left], records.surname[right]
        middles = records.middle[left], records.middle[right]
        found: dict[Field, Levels] = {
            Field.FORENAME: self._forename(left, right, forenames, surnames, middles),
            Field.SURNAME: surname_levels(self.names, *surnames, forenames, former.share_surname(left, right)),
            Field.DATE_OF_BIRTH: date_levels(records.born[left], records.born[right]),
            Field.PLACE: place_levels(records, self.places, left, right, former.share_place(records, left, right)),
            Field.SEX: _sex_levels(records.sex[left], records.sex[right]),
            Field.NUMBER: self._number(left, right),
            Field.MIDDLE_NAME: self._middle(left, right, middles),
        }
        return PairLevels(
            tuple(found[field] for field in FIELDS),
            tuple(extra_levels(extra, left, right) for extra in records.extras),
        )

    def _forename(
        self,
        left: Codes,
        right: Codes,
        forenames: tuple[Codes, Codes],
        surnames: tuple[Codes, Codes],
        middles: tuple[Codes, Codes],
    ) -> Levels:
        level = forename_levels(self.names, *forenames, middles, surnames)
        held = self.former.forenames
        if len(held.keys):
            better = (level < 0) | (level > Forename.OTHER_FORM)
            level[better & (held.hold(right, forenames[0]) | held.hold(left, forenames[1]))] = Forename.OTHER_FORM
        return level

    def _middle(self, left: Codes, right: Codes, middles: tuple[Codes, Codes]) -> Levels:
        level, held = middle_levels(self.names, *middles), self.former.middles
        if len(held.keys):
            level[held.hold(right, middles[0]) | held.hold(left, middles[1])] = MiddleName.EQUAL
        return level

    def _number(self, left: Codes, right: Codes) -> Levels:
        records, held = self.records, self.former.numbers
        ours, theirs = records.number[left], records.number[right]
        valid = records.number_is_valid[left], records.number_is_valid[right]
        level = np.full(len(left), MISSING)
        both = valid[0] & valid[1]
        level[both] = np.where(ours[both] == theirs[both], Number.EQUAL, Number.DIFFERENT)
        mistyped = np.flatnonzero((ours > 0) & (theirs > 0) & (valid[0] ^ valid[1]))
        slips = mistyped[one_digit_slip(ours[mistyped], theirs[mistyped])]
        level[slips] = Number.ONE_SLIP
        if len(held.keys):
            level[(held.hold(right, ours) & valid[0]) | (held.hold(left, theirs) & valid[1])] = Number.EQUAL
        return level


def _sex_levels(left: npt.NDArray[np.int8], right: npt.NDArray[np.int8]) -> Levels:
    agreement = np.where(left == right, np.int8(SexAgreement.EQUAL), np.int8(SexAgreement.DIFFERENT))
    return np.where((left == 0) | (right == 0), MISSING, agreement)
