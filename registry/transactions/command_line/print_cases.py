"""The queue in print."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.anomalies.store import EVERYTHING, MOST_AT_ONCE, list_cases
from registry.audit.record import record_read
from registry.console import operator, print_table
from registry.database import Writes, to_json, unit_of_work
from registry.transactions.command_line.print_details import print_facts
from registry.transactions.show_case import show_case
from registry.values.clock import SystemClock
from registry.values.period import london_date

_CASE = ("id", "version", "kind", "practice", "due", "sentence")
_WHOLE = ("id", "kind", "due")
_FACTS = ("id", "version", "kind", "state", "practice", "opened_at", "due_at", "decided_at", "decided_by", "decision")


async def print_cases(
    engine: AsyncEngine, state: str | None, kind: str | None, practice: str | None, *, as_json: bool
) -> None:
    """Print the cases that are wanted, page by page, each page recorded as seen before it is shown."""
    after: UUID | None = None
    while True:
        async with unit_of_work(engine) as connection:
            page = await list_cases(
                connection, EVERYTHING, state=state, kind=kind, practice=practice, after=after, limit=MOST_AT_ONCE
            )
            writes = Writes()
            seen = [patient_id for case in page for patient_id in case["patient_ids"]]
            record_read(writes, operator(), "anomalies", SystemClock().now(), seen)
            await writes.flush(connection)
        if as_json:
            for case in page:
                typer.echo(to_json(case))
        elif page or after is None:
            print_table("", _CASE, (_row(case) for case in page), _WHOLE)
        if len(page) < MOST_AT_ONCE:
            return
        after = page[-1]["id"]


async def print_case(engine: AsyncEngine, case_id: UUID, *, as_json: bool) -> bool:
    """Print one case with its evidence. False where there is none."""
    async with unit_of_work(engine) as connection:
        found = await show_case(connection, EVERYTHING, case_id)
        if found is None:
            return False
        case, seen = found
        writes = Writes()
        record_read(writes, operator(), "anomaly", SystemClock().now(), seen, subject={"anomaly": case_id})
        await writes.flush(connection)
    if as_json:
        typer.echo(to_json(case))
    else:
        _print(case)
    return True


def _row(case: Mapping[str, Any]) -> list[Any]:
    due = case["due_at"] and london_date(case["due_at"])
    return [case["id"], case["version"], case["kind"], case["practice"], due, case["sentence"]]


def _items(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What was asked, item by item, however deep it lies."""
    if isinstance(value, Mapping):
        for inner, part in value.items():
            yield from _items(f"{name} {inner}".strip(), part)
    elif isinstance(value, list):
        yield name, ", ".join(str(part) for part in value if part)
    else:
        yield name, value


def _print(case: Mapping[str, Any]) -> None:
    typer.echo(case["sentence"])
    print_facts(case, _FACTS)
    asked = case.get("transaction")
    if asked is not None:
        typer.echo(f"\nWhat was asked ({asked['kind']}, operation {asked['operation_id']}):")
        asked_for = dict(_items("", {name: item for name, item in asked["command"].items() if name != "origin"}))
        print_facts(asked_for, tuple(asked_for))
    for candidate in case["candidates"]:
        person = candidate["person"] or {}
        score = candidate.get("score")
        typer.echo(f"\nMay be{'' if score is None else f' (score {score})'}:")
        print_facts(person, tuple(person))
        for reason in candidate.get("reasons", ()):
            typer.echo(f"  {reason}")
    if "pair" in case:
        _print_pair(case["pair"])
        return
    for offer in case.get("offers", ()):
        typer.echo(f"\n{offer.replace('CASE', str(case['id']))}")
    codes = ", ".join(f"{code} {words}" for code, words in case["reject_codes"].items())
    typer.echo(f"\nCodes for a rejection: {codes}")


def _print_pair(pair: Mapping[str, Any]) -> None:
    steps = pair["waterfall"]
    if steps is None:
        typer.echo("\nHow the two compare is not shown: it would tell where one of them lives.")
    else:
        print_table("How the two compare", ("step", "weight", "sentence"), (
            [each["step"], f"{each['weight']:+.1f}", each["sentence"]] for each in steps
        ))  # fmt: skip
    for each in pair["judgements"]:
        typer.echo(f"judged {each['judgement']} on {london_date(each['at'])} by {each['by']}: {each['reason'] or '-'}")
    typer.echo(f"\nJudge it: registry anomalies decide ID --version N {'|'.join(pair['decisions'])} --reason TEXT")
