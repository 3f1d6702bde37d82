"""What every command that works on the register needs: a database, an actor, and its answer in print.

Imports what takes long only when a command runs.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from registry.values.actor import Actor

REFUSED = 1
"""Exit code: the request was refused, or failed in part."""
UNUSABLE = 2
"""Exit code: the input cannot be used."""
STALE = 3
"""Exit code: the facts have moved since they were looked at."""

_WIDTH_OF_A_PIPE = 200

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@dataclass(slots=True)
class Stop(Exception):
    """Ends a command with an exit code and a sentence on standard error."""

    code: int
    sentence: str


def group(help_text: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # keeps paragraphs whole, and is quicker
        help=help_text,
    )


def on_register(work: "Callable[[AsyncEngine], Awaitable[int | None]]") -> NoReturn:
    """Run a command's work with an engine on the register, and exit with the code that it returns.

    The embedded database is started when it is down, and brought to this code's schema; a
    database named by DATABASE_URL is migrated by `registry migrate` alone.
    """
    try:
        code = asyncio.run(_with_engine(work))
    except Stop as stop:
        typer.echo(stop.sentence, err=True)
        code = stop.code
    except BrokenPipeError:
        # Whoever read us has seen enough; what is left must not be flushed into the closed pipe.
        sys.stdout = None
        code = 0
    raise typer.Exit(code or 0)


async def _with_engine(work: "Callable[[AsyncEngine], Awaitable[int | None]]") -> int | None:
    from sqlalchemy.exc import ProgrammingError

    from registry.database import create_engine
    from registry.embedded_postgres import EmbeddedPostgresError, database_url
    from registry.prepare import prepare
    from registry.settings import settings

    try:
        engine = create_engine(database_url(settings()), pool_size=2)
    except EmbeddedPostgresError as error:
        raise Stop(REFUSED, str(error)) from None
    try:
        if settings().database_url is None:
            await prepare(engine)
        return await work(engine)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise Stop(REFUSED, f"the database cannot be reached: {error.strerror or type(error).__name__}") from None
    except ProgrammingError as error:
        if "UndefinedTable" in type(getattr(error.orig, "__cause__", None)).__name__:
            raise Stop(REFUSED, "the database has not this code's schema: run `registry migrate`") from None
        raise
    finally:
        await engine.dispose()


def operator() -> "Actor":
    """Who gives a command: the office, by the name of the account on this machine."""
    import getpass

    from registry.values.actor import Actor, ActorKind

    try:
        account = getpass.getuser()
    except (KeyError, OSError):
        account = "unknown"
    return Actor(ActorKind.STAFF, f"command-line:{account}")


def print_json(value: Any) -> None:
    """Print one value as a line of JSON: dates and instants in ISO 8601, ids as text."""
    import orjson

    typer.echo(orjson.dumps(value, default=str).decode())


def print_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[Any]], whole: Collection[str] = ()) -> None:
    """Print rows for people to read; no heading where the columns have no names. Nothing in them is markup.

    Columns in `whole` are never folded: what is in them is copied into the next command.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    names = list(columns)
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, show_header=any(names))
    for name in names:
        table.add_column(name, overflow="fold", no_wrap=name in whole)
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    # A pipe has no width of its own: give the rows room.
    Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_PIPE).print(table)


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where that is a terminal. Gives a function that is told how far we are."""
    if not sys.stderr.isatty() or total == 0:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    bars = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*bars, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda done: shown.update(task, completed=done)


def bars(stack: ExitStack) -> Callable[[str, int, int], None]:
    """One progress bar after another, each by its name: tell it the step, how far it is, and of how much."""
    shown: dict[str, Callable[[int], None]] = {}

    def tell(step: str, done: int, total: int) -> None:
        if step not in shown:
            stack.pop_all().close()
            shown[step] = stack.enter_context(progress(step, total))
        shown[step](done)

    return tell
