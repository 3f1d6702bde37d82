"""A plain search: everything that is asked must hold, of present facts or with `_history` of former ones too.

One statement in two steps. First rows of `match_keys` by one index, at most `MOST_READ` of people who may be told
of at all; then everything else that is asked, of them alone. A search that would have to read more is told that it
has too many matches, so that no range or wildcard reads the whole register.

What tells where somebody is is compared with the views that leave it out of the protected, and where such a thing is
asked they are left out of the first step too: neither a limit nor a score can tell that they were there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir_api.people.search_asked import Asked
from registry.fhir_api.people.search_statements import BY_DAY, BY_NUMBER, BY_SURNAME, CONDITIONS, statement_of
from registry.fhir_api.people.search_values import Pattern

MOST_READ = 5_000
"""Rows of keys that one search reads at most."""
MOST_DAYS = 3_700
"""A range of birth dates up to this long is looked up day by day; a longer one by the surname."""
EARLIEST = date(1890, 1, 1)

LOSSES: Mapping[str, float] = {"family": 0.05, "given": 0.03, "postcode": 0.035, "nickname": 0.05}
"""What a score of 1 loses by a wildcard in a name or postcode, and by a forename that only a nickname agrees with."""

_AFTER_Z = "~"


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody who was found, and how well they fit: 1 is entirely."""

    patient_id: UUID
    score: float


@dataclass(frozen=True, slots=True)
class TooMany:
    """More were found than may be told of, or more would have to be read to know."""


async def find_plain(connection: AsyncConnection, asked: Asked, today: date) -> Sequence[Hit] | TooMany:
    """Whoever fits, best first. Every parameter that is asked must hold."""
    statement, values = prepared(asked, today)
    rows = (await connection.execute(statement, values)).all()
    found = [row for row in rows if row.id is not None]
    if rows[0].too_wide or len(found) > asked.most:
        return TooMany()
    return [Hit(row.id, _score(asked, row.by_nickname)) for row in found]


def prepared(asked: Asked, today: date) -> tuple[TextClause, dict[str, Any]]:
    """The statement that carries a search out, and its parameters."""
    values = _values(asked, today)
    statement, used = statement_of(_source(asked, values), _conditions(asked))
    return statement, {name: values[name] for name in used}


def _source(asked: Asked, values: Mapping[str, Any]) -> str:
    """What reads the first rows."""
    if asked.number is not None:
        return BY_NUMBER
    return BY_DAY if (values["born_until"] - values["born_since"]).days <= MOST_DAYS else BY_SURNAME


def _conditions(asked: Asked) -> str:
    family = asked.family
    used = {
        "family": family is not None and family.raw is not None,
        "wildcard": family is not None and (family.is_open or asked.number is not None),
        **{name: getattr(asked, name) is not None for name in ("born", "died", "sex", "postcode", "practice")},
        **{name: getattr(asked, name) is not None for name in ("email", "phone")},
    }
    return " and ".join(["true", *(CONDITIONS[name] for name, is_used in used.items() if is_used)])


def _values(asked: Asked, today: date) -> dict[str, Any]:
    family = asked.family or Pattern("", "")
    born, died = asked.born, asked.died
    # Days on which nobody was born are not looked up one by one.
    since = max(born.since, EARLIEST) if born and asked.number is None else born and born.since
    until = min(born.until, today + timedelta(days=1)) if born and asked.number is None else born and born.until
    return {
        "family_from": family.start,
        "family_until": family.start + _AFTER_Z if family.is_open else family.start,
        "family_like": family.like,
        "family_raw": family.raw,
        "given_like": [each.like or "?" for each in asked.given],
        "given_raw": [each.raw for each in asked.given],
        "sex": asked.sex,
        "born_since": since,
        "born_until": until,
        "died_since": died and died.since,
        "died_until": died and died.until,
        "postcode": asked.postcode.like if asked.postcode else None,
        "practice": asked.practice,
        "email": asked.email,
        "phone": asked.phone,
        "number": asked.number.value if asked.number else None,
        "names_places": asked.names_places,
        "history": asked.history,
        "exact": asked.exact,
        "today": today.isoformat(),
        "most": asked.most,
        "most_read": MOST_READ,
    }


def _score(asked: Asked, by_nickname: int) -> float:
    lost = LOSSES["nickname"] * by_nickname
    lost += LOSSES["family"] if asked.family and asked.family.is_open else 0
    lost += LOSSES["given"] * sum(each.is_open for each in asked.given)
    lost += LOSSES["postcode"] if asked.postcode and asked.postcode.is_open else 0
    return round(1 - lost, 4)
