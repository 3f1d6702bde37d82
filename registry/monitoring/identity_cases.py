"""Changes of identity among the open work: how many there are, and how many are late. Nothing else is told of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.vault.window import count_cases

OWNER = "identity"
KIND = "identity-change"


async def counted_cases(
    connection: AsyncConnection,
    scope: Mapping[str, Any],
    now: datetime,
    *,
    owner: str | None,
    practice: str | None,
    kind: str | None,
    late: bool,
) -> list[dict[str, Any]]:
    """The line of them in a count of open work; none for a practice, or where nothing is open."""
    asked_for = scope["scope_all"] and practice is None and owner in (None, OWNER) and kind in (None, KIND)
    if not asked_for:
        return []
    counted = await count_cases(connection, now)
    shown = counted.late if late else counted.open
    line = {"owner": OWNER, "kind": KIND, "open": shown, "late": counted.late, "first_due": None, "since": None}
    return [line] if shown else []
