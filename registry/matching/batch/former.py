"""Former facts of people, asked by the million: was this a former value of that person?"""

from dataclasses import dataclass

import numpy as np

from registry.matching.batch.pair_names import NameFacts
from registry.matching.batch.records import Codes, Flags, Numbers, Records


@dataclass(frozen=True, slots=True)
class ValuesOf:
    """Which values each person had. Sorted keys of person and value, so that asking is a binary search."""

    keys: Numbers
    has_any: Flags
    """For each person, whether there is any; most have none, and need not be searched for."""

    @classmethod
    def of(cls, size: int, *columns: tuple[Codes, Numbers | Codes]) -> "ValuesOf":
        """Of `size` people, from columns of people beside columns of their values; a value of 0 is none."""
        has_any = np.zeros(size, dtype=np.bool_)
        keys: list[Numbers] = []
        for people, values in columns:
            given = np.flatnonzero(values > 0)
            has_any[people[given]] = True
            keys.append(_key(people[given].astype(np.int64), values[given].astype(np.int64)))
        return cls(np.unique(np.concatenate(keys)), has_any)

    def hold(self, people: Codes, values: Numbers | Codes) -> Flags:
        """Row by row, whether the person had the value."""
        found = np.zeros(len(people), dtype=np.bool_)
        asked = np.flatnonzero(self.has_any[people] & (values > 0))
        if len(asked):
            wanted = _key(people[asked].astype(np.int64), values[asked].astype(np.int64))
            places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
            found[asked] = self.keys[places] == wanted
        return found


def _key(people: Numbers, values: Numbers) -> Numbers:
    # NHS numbers need 34 bits, which leaves 29 for people: half a thousand million of them.
    return (people << 34) | values


@dataclass(frozen=True, slots=True)
class FormerFacts:
    """The former names, places and numbers of the people of some records."""

    forenames: ValuesOf
    middles: ValuesOf
    surnames: ValuesOf
    postcodes: ValuesOf
    numbers: ValuesOf
    whole_surname: Codes
    """The surname of each row; 0 where it is one letter, which is no surname."""
    whole_previous: Codes

    @classmethod
    def of(cls, records: Records, names: NameFacts) -> "FormerFacts":
        """Of every person once."""
        former, size = records.former, len(records)
        rows = np.arange(size, dtype=np.int32)

        def whole(codes: Codes) -> Codes:
            return np.where(names.length[codes] > 1, codes, 0).astype(np.int32)

        # A former address within the present postcode tells nothing that the present one does not.
        moved = np.where(former.postcode == records.postcode[former.person], 0, former.postcode)
        previous = np.where(records.previous_postcode == records.postcode, 0, records.previous_postcode)
        return cls(
            ValuesOf.of(size, (former.person, whole(former.forename))),
            ValuesOf.of(size, (former.person, whole(former.middle))),
            ValuesOf.of(size, (former.person, whole(former.surname)), (rows, whole(records.previous_surname))),
            ValuesOf.of(size, (former.person, moved), (rows, previous)),
            ValuesOf.of(size, (former.person, former.number)),
            whole(records.surname),
            whole(records.previous_surname),
        )

    def share_surname(self, left: Codes, right: Codes) -> Flags:
        """Whether a surname of one, present or previous, is one that the other had."""
        ours, theirs = self.whole_surname[left], self.whole_surname[right]
        before, theirs_before = self.whole_previous[left], self.whole_previous[right]
        return (
            self.surnames.hold(right, ours)
            | self.surnames.hold(left, theirs)
            | self.surnames.hold(right, before)
            | self.surnames.hold(left, theirs_before)
            | ((before > 0) & (before == theirs))
            | ((theirs_before > 0) & (theirs_before == ours))
        )

    def share_place(self, records: Records, left: Codes, right: Codes) -> Flags:
        """Whether one lives, with the same postcode, where the other did."""
        ours, theirs = records.postcode[left], records.postcode[right]
        found = self.postcodes.hold(right, ours) | self.postcodes.hold(left, theirs)
        return found & (ours != theirs)
