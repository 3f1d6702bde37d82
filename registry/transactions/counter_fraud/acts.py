"""Suspicions of fraud: patterns, cases, and referral by two people. For those who are entrusted with them."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime
from uuid_utils.compat import uuid7

from registry.audit.record import record_read
from registry.database import Writes
from registry.security.callers import Permission
from registry.transactions.acts.act import Act, Answer, Done, Group, Impossible, Nothing
from registry.transactions.acts.on_practice import practice_of
from registry.transactions.context import Context
from registry.transactions.counter_fraud import machine
from registry.transactions.counter_fraud.asked import Explain, LookAt, Looks, Patterns, Raise
from registry.transactions.counter_fraud.machine import ANSWERED, RAISED
from registry.transactions.counter_fraud.refer import REFERRAL, STEPS
from registry.transactions.counter_fraud.report import find_patterns
from registry.transactions.liaison.acts import what_it_is_about
from registry.transactions.liaison.asked import Cases, Close
from registry.transactions.liaison.look import list_cases, look_at_case
from registry.transactions.liaison.models import liaison_reads
from registry.transactions.liaison.open import open_case
from registry.transactions.matters.kind import Work
from registry.values.period import start_of_day

GROUP = "counter-fraud"
WORK_FRAUD = Permission.WORK_FRAUD

_READS = text(
    "select n.at, n.by, n.reason, c.reference from liaison_reads n join liaison_cases c on c.id = n.matter_id"
    " where n.at >= :since order by n.at, n.id limit 1000"
).bindparams(bindparam("since", type_=DateTime(timezone=True)))


async def _raise(connection: AsyncConnection, context: Context, what: Raise) -> Answer:
    about = await what_it_is_about(connection, context, what)
    if isinstance(about, Impossible):
        return about
    writes = Writes()
    days: int = context.policies.on("counter_fraud_working_days", context.today)["assess"]
    opened = await open_case(
        connection, writes, context, machine.COUNTER_FRAUD, about,
        due_at=context.after_working_days(days), reason=what.reason,
    )  # fmt: skip
    await writes.flush(connection)
    return Done(f"{opened.reference} is raised.", opened.id, 1, RAISED, data={"reference": opened.reference})


async def _explain(work: Work, what: Explain) -> str | Impossible:
    STEPS.go(work, "explain", what.reason, {"explanation": what.explanation}, facts={"explained_by": what.explanation})
    return f"Explained: {what.explanation}. Post to the people of the case leaves again."


async def _close(work: Work, what: Close) -> str | Impossible:
    if work.matter.state != ANSWERED:
        if not what.reason:
            return Impossible("Nothing was answered: say why it is given up.", "reason")
        await STEPS.note_case(work, "", outcome="no-answer")
    STEPS.go(work, "close", what.reason, {})
    return "Closed. Post to the people of the case leaves again."


async def _list(connection: AsyncConnection, context: Context, what: Cases) -> Answer:
    found = await list_cases(connection, machine.COUNTER_FRAUD.kind, what)
    writes = Writes()
    record_read(writes, context.actor, GROUP, context.now, ())
    await writes.flush(connection)
    return Done(f"{len(found)} cases.", data=found)


async def _show(connection: AsyncConnection, context: Context, what: LookAt) -> Answer:
    found = await look_at_case(connection, machine.COUNTER_FRAUD.kind, what.id)
    if found is None:
        return Nothing("suspicion of fraud")
    writes = Writes()
    _keep_read(writes, context, what.id, what.reason)
    people = [each["patient_id"] for each in found["people"]]
    subject = {"matter": what.id, "kind": machine.COUNTER_FRAUD.kind}
    record_read(writes, context.actor, GROUP, context.now, people, subject=subject)
    await writes.flush(connection)
    return Done(f"{found['reference']} is {found['state']}.", what.id, found["version"], found["state"], data=found)


def _keep_read(writes: Writes, context: Context, matter_id: UUID, reason: str) -> None:
    writes.insert(liaison_reads, id=uuid7(), matter_id=matter_id, at=context.now, by=context.actor.name, reason=reason)


async def _reads(connection: AsyncConnection, _: Context, what: Looks) -> Answer:
    rows = (await connection.execute(_READS, {"since": start_of_day(what.since)})).mappings().all()
    return Done(f"{len(rows)} times somebody looked.", data=[dict(row) for row in rows])


async def patterns(connection: AsyncConnection, context: Context, what: Patterns) -> Answer:
    """What is out of the ordinary; of one practice, every figure."""
    if what.to is not None and what.from_ is not None and what.to < what.from_:
        return Impossible("The last day is before the first.", "to")
    practice = await practice_of(connection, what.practice) if what.practice else None
    if isinstance(practice, Impossible):
        return practice
    until = None if what.to is None else date.fromordinal(what.to.toordinal() + 1)
    found = await find_patterns(connection, context, what.from_, until)
    shown = [each for each in found if (each.raises if practice is None else each.figure.practice_id == practice.id)]
    writes = Writes()
    record_read(writes, context.actor, "counter-fraud-patterns", context.now, ())
    await writes.flush(connection)
    raising = sum(each.raises for each in shown)
    return Done(f"{raising} figures are out of the ordinary.", data=[each.as_json() for each in shown])


_HELP = "Suspicions of fraud, for those entrusted with them: patterns, cases, referrals."
_ACTS = (
    Act(
        GROUP, "patterns", "What is out of the ordinary in practices' lists, beside thresholds and other practices.",
        Patterns, patterns, "counter-fraud patterns --practice Y90001 --from 2026-07-01 --to 2026-09-30", WORK_FRAUD,
    ),
    Act(
        GROUP, "raise", "Raise a suspicion.", Raise, _raise,
        'counter-fraud raise --practice Y90001 --asks registration --reason "call from a patient"', WORK_FRAUD,
    ),
    *STEPS.common(),
    *REFERRAL,
    *STEPS.answers(),
    STEPS.act("explain", Explain, _explain, "End a suspicion that has a harmless reason."),
    STEPS.act("close", Close, _close, "Close a case that was answered, or give it up."),
    Act(GROUP, "list", "List cases by the day on which they fall due.", Cases, _list, "counter-fraud list",
        WORK_FRAUD),
    Act(GROUP, "show", "Show a case, with a reason; your looking is kept.", LookAt, _show,
        'counter-fraud show 0192… --reason "to assess it"', WORK_FRAUD),
    Act(GROUP, "reads", "Who looked at cases, and why.", Looks, _reads, "counter-fraud reads --since 2026-10-01",
        WORK_FRAUD),
)  # fmt: skip

COUNTER_FRAUD = Group(GROUP, _HELP, _ACTS)
