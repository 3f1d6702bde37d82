"""What may be done about something that the office was told and no practice sent, by the kind of its transaction."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.context import Context
from registry.transactions.deductions.conclude_notice import KIND as NOTICE
from registry.transactions.deductions.remedy import accept_notice, decline_notice, look_at_notice
from registry.transactions.outcome import Outcome
from registry.transactions.particulars.remedy import accept_statement, decline_statement, look_at_statement
from registry.transactions.particulars.statement import KIND as PARTICULARS


@dataclass(frozen=True, slots=True)
class Remedy:
    """What may be done about something that the office was told, and no practice sent.

    `look` gives the person as they are now; `accept` returns why not, where it cannot be.
    """

    look: Callable[[AsyncConnection, Mapping[str, Any]], Awaitable[dict[str, Any]]]
    accept: Callable[[AsyncConnection, Context, UUID, int, Mapping[str, Any]], Awaitable[Outcome | str]]
    decline: Callable[[AsyncConnection, Context, UUID, int, Mapping[str, Any]], Awaitable[Outcome]]


REMEDIES: dict[str, Remedy] = {
    NOTICE: Remedy(look_at_notice, accept_notice, decline_notice),
    PARTICULARS: Remedy(look_at_statement, accept_statement, decline_statement),
}
"""By the kind of the transaction."""


@dataclass(frozen=True, slots=True)
class OfOffice:
    """What the office was told and waits for a decision, as it was stored."""

    id: UUID
    version: int
    remedy: Remedy
    stored: Mapping[str, Any]
