"""Whose a row of history is: the person whom it names, unless a split has given it to another.

The posted ledger and what was sent never change, so a split leaves them where they were recorded and
says beside them whose they are. Whoever reads somebody's history asks here.
"""

_CASTS = {"list_movements": "bigint", "practice_messages": "bigint"}
"""Types of primary keys that are no uuid."""


def belongs_to(table: str, alias: str, people: str) -> str:
    """An SQL condition: a row of a table, under its alias, belongs to one of some people.

    `people` is an SQL expression for an array of ids: `array[p.id]`, `:people`.
    """
    cast = _CASTS.get(table, "uuid")
    return (
        f"(({alias}.patient_id = any({people}) or {alias}.id = any(array("
        f"select z.row_key::{cast} from attributions z where z.is_current and z.table_name = '{table}'"
        f" and z.patient_id = any({people}))))"
        f" and not exists (select {_given(table, alias)} and z.patient_id <> all({people})))"
    )


def owner_of(table: str, alias: str) -> str:
    """An SQL expression: the person to whom a row of a table, under its alias, belongs."""
    return f"coalesce((select z.patient_id {_given(table, alias)}), {alias}.patient_id)"


def _given(table: str, alias: str) -> str:
    return f"from attributions z where z.is_current and z.table_name = '{table}' and z.row_key = {alias}.id::text"
