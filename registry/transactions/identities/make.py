"""The first thing that the register does: the new person, at once on the practice's list, like any other who came.

In a unit of work of its own. Of the old record nothing is written, and nothing of what is written here
is shared with what follows (domain rules R5 and correction 17).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.database import Writes
from registry.transactions.commands import Origin, RegisterPatient
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.gather import gather_person, lock_by_number, lock_people
from registry.transactions.identities import draw
from registry.transactions.identities.gaps import leave_gaps
from registry.transactions.identities.kinds import IdentityChange
from registry.transactions.identities.leaving_day import LeavingDay, leaving_days
from registry.transactions.identities.screening import effects, lines_for_practice
from registry.transactions.identities.steps import due_by_policy, next_morning, note_work, take_step
from registry.transactions.identities.told import from_stored
from registry.transactions.ledger import Movement, Place, join_list
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import next_post, post_after, write_to_practice
from registry.transactions.national import tell
from registry.transactions.office_transactions import note_transaction
from registry.transactions.outside import Outside
from registry.transactions.people import create_person
from registry.transactions.scheme.find import FoundPractice, find_practice
from registry.transactions.special_registrations.placing import PLACED
from registry.values.period import LONDON
from registry.values.person import Demographics, Sex
from registry.vault.cases import Case
from registry.vault.door import in_vault
from registry.vault.links import Link, link
from registry.vault.private import Private, keep_private, private_of

_APART = text("update patients set apart = true, restricted = :restricted where id = :id").bindparams(
    bindparam("id", type_=Uuid)
)

_FIRST = text(
    "select min(lower(period)) as first, min(accepted_on) as accepted from list_memberships where patient_id = :id"
).bindparams(bindparam("id", type_=Uuid))


async def make(connection: AsyncConnection, context: Context, case: Case) -> str:
    """Make the new person and put them on the list; tell the practice (ID-1). On a day that leaves the old
    record no other day of the quarter to leave, it waits for the next one."""
    await lock_people(connection, [case.old_patient_id])
    old = await gather_person(connection, case.old_patient_id)
    leaving = _draw_leaving(context, old)
    if leaving is None and old.membership is not None:
        async with in_vault(connection, context.actor, context.now, "case.changed", about=[case.id]) as vault:
            await note_work(vault, context, case, "put-off", {"work_at": _within_hours(next_morning(context))})
        return "waits"
    told = from_stored(case.facts)
    practice = await find_practice(connection, case.facts["practice"], context.today, case.facts["gp_code"])
    if practice is None or not practice.gp_code:
        raise RuntimeError("the practice is gone, or its doctor")
    new_id = await _new_person(connection, context, case, told, practice)
    await _keep(connection, context, case, old, new_id, told, leaving)
    return "worked"


async def _new_person(
    connection: AsyncConnection, context: Context, case: Case, told: Demographics, practice: FoundPractice
) -> UUID:
    """The person by the new number: made, or found where the practice was faster than we."""
    rule = IdentityChange(case.kind).rule
    restricted = {"restricted": rule.restricted}
    held = await lock_by_number(connection, told.number or "")
    if held:
        await connection.execute(_APART, {"id": held[0], **restricted})
        return held[0]
    await leave_gaps(connection)
    writes = Writes()
    new_id = create_person(writes, context, _form(context, told, practice), told.number)
    code = practice.facts.ods_code
    transaction = note_transaction(
        writes,
        context,
        "special-registration",
        outcome=PLACED,
        sentence="Put on the practice's list by the office.",
        command={"practice": code, "accepted_on": context.today},
        patient_id=new_id,
        practice_id=practice.facts.id,
    )
    movement = Movement(context.today, context.now, PLACED, transaction)
    join_list(writes, new_id, Outside.ELSEWHERE.id, Place(practice.facts.id, context.today, practice.gp_code), movement)
    tell(writes, context, transaction, new_id)
    write_id_1(writes, context, case, practice.facts.id, new_id, told, transaction)
    await writes.flush(connection)
    await connection.execute(_APART, {"id": new_id, **restricted})
    return new_id


def write_id_1(
    writes: Writes,
    context: Context,
    case: Case,
    practice_id: UUID,
    new_id: UUID,
    told: Demographics,
    transaction: UUID | None = None,
    *,
    again: bool = False,
) -> UUID:
    """ID-1 to the practice's main contact, and to nobody's home: register this number, by when, and what it
    says of screening. It knows of no other number and of no reason, and leaves an evening later than it could: in
    the batch of the next evening may be a letter about the old record."""
    days: int = context.policies.on(IdentityChange(case.kind).rule.days, context.today)
    by = context.after_working_days(days) - timedelta(seconds=1)
    ages: Mapping[str, Any] = context.policies.on("identity_screening_ages", context.today)
    content: dict[str, Any] = {
        "register_by": by.astimezone(LONDON).date().isoformat(),
        "do": ["make-a-new-record", "register-under-this-number", "order-a-new-envelope"],
        "screening": lines_for_practice(told.sex or Sex.UNKNOWN, told.date_of_birth, context.today, ages),
    }
    if again:
        content["again"] = True
    return write_to_practice(
        writes,
        context,
        Letter.NEW_IDENTITY,
        practice_id,
        content,
        patient_id=new_id,
        transaction_id=transaction,
        leaves_at=post_after(context, next_post(context)),
    )


def _form(context: Context, told: Demographics, practice: FoundPractice) -> RegisterPatient:
    facts = practice.facts
    origin = Origin(
        "office", facts.id, facts.partner_code, facts.authority_cipher, 0, context.now, context.now, practice.gp_code
    )
    return RegisterPatient(origin, replace(told, number=None), "3", "A", context.today)


async def _keep(
    connection: AsyncConnection,
    context: Context,
    case: Case,
    old: PersonFacts,
    new_id: UUID,
    told: Demographics,
    leaving: LeavingDay | None,
) -> None:
    """The link, what is kept apart of the new person, and the case's next clocks."""
    first = (await connection.execute(_FIRST, {"id": old.id})).one()
    ages: Mapping[str, Any] = context.policies.on("identity_screening_ages", context.today)
    tasks = [
        {"task": f"screening-{each.programme}", "becomes": each.becomes, "sentence": each.task, "done": False}
        for each in effects(old.sex, told.sex or Sex.UNKNOWN, told.date_of_birth, context.today, ages)
    ]
    if old.matter("special-allocation") is not None:
        tasks.append({"task": "scheme", "becomes": "by-hand", "sentence": _SCHEME, "done": False})
    async with in_vault(connection, context.actor, context.now, "link.made", about=[case.id, old.id]) as vault:
        before = await private_of(vault, old.id)
        await link(
            vault,
            Link(
                old.id, new_id, old.nhs_number, told.number, case.kind, case.facts["authority"], case.facts["reference"]
            ),
        )
        now = old.membership
        stayed = now is not None and (before is None or before.accepted_on is None)
        kept = before or Private()
        await keep_private(
            vault,
            new_id,
            Private(
                accepted_on=now.accepted_on if now is not None and stayed else kept.accepted_on,
                turnover_on=now.accepted_on if now is not None and stayed else kept.turnover_on,
                first_registered_on=kept.first_registered_on or _earliest(first.first, first.accepted),
            ),
        )
        await take_step(
            vault,
            context,
            case,
            "made",
            due_at=due_by_policy(context, IdentityChange(case.kind).rule.days),
            facts={
                "work": "seal",
                "work_at": context.now + _minutes(context),
                "old_number": old.nhs_number,
                "tasks": tasks,
                "leaves": None if leaving is None else {"counts_on": leaving.counts_on, "at": _office_hour(leaving)},
            },
            new_patient_id=new_id,
        )


_SCHEME = "The person is on the special allocation scheme: have the marker put on the new record by whoever keeps it."


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _draw_leaving(context: Context, old: PersonFacts) -> LeavingDay | None:
    if old.membership is None:
        return None
    within: int = context.policies.on("identity_leaves_within_working_days", context.today)
    holidays = context.policies.bank_holidays(context.today)
    ways = leaving_days(context.today, old.membership.since, within, holidays)
    return draw.one_of(ways) if ways else None


def _office_hour(leaving: LeavingDay) -> datetime:
    """An instant of that day between eight and six, to the second."""
    day = leaving.written_on
    start = datetime(day.year, day.month, day.day, 8, tzinfo=LONDON).astimezone(UTC)
    return start + timedelta(seconds=draw.below(10 * 3600))


def _minutes(context: Context) -> timedelta:
    first, last = context.policies.on("identity_seal_minutes", context.today)
    return timedelta(seconds=first * 60 + draw.below((last - first) * 60))


def _within_hours(instant: datetime) -> datetime:
    return instant + timedelta(seconds=8 * 3600 + draw.below(4 * 3600))
