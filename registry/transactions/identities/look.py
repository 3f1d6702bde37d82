"""Seeing cases: all open ones without names, and one of them with what its work needs.

Old and new are shown together as long as nothing was made of it, for whoever approves must compare them.
From then on neither is: that is the link, which is opened by way of the vault alone.
"""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.acts.act import Answer, Done, Nothing
from registry.transactions.context import Context
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.identities.asked import ListCases, Look
from registry.transactions.identities.machine import APPROVED, IDENTITY_CHANGE, NOTIFIED, NUMBERED
from registry.vault.cases import Case, CaseEvent, events_of, open_cases, read_case
from registry.vault.door import in_vault

_BEFORE = (NOTIFIED, NUMBERED, APPROVED)
_SAID = ("authority", "reference", "evidence", "notified_on", "counselled", "consented_on")


async def list_cases(connection: AsyncConnection, context: Context, what: ListCases) -> Answer:
    """Kind, state and clock of every open case: nobody's name, number or practice."""
    async with in_vault(connection, context.actor, context.now, "cases.listed") as vault:
        found = await open_cases(vault)
    late = sum(case.due_at is not None and case.due_at <= context.now for case in found)
    return Done(f"{len(found)} open cases, {late} of them late.", data=[_row(case) for case in found])


async def look_at_case(connection: AsyncConnection, context: Context, what: Look) -> Answer:
    """One case with its history; who it is about, only until the new record is made."""
    async with in_vault(
        connection, context.actor, context.now, "case.seen", reason=what.reason, about=[what.id]
    ) as vault:
        case = await read_case(vault, what.id)
        history = [] if case is None else await events_of(vault, case.id)
    if case is None:
        return Nothing("case")
    shown = {
        **_row(case),
        **{name: case.facts.get(name) for name in _SAID},
        "tasks": case.facts.get("tasks", []),
        "register_still_works": any(case.facts.get(each) is not None for each in ("work", "statistics_at")),
        "failed": case.facts.get("failed", 0),
        "history": [_event(each) for each in history],
    }
    if case.state in _BEFORE:
        await lock_people(connection, [case.old_patient_id])
        person = await gather_person(connection, case.old_patient_id)
        shown |= {
            "old": {"nhs_number": person.nhs_number, "name": person.name, "date_of_birth": person.date_of_birth},
            "new": case.facts.get("told"),
            "practice": case.facts.get("practice"),
        }
    return Done(f"It is {case.state}.", case.id, case.version, case.state, data=shown)


def _row(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "version": case.version,
        "kind": case.kind,
        "state": case.state,
        "owner": IDENTITY_CHANGE.stage(case.state).owner,
        "expects": case.expects,
        "due_at": case.facts.get("stage_due_at"),
        "risen": case.facts.get("risen", 0),
    }


def _event(event: CaseEvent) -> dict[str, Any]:
    return {"event": event.event, "at": event.at, "by": event.by, "reason": event.reason, "note": event.note}
