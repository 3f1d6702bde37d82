"""Run the rules of quality: each in one statement, each in a unit of work of its own, so that a night that was
broken off goes on where it was.

A finding opens one case at most. The case closes by itself when the finding is gone. What a person closed
stays closed until the person's particulars change, or until it is to be asked again.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Date, DateTime, Integer, Text, Uuid

from registry.anomalies.open_case import open_case
from registry.audit.record import record
from registry.database import Writes, to_json
from registry.transactions.context import Context
from registry.transactions.quality.rules import CASE_RULES, Rule, values

KIND = "quality"
"""The kind of its cases."""
CASES = "cases"
"""The step of a night in which cases are opened."""

_TYPES = {
    "now": DateTime(timezone=True),
    "today": Date,
    "oldest": Date,
    "grown": Date,
    "most": Integer,
    "number_since": DateTime(timezone=True),
    "asked_again": DateTime(timezone=True),
    "rule": Text,
    "rules": ARRAY(Text),
    "ids": ARRAY(Uuid),
    "limit": Integer,
}


def _typed(sql: str) -> TextClause:
    """A statement with those of the parameters that it names."""
    named = [bindparam(name, type_=kind) for name, kind in _TYPES.items() if re.search(rf"(?<!:):{name}\b", sql)]
    return text(sql).bindparams(*named)


_BY_PRACTICE = """
    (select coalesce(json_object_agg(code, people), '{}') from (
      select coalesce(r.ods_code, '') as code, count(*) as people from found f
      left join list_memberships m on m.patient_id = f.patient_id and upper_inf(m.period)
      left join practices r on r.id = m.list_id group by 1) each_practice) as by_practice
"""

_COUNT = (
    """
    with found as materialized ({query})
    select (select count(*) from found) as found, 0 as fresh, 0 as gone, null::json as cases,
"""
    + _BY_PRACTICE
)

_FIND = (
    """
    with found as materialized ({query}),
    fresh as (
      insert into quality_findings as q (id, rule, patient_id, first_seen)
      select gen_random_uuid(), :rule, f.patient_id, :now from found f where f.patient_id not in (
        select k.patient_id from quality_findings k where k.rule = :rule and k.gone_at is null)
      on conflict (rule, patient_id) do update set first_seen = excluded.first_seen, gone_at = null, case_id = null,
        accepted_version = null, accepted_at = null
      returning q.id),
    gone as (
      update quality_findings q set gone_at = :now where q.rule = :rule and q.gone_at is null
        and q.patient_id not in (select f.patient_id from found f)
      returning q.case_id)
    select (select count(*) from found) as found, (select count(*) from fresh) as fresh,
      (select count(*) from gone) as gone,
      (select json_agg(case_id) from gone where case_id is not null) as cases,
