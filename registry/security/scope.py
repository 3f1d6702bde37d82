"""Whose data a query may return, as a condition of the query itself.

A statement that may return a practice's data carries `within_scope`; it cannot be run
without `scope_of(caller)` among its parameters. What is out of scope does not exist for the
caller: answer as for something that is not there.
"""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Uuid, bindparam, or_

from registry.errors import RequestError, not_found
from registry.security.callers import Caller

_ALL = "scope_all"
_PRACTICE = "scope_practice_id"


def within_scope(practice_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """True for rows of the caller's practice; for the office, for all rows. For prebuilt statements."""
    return or_(bindparam(_ALL, type_=Boolean), practice_id == bindparam(_PRACTICE, type_=Uuid))


WITHIN_SCOPE_SQL = "(:scope_all or {column} = :scope_practice_id)"
"""The same for statements in text: `WITHIN_SCOPE_SQL.format(column="t.practice_id")`."""


def scope_of(caller: Caller) -> dict[str, Any]:
    """The parameters that narrow a statement to what the caller may see."""
    return {_ALL: caller.is_office, _PRACTICE: caller.practice_id}


def out_of_scope(what: str) -> RequestError:
    """The answer for something that is not there, or is there for others only. `what` is a noun."""
    return not_found(f"There is no such {what}, or none that this token may see.")
