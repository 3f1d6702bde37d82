"""The register as columns of codes: everybody who takes part in a search for duplicates.

One COPY of `match_keys`, in one snapshot, parsed block by block as it comes: nothing of anybody is
written to a file, and what stays in memory is a hundred bytes or so a person.

Who takes part is decided here, in SQL, so that nothing behind it can forget it. Left out are records
that were merged away or stand for nobody any more, and those kept apart (a changed identity must
never be found beside the old one). The dead take part, since a dead record and a living one may be
one person; so do people on no list, who are where most duplicates come from; and so do protected
people, of whom no case says where they are.
"""

from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as csv
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.matching.batch.encode import Words
from registry.matching.batch.records import Codes, Flags, Former, Numbers, Records

TAKES_PART = "p.merged_into is null and p.status <> 'invalidated' and not p.apart"
"""SQL of whether somebody, `p`, takes part."""
DEAD = "p.status in ('informal-dead', 'formal-dead')"

_BLOCK = 16_000_000
"""Bytes parsed at once."""

# Present rows say what the person is; all others what they were. Superseded numbers are rows without other facts.
_QUERY = f"""
    select encode(uuid_send(k.patient_id), 'hex'), k.surname, k.first_forename, k.second_forename, k.previous_surname,
      coalesce(extract(year from k.date_of_birth) * 10000 + extract(month from k.date_of_birth) * 100
        + extract(day from k.date_of_birth), 0)::integer,
      coalesce(k.sex, '0')::integer, k.postcode, k.address_key, coalesce(k.nhs_number, '0')::bigint,
      k.is_current::integer, p.version, ($1::timestamptz is null or p.updated_at >= $1::timestamptz)::integer,
      ({DEAD})::integer
    from match_keys k join patients p on p.id = k.patient_id where {TAKES_PART}
    union all
    select encode(uuid_send(n.patient_id), 'hex'), '', '', '', '', 0, 0, '', '', n.nhs_number::bigint, 0, 0, 0, 0
    from patient_numbers n join patients p on p.id = n.patient_id where {TAKES_PART}
"""

_WORDS = pa.dictionary(pa.int32(), pa.string())
_COLUMNS: dict[str, pa.DataType] = {
    "id": pa.binary(32),
    "surname": _WORDS,
    "forename": _WORDS,
    "middle": _WORDS,
    "previous_surname": _WORDS,
    "born": pa.int32(),
    "sex": pa.int8(),
    "postcode": _WORDS,
    "address": pa.large_string(),
    "number": pa.int64(),
    "present": pa.int8(),
    "version": pa.int32(),
    "changed": pa.int8(),
    "dead": pa.int8(),
}
_NAMES = ("surname", "forename", "middle", "previous_surname")
_FIGURES = ("born", "sex", "number", "present", "version", "changed", "dead")


@dataclass(frozen=True, slots=True)
class Register:
    """Everybody who takes part, in the order of their ids; arrays are as long as `records`.

    `changed` says who has changed since the instant that was asked for; everybody where none was.
    """

    records: Records
    ids: npt.NDArray[np.uint8]
    """The sixteen bytes of each id."""
    version: Codes
    changed: Flags
    dead: Flags

    def __len__(self) -> int:
        return len(self.records)

    def id_of(self, row: int) -> UUID:
        """Who stands in a row."""
        return UUID(bytes=self.ids[row].tobytes())


@dataclass(frozen=True, slots=True)
class HeldAddresses:
    """Normalised addresses as the register keeps them."""

    texts: pa.ChunkedArray
    known: bool = True

    def of(self, rows: Codes) -> list[str]:
        """`normalise.address_key` of each of the rows; empty where there is none."""
        chosen: Any = pa.array(rows)
        found: list[Any] = self.texts.take(chosen).to_pylist()
        return found

    def may_agree(self, left: Codes, right: Codes) -> Flags:
        """All: they are normalised already."""
        return np.ones(len(left), dtype=np.bool_)


async def read_register(connection: AsyncConnection, since: datetime | None = None) -> Register:
    """Read everybody who takes part. `since` marks who has changed; all are read all the same.

    Runs for as long as the register takes to be copied; PostgreSQL gives it in one snapshot.
    """
    driver: Any = (await connection.get_raw_connection()).driver_connection
    blocks = _Blocks()
    await driver.copy_from_query(_QUERY, since, output=blocks.take, format="csv")
    return blocks.end()


