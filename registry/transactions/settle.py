"""Settle a case of the queue: what a person decided, carried out.

The queue knows no remedies; they are here. A decision names the version of the case that the
person saw. Where the facts have moved since, nothing is done and the new facts are shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.anomalies.models import anomalies
from registry.audit.record import record
from registry.database import Writes
from registry.transactions import amend, deduct, register
from registry.transactions.commands import (
    AmendPatient,
    Command,
    RegisterPatient,
    Ruling,
    TraceAnswer,
    from_stored,
)
from registry.transactions.context import Context
from registry.transactions.decline import decline
from registry.transactions.deductions.reverse_death import reverse_death
from registry.transactions.evidence import evidence_of, have_moved, shown_people
from registry.transactions.gather import gather_person, lock_by_number
from registry.transactions.judging.decide_pair import VERDICTS, Judgement, Moved, decide_pair
from registry.transactions.national_answers import last_answer
from registry.transactions.office_remedies import REMEDIES, OfOffice
from registry.transactions.outcome import Case, Outcome
from registry.transactions.rules.reasons import RULED_BY_CODE
from registry.transactions.sweep.case import POSSIBLE_DUPLICATE
from registry.transactions.taking_back.standing import last_standing

DISPUTED = "D"
"""The acceptance code that disputes a deduction."""

Action = Literal[
    "accept", "create", "reject", "close", "same", "different", "household", "undecided", "escalate"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a case, at the version they saw.

    `accept` names the person by NHS number, or somebody of the case by id where they have none;
    `reject` names a code of the list; `close` ends a case that asks for no remedy. The others are of
    a case about a pair of records. A reason is always given.
    """

    action: Action
    version: int
    reason: str
    number: str | None = None
    code: str | None = None
    patient_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """The case is closed, or waits for another day; `outcome` is what became of its transaction, where it had one.

    `judgement` is what became of a pair.
    """

    outcome: Outcome | None
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Stale:
    """The facts have moved: look at the case again, at this version."""

    version: int


@dataclass(frozen=True, slots=True)
class Impossible:
    """What was decided cannot be done; the case stays open. `sentence` says why."""

    sentence: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class NoSuchCase:
    """Nobody ever opened a case of that id."""


Answer = Settled | Stale | Impossible | NoSuchCase

_LOCK_CASE = text(
    "select id, version, state, kind, priority, transaction_id, patient_ids, evidence from anomalies where id = :id"
    " for update"
).bindparams(bindparam("id", type_=Uuid))
_LOCK_TRANSACTION = text(
    "select id, kind, command, version, state from transactions where id = :id for update"
).bindparams(bindparam("id", type_=Uuid))


async def settle(connection: AsyncConnection, context: Context, case_id: UUID, decision: Decision) -> Answer:
    """Carry out a decision, in the caller's unit of work. Commit whatever is answered.

    A unit of work that PostgreSQL ends as the victim of a deadlock may be done again from the start.
    """
    if not decision.reason.strip():
        return Impossible("Say why.", "reason")
    row = (await connection.execute(_LOCK_CASE, {"id": case_id})).mappings().one_or_none()
    if row is None:
        return NoSuchCase()
    if row["version"] != decision.version:
        return Stale(row["version"])
    if row["state"] != "open":
        return Impossible("This case has been decided already.")
    if row["kind"] == POSSIBLE_DUPLICATE:
        return await _settle_pair(connection, context, row, decision)
    if decision.action in VERDICTS:
        return Impossible("This case is not about a pair: accept, create, reject or close.", "action")
    asked = await _waiting(connection, row["transaction_id"])
    if isinstance(asked, OfOffice):
        return await _settle_own(connection, context, row, asked, decision)
    if asked is not None:
        trace = await last_answer(connection, asked.id)
        evidence = await _look_again(connection, context, asked.command, shown_people(row["evidence"]), trace)
        if have_moved(row["evidence"], evidence):
            return await _show_again(connection, row, evidence)
        return await _remedy(connection, context, row, asked, decision, shown_people(evidence), trace)
    if decision.action != "close":
        return Impossible("This case asks for no remedy: close it with a reason.", "action")
    await _close(connection, context, row, decision)
    return Settled(None)


