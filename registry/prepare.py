"""Make a database ready for this code: its schema, and the policy rows that ship."""

from sqlalchemy.ext.asyncio import AsyncEngine

from registry.database import unit_of_work
from registry.migrations import migrate
from registry.policies.store import seed


async def prepare(engine: AsyncEngine) -> bool:
    """Migrate, and add shipped policies that are absent. Returns whether the schema changed."""
    changed = await migrate(engine)
    async with unit_of_work(engine) as connection:
        await seed(connection)
    return changed
