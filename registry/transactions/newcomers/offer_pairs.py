"""Pairs that were passed over when a number was given: a second look is due, and is not forgotten."""

from uuid import UUID

from registry.anomalies.open_case import open_case
from registry.database import Writes
from registry.matching.judgements.judgement import pair_of
from registry.transactions.context import Context
from registry.transactions.judging.compare_pair import said_of_candidate
from registry.transactions.newcomers.look import Seen
from registry.transactions.newcomers.newcomer import Acknowledged
from registry.transactions.sweep.case import POSSIBLE_DUPLICATE, OfferedPair, evidence_of

_KNOWINGLY = "Two records may be of one person; the second was made knowingly."
_ANOTHER_YEAR = "Two records may be of one person: all but the year of birth agrees."


def offer_pairs(
    writes: Writes, context: Context, patient_id: UUID, seen: Seen, acknowledged: Acknowledged | None
) -> list[UUID]:
    """Open a case of a possible duplicate for each who fits, where somebody has acknowledged them, and for each who
    is near; the likeliest first. Returns their ids. In the evidence stand who passed over the former, and why.
    """
    days: int = context.policies.on("possible_duplicate_due_working_days", context.today)
    decision = seen.decision
    cases: list[UUID] = []
    for known in (*(seen.known if acknowledged else ()), *seen.near):
        said = said_of_candidate(known.scored, decision.model_version, decision.normaliser_version)
        offered = OfferedPair(patient_id, 1, known.patient_id, known.version, said)
        evidence = evidence_of(offered)
        if acknowledged is not None and known in seen.known:
            evidence |= {"passed_over": {"by": context.actor.name, "reason": acknowledged.reason}}
        cases.append(
            open_case(
                writes,
                kind=POSSIBLE_DUPLICATE,
                sentence=_KNOWINGLY if known in seen.known else _ANOTHER_YEAR,
                evidence=evidence,
                opened_at=context.now,
                due_at=context.after_working_days(days),
                patient_ids=pair_of(patient_id, known.patient_id),
            )
        )
    return cases