@dataclass(slots=True)
class _Blocks:
    """What has come so far: codes and figures, no texts but the vocabularies and the addresses."""

    names: Words = field(default_factory=Words)
    postcodes: Words = field(default_factory=Words)
    columns: dict[str, list[npt.NDArray[Any]]] = field(default_factory=dict[str, list[npt.NDArray[Any]]])
    addresses: list[pa.Array] = field(default_factory=list[pa.Array])
    _left: bytearray = field(default_factory=bytearray)

    async def take(self, data: bytes) -> None:
        self._left += data
        if len(self._left) >= _BLOCK:
            # No normalised value has a line break in it, so that each break ends a row.
            end = self._left.rfind(b"\n") + 1
            self._parse(bytes(self._left[:end]))
            del self._left[:end]

    def _parse(self, rows: bytes) -> None:
        read = csv.ReadOptions(column_names=list(_COLUMNS), block_size=len(rows) + 1)
        convert = csv.ConvertOptions(column_types=_COLUMNS)
        table: Any = csv.read_csv(BytesIO(rows), read_options=read, convert_options=convert).combine_chunks()
        self._add("id", _bytes_of(table["id"].chunk(0)))
        for name in _FIGURES:
            self._add(name, table[name].to_numpy())
        for name in (*_NAMES, "postcode"):
            words, part = self.postcodes if name == "postcode" else self.names, table[name].chunk(0)
            self._add(name, words.codes(part.dictionary.to_pylist())[part.indices.to_numpy()])
        self.addresses += table["address"].chunks

    def _add(self, name: str, values: npt.NDArray[Any]) -> None:
        self.columns.setdefault(name, []).append(values)

    def end(self) -> Register:
        """Everything, in the order of ids."""
        if self._left:
            self._parse(bytes(self._left))
            self._left.clear()
        if not self.columns:
            self._parse_nothing()
        taken = {name: np.concatenate(parts) for name, parts in self.columns.items()}
        self.columns.clear()
        return _in_order(self, taken)

    def _parse_nothing(self) -> None:
        empty = np.zeros(0, dtype=np.int32)
        self._add("id", np.zeros((0, 16), dtype=np.uint8))
        for name in (*_FIGURES, *_NAMES, "postcode"):
            self._add(name, empty)


def _in_order(blocks: _Blocks, taken: dict[str, npt.NDArray[Any]]) -> Register:
    """Rows by person: the first of each person's is the present one, the rest are former."""
    ids = taken["id"]
    high, low = (np.ascontiguousarray(ids).view(">u8")[:, half] for half in (0, 1))
    order = np.lexsort((taken["present"] == 0, low, high))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(high[order]) != 0) | (np.diff(low[order]) != 0)
    person = (np.cumsum(first) - 1).astype(np.int32)
    present, former = order[first], order[~first]
    now = {name: values[present] for name, values in taken.items()}
    chosen: Any = pa.array(present)
    texts = pa.chunked_array(blocks.addresses or [pa.array([], pa.large_string())]).take(chosen)
    records = Records(
        ids=pa.chunked_array([_as_arrow(now["id"])]),
        names=blocks.names.vocabulary(),
        forename=now["forename"],
        middle=now["middle"],
        surname=now["surname"],
        previous_surname=now["previous_surname"],
        born=now["born"],
        sex=np.where(now["sex"] <= _KNOWN_SEXES, now["sex"], 0).astype(np.int8),
        postcodes=blocks.postcodes.vocabulary(),
        postcode=now["postcode"],
        previous_postcode=np.zeros(len(present), dtype=np.int32),
        number=now["number"],
        number_is_valid=now["number"] > 0,
        addresses=HeldAddresses(texts),
        former=_former(taken, former, person[~first], now),
    )
    flags = {name: now[name] == 1 for name in ("changed", "dead")}
    return Register(records, now["id"], now["version"], flags["changed"], flags["dead"])


_KNOWN_SEXES = 2
"""Male and female."""


def _former(
    taken: dict[str, npt.NDArray[Any]], rows: npt.NDArray[np.int64], person: Codes, now: dict[str, npt.NDArray[Any]]
) -> Former:
    """What former rows say; a number or a place that is the present one is no former one."""

    def unlike(name: str) -> npt.NDArray[Any]:
        return np.where(taken[name][rows] == now[name][person], 0, taken[name][rows])

    numbers: Numbers = unlike("number")
    return Former(
        person, taken["forename"][rows], taken["middle"][rows], taken["surname"][rows], unlike("postcode"), numbers
    )


_HEX = np.zeros(256, dtype=np.uint8)
_HEX[np.frombuffer(b"0123456789abcdef", dtype=np.uint8)] = np.arange(16, dtype=np.uint8)


def _bytes_of(column: Any) -> npt.NDArray[np.uint8]:
    """The sixteen bytes of each id from its 32 hexadecimal digits."""
    digits = _HEX[np.frombuffer(column.buffers()[1], dtype=np.uint8)].reshape(len(column), 32)
    return (digits[:, 0::2] * np.uint8(16)) | digits[:, 1::2]


def _as_arrow(ids: npt.NDArray[np.uint8]) -> pa.Array:
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(ids), [None, pa.py_buffer(ids.tobytes())])
