"""Decide a case about a pair: same, different, household, undecided, or escalate to another person.

`same` opens the matter in which the office asks, and two people may merge; nothing is merged here.
`different` and `household` keep the two apart, by either door, until what is compared of one of them
changes. `undecided` and `escalate` leave the case open, with a later day. Every judgement is kept, with
what the matcher had said.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.anomalies.models import anomalies
from registry.audit.record import record
from registry.database import Writes
from registry.matching.frequencies import Population
from registry.matching.judgements.judgement import Door, MatcherSaid, Verdict
from registry.matching.judgements.keep import Judged, judge
from registry.matching.population import population
from registry.transactions.context import Context
from registry.transactions.evidence import shown_people
from registry.transactions.facts import PersonFacts
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.judging.close_pairs import GONE, close_pair
from registry.transactions.judging.compare_pair import said_of
from registry.transactions.matters.step import open_matter
from registry.transactions.merges.machine import DUPLICATE, TRIAGED

VERDICTS = tuple(verdict.value for verdict in Verdict)
"""What may be said of such a case."""

_WHO_ESCALATED = text(
    "select judged_by from duplicate_judgements where anomaly_id = :id and judgement = 'escalate'"
    " order by judged_at desc, id desc limit 1"
).bindparams(bindparam("id", type_=Uuid))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of the case: `state` is `decided`, or `open` where somebody looks again."""

    state: str
    sentence: str
    matter_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A record has changed since it was shown: here is the evidence as it is now."""

    evidence: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A case in hand, and its two people, who are locked."""

    case: Mapping[Any, Any]
    one: PersonFacts
    other: PersonFacts
    reason: str

    @property
    def said(self) -> MatcherSaid:
        """What the matcher said of the two, as the case shows it."""
        says = self.case["evidence"]
        return MatcherSaid(says["score"], says["levels"], says["model_version"], says["normaliser_version"])


async def decide_pair(
    connection: AsyncConnection, context: Context, case: Mapping[Any, Any], action: str, reason: str
) -> Judgement | Moved | str:
    """Carry out a judgement about a case, whose row is locked; a text is why it cannot be done.

    A record that changed since it was shown is shown anew first: whoever judges has seen what is judged.
    """
    if action not in VERDICTS:
        return f"This case is about two records: {', '.join(VERDICTS)}."
    ids = shown_people(case["evidence"])
    await lock_people(connection, ids)
    one, other = [await gather_person(connection, each) for each in ids]
    pair = _Pair(case, one, other, reason)
    if any(each.status in ("superseded", "invalidated") or each.apart for each in (one, other)):
        return await _close_gone(connection, context, pair)
    shown = {each["patient_id"]: each["version"] for each in case["evidence"]["candidates"]}
    if any(shown[str(each.id)] != each.version for each in (one, other)):
        return Moved(_evidence_now(one, other, await population(connection)))
    if (await connection.execute(_WHO_ESCALATED, {"id": case["id"]})).scalar_one_or_none() == context.actor.name:
        return "You gave this case to a supervisor: another person decides it."
    return await _DO[Verdict(action)](connection, context, pair)


async def _same(connection: AsyncConnection, context: Context, pair: _Pair) -> Judgement:
    """The matter begins where somebody has looked at the evidence: the practices are asked next."""
    writes = Writes()
    days: int = context.policies.on("duplicate_ask_working_days", context.today)
    matter_id = open_matter(
        writes,
        context,
        DUPLICATE,
        state=TRIAGED,
        due_at=context.after_working_days(days),
        patient_id=pair.one.id,
        other_patient_id=pair.other.id,
        facts={"source": "matching", "case": str(pair.case["id"])},
        reason=pair.reason,
    )
    close_pair(writes, context, pair.case, Verdict.SAME, pair.reason)
    await writes.flush(connection)
    await _keep(connection, context, pair, Verdict.SAME, matter_id)
    return Judgement("decided", "Held to be one person: the practices are to be asked. Nothing is merged.", matter_id)


async def _apart(connection: AsyncConnection, context: Context, pair: _Pair, verdict: Verdict) -> Judgement:
    writes = Writes()
    close_pair(writes, context, pair.case, verdict, pair.reason)
    await writes.flush(connection)
    await _keep(connection, context, pair, verdict)
    household = " of one household" if verdict is Verdict.HOUSEHOLD else ""
    return Judgement("decided", f"Two people{household}: not offered again until what is compared of one changes.")


async def _different(connection: AsyncConnection, context: Context, pair: _Pair) -> Judgement:
    return await _apart(connection, context, pair, Verdict.DIFFERENT)


async def _household(connection: AsyncConnection, context: Context, pair: _Pair) -> Judgement:
    return await _apart(connection, context, pair, Verdict.HOUSEHOLD)


async def _undecided(connection: AsyncConnection, context: Context, pair: _Pair) -> Judgement:
    await _postpone(connection, context, pair, Verdict.UNDECIDED, "possible_duplicate_undecided_working_days", 0)
    return Judgement("open", "It stays in the queue, for a later day.")


async def _escalate(connection: AsyncConnection, context: Context, pair: _Pair) -> Judgement:
    await _postpone(connection, context, pair, Verdict.ESCALATE, "possible_duplicate_supervisor_working_days", 1)
    return Judgement("open", "It waits for a supervisor: another person decides it.")


async def _postpone(
    connection: AsyncConnection, context: Context, pair: _Pair, verdict: Verdict, policy: str, rises: int
) -> None:
    case, writes = pair.case, Writes()
    days: int = context.policies.on(policy, context.today)
    writes.update(
        anomalies,
        case["id"],
        version=case["version"] + 1,
        priority=case["priority"] + rises,
        due_at=context.after_working_days(days),
        evidence={**case["evidence"], "waits": verdict.value},
    )
    subject = {"anomaly": case["id"], "kind": case["kind"], "decision": verdict.value}
    people = [pair.one.id, pair.other.id]
    record(writes, context.actor, "anomaly.postponed", context.now, patient_ids=people, subject=subject)
    await writes.flush(connection)
    await _keep(connection, context, pair, verdict)


_DO: dict[Verdict, Callable[[AsyncConnection, Context, _Pair], Awaitable[Judgement]]] = {
    Verdict.SAME: _same,
    Verdict.DIFFERENT: _different,
    Verdict.HOUSEHOLD: _household,
    Verdict.UNDECIDED: _undecided,
    Verdict.ESCALATE: _escalate,
}


async def _keep(
    connection: AsyncConnection, context: Context, pair: _Pair, verdict: Verdict, matter_id: UUID | None = None
) -> None:
    judged = Judged(
        pair.one.id,
        pair.other.id,
        verdict,
        pair.reason,
        Door.BATCH,
        pair.said,
        matter_id=matter_id,
        case_id=pair.case["id"],
    )
    await judge(connection, context.actor, context.now, judged)


async def _close_gone(connection: AsyncConnection, context: Context, pair: _Pair) -> Judgement:
    """Whatever takes a record out of use closes its cases; this is for one that it did not know of."""
    writes = Writes()
    close_pair(writes, context, pair.case, "close", GONE)
    await writes.flush(connection)
    return Judgement("decided", GONE)


def _evidence_now(one: PersonFacts, other: PersonFacts, known: Population | None) -> dict[str, Any]:
    said = said_of(one, other, known)
    return {
        "candidates": [{"patient_id": str(each.id), "version": each.version} for each in (one, other)],
        "score": said.score,
        "levels": dict(said.levels),
        "model_version": said.model_version,
        "normaliser_version": said.normaliser_version,
    }
