"""Commands about GP Links: `registry links show | write | receive | send | inbox`."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.console import REFUSED, UNUSABLE, AsJson, Stop, group, on_register, operator, print_json, print_table
from registry.links.files import read_files
from registry.links.instants import read_instant

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from registry.links.receive_file import WhatFollows
    from registry.values.clock import Clock

_HELP = "The exchange with practices by interchange files."

Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="Interchange files, or folders of them.")]


def _instant(text: str) -> datetime:
    try:
        return read_instant(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


_INSTANT = {"metavar": "INSTANT", "parser": _instant}
At = Annotated[
    datetime | None,
    typer.Option("--at", help="The present, for this command: 2026-11-02T09:30, in London.", **_INSTANT),
]


def show(files: Files, as_json: AsJson = False) -> None:
    """Print what interchange files hold, without a database: one JSON object a transaction or receipt.

    Each line has file, kind, sender, recipient, interchange, message, transaction, type,
    sent_at, warnings, document and problem. The output is JSON with and without --json.

    Exit codes: 0 all read, 2 a file is no interchange.
    """
    from datetime import UTC

    from registry.links.edifact.show import show as show_interchange
    from registry.links.edifact.syntax import UnreadableInterchange

    unusable = False
    for path, data in read_files(files):
        if isinstance(data, str):
            unusable = True
            typer.echo(f"{path}: {data}", err=True)
            continue
        try:
            for shown in show_interchange(data, str(path), datetime.now(UTC)):
                print_json(shown)
        except UnreadableInterchange as error:
            unusable = True
            typer.echo(f"{path}: {error.reason}", err=True)
    raise typer.Exit(UNUSABLE if unusable else 0)


def write(
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="The document, in the façade's shape.")],
    type_: Annotated[str, typer.Option("--type", help="G1, G2 ... F11, or RECEP for a receipt.")],
    sender: Annotated[str, typer.Option(help="Partner code of the sender.")],
    recipient: Annotated[str, typer.Option(help="Partner code of the recipient.")],
    interchange: Annotated[int, typer.Option(min=1, max=99_999_999, help="Number of the interchange.")],
    message: Annotated[int, typer.Option(min=1, max=99_999_999, help="Reference of the message.")],
    at: Annotated[datetime, typer.Option(help="When it is sent.", **_INSTANT)],
    transaction: Annotated[int, typer.Option(min=1, help="Transaction number; a receipt has none.")] = 1,
    document_time: Annotated[datetime | None, typer.Option(help="When it was written.", **_INSTANT)] = None,
    application_reference: Annotated[
        str | None, typer.Option(help="FHSREG: the long header. Without it the short one is written.")
    ] = None,
) -> None:
    """Print the interchange that carries one document: the inverse of show. Needs no database.

    A receipt is written from {"interchange":3,"code":"OK","haCipher":"XX1",
    "gpCode":"4826940,281","messages":[{"reference":9,"code":"CP"}]}.

    Exit codes: 0 written, 2 the file or a field of it cannot be used.
    """
    import orjson

    from registry.links.edifact.write import write_file

    try:
        document = orjson.loads(file.read_bytes())
        if not isinstance(document, dict):
            raise ValueError("the document is not a JSON object")
        text = write_file(
            document, type_, sender, recipient, interchange, message, transaction, at, document_time,
            application_reference,
        )  # fmt: skip
    except OSError as error:
        typer.echo(f"{file}: {error.strerror}", err=True)
        raise typer.Exit(UNUSABLE) from None
    except ValueError as error:
        typer.echo(f"{file}: {error}", err=True)
        raise typer.Exit(UNUSABLE) from None
    typer.echo(text)


def send(
    out_dir: Annotated[Path, typer.Option("--out-dir", file_okay=False, help="Where the files go.")],
    practice: Annotated[str | None, typer.Option(metavar="ODS", help="For this practice alone.")] = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Write the interchanges of whatever waits for practices.

    Files are named {recipient}-{number}.edifact.dat. Those that an interrupted run has
    numbered and not written are written first, under their numbers.

    Exit codes: 0 done (also when nothing waits), 1 no such practice, 2 the folder cannot be used.
    """

    async def work(engine: "AsyncEngine") -> int:
        from registry.links.deliver import deliver_files
        from registry.links.send import send as send_waiting

        clock = _clock(at)
        chosen = await _practice(engine, practice) if practice else None
        await send_waiting(engine, clock, None if chosen is None else [chosen[0]])
        try:
            paths = await deliver_files(engine, clock, out_dir, None if chosen is None else [chosen[1]])
        except OSError as error:
            raise Stop(UNUSABLE, f"{out_dir}: {error.strerror}") from None
        for path in paths:
            if as_json:
                print_json({"file": str(path)})
            else:
                typer.echo(path)
        return 0

    on_register(work)


def inbox(
    ods: Annotated[str, typer.Argument(metavar="ODS", help="The practice.")],
    closed: Annotated[bool, typer.Option("--all", help="Also what the practice has receipted.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what a practice has been told, or is about to be, and has not receipted.

    Exit codes: 0 done, 1 no such practice.
    """

    async def work(engine: "AsyncEngine") -> int:
        from dataclasses import asdict

        from registry.database import unit_of_work
        from registry.links.inbox import inbox as read_inbox

        async with unit_of_work(engine) as connection:
            entries = await read_inbox(connection, operator(), _clock(None).now(), ods.upper(), closed=closed)
        if entries is None:
            raise Stop(REFUSED, f"no practice has the code {ods}")
        if as_json:
            for entry in entries:
                print_json(asdict(entry))
        else:
            columns = ("position", "type", "transaction", "state", "interchange", "created_at")
            rows = ([getattr(entry, column) for column in columns] for entry in entries)
            print_table(f"{len(entries)} messages to {ods.upper()}", columns, rows)
        return 0

    on_register(work)


def links_commands(what_follows: "WhatFollows") -> typer.Typer:
    """The group of commands. `what_follows` does the work that an interchange asks for: jobs
    belong to the worker, which is above the exchange."""

    def receive(
        files: Files,
        reply_dir: Annotated[Path, typer.Option("--reply-dir", file_okay=False, help="Where the replies go.")],
        at: At = None,
        as_json: AsJson = False,
    ) -> None:
        """Receive interchange files, do what follows, and write the replies.

        Files are taken in the order given, those of a folder by name. Each is kept as it came. A
        receipt is written first, then what the transactions caused, also to other practices, as
        {recipient}-{number}.edifact.dat. The same file again has no second effect.

        Prints one JSON object a transaction or receipt, with and without --json.

        Exit codes: 0 all taken, 1 an interchange was refused (an unknown sender or recipient, or
        used numbers), 2 a file is no interchange or cannot be read.
        """
        from registry.links.receive_files import receive_files

        on_register(lambda engine: receive_files(engine, files, reply_dir, _clock(at), what_follows))

    app = group(_HELP)
    for command in (show, write, receive, send, inbox):
        app.command()(command)
    return app


def _clock(at: datetime | None) -> "Clock":
    from registry.values.clock import FixedClock, SystemClock

    return SystemClock() if at is None else FixedClock(at)


async def _practice(engine: "AsyncEngine", ods: str) -> "tuple[Any, str]":
    """Id and partner code."""
    from sqlalchemy import text

    query = text("select id, trading_partner_code from practices where ods_code = :ods")
    async with engine.connect() as connection:
        row = (await connection.execute(query, {"ods": ods.upper()})).one_or_none()
    if row is None:
        raise Stop(REFUSED, f"no practice has the code {ods}")
    return row.id, row.trading_partner_code
