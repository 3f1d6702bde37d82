"""The keys of many people at once, from the columns of a Parquet file: what `keys_of` makes, column by column."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from registry.matching.normalise import (
    NORMALISER_VERSION,
    address_key,
    known_date,
    known_sex,
    normal_forenames,
    normal_name,
    plain_postcode,
)
from registry.matching.sound import sound_code
from registry.values.address import Address
from registry.values.nhs_number import NHSNumber
from registry.values.person import Sex

KEY_COLUMNS = (
    "patient_id",
    "surname",
    "surname_code",
    "first_forename",
    "second_forename",
    "previous_surname",
    "date_of_birth",
    "sex",
    "postcode",
    "address_key",
    "nhs_number",
    "is_current",
    "normaliser_version",
)
LINES = tuple(f"address_line_{number}" for number in range(1, 6))
SEXES = {"male": Sex.MALE, "female": Sex.FEMALE, "1": Sex.MALE, "2": Sex.FEMALE, "m": Sex.MALE, "f": Sex.FEMALE}
_BETWEEN = "\x1f"
_TWO_NAMES = pa.struct([("first", pa.string()), ("second", pa.string())])


def key_columns(batch: pa.RecordBatch, identities: pa.Array) -> pa.Table:
    """The present rows of all people, in their order, and below them the former ones. Absent columns are empty."""
    forenames = _each(_joined(batch, ("forename", "middle_name")), _forenames, _TWO_NAMES)
    surname = _each(_column(batch, "surname"), normal_name)
    previous = _each(_column(batch, "previous_surname"), normal_name)
    previous = call("if_else", call("equal", previous, surname), "", previous)
    present = {
        "patient_id": identities,
        "surname": surname,
        "surname_code": _each(surname, sound_code),
        "first_forename": forenames.field(0),
        "second_forename": forenames.field(1),
        "previous_surname": previous,
        "date_of_birth": _each(_column(batch, "date_of_birth"), _born, pa.date32()),
        "sex": _each(_column(batch, "sex"), _sex),
        "postcode": _each(_column(batch, "postcode"), plain_postcode),
        "address_key": _each(_joined(batch, LINES), _address),
        "nhs_number": _each(_column(batch, "nhs_number"), _number),
        "is_current": pa.array([True] * batch.num_rows),
        "normaliser_version": pa.array([NORMALISER_VERSION] * batch.num_rows),
    }
    tables = [pa.table(present), *_former(present, _each(_column(batch, "previous_postcode"), plain_postcode))]
    return pa.concat_tables([table.select(list(KEY_COLUMNS)) for table in tables])


def _former(present: dict[str, pa.Array], left: pa.Array) -> list[pa.Table]:
    """A row with each previous surname, and one with each previous postcode."""
    gone = {"is_current": pa.array([False] * len(left))}
    renamed = {"surname": present["previous_surname"], "previous_surname": pa.array([""] * len(left))}
    renamed["surname_code"] = _each(renamed["surname"], sound_code)
    moved = {"postcode": left, "address_key": pa.array([""] * len(left))}
    moved_away = call("not_equal", left, "")
    same_place = call("and", call("equal", left, present["postcode"]), call("equal", present["address_key"], ""))
    return [
        pa.table({**present, **gone, **renamed}).filter(call("not_equal", renamed["surname"], "")),
        pa.table({**present, **gone, **moved}).filter(call("and_not", moved_away, same_place)),
    ]


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    """A column as text, empty where nothing is known."""
    if name not in batch.schema.names:
        return pa.array([""] * batch.num_rows)
    return pc.fill_null(pc.cast(batch.column(name), pa.string()), "")


def _joined(batch: pa.RecordBatch, names: tuple[str, ...]) -> pa.Array:
    return call("binary_join_element_wise", *(_column(batch, name) for name in names), _BETWEEN)


def call(function: str, *columns: Any) -> Any:
    """A function of Arrow over whole columns, by its name."""
    columns = tuple(each if isinstance(each, pa.Array | pa.ChunkedArray) else pa.scalar(each) for each in columns)
    return pc.call_function(function, list(columns))


def _each(column: pa.Array, function: Callable[[str], Any], kind: pa.DataType | None = None) -> pa.Array:
    """A function of every value, called once for each distinct one."""
    coded = column.dictionary_encode()
    values = pa.array([function(value) for value in coded.dictionary.to_pylist()], kind or pa.string())
    return values.take(coded.indices)


def _forenames(joined: str) -> tuple[str, str]:
    first, _, second = joined.partition(_BETWEEN)
    return normal_forenames(first, second, "")


def _address(joined: str) -> str:
    return address_key(Address.of(joined.split(_BETWEEN)))


def _born(text: str) -> date | None:
    return known_date(date.fromisoformat(text[:10])) if text else None


def _sex(text: str) -> str | None:
    known = known_sex(SEXES.get(text.lower()))
    return known.value if known else None


def _number(text: str) -> str | None:
    number = NHSNumber.parse(text)
    return number.value if number else None
