"""From the columns of one file, or of two that are linked, to `Records`; and what in them was odd."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from registry.matching.batch.dates import as_code, form_of, read_date
from registry.matching.batch.encode import Column, Distinct, Words, distinct, encode, encode_forenames, to_numbers
from registry.matching.batch.extras import KINDS
from registry.matching.batch.file_addresses import FileAddresses
from registry.matching.batch.read_file import ADDRESS_LINES, FileColumns, Mapping, UnusableFile, read_columns
from registry.matching.batch.records import Codes, Extra, Records
from registry.matching.normalise import normal_forenames, normal_name, plain_postcode

_SEXES = {"M": 1, "MALE": 1, "1": 1, "MAN": 1, "BOY": 1, "F": 2, "FEMALE": 2, "2": 2, "WOMAN": 2, "GIRL": 2}
_OWN_EXTRAS = ("locality", "birthplace", "identifier")
"""Fields that are compared as further columns are."""
_ENCODED = (
    *("forename", "middle_name", "surname", "previous_surname", "postcode", "previous_postcode", "sex"),
    *_OWN_EXTRAS,
)
_AT_ONCE = 2
"""So many columns are encoded at a time."""


@dataclass(frozen=True, slots=True)
class Read:
    """People of one file or two, and how many values were odd, by what was odd about them."""

    records: Records
    odd: dict[str, int]


def read_people(path: Path, mapping: Mapping) -> Read:
    """The people of a file. Raises `UnusableFile`."""
    return _Making([read_columns(path, mapping)]).read()


def read_two(left: tuple[Path, Mapping], right: tuple[Path, Mapping]) -> Read:
    """The people of two files below one another. Raises `UnusableFile`."""
    if {name for name, _ in left[1].extras} != {name for name, _ in right[1].extras}:
        raise UnusableFile("a further column must be in both files under one name")
    return _Making([read_columns(*left), read_columns(*right)]).read()


@dataclass
class _Making:
    files: Sequence[FileColumns]
    odd: Counter[str] = field(default_factory=Counter[str])
    names: Words = field(default_factory=Words)
    postcodes: Words = field(default_factory=Words)

    @property
    def sizes(self) -> list[int]:
        return [len(each.ids) for each in self.files]

    @property
    def size(self) -> int:
        return sum(self.sizes)

    @cached_property
    def texts(self) -> dict[str, Distinct]:
        """The distinct texts of each field and further column that a file has, found two columns at a time."""
        extras = {name for each in self.files for name, _ in each.kinds}
        wanted = {name: self._stacked(name) for name in _ENCODED} | {
            name: self._stacked(name, extra=True) for name in extras
        }
        columns = {name: column for name, column in wanted.items() if column is not None}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return dict(zip(columns, pool.map(distinct, columns.values()), strict=True))

    def read(self) -> Read:
        forename, middle = self._forenames()
        surname = self._codes("surname", self.names, normal_name)
        previous = self._codes("previous_surname", self.names, normal_name)
        postcode = self._codes("postcode", self.postcodes, plain_postcode)
        previous_postcode = self._codes("previous_postcode", self.postcodes, plain_postcode)
        number, is_valid = self._numbers()
        records = Records(
            ids=pa.chunked_array([chunk for each in self.files for chunk in each.ids.chunks]),
            names=self.names.vocabulary(),
            forename=forename,
            middle=middle,
            surname=surname,
            previous_surname=np.where(previous == surname, 0, previous).astype(np.int32),
            born=np.concatenate([self._born(each) for each in self.files]),
            sex=self._sexes(),
            postcodes=self.postcodes.vocabulary(),
            postcode=postcode,
            previous_postcode=np.where(previous_postcode == postcode, 0, previous_postcode).astype(np.int32),
            number=number,
            number_is_valid=is_valid,
            addresses=FileAddresses([line for name in ADDRESS_LINES if (line := self._stacked(name)) is not None]),
            extras=self._extras(),
            boundary=self.sizes[0] if len(self.files) == 2 else None,
        )
        self._count_names(records)
        return Read(records, {told: count for told, count in sorted(self.odd.items()) if count})

    def _stacked(self, name: str, *, extra: bool = False) -> Column | None:
        """A column of all files below one another; None where no file has it."""
        columns = [(each.extras if extra else each.columns).get(name) for each in self.files]
        if all(column is None for column in columns):
            return None
        chunks: list[pa.Array] = []
        for column, size in zip(columns, self.sizes, strict=True):
            chunks += [pa.nulls(size, pa.string())] if column is None else column.chunks
        return pa.chunked_array(chunks, pa.string())

    def _codes(self, name: str, words: Words, normal: Callable[[str], str]) -> Codes:
        found = self.texts.get(name)
        if found is None:
            return np.zeros(self.size, dtype=np.int32)
        made = encode(found, words, normal)
        self._note(f"{name.replace('_', ' ')} unreadable, too long, or a stand-in", found, made)
        return made

    def _forenames(self) -> tuple[Codes, Codes]:
        first, second = self.texts.get("forename"), self.texts.get("middle_name")
        if first is not None:
            made = encode_forenames(first, second, self.names, _split_forename)
            self._note("forename unreadable, too long, or a stand-in", first, made[0])
            return made
        return np.zeros(self.size, dtype=np.int32), self._codes("middle_name", self.names, _first_word)

    def _numbers(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        column = self._stacked("nhs_number")
        if column is None:
            return np.zeros(self.size, dtype=np.int64), np.zeros(self.size, dtype=np.bool_)
        number, is_valid = to_numbers(column)
        self.odd["NHS number not a valid one of England or Wales"] += int(
            self.size - column.null_count - np.count_nonzero(is_valid)
        )
        return number, is_valid

    def _born(self, each: FileColumns) -> Codes:
        """Dates of birth of one file, by its own form."""
        column = each.columns.get("date_of_birth")
        if column is None:
            return np.zeros(len(each.ids), dtype=np.int32)
        found = distinct(column)
        form = each.date_form or form_of(found.texts)
        if form is None:
            raise UnusableFile(
                "date_of_birth: most of the column is no date in a form that is known; say how they are"
                " written: --map date_of_birth=COLUMN:%d/%m/%Y"
            )
        days = [read_date(text, form) if text else None for text in found.texts]
        codes = np.fromiter((as_code(day) for day in days), dtype=np.int32)[found.places]
        read = np.fromiter((day is not None for day in days), dtype=np.bool_)[found.places]
        given = len(codes) - found.missing
        self.odd["date of birth unreadable"] += given - int(np.count_nonzero(read))
        self.odd["date of birth that only fills the field"] += int(np.count_nonzero(read & (codes == 0)))
        self.odd["date of birth on 1 January"] += int(np.count_nonzero(codes % 10_000 == 101))
        return codes

    def _sexes(self) -> npt.NDArray[np.int8]:
        found = self.texts.get("sex")
        if found is None:
            return np.zeros(self.size, dtype=np.int8)
        return np.array([_SEXES.get(text.upper(), 0) for text in found.texts], dtype=np.int8)[found.places]

    def _extras(self) -> tuple[Extra, ...]:
        kinds = {name: name for name in _OWN_EXTRAS} | {name: kind for each in self.files for name, kind in each.kinds}
        made: list[Extra] = []
        for name, kind in kinds.items():
            if name in self.texts:
                words = Words()
                codes = encode(self.texts[name], words, KINDS[kind].normal)
                made.append(Extra(name, kind, words.vocabulary(), codes))
        return tuple(made)

    def _note(self, told: str, found: Distinct, codes: Codes) -> None:
        self.odd[told] += int(np.count_nonzero(codes == 0)) - found.missing

    def _count_names(self, records: Records) -> None:
        lengths = np.fromiter(map(len, records.names.values), dtype=np.int32)
        for told, codes in (("forename", records.forename), ("surname", records.surname)):
            self.odd[f"{told} of one letter"] += int(np.count_nonzero(lengths[codes] == 1))
        self.odd["record with one name only"] += int(np.count_nonzero((records.forename == 0) ^ (records.surname == 0)))


def _first_word(text: str) -> str:
    return normal_name(text).split(" ", 1)[0]


def _split_forename(text: str) -> tuple[str, str, str]:
    """See `encode.SplitForename`."""
    if not text:
        return "", "", ""
    head, tail = normal_forenames(text, "", "")
    return normal_name(text), head, tail
