"""Opening the vault in tests."""

from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.values.actor import Actor, ActorKind
from registry.vault.door import Vault, in_vault

CLERK = Actor(ActorKind.STAFF, "clerk")
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
TABLES = ("cases", "case_events", "links", "sealed_rows", "private", "grants", "audit")


def opened(
    connection: AsyncConnection, action: str = "case.read", actor: Actor = CLERK
) -> AbstractAsyncContextManager[Vault]:
    """The vault, open for a clerk on a Monday morning."""
    return in_vault(connection, actor, NOW, action)
