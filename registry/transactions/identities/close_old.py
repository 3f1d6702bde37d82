"""What the register does of the old record, each in a unit of work of its own: sealed, off its list, sealed again.

The case says in the vault what is to be done next and when; who does it writes so in the same unit of
work, so that each happens once, whatever ends between two of them.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Uuid

from registry.database import Writes
from registry.patients.invalidated import invalidate, invalidated_among
from registry.transactions.context import Context
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.identities import draw
from registry.transactions.identities.described import described, forms_about, from_facts, paper_about, to_facts
from registry.transactions.identities.end_work import end_work, refuse_what_waits
from registry.transactions.identities.gaps import leave_gaps
from registry.transactions.identities.kinds import IdentityChange
from registry.transactions.identities.seal import seal, transactions_about
from registry.transactions.identities.seen_together import part
from registry.transactions.identities.statistics import take_statistics
from registry.transactions.identities.steps import due_by_policy, instant_of, next_morning, note_work
from registry.transactions.identities.told import from_stored
from registry.transactions.ledger import Movement, leave_list
from registry.transactions.messages import Addressee, deduct
from registry.transactions.office_transactions import note_transaction
from registry.transactions.rules.removal_reasons import RemovalReason
from registry.vault.cases import Case
from registry.vault.door import in_vault

_SAME_PERSON = text("select id from patients where id = :id or merged_into = :id order by id").bindparams(
    bindparam("id", type_=Uuid)
)

_NUMBERS = text(
    "select nhs_number from patients where id = any(:people) and nhs_number is not null"
    " union select nhs_number from patient_numbers where patient_id = any(:people) order by 1"
).bindparams(bindparam("people", type_=ARRAY(Uuid)))

_GIVE_UP = text(
    "update practice_messages set closed_at = :now, due_at = null"
    " where (patient_id = any(:people) or transaction_id = any(:transactions)) and closed_at is null"
    " and position is not null and created_at < :before"
).bindparams(
    bindparam("people", type_=ARRAY(Uuid)),
    bindparam("transactions", type_=ARRAY(Uuid)),
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("before", type_=DateTime(timezone=True)),
)

# A form of somebody else that waited when they were compared with it is theirs alone once it is dealt with.
_OF_OTHERS = text(
    "select id from transactions where id = any(:transactions) and patient_id is not null"
    " and not patient_id = any(:people) and command ? 'demographics'"
).bindparams(bindparam("people", type_=ARRAY(Uuid)), bindparam("transactions", type_=ARRAY(Uuid)))

_REASON = RemovalReason.ORR
"""What the ledger says, whatever the practice is told: another reason."""


async def seal_old(connection: AsyncConnection, context: Context, case: Case) -> str:
    """End what is open about the old record, seal it, and let its numbers be nobody's."""
    people = await _same_person(connection, case.old_patient_id)
    await leave_gaps(connection)
    numbers: list[str] = list((await connection.execute(_NUMBERS, {"people": people})).scalars())
    known = await described(connection, people, from_stored(case.facts))
    forms = await forms_about(connection, known)
    about = sorted({*await transactions_about(connection, people, numbers), *forms})
    records = [await gather_person(connection, each) for each in people]
    await end_work(connection, context, records, numbers, about, forms)
    invalidated = await invalidated_among(connection, numbers)
    writes = Writes()
    for number in numbers:
        if number not in invalidated:
            invalidate(writes, number)
    await writes.flush(connection)
    paper = await paper_about(connection, known, people, numbers, about)
    await seal(connection, context, case.id, people, numbers, about, paper)
    if case.new_patient_id is not None:
        await part(connection, context, case.id, people, case.new_patient_id)
    leaves: dict[str, Any] | None = case.facts["leaves"]
    kept = {"numbers": numbers, "transactions": about, "described": to_facts(known)}
    kept["late_until"] = due_by_policy(context, "identity_late_forms_working_days")
    next_work: dict[str, Any] = {"work": "sweep", "work_at": _later(context), "statistics_at": _later(context)}
    if leaves is not None:
        next_work |= {"work": "leave", "work_at": instant_of(leaves, "at")}
    await _note(connection, context, case, "sealed", kept | next_work)
    return "worked"


