"""`registry notices`: files of deaths, births, and what others notify."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from registry.console import REFUSED, UNUSABLE, AsJson, Stop, group, on_register, operator, print_json, print_table

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from registry.transactions.notices.take_line import LineResult

app = group("Files of deaths, births, and what the forces, other nations and the National Back Office notify.")


@app.callback()
def _notices() -> None:
    """Files of deaths, births, and what the forces, other nations and the National Back Office notify."""


@app.command("load")
def load_command(
    file: Annotated[Path, typer.Argument(help="The file, in the form of docs/notice-files.md.")],
    kind: Annotated[str, typer.Option(help="deaths, births, forces, nations or nbo.")],
    name: Annotated[str | None, typer.Option(help="The sender's name of the file; else that of FILE.")] = None,
    as_json: AsJson = False,
) -> None:
    """Load a file of notices, line by line; every line is accounted for.

    Lines that were referred to the queue or refused are told with their reason. The same command
    again has no second effect, and takes up a load that was broken off.

    Exit codes: 0 nothing was refused, 1 some lines were refused, 2 the file cannot be used.

    Example: registry notices load deaths-2026-11-02.csv --kind deaths
    """

    def tell(line: "LineResult") -> None:
        if line.result in ("referred", "refused") and not as_json:
            typer.echo(f"line {line.line}: {line.result}: {line.sentence}")

    async def work(engine: "AsyncEngine") -> int:
        from registry.policies.store import load
        from registry.settings import settings
        from registry.transactions.context import Context
        from registry.transactions.notices.load import load_notices
        from registry.transactions.notices.read_file import UnusableFile
        from registry.values.clock import SystemClock

        async with engine.connect() as connection:
            context = Context(operator(), SystemClock(), await load(connection, settings().profile))
        try:
            loaded = await load_notices(engine, context, kind, name or file.name, lambda: file.open("rb"), tell)
        except UnusableFile as error:
            raise Stop(UNUSABLE, str(error)) from None
        totals = {each: getattr(loaded, each) for each in ("notices", "done", "repeated", "referred", "refused")}
        if as_json:
            beside = {"taken_up_after": loaded.taken_up_after, "was_complete": loaded.was_complete}
            print_json({"id": loaded.file_id, **totals, **beside})
        else:
            if loaded.was_complete:
                typer.echo("loaded before; nothing was done again")
            elif loaded.taken_up_after is not None:
                typer.echo(f"taken up after line {loaded.taken_up_after}")
            counted = ", ".join(f"{count} {each}" for each, count in totals.items())
            typer.echo(f"{counted} ({loaded.file_id})")
        return REFUSED if loaded.refused else 0

    on_register(work)


@app.command("list")
def list_command(as_json: AsJson = False) -> None:
    """List the files that came, the newest first."""

    async def work(engine: "AsyncEngine") -> None:
        from registry.transactions.notices.look import list_files

        async with engine.connect() as connection:
            files = await list_files(connection)
        if as_json:
            for each in files:
                print_json(each)
            return
        columns = ("id", "kind", "name", "received", "notices", "done", "repeated", "referred", "refused", "left over")
        rows = [
            (
                each["id"], each["kind"], each["name"], f"{each['received_at']:%Y-%m-%d %H:%M}", each["notices"],
                each["done"], each["repeated"], each["referred"], each["refused"], each["left_over"],
            )
            for each in files
        ]  # fmt: skip
        print_table(f"{len(files)} files", columns, rows, whole=("id",))

    on_register(work)


@app.command("show")
def show_command(
    file_id: Annotated[UUID, typer.Argument(metavar="ID", help="As `registry notices list` names it.")],
    result: Annotated[str | None, typer.Option(help="Only done, repeated, referred or refused.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a file: its totals, and what became of each line."""

    async def work(engine: "AsyncEngine") -> None:
        from registry.transactions.notices.look import read_file

        after = 0
        while True:
            async with engine.connect() as connection:
                found = await read_file(connection, file_id, result=result, after=after)
            if found is None:
                raise Stop(REFUSED, "there is no such file; `registry notices list` shows those that came")
            lines, following = found.pop("lines"), found.pop("next")
            if as_json:
                for line in lines if after else (found, *lines):
                    print_json(line)
            else:
                if not after:
                    print_table("", ("", ""), found.items())
                columns = ("line", "reference", "result", "what", "field", "transaction or matter")
                rows = [
                    (
                        line["line"], line["reference"], line["result"], line["sentence"], line["field"],
                        line["transaction_id"] or line["matter_id"],
                    )
                    for line in lines
                ]  # fmt: skip
                print_table("lines" if not after else "", columns, rows, whole=("transaction or matter",))
            if following is None:
                return
            after = following

    on_register(work)