async def _settle_pair(
    connection: AsyncConnection, context: Context, row: Mapping[Any, Any], decision: Decision
) -> Answer:
    done = await decide_pair(connection, context, row, decision.action, decision.reason)
    if isinstance(done, str):
        return Impossible(done, "action")
    return await _show_again(connection, row, done.evidence) if isinstance(done, Moved) else Settled(None, done)


async def _settle_own(
    connection: AsyncConnection, context: Context, row: Mapping[Any, Any], asked: OfOffice, decision: Decision
) -> Answer:
    """It is followed (accept, naming the person) or declined (reject, without a code: nobody is answered)."""
    evidence = await asked.remedy.look(connection, asked.stored)
    if have_moved(row["evidence"], evidence):
        return await _show_again(connection, row, evidence)
    if decision.action == "reject":
        await _close(connection, context, row, decision)
        return Settled(await asked.remedy.decline(connection, context, asked.id, asked.version, asked.stored))
    if decision.action != "accept":
        return Impossible("This case waits for a remedy: accept or reject.", "action")
    seen = shown_people(evidence)
    named = await lock_by_number(connection, (decision.number or "").replace(" ", ""))
    if (decision.patient_id or (named[0] if named else None)) not in seen:
        return Impossible("It is about another person.", "patient_id" if decision.patient_id else "number")
    try:
        async with connection.begin_nested():
            await _close(connection, context, row, decision)
            outcome = await asked.remedy.accept(connection, context, asked.id, asked.version, asked.stored)
            if isinstance(outcome, str):
                raise _Undone(Impossible(outcome))
            return Settled(outcome)
    except _Undone as undone:
        return undone.impossible


async def _waiting(connection: AsyncConnection, transaction_id: UUID | None) -> Case[Command] | OfOffice | None:
    """The transaction that waits for this decision, locked. A case may also be about one that is at its end."""
    if transaction_id is None:
        return None
    row = (await connection.execute(_LOCK_TRANSACTION, {"id": transaction_id})).mappings().one()
    if row["state"] != "in-queue":
        return None
    remedy = REMEDIES.get(row["kind"])
    if remedy is not None:
        return OfOffice(transaction_id, row["version"], remedy, row["command"])
    return Case(transaction_id, from_stored(row["kind"], row["command"]), row["version"])


async def _look_again(
    connection: AsyncConnection, context: Context, command: Command, shown: list[UUID], trace: TraceAnswer | None
) -> dict[str, Any]:
    """The people concerned as they are now. They are locked before they are read, and stay as they are."""
    if isinstance(command, RegisterPatient):
        return await register.look_again(connection, context, command, shown, trace)
    found = await lock_by_number(connection, command.number)
    return evidence_of(await gather_person(connection, found[0]) if found else None)


async def _show_again(connection: AsyncConnection, row: Mapping[Any, Any], evidence: dict[str, Any]) -> Stale:
    """Put the people as they are now into the case, as its next version."""
    writes = Writes()
    writes.update(
        anomalies,
        row["id"],
        version=row["version"] + 1,
        evidence={**row["evidence"], **evidence},
        patient_ids=shown_people(evidence),
    )
    await writes.flush(connection)
    return Stale(row["version"] + 1)


class _Undone(Exception):
    """Leaves the savepoint with nothing written."""

    def __init__(self, impossible: Impossible) -> None:
        self.impossible = impossible


async def _remedy(
    connection: AsyncConnection,
    context: Context,
    row: Mapping[Any, Any],
    asked: Case[Command],
    decision: Decision,
    seen: list[UUID],
    trace: TraceAnswer | None,
) -> Settled | Impossible:
    """The case is closed first, since what cannot be done would open another of its kind."""
    ruling = await _ruling(connection, context, asked.command, decision, seen)
    if isinstance(ruling, Impossible):
        return ruling
    try:
        async with connection.begin_nested():
            await _close(connection, context, row, decision)
            outcome = await _go_on(connection, context, asked, ruling, trace)
            if outcome.state == "in-queue":
                raise _Undone(Impossible(outcome.sentence))
            return Settled(outcome)
    except _Undone as undone:
        return undone.impossible


