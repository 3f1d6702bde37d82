"""One walk through a world, in the order in which nothing that is sent can be mistaken for something that was kept."""

from collections.abc import Iterable

from tests.leaks.values import Values
from tests.leaks.walk import Walk
from tests.leaks.walk_commands import CommandWalker
from tests.leaks.walk_outputs import dump, logs, server_log
from tests.leaks.walk_routes import RouteWalker


async def looking(values: Values, walk: Walk) -> tuple[RouteWalker, CommandWalker]:
    """Everything that is only looked at."""
    routes, commands = RouteWalker(values, walk), CommandWalker(values, walk)
    with logs(walk), server_log(walk):
        await routes.read()
        await commands.look()
    return routes, commands


async def everything(values: Values, walk: Walk, old_numbers: Iterable[str]) -> tuple[RouteWalker, CommandWalker]:
    """What is looked at; what is left in the database; what acts and refusals say; what practices are answered.

    The database is looked at before and after the acts: a refusal writes nothing, the audit of it neither.
    What practices send at last is kept as they sent it, the old number with it: so it comes last.
    """
    routes, commands = await looking(values, walk)
    with logs(walk), server_log(walk):
        await dump(values.world, walk)
        await routes.act()
        await commands.act()
        await dump(values.world, walk)
        await routes.send(old_numbers)
    return routes, commands
