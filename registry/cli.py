"""The command `registry`: every group of commands in one place.

Modules of commands import what takes long only when a command runs.
"""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli_service import service
from registry.console import UNUSABLE, AsJson, group, on_register, print_json
from registry.deferred import add_deferred
from registry.demo.commands import app as demo
from registry.links.commands import links_commands
from registry.links.instants import read_instant
from registry.monitoring.check_command import check_invariants
from registry.monitoring.command_line import monitor
from registry.monitoring.work_command import work
from registry.pds.commands import app as pds
from registry.pds.numbers_commands import app as numbers
from registry.practices.commands import app as practices
from registry.practices.places_commands import app as places
from registry.transactions.command_line import decide as decisions
from registry.transactions.command_line.groups import anomalies, dev, lists, matters, notices, people, transactions

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from registry.matching.batch.records import Records
    from registry.transactions.due.deadline import Done
    from registry.values.clock import Clock

app = service


async def what_follows(engine: "AsyncEngine", clock: "Clock") -> None:
    """Do every job that is due now, so that what a command caused has happened when it ends."""
    from registry.jobs.drain import drain
    from registry.jobs.handlers import JobContext
    from registry.settings import settings
    from registry.worker import load_handlers

    load_handlers()
    await drain(JobContext(engine, clock, settings()))


jobs = group("What falls due.")

people.command("amend")(decisions.amend)
anomalies.command("decide")(decisions.decide)
app.command("check-invariants")(check_invariants)

for name, commands in (
    ("practices", practices),
    ("places", places),
    ("people", people),
    ("lists", lists),
    ("transactions", transactions),
    ("anomalies", anomalies),
    ("matters", matters),
    ("notices", notices),
    ("work", work),
    ("monitor", monitor),
    ("links", links_commands(what_follows)),
    ("pds", pds),
    ("numbers", numbers),
    ("jobs", jobs),
    ("demo", demo),
    ("dev", dev),
):
    app.add_typer(commands, name=name)

OFFICE = {
    "removals": "Removals by the practice, by the patient, or out of area.",
    "deductions": "Deaths, departures and other notices, one by one.",
    "newcomers": "People who were given a number, and whom no practice has registered yet.",
    "quarters": "The close of a quarter, by two people.",
    "scheme": "The special allocation scheme: removal for violence, and the place that follows.",
    "assignments": "People who cannot get on a list: applications, candidates, and the practice assigned.",
    "fp69": "FP69: an address in doubt, asked of the practice.",
    "returned-mail": "Letters that came back: each scanned once, by its cause.",
    "stays": "Temporary residents, armed forces, Crown servants and secure settings.",
    "undo": "Take back an acceptance, a request, or a wrong registration.",
    "confusions": "Two people on one number: looked into, attributed item by item, and taken apart.",
    "duplicates": "Two records of one person: asked about, merged by two people, and undone.",
    "letters": "Letters: what is to be sent, what was posted, what was not sent and why.",
    "particulars": "Particulars of people: what the office is told of them, and who said what.",
    "quality": "The nightly rules of quality: what they find, and how long queries take.",
    "liaison": "Cases with other bodies: the National Back Office, PDS, the commissioner, the Home Office, the LMC.",
    "queries": "Queries to practices: ask, note an answer, close.",
    "counter-fraud": "Suspicions of fraud, for those entrusted with them: patterns, cases, referrals.",
    "protected": "Whereabouts that are protected: set, review, end, and look behind with a reason.",
    "identities": "Changes of identity: adoption, gender, protection. For those entrusted with them.",
    "vault": "The identity vault: setting it up, changing its keys, looking into it by two people, and who did.",
    "audit": "Who looked at whom, and who changed what.",
}
"""What the office does: groups that are made from acts, and what they are about."""


def _office(name: str) -> typer.Typer:
    from registry.transactions.command_line.office import offices

    return offices[name]


def _paper() -> typer.Typer:
    from registry.paper.commands import app as paper

    return paper


def _clients() -> typer.Typer:
    from registry.fhir_api.clients.commands import app as clients

    return clients


def _match() -> typer.Typer:
    from registry.matching.command_line import app as match
    from registry.matching.command_line.train import add_train
    from registry.transactions.command_line.match import add_asking
    from registry.transactions.sweep.command import add_sweeping

    add_train(match, _records_of_register)
    add_asking(match)
    add_sweeping(match)
    return match


async def _records_of_register(connection: "AsyncConnection") -> "Records":
    from registry.transactions.sweep.read_register import read_register

    return (await read_register(connection)).records


for name, about in OFFICE.items():
    add_deferred(app, name, about, partial(_office, name))
add_deferred(app, "clients", "Systems that ask for tokens by themselves, with assertions that they sign.", _clients)
add_deferred(app, "paper", "Forms on paper: counted in batches, keyed one by one, and each accounted for.", _paper)
add_deferred(
    app,
    "match",
    "The matcher: who somebody is, who is there twice, on the register or in any file; and how good it is.",
    _match,
)


@jobs.callback()
def _jobs() -> None:
    """What falls due."""


def _instant(text: str) -> datetime:
    try:
        return read_instant(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


@jobs.command("run")
def run_jobs(
    until: Annotated[
        datetime,
        typer.Option(metavar="INSTANT", parser=_instant, help="Until when: 2026-12-02, or 2026-12-02T09:30 in London."),
    ],
    as_json: AsJson = False,
) -> None:
    """Do everything that falls due, with the clock at each due instant in turn (development and tests).

    Deductions that were pending, questions to the national side, cases and messages that are
    late: each at its own hour, as the worker would have done it.
    """

    async def work(engine: "AsyncEngine") -> None:
        from registry.due import run_until
        from registry.settings import settings
        from registry.worker import load_handlers

        load_handlers()

        def tell(instant: datetime, done: "Done") -> None:
            if done and as_json:
                print_json({"at": instant, **done})
            elif done:
                typer.echo(f"{instant:%Y-%m-%d %H:%M} " + ", ".join(f"{n} {k}" for k, n in done.items()))

        total = await run_until(engine, settings(), until, tell)
        if as_json:
            print_json({"until": until, "total": total})
        else:
            typer.echo(f"{total} done until {until:%Y-%m-%d %H:%M} UTC")

    on_register(work)


def main() -> None:
    """The entry point of the command. What is logged goes to standard error, beside a command's answer."""
    import logging
    import sys

    from registry.logs import configure_logs
    from registry.settings import BadSettings

    configure_logs("command", level=logging.WARNING)
    try:
        app()
    except BadSettings as error:
        typer.echo(str(error), err=True)
        sys.exit(UNUSABLE)