async def leave_old(connection: AsyncConnection, context: Context, case: Case) -> str:
    """Take the old record off its list, on the day that was drawn, and tell its practice (F2)."""
    await lock_people(connection, [case.old_patient_id])
    old = await gather_person(connection, case.old_patient_id)
    now = old.membership
    if now is not None:
        await leave_gaps(connection)
        counts_on = date.fromisoformat(case.facts["leaves"]["counts_on"])
        writes = Writes()
        transaction = note_transaction(
            writes,
            context,
            "notice",
            outcome="deducted",
            sentence="Off the practice's list.",
            command={},
            patient_id=old.id,
            practice_id=now.practice_id,
        )
        told = _REASON.value.told_as
        movement = Movement(counts_on, context.now, f"deduction-{told}", transaction, _REASON.code, context.now)
        moved = leave_list(writes, old, _REASON.value.to_list.id, movement)
        to = Addressee(now.practice_id, now.gp_code, transaction_id=transaction, patient_id=old.id)
        reason = IdentityChange(case.kind).rule.told_as
        deduct(
            writes, context, to, number=case.facts["old_number"], reason=reason, on=moved.on, restricted=old.restricted
        )
        await writes.flush(connection)
    done = {"leaves": None, "work": "sweep", "work_at": _later(context)}
    await _note(connection, context, case, "left", done)
    return "worked"


async def sweep_old(connection: AsyncConnection, context: Context, case: Case) -> str:
    """Seal what has come to its end since: the F2 that the practice has acknowledged, above all, and for some days
    late forms of the old identity, which are refused.

    What was delivered and is not acknowledged within the days of the policy is waited for no longer.
    """
    people = await _same_person(connection, case.old_patient_id)
    about = await _about_now(connection, context, case, people)
    days: int = context.policies.on("identity_receipt_working_days", context.today)
    before = context.now - timedelta(days=days * 7 // 5)
    unread = {"people": people, "transactions": about, "now": context.now, "before": before}
    await connection.execute(_GIVE_UP, unread)
    numbers: list[str] = case.facts["numbers"]
    paper = await paper_about(connection, from_facts(case.facts), people, numbers, about)
    sealed = await seal(connection, context, case.id, people, numbers, about, paper)
    is_over = sealed.is_complete and context.now >= _late_until(context, case)
    work: dict[str, Any] = {"transactions": about}
    work |= {"work": None, "work_at": None} if is_over else {"work": "sweep", "work_at": _later(context)}
    if sealed.rows:
        work["statistics_at"] = _later(context)
    await _note(connection, context, case, "sealed-again", work)
    return "worked"


async def _about_now(connection: AsyncConnection, context: Context, case: Case, people: Sequence[UUID]) -> list[UUID]:
    """Every transaction about the old identity by now, also what came late; what waits of it is refused."""
    numbers: list[str] = case.facts["numbers"]
    known = {UUID(each) for each in case.facts["transactions"]}
    forms = await forms_about(connection, from_facts(case.facts))
    await refuse_what_waits(connection, context, people, numbers, forms)
    found = await transactions_about(connection, people, numbers)
    ids = {"transactions": sorted(known), "people": list(people)}
    others = set((await connection.execute(_OF_OTHERS, ids)).scalars())
    return sorted((known - others) | set(found) | set(forms))


def _late_until(context: Context, case: Case) -> datetime:
    return instant_of(case.facts, "late_until") or context.now


async def analyse(connection: AsyncConnection, context: Context, case: Case) -> str:
    """Nothing of what was sealed stays in the planner's statistics."""
    await take_statistics(connection)
    await _note(connection, context, case, "statistics-taken", {"statistics_at": None})
    return "worked"


async def _same_person(connection: AsyncConnection, patient_id: UUID) -> Sequence[UUID]:
    """The record and every one that was merged into it, locked."""
    found = list((await connection.execute(_SAME_PERSON, {"id": patient_id})).scalars())
    await lock_people(connection, found)
    return found


async def _note(connection: AsyncConnection, context: Context, case: Case, event: str, facts: dict[str, Any]) -> None:
    async with in_vault(connection, context.actor, context.now, "case.changed", about=[case.id]) as vault:
        await note_work(vault, context, case, event, facts)


def _later(context: Context) -> Any:
    """Some instant of tomorrow night, drawn: no hour of the day is ours."""
    return next_morning(context) + timedelta(seconds=draw.below(6 * 3600))
