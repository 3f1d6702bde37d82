"""Every table says what it holds of people, so that merges and seals reach all of it."""

from sqlalchemy import Uuid

from registry import tables
from registry.database import metadata
from registry.transactions.holdings import HOLDINGS, NOBODYS

assert tables.__all__, "importing them declares every table"
_BY_NAME = {each.table: each for each in HOLDINGS}


def test_every_table_is_declared_once():
    declared = [*NOBODYS, *(each.table for each in HOLDINGS)]
    assert sorted(declared) == sorted(set(declared))
    assert set(declared) == set(metadata.tables)


def test_every_column_that_names_people_is_declared():
    for table in metadata.tables.values():
        named = {
            column.name
            for column in table.columns
            if column.name in ("patient_id", "patient_ids")
            or any(key.column.table.name == "patients" for key in column.foreign_keys)
        }
        named -= {"other_patient_id", "merged_into"}  # beside the first person, and the edge of a merge itself
        if named:
            assert table.name in _BY_NAME, f"{table.name} names people"
            assert _BY_NAME[table.name].person in named | {"id"}, f"{table.name} names them by {named}"


def test_columns_that_are_sealed_are_there():
    for each in HOLDINGS:
        columns = metadata.tables[each.table].columns
        assert set(each.sealed) <= set(columns.keys())
        if each.person is not None:
            assert isinstance(columns[each.person].type, Uuid) != each.many