"""
    + _BY_PRACTICE
)

# At which version the person was when somebody decided, the versions that were replaced by then tell.
_ACCEPT = _typed(
    """
    update quality_findings q set accepted_at = a.decided_at, accepted_version = 1 + (
      select count(*) from patient_versions v where v.patient_id = q.patient_id and v.until <= a.decided_at)
    from anomalies a
    where a.id = q.case_id and a.state = 'decided' and q.accepted_at is null and q.gone_at is null and q.rule = :rule
    """
)
_ASK_AGAIN = _typed(
    """
    update quality_findings q set case_id = null, accepted_version = null, accepted_at = null from patients p
    where p.id = q.patient_id and q.rule = :rule and q.gone_at is null
      and (p.version > q.accepted_version or q.accepted_at < :asked_again)
    """
)
_CLOSE = _typed(
    """
    update anomalies set state = 'decided', version = version + 1, due_at = null, decided_at = :now,
      decided_by = :by, decision = 'close', decision_reason = 'The register does not say so any more.'
    where id = any(:ids) and state = 'open' returning id
    """
)
_WAITING = _typed(
    """
    select q.id, q.rule, q.patient_id, p.version, p.restricted, m.list_id from quality_findings q
    join patients p on p.id = q.patient_id
    left join list_memberships m on m.patient_id = p.id and upper_inf(m.period)
    where q.gone_at is null and q.case_id is null and q.rule = any(:rules)
    order by q.first_seen, array_position(:rules, q.rule), q.id limit :limit for update of q
    """
)
_ASKED = _typed(
    "update quality_findings q set case_id = s.case_id from json_to_recordset(cast(:pairs as json))"
    " s(id uuid, case_id uuid) where q.id = s.id"
)


@dataclass(frozen=True, slots=True)
class Run:
    """What a rule found: how many, how many of them not the night before, and how many are gone since."""

    rule: str
    found: int
    fresh: int
    gone: int
    by_practice: dict[str, int]


async def run_rule(connection: AsyncConnection, context: Context, rule: Rule) -> Run:
    """Run one rule over the register, and close the cases of what it finds no more."""
    given = {**values(context), "now": context.now, "rule": rule.name}
    statement = statement_of(rule)
    if rule.severity == "case":
        await connection.execute(_ACCEPT, given)
        await connection.execute(_ASK_AGAIN, {**given, "asked_again": _asked_again(context, rule)})
    row: Any = (await connection.execute(statement, given)).one()
    if row.cases:
        await _close(connection, context, rule, [UUID(each) for each in row.cases])
    return Run(rule.name, row.found, row.fresh, row.gone, row.by_practice)


def statement_of(rule: Rule) -> TextClause:
    """The statement that runs a rule."""
    return _typed((_FIND if rule.severity == "case" else _COUNT).replace("{query}", rule.query))


def _asked_again(context: Context, rule: Rule) -> Any:
    """What was accepted before then is asked again; None: never for its age."""
    if rule.review_after is None:
        return None
    return context.now - timedelta(days=context.policies.on(rule.review_after, context.today))


async def _close(connection: AsyncConnection, context: Context, rule: Rule, ids: list[UUID]) -> None:
    closed = await connection.execute(_CLOSE, {"ids": ids, "now": context.now, "by": context.actor.name})
    writes = Writes()
    for case in closed.scalars():
        _record(writes, context, "anomaly.decided", case, rule.name, "close")
    await writes.flush(connection)


async def open_cases(connection: AsyncConnection, context: Context, opened: int = 0) -> int:
    """Put what waits before a person: the oldest first, and no more than a night's share, of which some may have been
    `opened` already. Returns how many."""
    names = [rule.name for rule in CASE_RULES]
    share: int = context.policies.on("quality_cases_a_night", context.today)
    rows = (await connection.execute(_WAITING, {"rules": names, "limit": max(0, share - opened)})).all()
    writes = Writes()
    pairs = [{"id": row.id, "case_id": _ask(writes, context, row)} for row in rows]
    await writes.flush(connection)
    if pairs:
        await connection.execute(_ASKED, {"pairs": to_json(pairs)})
    return len(rows)


def _ask(writes: Writes, context: Context, row: Any) -> UUID:
    """One case. It is no unread mail about the person, so that no clock waits for it; of somebody restricted it names
    no practice."""
    rule = next(each for each in CASE_RULES if each.name == row.rule)
    days = context.policies.on("quality_case_working_days", context.today)
    shown = {"patient_id": row.patient_id, "version": row.version, "score": None, "reasons": [rule.name]}
    return open_case(
        writes,
        kind=KIND,
        sentence=rule.sentence,
        evidence={"rule": rule.name, "finding": row.id, "candidates": [shown]},
        opened_at=context.now,
        due_at=context.after_working_days(days),
        practice_id=None if row.restricted else row.list_id,
    )


def _record(writes: Writes, context: Context, action: str, case: UUID, rule: str, decision: str) -> None:
    record(
        writes,
        context.actor,
        action,
        context.now,
        subject={"anomaly": case, "kind": KIND, "rule": rule, "decision": decision},
        request_id=context.request_id,
    )
