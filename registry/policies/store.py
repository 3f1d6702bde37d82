"""Policies as the rules read them: a key and a day give the value that was in force."""

import time
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import to_json
from registry.policies.profiles import PROFILES, ROWS, PolicyRow

_REFRESH_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Policies:
    """The rows of one profile. Raises LookupError for a key with no row on the day: a fault of set-up."""

    rows: dict[str, list[tuple[date | None, date | None, Any]]]

    def on(self, key: str, day: date) -> Any:
        """The value in force on a day: the trigger date of the case, never today's."""
        for since, until, value in self.rows.get(key, ()):
            if (since is None or since <= day) and (until is None or day < until):
                return value
        raise LookupError(f"no policy {key!r} in force on {day}")

    def bank_holidays(self, day: date) -> frozenset[date]:
        """The bank holidays as known on a day."""
        return frozenset(date.fromisoformat(text) for text in self.on("bank_holidays", day))


def shipped(profile: str) -> Policies:
    """The rows of a profile as they ship, without a database."""
    rows: dict[str, list[tuple[date | None, date | None, Any]]] = {}
    for row, until in _with_ends(profile):
        rows.setdefault(row.key, []).append((row.since, until, row.value))
    return Policies(rows)


async def seed(connection: AsyncConnection) -> None:
    """Write the shipped rows that are absent. A row that an office has changed stays as it is."""
    values = [
        {
            "profile": profile,
            "key": row.key,
            "period": f"[{row.since or ''},{until or ''})",
            "value": row.value,
            "source": row.source,
        }
        for profile in PROFILES
        for row, until in _with_ends(profile)
    ]
    await connection.execute(
        text(
            "insert into policies select s.* from json_populate_recordset(null::policies, cast(:rows as json)) s"
            " where not exists (select from policies p where p.profile = s.profile and p.key = s.key)"
        ),
        {"rows": to_json(values)},
    )


@dataclass(slots=True)
class PolicyStore:
    """The policies of one profile, read again from the database when they are a minute old."""

    profile: str
    _loaded: Policies | None = None
    _at: float = field(default=0.0)

    async def current(self, connection: AsyncConnection) -> Policies:
        """The profile's policies, at most a minute old."""
        known = self.known()
        if known is not None:
            return known
        self._loaded = await load(connection, self.profile)
        self._at = time.monotonic()
        return self._loaded

    def known(self) -> Policies | None:
        """The policies as last read; None where they are more than a minute old."""
        return None if time.monotonic() - self._at > _REFRESH_SECONDS else self._loaded


async def load(connection: AsyncConnection, profile: str) -> Policies:
    """Read a profile. Raises LookupError when the profile has no rows."""
    found = await connection.execute(
        text(
            "select key, lower(period) as since, upper(period) as until, value::text as value from policies"
            " where profile = :profile order by key, period"
        ),
        {"profile": profile},
    )
    rows: dict[str, list[tuple[date | None, date | None, Any]]] = {}
    for row in found:
        rows.setdefault(row.key, []).append((row.since, row.until, orjson.loads(row.value)))
    if not rows:
        raise LookupError(f"no policies for profile {profile!r}; known profiles: {', '.join(PROFILES)}")
    return Policies(rows)


def _with_ends(profile: str) -> list[tuple[PolicyRow, date | None]]:
    mine = [row for row in ROWS if profile in row.profiles]
    ordered = sorted(mine, key=lambda row: (row.key, row.since or date.min))
    return [
        (row, following.since if following is not None and following.key == row.key else None)
        for row, following in zip(ordered, [*ordered[1:], None], strict=True)
    ]
