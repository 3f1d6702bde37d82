"""Pairs of records before a clerk, in tests: offered as a sweep offers them, and judged."""

from typing import Any
from uuid import UUID

from registry.database import Writes
from registry.matching.judgements.judgement import MatcherSaid
from registry.transactions.gather import gather_person
from registry.transactions.judging.compare_pair import said_of
from registry.transactions.settle import Answer, Decision, Settled, settle
from registry.transactions.sweep.case import OfferedPair, open_possible_duplicate, pairs_not_to_offer
from registry.values.actor import Actor, ActorKind
from tests.support.office import CLERK, Office

SUPERVISOR = Actor(ActorKind.STAFF, "supervisor")


async def offered_pair(office: Office, one: UUID, other: UUID, said: MatcherSaid | None = None) -> OfferedPair:
    """The two as they are now, with what the matcher says of them."""
    first, second = await gather_person(office.connection, one), await gather_person(office.connection, other)
    return OfferedPair(one, first.version, other, second.version, said or said_of(first, second))


async def offered(office: Office, one: UUID, other: UUID) -> UUID | None:
    """Offer a pair as it is now; the case, or None where it is not to be offered."""
    offer = await offered_pair(office, one, other)
    if offer.pair in await pairs_not_to_offer(office.connection, [one, other]):
        return None
    writes = Writes()
    case = open_possible_duplicate(writes, office.context(), offer)
    await writes.flush(office.connection)
    return case


async def judged(office: Office, case: UUID, action: Any, *, by: Actor = CLERK, version: int | None = None) -> Answer:
    """Decide a case about a pair, at its present version unless another is named."""
    present = await office.one("select version from anomalies where id = :id", id=case)
    decision = Decision(action, version or present, f"looked: {action}")
    return await settle(office.connection, office.context(by), case, decision)


async def settled(office: Office, case: UUID, action: Any, *, by: Actor = CLERK) -> Settled:
    """A decision that is to succeed."""
    answer = await judged(office, case, action, by=by)
    assert isinstance(answer, Settled), answer
    return answer


async def judgements(office: Office) -> list[tuple[str, str, str]]:
    """Verdict, door and author of every judgement, in the order in which they were kept."""
    rows = await office.connection.exec_driver_sql(
        "select judgement, door, judged_by from duplicate_judgements order by id"
    )
    return [(row.judgement, row.door, row.judged_by) for row in rows]
