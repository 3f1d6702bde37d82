"""Which national side this installation speaks to."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from registry.pds.port import (
    AllocateResult,
    AnnounceResult,
    FetchResult,
    NationalSide,
    NationalSideUnavailable,
    Problem,
    ReserveResult,
    TraceResult,
    UpdateResult,
    Whereabouts,
)
from registry.pds.simulator import Simulator
from registry.settings import Settings
from registry.values.person import Demographics


class NotConfigured:
    """Refuses every question, so that requests stay visible as errors until a client is set up.

    Nobody real is ever looked up in the simulator's population, nor given one of its numbers.
    """

    async def trace(self, question: Demographics, number: str | None) -> TraceResult:
        """Raises NationalSideUnavailable, as all of them do."""
        raise NationalSideUnavailable(Problem.NOT_CONFIGURED)

    async def fetch(self, number: str) -> FetchResult:
        raise NationalSideUnavailable(Problem.NOT_CONFIGURED)

    async def allocate(self, question: Demographics, request_id: UUID) -> AllocateResult:
        raise NationalSideUnavailable(Problem.NOT_CONFIGURED)

    async def update(self, number: str, whereabouts: Whereabouts, request_id: UUID) -> UpdateResult:
        raise NationalSideUnavailable(Problem.NOT_CONFIGURED)

    async def reserve(self, count: int, request_id: UUID) -> ReserveResult:
        raise NationalSideUnavailable(Problem.NOT_CONFIGURED)

    async def announce(self, number: str, person: Demographics, request_id: UUID) -> AnnounceResult:
        raise NationalSideUnavailable(Problem.NOT_CONFIGURED)


def national_side(settings: Settings, engine: AsyncEngine) -> NationalSide:
    """The simulator in development; in production a side that refuses, as there is no client for PDS yet."""
    return Simulator(engine) if settings.is_development else NotConfigured()


def has_national_side(settings: Settings) -> bool:
    """Whether there is anybody to be asked at all."""
    return settings.is_development
