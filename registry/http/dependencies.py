"""What a route may ask for: a unit of work, the engine, the clock, the settings."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry.database import unit_of_work
from registry.policies.store import PolicyStore
from registry.settings import Settings
from registry.values.clock import Clock


def engine_of(request: Request) -> AsyncEngine:
    """The engine of this process."""
    engine: AsyncEngine = request.app.state.engine
    return engine


def clock_of(request: Request) -> Clock:
    """The application's clock."""
    clock: Clock = request.app.state.clock
    return clock


def settings_of(request: Request) -> Settings:
    """The application's settings."""
    settings: Settings = request.app.state.settings
    return settings


def policies_of(request: Request) -> PolicyStore:
    """The policies of this process, made at the first request that asks."""
    state = request.app.state
    if not hasattr(state, "policies"):
        state.policies = PolicyStore(settings_of(request).profile)
    return state.policies


async def uow(request: Request) -> AsyncIterator[AsyncConnection]:
    """A unit of work for the length of the route's function."""
    async with unit_of_work(engine_of(request)) as connection:
        yield connection


# With the default scope the commit would run after the response: one that fails would
# already have been answered with success.
UnitOfWork = Annotated[AsyncConnection, Depends(uow, scope="function")]
"""A connection in a transaction that commits before the answer is sent."""
Engine = Annotated[AsyncEngine, Depends(engine_of)]
"""For routes that open their units of work themselves."""
Now = Annotated[Clock, Depends(clock_of)]
PoliciesInForce = Annotated[PolicyStore, Depends(policies_of)]
Configuration = Annotated[Settings, Depends(settings_of)]
