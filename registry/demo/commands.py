"""Commands of the demonstration office."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.console import REFUSED, UNUSABLE, AsJson, Stop, bars, group, on_register, print_json, progress

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

app = group("The demonstration office: invented practices and people, and a day of their traffic.")


@app.callback()
def _demo() -> None:
    """The demonstration office: invented practices and people, and a day of their traffic."""


@app.command("load")
def load_command(
    people: Annotated[int, typer.Option(min=1000, max=2_000_000, help="How many people.")] = 20_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same office.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Load 8 practices, their people, and one working day of about 300 interchanges.

    The day goes through the same door as any practice's messages, so afterwards there are
    approvals, rejections, pending deductions, and a queue with work in it. The register must be
    empty; `registry dev restore` empties one.
    """

    async def work(engine: "AsyncEngine") -> None:
        from registry.demo.load import is_empty, load
        from registry.settings import settings
        from registry.values.clock import SystemClock

        if not await is_empty(engine):
            raise Stop(REFUSED, "the register is not empty: the demonstration office is loaded into an empty one only")
        with ExitStack() as stack:
            loaded = await load(engine, settings(), SystemClock().now(), people=people, seed=seed, tell=bars(stack))
        if as_json:
            print_json(loaded)
        else:
            typer.echo(
                f"{loaded.people} people of {loaded.practices} practices, and {loaded.interchanges} interchanges"
                f" of {loaded.day:%A %d %B %Y}"
            )

    on_register(work)


@app.command("year")
def year_command(
    people: Annotated[
        int, typer.Option(min=1000, max=800_000, help="How many people are on lists at first.")
    ] = 100_000,
    acceptances: Annotated[int, typer.Option(min=100, help="How many acceptances the practices send.")] = 80_000,
    days: Annotated[int, typer.Option(min=1, max=731, help="Over how many days.")] = 365,
    after: Annotated[int, typer.Option(min=0, help="Days without new traffic, for what was begun to end.")] = 60,
    seed: Annotated[int, typer.Option(help="The same seed gives the same year.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Let a year of one office's traffic pass, and show that nothing is stuck. The register must be empty.

    Practices send, clerks decide, letters are posted and come back, clocks strike: each on its
    own day, on a clock of the simulation's own. It takes a while; `registry check-invariants`
    afterwards checks every promise. Exit 1 when something is late at the end.

    Example: REGISTRY_HOME=/tmp/year registry demo year --people 20000 --acceptances 2000 --days 30
    """

    async def work(engine: "AsyncEngine") -> int:
        from registry.demo.load import is_empty
        from registry.demo.year.report import print_report, what_is_open
        from registry.demo.year.run import Wanted, first_day, pass_a_year
        from registry.settings import settings

        if not await is_empty(engine):
            raise Stop(REFUSED, "the register is not empty: a year passes in an empty one only (another REGISTRY_HOME)")
        wanted = Wanted(people, acceptances, days, after, seed, first_day(days + after))
        with ExitStack() as stack:
            passed = await pass_a_year(engine, settings(), wanted, bars(stack))
        left = await what_is_open(engine, passed.until)
        if as_json:
            print_json({"passed": passed, "open": left})
        else:
            print_report(passed, left)
        return REFUSED if any(each.late for each in left) else 0

    on_register(work)


@app.command("write")
def write_command(
    out: Annotated[Path, typer.Option(help="The folder; it is made, and files of these names in it are replaced.")],
    people: Annotated[int, typer.Option(help="How many records, from 100 to 50,000,000.")] = 100_000,
    seed: Annotated[int, typer.Option(help="The same arguments give the same files.")] = 1,
    dup_rate: Annotated[float, typer.Option(help="The share of the records that are further ones of somebody.")] = 0.02,
    queries: Annotated[
        int | None, typer.Option(help="How many incoming registrations; usual are 30,000, or a tenth of --people.")
    ] = None,
    processes: Annotated[int, typer.Option(min=1, max=64, help="How many work at once.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Write a labelled register as Parquet, without a database: to measure a matcher by.

    people.parquet is what a matcher may read; truth.parquet (id, cluster), about.parquet (what each record is like)
    and queries.parquet (incoming registrations, true_id and type) say what is true; manifest.json how it was made.

    Example: registry demo write --people 1000000 --seed 7 --dup-rate 0.02 --out /tmp/register
    """
    from registry.demo.labelled.plan import Plan, unusable, usual_queries
    from registry.demo.labelled.write import write_register

    wanted = usual_queries(people) if queries is None else queries
    wrong = unusable(people, seed, dup_rate, wanted)
    if wrong is None and out.exists() and not out.is_dir():
        wrong = f"--out {out} is a file: name a folder"
    if wrong is not None:
        typer.echo(wrong, err=True)
        raise typer.Exit(UNUSABLE)
    try:
        with progress("records", people) as tell:
            written = write_register(Plan(people, seed, dup_rate, wanted), out, tell, processes)
    except OSError as error:
        typer.echo(f"{out} cannot be written: {error.strerror or type(error).__name__}", err=True)
        raise typer.Exit(REFUSED) from None
    if as_json:
        print_json(written)
    else:
        extra = written.counts.get("duplicates", 0)
        typer.echo(f"{people} records, {extra} of them further ones, and {wanted} registrations in {out}")
