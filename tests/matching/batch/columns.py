"""People given by their key rows, as the columns that the batch matcher works on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from registry.matching.batch.encode import Words
from registry.matching.batch.records import Codes, Flags, Former, Records
from registry.matching.keys import MatchKey

People = Sequence[Sequence[MatchKey]]


@dataclass(frozen=True, slots=True)
class KeyAddresses:
    """The address key of each present row."""

    keys: list[str]
    known: bool = True

    def of(self, rows: Codes) -> list[str]:
        return [self.keys[row] for row in rows]

    def may_agree(self, left: Codes, right: Codes) -> Flags:
        return np.ones(len(left), dtype=np.bool_)


def records_of(people: People) -> Records:
    """The first row of each person is the present one."""
    names, postcodes = Words(), Words()
    present = [keys[0] for keys in people]
    former = [(row, key) for row, keys in enumerate(people) for key in keys[1:]]
    past = [key for _, key in former]
    number = np.array([int(key.nhs_number or 0) for key in present], dtype=np.int64)
    forename = names.codes(key.first_forename for key in present)
    middle = names.codes(key.second_forename for key in present)
    surname = names.codes(key.surname for key in present)
    previous = names.codes(key.previous_surname for key in present)
    postcode = postcodes.codes(key.postcode for key in present)
    before = Former(
        person=np.array([row for row, _ in former], dtype=np.int32),
        forename=names.codes(key.first_forename for key in past),
        middle=names.codes(key.second_forename for key in past),
        surname=names.codes(key.surname for key in past),
        postcode=postcodes.codes(key.postcode for key in past),
        number=np.array([int(key.nhs_number or 0) for key in past], dtype=np.int64),
    )
    return Records(
        ids=pa.chunked_array([pa.array([str(row) for row in range(len(people))])]),
        names=names.vocabulary(),
        forename=forename,
        middle=middle,
        surname=surname,
        previous_surname=previous,
        born=np.array([_day(key) for key in present], dtype=np.int32),
        sex=np.array([int(key.sex.value) if key.sex else 0 for key in present], dtype=np.int8),
        postcodes=postcodes.vocabulary(),
        postcode=postcode,
        previous_postcode=np.zeros(len(people), dtype=np.int32),
        number=number,
        number_is_valid=number > 0,
        addresses=KeyAddresses([key.address_key for key in present]),
        former=before,
    )


def _day(key: MatchKey) -> int:
    born = key.date_of_birth
    return born.year * 10_000 + born.month * 100 + born.day if born else 0
