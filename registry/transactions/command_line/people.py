"""Commands about people: `registry people ...`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.console import REFUSED, UNUSABLE, AsJson, Stop, group, on_register

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

app = group("People: load them, look at one.")


@app.callback()
def _people() -> None:
    """People: load them, look at one."""


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE.ndjson", help="FHIR R4 Patients, one a line.")],
    bulk: Annotated[bool, typer.Option("--bulk", help="For a register full: much faster, all or nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take people on from FHIR R4 Patients in the shape of the Personal Demographics Service.

    Kept are the NHS number, names and addresses with their periods, gender, dates of birth and
    death, place of birth, whether the record is restricted, and the practice by its ODS code in
    generalPractitioner; the start of that period is the date of acceptance, else it is today.
    Without a practice somebody is registered nowhere. A Patient with a link replaced-by is a
    superseded number: it comes to find its survivor, who may stand later in the file or be in
    the register.

    Practices are loaded before, with `registry practices import`. Each refused line is reported
    with its number, field and reason, and the good lines load. Importing the same file again
    changes nothing: somebody whose number is held is left as they are, and named when the line
    differs, for what changes in a person changes by transactions.

    With --bulk the file is one unit of work: nobody else can change people meanwhile, and while
    an empty register is filled nobody can read them.

    Exit codes: 0 all loaded, 1 some lines were refused, 2 the file cannot be used.
    """

    async def work(engine: "AsyncEngine") -> int:
        from registry.transactions.command_line.report import import_file

        return await import_file(engine, file, bulk=bulk, as_json=as_json)

    on_register(work)


@app.command()
def show(
    number: Annotated[str, typer.Argument(metavar="NHS", help="An NHS number, present or superseded, blanks allowed.")],
    as_json: AsJson = False,
) -> None:
    """Show a person: facts, former names, addresses and numbers, lists, and the work that is open about them.

    A superseded number shows its survivor. That you looked is recorded in the audit.

    Exit codes: 0 shown, 1 the register holds nobody with this number, 2 it is no NHS number.
    """
    from registry.values.nhs_number import NHSNumber, kind_of

    asked = NHSNumber.parse(number)
    if asked is None:
        typer.echo(f"this is no NHS number ({kind_of(number).value})", err=True)
        raise typer.Exit(UNUSABLE)

    async def work(engine: "AsyncEngine") -> None:
        from registry.console import operator, print_json
        from registry.database import unit_of_work
        from registry.transactions.command_line.print_details import print_person
        from registry.transactions.look.person import look_at_person, record_look
        from registry.values.clock import SystemClock

        async with unit_of_work(engine) as connection:
            shown = await look_at_person(connection, asked)
            await record_look(connection, operator(), "patient", SystemClock().now(), [shown] if shown else [])
        if shown is None:
            raise Stop(REFUSED, "the register holds nobody with this number")
        (print_json if as_json else print_person)(shown.answer)

    on_register(work)
