"""Keys made column by column, for benchmarks, are those that the register makes."""

from datetime import date
from uuid import UUID

import pyarrow as pa

from benchmarks.matching.key_columns import KEY_COLUMNS, key_columns
from benchmarks.matching.load_keys import patient_id, patient_ids
from registry.matching.keys import key_row, keys_of
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex

PEOPLE = [
    ("Ann Marie", "", "O'Neill-Smith", "Jones", date(1980, 3, 25), "female", ["", "12 High Street"], "ZE1 4QA", None),
    ("BABY", "", "Ünlü", None, date(1900, 1, 1), None, [], None, "QP7 2BB"),
    ("John", "P", "SMITH", "smith", None, "male", ["Flat 3", "12 High St"], "ZE14QA", "ZE1 4QA"),
    ("", None, "", None, date(2026, 1, 1), "1", ["", ""], "ZZ99 3VZ", "ZZ99 3VZ"),
]
COLUMNS = ["forename", "middle_name", "surname", "previous_surname", "date_of_birth", "sex"]


def test_columns_make_the_keys_that_rows_make() -> None:
    facts = {name: [row[position] for row in PEOPLE] for position, name in enumerate(COLUMNS)}
    lines = [[*row[6], "", "", "", "", ""] for row in PEOPLE]
    facts |= {f"address_line_{number}": [each[number - 1] for each in lines] for number in range(1, 6)}
    facts |= {"postcode": [row[7] for row in PEOPLE], "previous_postcode": [row[8] for row in PEOPLE]}
    facts["nhs_number"] = ["9434765919", "9434765916", None, "0101010006"]
    batch = pa.RecordBatch.from_pydict(facts)
    made = key_columns(batch, pa.array([patient_id(row).hex for row in range(len(PEOPLE))]))
    rows = [tuple(row.values()) for row in made.select(list(KEY_COLUMNS)).to_pylist()]
    expected = [
        tuple(row[name] for name in KEY_COLUMNS)
        for position in range(len(PEOPLE))
        for key in keys_of(patient_id(position), _person(facts, position))
        if (row := {**key_row(key), "patient_id": key.patient_id.hex})
    ]
    assert sorted(rows, key=repr) == sorted(expected, key=repr)


def _person(facts: dict[str, list], position: int) -> Demographics:
    one = {name: values[position] for name, values in facts.items()}
    sex = {"male": Sex.MALE, "female": Sex.FEMALE, "1": Sex.MALE}.get(one["sex"])
    return Demographics(
        Name(one["surname"], one["forename"], one["middle_name"] or ""),
        sex,
        one["date_of_birth"],
        one["nhs_number"],
        one["previous_surname"],
        Address.of([one[f"address_line_{number}"] for number in range(1, 6)], one["postcode"]),
        Address.of([], one["previous_postcode"]),
    )


def test_ids_are_spread_and_all_their_own() -> None:
    ids = {UUID(int=int(high) << 64 | int(low)) for high, low in patient_ids(0, 10_000)}
    assert len(ids) == 10_000
    assert patient_id(7) in ids
    assert len({each.int >> 120 for each in ids}) == 256
