"""What a pattern is: a query that gives each practice a figure, and the words of SQL that all of them share."""

from dataclasses import dataclass, field

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, Integer

_TYPES = {
    "since": Date(),
    "until": Date(),
    "student_months": ARRAY(Integer),
    "youngest": Integer(),
    "oldest": Integer(),
    "care_home_age": Integer(),
    "share_percent": Integer(),
    "most_in_a_home": Integer(),
    "percent": Integer(),
    "days": Integer(),
}
"""What a query may ask for: the period, and the numbers of its policies."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern by its name, which is the end of its policy's key.

    The query gives for every practice one row: `practice_id`, `practice` (code), `figure`, `people`, `of`, and two
    JSON objects of counts: `explained`, what was left out of the figure by why, and `counts`, what else is to be
    known. It reads each table a bounded number of times, whatever their sizes.
    """

    name: str
    meaning: str
    sql: str
    query: TextClause = field(init=False)
    asks_for: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        asked = [name for name in _TYPES if f":{name}" in self.sql]
        bound = text(self.sql).bindparams(*(bindparam(name, type_=_TYPES[name]) for name in asked))
        object.__setattr__(self, "query", bound)
        object.__setattr__(self, "asks_for", frozenset(asked))

    @property
    def policy(self) -> str:
        """The key of its thresholds."""
        return f"counter_fraud_{self.name.replace('-', '_')}"


def is_student(born: str, day: str) -> str:
    """SQL: of a student's age, on a day of the months in which students move."""
    return (
        f"coalesce(extract(month from {day}) = any(:student_months)"
        f" and extract(year from age({day}, {born})) between :youngest and :oldest, false)"
    )


def london(instant: str) -> str:
    """SQL: the London day of an instant."""
    return f"({instant} at time zone 'Europe/London')::date"


STARTS = "(cast(:since as timestamp) at time zone 'Europe/London')"
ENDS = "(cast(:until as timestamp) at time zone 'Europe/London')"
"""SQL: the instants between which the period lies."""

LIST_SIZES = """
  select list_id as practice_id, count(*) as people from list_memberships where upper_inf(period) group by 1"""
"""SQL: how many are on each list now."""
