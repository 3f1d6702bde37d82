"""`registry anomalies decide`, `registry people amend`: the office acts."""

from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

import typer

from registry.console import REFUSED, STALE, UNUSABLE, AsJson, Stop, on_register, operator

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from registry.transactions.commands import Changes
    from registry.transactions.context import Context


def decide(
    case_id: Annotated[UUID, typer.Argument(metavar="ID", help="The case, as `registry anomalies list` names it.")],
    action: Annotated[
        Literal["accept", "create", "reject", "close", "same", "different", "household", "undecided", "escalate"],
        typer.Argument(
            help="accept NHS | create | reject CODE | close; of a pair: same | different | household | undecided"
            " | escalate"
        ),
    ],
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[NHS|CODE]",
            help="With accept the NHS number (or the id of somebody shown without one), with reject the code.",
        ),
    ] = None,
    version: Annotated[int, typer.Option(help="The version of the case that you looked at.")] = 0,
    reason: Annotated[str, typer.Option(help="Why; kept with the decision, and never sent.")] = "",
    as_json: AsJson = False,
) -> None:
    """Decide a case: accept NHS, create, reject CODE, close; a pair: same, different, household, undecided, escalate.

    Look first: `registry anomalies show ID` prints the case, its version, the people it may
    mean and the codes. Exit 3 means that the facts have moved since that version: look again.

    Of two records that look alike: same opens a suspected duplicate, and merges nothing; different and
    household (two people of one household) keep them apart until one of them changes; undecided leaves the case
    for a later day; escalate gives it to another person.

    Examples: registry anomalies decide ID accept 9990000018 --version 1 --reason "confirmed by telephone";
    registry anomalies decide ID household --version 1 --reason "father and son"
    """
    if not version or not reason.strip():
        typer.echo("give --version (the one you looked at) and --reason", err=True)
        raise typer.Exit(UNUSABLE)
    if (action in ("accept", "reject")) != (what is not None):
        typer.echo("accept takes an NHS number and reject a code; the others take neither", err=True)
        raise typer.Exit(UNUSABLE)

    async def work(engine: "AsyncEngine") -> int:
        from registry.database import to_json
        from registry.retry import retrying
        from registry.transactions.settle import Answer, Decision, Impossible, NoSuchCase, Stale, settle

        decision = Decision(action, version, reason, **_named(action, what))

        async def settled(connection: "AsyncConnection") -> Answer:
            return await settle(connection, await _context(connection), case_id, decision)

        answer = await retrying(engine, settled)
        match answer:
            case NoSuchCase():
                raise Stop(REFUSED, "there is no such case; `registry anomalies list` shows those that are open")
            case Impossible(sentence=sentence):
                raise Stop(REFUSED, sentence)
            case Stale(version=now):
                raise Stop(STALE, f"the facts have moved: look again, the case is at version {now}")
        outcome, judged = answer.outcome, answer.judgement
        if judged is not None:
            told = {"id": case_id, "state": judged.state, "sentence": judged.sentence, "matter": judged.matter_id}
            typer.echo(to_json(told) if as_json else judged.sentence)
        elif as_json:
            typer.echo(to_json({"id": case_id, "state": "decided", "outcome": outcome}))
        else:
            typer.echo(f"decided: {outcome.state}, {outcome.sentence}" if outcome else "closed")
        return 0

    on_register(work)


def _named(action: str, what: str | None) -> dict[str, Any]:
    """Whom or what a decision names, by the name of the field."""
    if action == "reject":
        return {"code": what}
    try:
        return {"patient_id": UUID(what or "")}
    except ValueError:
        return {"number": what}


def amend(
    number: Annotated[str, typer.Argument(metavar="NHS", help="The person's NHS number.")],
    items: Annotated[
        list[str],
        typer.Argument(
            metavar="ITEM=VALUE…",
            help="surname, forenames (three, by commas), title, previous_surname, sex (0 1 2 9), date_of_birth"
            " (YYYY-MM-DD), address (five lines, by commas), postcode, drugs_dispensed (yes or no),"
            " residential_institute; % erases what may be erased.",
        ),
    ],
    reason: Annotated[str, typer.Option(help="On what evidence; kept with it, and never sent.")] = "",
    one_person: Annotated[
        bool, typer.Option(help="It is one person, although two of surname, sex and date of birth change.")
    ] = False,
) -> None:
    """Change a person's particulars on the office's authority, and tell their practice (F1).

    Example: registry people amend 9990000018 surname=Marlowe date_of_birth=1984-05-17 --reason "birth certificate"
    """
    if not reason.strip():
        typer.echo("give --reason: on what evidence?", err=True)
        raise typer.Exit(UNUSABLE)
    try:
        changes = read_changes(items)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(UNUSABLE) from None

    async def work(engine: "AsyncEngine") -> int:
        from registry.database import unit_of_work
        from registry.transactions.amend import Ruled, TwoAtOnce, amend_by_office

        async with unit_of_work(engine) as connection:
            person = await amend_by_office(
                connection,
                await _context(connection),
                number.replace(" ", ""),
                changes,
                reason,
                one_person=one_person,
            )
        if isinstance(person, TwoAtOnce):
            raise Stop(REFUSED, f"{person.sentence} Then add --one-person.")
        if isinstance(person, Ruled):
            raise Stop(REFUSED, person.sentence)
        if person is None:
            raise Stop(REFUSED, "nobody in the register has this number")
        typer.echo(
            "amended" + (", and the practice is told" if person.membership else "; on no list, so nobody is told")
        )
        return 0

    on_register(work)


def read_changes(items: list[str]) -> "Changes":
    """ITEM=VALUE texts as changes. Raises ValueError naming the item at fault."""
    from registry.transactions.rules.particulars import Fault, read_items
    from registry.values.clock import SystemClock, today

    named: dict[str, str] = {}
    for item in items:
        name, equals, value = item.partition("=")
        if not equals:
            raise ValueError(f"{name}: write ITEM=VALUE")
        named[name] = value
    read = read_items(named, today(SystemClock()))
    if isinstance(read, Fault):
        raise ValueError(f"{read.field}: {read.sentence}")
    return read


async def _context(connection: "AsyncConnection") -> "Context":
    from registry.policies.store import load
    from registry.settings import settings
    from registry.transactions.context import Context
    from registry.values.clock import SystemClock

    return Context(operator(), SystemClock(), await load(connection, settings().profile))
