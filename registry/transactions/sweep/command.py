"""`registry match sweep`: look for people who are in the register twice."""

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.console import REFUSED, UNUSABLE, AsJson, Stop, on_register, operator, print_json, print_table, progress
from registry.values.period import LONDON

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncEngine

    from registry.matching.model.parts import Model
    from registry.transactions.sweep.begin import Asked, Refused
    from registry.transactions.sweep.run import SweepReport


def add_sweeping(match: typer.Typer) -> None:
    """Add the commands that search the register for duplicates."""
    match.command("sweep")(sweep)
    match.command("rebuild-keys")(rebuild_keys)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip().replace(" ", "T", 1))
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no instant: write 2026-11-02, or 2026-11-02T09:30, or with a zone 2026-11-02T09:30Z"
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=LONDON)).astimezone(UTC)


def sweep(
    everybody: Annotated[
        bool, typer.Option("--all", help="Compare everybody with everybody, whatever was compared before.")
    ] = False,
    changed_since: Annotated[
        datetime | None,
        typer.Option(
            metavar="INSTANT",
            parser=_instant,
            help="Compare who has changed since 2026-11-02, or 2026-11-02T09:30 in London, with everybody.",
        ),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Only go on with a sweep that was broken off.")] = False,
    model: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Weigh with this model, not with the one in use.")
    ] = None,
    at_most: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Open at most so many cases now; the other pairs wait.")
    ] = None,
    parts: Annotated[
        int | None,
        typer.Option(
            min=1, max=10_000, metavar="N", help="Divide a new sweep into so many parts, each kept when done."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look for people who are in the register twice, and put the likeliest pairs before people.

    Nothing is merged. Each pair waits in the queue of cases (`registry anomalies list --kind
    possible-duplicate`), the likeliest first, as many at a time as the policy
    duplicate_cases_open_at_most allows; the others follow as cases are decided.

    Without options: goes on with what was broken off; else compares whoever has changed since the
    last sweep; the first sweep compares everybody. A sweep may be killed at any time.

        registry match sweep --all
        registry match sweep --resume

    Exit codes: 0 done, 1 refused, 2 the model or an option cannot be used.
    """
    if sum((everybody, changed_since is not None, resume)) > 1:
        raise typer.BadParameter("choose one of --all, --changed-since and --resume")

    async def work(engine: "AsyncEngine") -> int:
        from registry.transactions.sweep.begin import Asked, Refused

        answer = await _swept(engine, _model(model), Asked(everybody, changed_since, resume, parts), at_most)
        if isinstance(answer, Refused):
            raise Stop(REFUSED, answer.sentence)
        if as_json:
            print_json(answer)
        else:
            _print(answer)
        return 0

    on_register(work)


def rebuild_keys(as_json: AsJson = False) -> None:
    """Make anew the keys by which people are found and compared, where another normaliser made them.

    To be done once after an update of the register that brings another normaliser; until then no
    sweep begins. The register stays in use meanwhile. May be broken off and given again: it goes on
    with those who are left.

        registry match rebuild-keys

    Exit codes: 0 done.
    """

    async def work(engine: "AsyncEngine") -> None:
        from registry.transactions.sweep.rebuild_keys import count_people, rebuild

        with progress("people", await count_people(engine)) as on_progress:
            rebuilt = await rebuild(engine, on_progress)
        if as_json:
            print_json({"rebuilt": rebuilt})
        else:
            typer.echo(f"{rebuilt:,} people's keys were made anew.")

    on_register(work)


async def _swept(engine: "AsyncEngine", model: "Model", asked: "Asked", at_most: int | None) -> "SweepReport | Refused":
    from registry.policies.store import load
    from registry.settings import settings
    from registry.transactions.context import Context
    from registry.transactions.sweep.run import run_sweep
    from registry.values.clock import SystemClock

    async with engine.connect() as connection:
        policies = await load(connection, settings().profile)
    context = Context(operator(), SystemClock(), policies)
    with ExitStack() as stack:
        return await run_sweep(engine, context, model, asked, at_most=at_most, tell=_bars(stack))


def _model(file: Path | None) -> "Model":
    from registry.matching.model.load import UnusableModel, load_model, model_in_use
    from registry.settings import settings

    try:
        return model_in_use(settings().model) if file is None else load_model(file)
    except UnusableModel as error:
        raise Stop(UNUSABLE, str(error)) from None


def _bars(stack: ExitStack) -> "Callable[[str, int, int], None]":
    """One progress bar after another, each by its name."""
    shown: dict[str, Callable[[int], None]] = {}

    def tell(step: str, done: int, total: int) -> None:
        if step not in shown:
            stack.pop_all().close()
            shown[step] = stack.enter_context(progress(step, total))
        shown[step](done)

    return tell


def _print(report: "SweepReport") -> None:
    began = "goes on with one that was broken off, " if report.resumed else ""
    since = "everybody" if report.since is None else f"who changed since {report.since:%Y-%m-%d %H:%M} UTC"
    rows = [
        ("sweep", f"{report.id} ({began}{since})"),
        ("people", f"{report.people:,}, of whom {report.changed:,} were compared with all"),
        ("pairs", f"{report.pairs:,}: {report.certain:,} very likely, {report.possible:,} possible; nothing is merged"),
        ("cases", f"{report.opened:,} opened now, {report.closed:,} pairs closed, {report.open_cases:,} cases open"),
        ("waiting", f"{report.waiting:,} pairs; {report.clusters_to_check:,} groups to be checked link by link"),
        ("model", f"{report.model_version}, normaliser {report.normaliser_version}"),
    ]
    rows += [("left out", f"{each['blocks']:,} blocks too large: {each['rule']}") for each in report.skipped]
    print_table("", ("", ""), rows)
