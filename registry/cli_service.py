"""Commands that run the service: serve, worker, run, migrate, openapi, tokens issue.

What a command needs is imported when it runs, so that `registry --help` answers at once.
"""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

service = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
tokens = typer.Typer(no_args_is_help=True, help="Tokens for the API.")
service.add_typer(tokens, name="tokens")

OPENAPI_FILE = Path(__file__).resolve().parent.parent / "openapi.yaml"


@service.command()
def run() -> None:
    """Start the database, the API and the worker, and stop all of them on Ctrl-C."""
    from registry.settings import settings
    from registry.supervise import run as supervise

    raise typer.Exit(supervise(settings()))


@service.command()
def serve() -> None:
    """Serve the API (REGISTRY_HOST, REGISTRY_PORT, REGISTRY_PROCESSES)."""
    from registry import serve as api
    from registry.settings import settings
    from registry.supervised import wait_for_supervisor

    api.load()
    wait_for_supervisor()
    api.main(settings())


@service.command()
def worker() -> None:
    """Do jobs as they come, and what is scheduled."""
    from registry import worker as worker_process
    from registry.logs import configure_logs
    from registry.settings import settings
    from registry.supervised import wait_for_supervisor

    worker_process.load_handlers()
    wait_for_supervisor()
    configure_logs("worker")
    worker_process.main(settings())


@service.command()
def migrate() -> None:
    """Bring the database to this code's schema."""
    import asyncio

    from registry.database import create_engine
    from registry.embedded_postgres import database_url
    from registry.migrations import migrate as bring_up
    from registry.migrations import newest_revision
    from registry.settings import settings

    async def bring() -> bool:
        engine = create_engine(database_url(settings()), pool_size=1)
        try:
            return await bring_up(engine)
        finally:
            await engine.dispose()

    done = asyncio.run(bring())
    typer.echo(f"{'migrated to' if done else 'already at'} {newest_revision()}")


@service.command()
def openapi(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 when the file is not current.")
    ] = False,
) -> None:
    """Write openapi.yaml, the published description of the API."""
    from registry.openapi import description

    current = description()
    if not check:
        OPENAPI_FILE.write_text(current)
        typer.echo(f"wrote {OPENAPI_FILE.name}")
    elif not OPENAPI_FILE.exists() or OPENAPI_FILE.read_text() != current:
        typer.echo("openapi.yaml is not what the application serves; run `registry openapi`", err=True)
        raise typer.Exit(1)


@tokens.command("issue")
def issue_token(
    practice: Annotated[str | None, typer.Option(help="ODS code of the practice that the token is for.")] = None,
    office: Annotated[bool, typer.Option("--office", help="For the office, which sees every practice.")] = False,
    role: Annotated[
        Literal["staff", "app", "app-read", "scheme", "identity", "governance", "counter-fraud"],
        typer.Option(help="What it may be used for."),
    ] = "staff",
) -> None:
    """Print a new token. It cannot be shown again.

    With REGISTRY_ENV=development, which is so unless it is set, the token is marked: a register of production
    refuses it. Systems ask for their tokens by themselves: see `registry clients register --help`.
    """
    import asyncio

    from registry.security.issue_token import UnknownPractice, issue_for
    from registry.settings import settings

    if office == (practice is not None):
        typer.echo("give either --practice ODS or --office", err=True)
        raise typer.Exit(2)
    try:
        typer.echo(asyncio.run(issue_for(settings(), practice, role)))
    except UnknownPractice as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    sys.exit(service())
