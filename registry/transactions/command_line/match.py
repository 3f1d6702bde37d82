"""Commands that ask the matcher about the register: `registry match find | explain | replay`."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

import typer

from registry.console import REFUSED, UNUSABLE, AsJson, Stop, on_register

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from registry.transactions.finding.find import Found

Sexes = Literal["male", "female", "unknown", "other"]
NUMBER = "An NHS number, present or superseded, blanks allowed."


def add_asking(app: typer.Typer) -> None:
    """Add the commands to the group of the matcher."""
    app.command("find")(find_command)
    app.command("explain")(explain_command)
    app.command("replay")(replay_command)


def find_command(
    surname: Annotated[str, typer.Option("--surname")] = "",
    forename: Annotated[str, typer.Option("--forename")] = "",
    middle_name: Annotated[str, typer.Option("--middle-name")] = "",
    previous_surname: Annotated[str, typer.Option("--previous-surname")] = "",
    date_of_birth: Annotated[datetime | None, typer.Option("--date-of-birth", formats=["%Y-%m-%d"])] = None,
    sex: Annotated[Sexes | None, typer.Option("--sex")] = None,
    line: Annotated[
        list[str] | None, typer.Option("--line", help="A line of the address; repeat it, the first with the number.")
    ] = None,
    postcode: Annotated[str, typer.Option("--postcode")] = "",
    previous_postcode: Annotated[str, typer.Option("--previous-postcode")] = "",
    number: Annotated[str, typer.Option("--number", help="The number they gave, in any format.")] = "",
    as_json: AsJson = False,
) -> None:
    """Who is this? Look for a described person on the register, as a registration would, and do nothing.

    Tells the outcome (certain, possible or none), and for each candidate a score (log2 odds), a probability, a
    grade, and the steps that lead to them. Items that say nothing (1 January 1900, BABY, another script) are
    named, and not compared. Of somebody protected only the grade is told. That you looked is recorded in the audit.

    Example: registry match find --surname PRITCHARD --forename OLWEN --date-of-birth 1980-03-25 --postcode "ZE1 4QA"

    Exit codes: 0 somebody was found, 1 nobody comes near, 2 nothing was described.
    """
    if not any((surname, forename, previous_surname, date_of_birth, postcode, previous_postcode, number)):
        typer.echo("describe somebody: a name, a date of birth, a postcode or a number", err=True)
        raise typer.Exit(UNUSABLE)
    if len(line or []) > 5:
        typer.echo("an address has at most five lines", err=True)
        raise typer.Exit(UNUSABLE)

    async def work(engine: "AsyncEngine") -> int:
        from registry.console import print_json
        from registry.database import unit_of_work
        from registry.transactions.command_line.print_matches import print_found
        from registry.transactions.finding.asked import described
        from registry.transactions.finding.find import find

        person = described(
            surname,
            forename,
            middle_name,
            previous_surname=previous_surname,
            born=date_of_birth.date() if date_of_birth else None,
            sex=sex,
            lines=line,
            postcode=postcode,
            previous_postcode=previous_postcode,
            number=number,
        )
        async with unit_of_work(engine) as connection:
            found = await find(connection, person)
            await _note(connection, "match", found)
        (print_json if as_json else print_found)(found.answer)
        return 0 if found.answer["candidates"] else REFUSED

    on_register(work)


def explain_command(
    first: Annotated[str, typer.Argument(metavar="NHS", help=NUMBER)],
    second: Annotated[str, typer.Argument(metavar="NHS", help=NUMBER)],
    as_json: AsJson = False,
) -> None:
    """Why are two records alike, and why not? The steps from the odds before to the decision.

    Told by both sets of weights: that of two records of the register, and that of a form against a record. The
    order of the two makes no difference. Where one of them is protected, places are not compared.

    Example: registry match explain 9990000018 9990000026

    Exit codes: 0 told, 1 there is nobody to compare, 2 no NHS number.
    """

    async def work(engine: "AsyncEngine") -> None:
        from registry.console import print_json
        from registry.database import unit_of_work
        from registry.transactions.command_line.print_matches import print_explained
        from registry.transactions.finding.explain_pair import Unknown, explain_pair

        async with unit_of_work(engine) as connection:
            found = await explain_pair(connection, first, second)
            if isinstance(found, Unknown):
                raise Stop(UNUSABLE if found.is_malformed else REFUSED, f"{found.field}: {found.sentence}")
            await _note(connection, "match-explanation", found)
        (print_json if as_json else print_explained)(found.answer)

    on_register(work)


def replay_command(
    handle: Annotated[UUID, typer.Argument(metavar="ID", help="A decision's id, or that of its transaction.")],
    as_json: AsJson = False,
) -> None:
    """Decide a stored decision again from its stored levels, and tell it step by step.

    The same versions of model and normaliser must give the same weights, scores and outcome. Where they are no
    longer at hand, that is said, and only the stored weights are added up.

    Exit codes: 0 told (whether it is the same or not), 1 there is no such decision, or none that may be shown.
    """

    async def work(engine: "AsyncEngine") -> None:
        from registry.console import print_json
        from registry.database import unit_of_work
        from registry.transactions.command_line.print_matches import print_replayed
        from registry.transactions.finding.replay_stored import replay_stored

        async with unit_of_work(engine) as connection:
            found = await replay_stored(connection, handle)
            if found is None:
                raise Stop(REFUSED, "there is no such decision or transaction, or none that may be shown")
            await _note(connection, "match-decision", found)
        (print_json if as_json else print_replayed)(found.answer)

    on_register(work)


async def _note(connection: "AsyncConnection", what: str, found: "Found") -> None:
    """Record who was told of."""
    from registry.audit.record import record_read
    from registry.console import operator
    from registry.database import Writes
    from registry.values.clock import SystemClock

    writes = Writes()
    record_read(writes, operator(), what, SystemClock().now(), found.patient_ids)
    await writes.flush(connection)
