"""Looking, for the office: candidates as they stand, a decision as it was taken, refusals, and shares."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, Date, Integer, Text, Uuid

from registry.audit.record import record_read
from registry.database import Writes
from registry.transactions.acts.act import Answer, Done, Impossible, Nothing
from registry.transactions.assignment.asked import Fairness, OfApplication, Refusals
from registry.transactions.assignment.machine import APPLICATION
from registry.transactions.assignment.share_counts import COUNTED
from registry.transactions.assignment.standings import consider
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.gather import gather_person
from registry.transactions.matters.read import lock_matter
from registry.transactions.matters.stands import Matter
from registry.transactions.rules.assignment_factors import months_before
from registry.transactions.rules.assignment_share import PracticeShare, shares

MOST_AT_ONCE = 200

_DECISIONS = text(
    """
    select d.id, d.patient_id, r.ods_code as practice, d.decided_at, d.by, d.reason, d.explanation, (
      select json_agg(json_build_object('practice', p.ods_code, 'place', c.place, 'points', c.points,
        'chosen', c.chosen, 'over_share', c.over_share, 'not_proposed_because', c.not_proposed_because,
        'verdict', c.verdict, 'factors', c.factors) order by c.place)
      from assignment_candidates c join practices p on p.id = c.practice_id
      where c.decision_id = d.id and not d.whereabouts_hidden) as candidates
    from shown_assignment_decisions d left join practices r on r.id = d.practice_id
    where d.matter_id = :id order by d.decided_at, d.id
    """
).bindparams(bindparam("id", type_=Uuid))

_REFUSALS = text(
    """
    select f.id, p.ods_code as practice, f.patient_id, f.application_id, f.refused_on, f.ground, f.stands,
      f.reasons_given_on, m.state as reasons, m.id as matter_id, m.version as matter_version
    from shown_practice_refusals f left join practices p on p.id = f.practice_id
    left join shown_matters m on m.id = f.matter_id
    where (:practice = '' or p.ods_code = :practice) and (cast(:after as uuid) is null or f.id > :after)
      and (not :overdue or m.state in ('reasons-overdue', 'breach-closed')
        or f.reasons_given_on > f.refused_on + cast(:days as integer))
    order by f.id limit :limit
    """
).bindparams(
    bindparam("practice", type_=Text),
    bindparam("after", type_=Uuid),
    bindparam("overdue", type_=Boolean),
    bindparam("days", type_=Integer),
    bindparam("limit", type_=Integer),
)

# Whoever could take nobody has no share: a closed list counts only where it was assigned somebody while it was open.
_SHARES = text(
    f"""
    select p.ods_code, p.list_state, coalesce(a.assigned, 0) as assigned, coalesce(a.reasoned, 0) as reasoned, (
      select count(*) from list_memberships m where m.list_id = p.id and m.period @> cast(:to as date)) as list_size
    from practices p left join (
      select practice_id, count(*) as assigned, count(reason) as reasoned from ({COUNTED}) d
      where decided_on between :since and :to group by practice_id) a on a.practice_id = p.id
    where not p.secure and (p.list_state = 'open' or a.assigned > 0)
    """
).bindparams(bindparam("since", type_=Date), bindparam("to", type_=Date))


async def candidates(connection: AsyncConnection, context: Context, what: OfApplication) -> Answer:
    """The practices for an application as they stand now, best first, each with every factor."""
    matter = await lock_matter(connection, what.id)
    if matter is None or matter.kind != APPLICATION.kind:
        return Nothing(APPLICATION.title.lower())
    person = None if matter.patient_id is None else await gather_person(connection, matter.patient_id)
    if person is not None and person.restricted:
        return Impossible(_NEAR_THEIR_HOME, "id")
    return await candidates_of(connection, context, matter, person)


async def candidates_of(
    connection: AsyncConnection, context: Context, matter: Matter, person: PersonFacts | None
) -> Answer:
    """The practices for an application, whoever it is of; for whoever may see where the person lives."""
    found = await consider(connection, context, matter, person)
    await _read(connection, context, "candidates", matter.patient_id, matter.id)
    open_ones = sum(each.proposed for each in found)
    data = [
        {
            "place": place,
            "practice": each.ods_code,
            "points": each.points,
            "proposed": each.proposed,
            "not_proposed_because": each.not_proposed_because,
            "over_share": each.over_share,
            "factors": each.factors,
        }
        for place, each in enumerate(found, start=1)
    ]
    sentence = f"{len(found)} practices considered, {open_ones} of which can be chosen."
    return Done(sentence, matter.id, matter.version, matter.state, data=data)


_NEAR_THEIR_HOME = (
    "How near practices are would tell where this person lives, which is protected: `registry protected candidates`"
    " shows them with a reason."
)


async def decision(connection: AsyncConnection, context: Context, what: OfApplication) -> Answer:
    """What was decided about an application, and the whole explanation as it was written then."""
    rows = [dict(row) for row in (await connection.execute(_DECISIONS, {"id": what.id})).mappings()]
    if not rows:
        return Nothing("decision on such an application")
    await _read(connection, context, "assignment-decision", rows[-1].pop("patient_id"), what.id)
    for row in rows[:-1]:
        row.pop("patient_id")
    return Done(f"Decided {len(rows)} times." if len(rows) > 1 else "Decided once.", what.id, data=rows)


async def refusals(connection: AsyncConnection, context: Context, what: Refusals) -> Answer:
    """The register of refusals, oldest first; at most 200."""
    values = {
        "practice": what.practice.upper(),
        "after": what.after,
        "overdue": what.overdue,
        "days": context.policies.on("refusal_reasons_days", context.today),
        "limit": MOST_AT_ONCE,
    }
    rows = [dict(row) for row in (await connection.execute(_REFUSALS, values)).mappings()]
    writes = Writes()
    seen = [row["patient_id"] for row in rows if row["patient_id"] is not None]
    record_read(writes, context.actor, "refusals", context.now, seen)
    await writes.flush(connection)
    return Done(f"{len(rows)} refusals.", data=rows)


async def fairness(connection: AsyncConnection, context: Context, what: Fairness) -> Answer:
    """How assignments were shared out over a period: by practice, per 1,000 of its list, against its weighted share."""
    to = what.to or context.today
    since = what.from_ or date.fromordinal(months_before(to, 12).toordinal() + 1)
    if since > to:
        return Impossible("The period ends before it begins.", "from")
    rows = await connection.execute(_SHARES, {"since": since, "to": to})
    limit = context.policies.on("assignment_share_limit", to)
    found = shares([PracticeShare(row.ods_code, row.list_size, row.assigned, row.reasoned) for row in rows], limit)
    flagged = sum(each.flagged for each in found)
    total = sum(each.assigned for each in found)
    sentence = (
        f"{total} assignments from {since} to {to}; {flagged or 'no'} practices have more than {limit:g} times their"
        " weighted share without a recorded reason."
    )
    data: dict[str, Any] = {"from": since, "to": to, "limit": limit, "practices": found}
    return Done(sentence, data=data)


async def _read(
    connection: AsyncConnection, context: Context, what: str, patient_id: UUID | None, matter_id: UUID
) -> None:
    writes = Writes()
    seen = () if patient_id is None else (patient_id,)
    record_read(writes, context.actor, what, context.now, seen, subject={"matter": matter_id})
    await writes.flush(connection)