async def _ruling(
    connection: AsyncConnection, context: Context, command: Command, decision: Decision, seen: list[UUID]
) -> Ruling | Impossible:
    """The decision in the terms of the rules, or why it makes none."""
    by = context.actor.name
    if decision.action == "reject":
        if isinstance(command, RegisterPatient) and decision.code not in {str(code) for code in RULED_BY_CODE}:
            codes = ", ".join(str(code) for code in sorted(RULED_BY_CODE))
            return Impossible(f"Reject with one of the codes {codes}.", "code")
        return Ruling("reject", decision.reason, code=decision.code, by=by)
    if decision.action == "create":
        if not isinstance(command, RegisterPatient):
            return Impossible("Only an acceptance can create a person.", "action")
        return Ruling("create", decision.reason, by=by, seen=tuple(seen))
    if decision.action == "close":
        return Impossible("This case waits for a remedy: accept, create or reject.", "action")
    if decision.patient_id is not None:
        if decision.patient_id not in seen:
            return Impossible("This case does not concern the person named.", "patient_id")
        return Ruling("accept", decision.reason, patient_id=decision.patient_id, by=by, seen=tuple(seen))
    found = await lock_by_number(connection, (decision.number or "").replace(" ", ""))
    if not found:
        return Impossible("Nobody in the register has this number.", "number")
    named = command.number if not isinstance(command, RegisterPatient) else None
    if named is not None and found != await lock_by_number(connection, named):
        return Impossible("The request is about another person.", "number")
    return Ruling("accept", decision.reason, patient_id=found[0], by=by, seen=tuple(seen))


async def _go_on(
    connection: AsyncConnection, context: Context, asked: Case[Command], ruling: Ruling, trace: TraceAnswer | None
) -> Outcome:
    command = asked.command
    if isinstance(command, RegisterPatient):
        if ruling.action == "accept" and ruling.patient_id is not None:
            await _undo_death(connection, context, Case(asked.id, command, asked.version), ruling.patient_id, ruling)
        return await register.go_on(connection, context, Case(asked.id, command, asked.version), trace, ruling)
    if ruling.action == "reject":
        return await decline(connection, context, Case(asked.id, command, asked.version))
    if isinstance(command, AmendPatient):
        return await amend.go_on(connection, context, Case(asked.id, command, asked.version), ruling)
    return await deduct.go_on(connection, context, Case(asked.id, command, asked.version), ruling)


async def _undo_death(
    connection: AsyncConnection, context: Context, case: Case[RegisterPatient], patient_id: UUID, ruling: Ruling
) -> None:
    """The practice that they were with disputes a death (code D) and a clerk agrees: taken back before it is answered.

    A death on the registrar's word stands, and so does one that another practice disputes.
    """
    person = await gather_person(connection, patient_id)
    if not person.is_dead or case.command.acceptance_code != DISPUTED:
        return
    last = await last_standing(connection, patient_id)
    if last is None or last.from_list != case.command.origin.practice_id:
        return
    refused = await reverse_death(connection, context, person, ruling.reason)
    if isinstance(refused, str):
        raise _Undone(Impossible(refused))


async def _close(connection: AsyncConnection, context: Context, row: Mapping[Any, Any], decision: Decision) -> None:
    writes = Writes()
    writes.update(
        anomalies,
        row["id"],
        state="decided",
        version=row["version"] + 1,
        due_at=None,
        decided_at=context.now,
        decided_by=context.actor.name,
        decision=decision.action,
        decision_reason=decision.reason,
    )
    record(
        writes,
        context.actor,
        "anomaly.decided",
        context.now,
        patient_ids=row["patient_ids"],
        subject={"anomaly": row["id"], "kind": row["kind"], "decision": decision.action},
        request_id=context.request_id,
        transaction_id=row["transaction_id"],
    )
    await writes.flush(connection)
