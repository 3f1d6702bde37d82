"""A practice is chosen: the applicant is put on its list, or, not yet in the register, is to be accepted by it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.database import iso
from registry.transactions.acts.act import Impossible
from registry.transactions.assignment.asked import Choose
from registry.transactions.assignment.machine import APPLICATION
from registry.transactions.assignment.models import assignment_candidates, assignment_decisions
from registry.transactions.assignment.practices import Named, practice_named
from registry.transactions.assignment.standings import consider
from registry.transactions.assignment.vet import barrier
from registry.transactions.facts import PersonFacts
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter, write_to_practice
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance
from registry.transactions.office_transactions import note_transaction
from registry.transactions.place import put_on
from registry.transactions.rules.assignment import explain
from registry.transactions.rules.assignment_facts import FACTORS, Candidate

# Shares are counted and then changed: two choices at once would both see the share before.
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtext('assignment'))")


@dataclass(frozen=True, slots=True)
class Choice:
    """A practice that may be chosen, with everything that was weighed."""

    practice: Named
    candidates: Sequence[Candidate]
    reason: str | None


async def assign(work: Work, what: Choose) -> str | Impossible:
    """Put the applicant on the list of a practice: a movement, letters to both, and the explanation, for ever."""
    if work.person is None:
        return Impossible("The applicant is not in the register: `assignments offer` has the practice accept them.")
    stopped = barrier(work.person)
    if stopped is not None:
        return stopped
    choice = await _choose(work, what)
    if isinstance(choice, Impossible):
        return choice
    decision_id = _keep(work, choice)
    transaction_id = _put_on(work, work.person, choice)
    practice = choice.practice.facts
    advance(
        work.writes, work.context, APPLICATION, work.matter, "assign", practice_id=practice.id,
        facts={"decision_id": str(decision_id)}, reason=choice.reason, transaction_id=transaction_id,
        details=_short(choice),
    )  # fmt: skip
    return f"Assigned to {practice.ods_code} from today; both are written to."


async def offer(work: Work, what: Choose) -> str | Impossible:
    """Have a practice accept an applicant who is not in the register: its acceptance creates them."""
    if work.person is not None:
        return Impossible("The applicant is in the register: `assignments assign` puts them on the list.")
    choice = await _choose(work, what)
    if isinstance(choice, Impossible):
        return choice
    decision_id = _keep(work, choice)
    practice, context = choice.practice.facts, work.context
    content = _content(choice, work) | {"accept": True}
    write_to_practice(work.writes, context, Letter.ASSIGNED_TO_PRACTICE, practice.id, content, matter_id=work.matter.id)
    days = context.policies.on("assignment_acceptance_working_days", work.matter.trigger_on)
    advance(
        work.writes, context, APPLICATION, work.matter, "offer", practice_id=practice.id,
        due_at=context.after_working_days(days), facts={"decision_id": str(decision_id)}, reason=choice.reason,
        details=_short(choice),
    )  # fmt: skip
    return f"{practice.ods_code} is told to accept the applicant, which creates them in the register."


async def lock_choices(connection: AsyncConnection) -> None:
    """Let one choice be made at a time, until the unit of work ends."""
    await connection.execute(_ONE_AT_A_TIME)


async def _choose(work: Work, what: Choose) -> Choice | Impossible:
    """The practice that was named, if it may be chosen: among the candidates, and with a reason where one is due."""
    await lock_choices(work.connection)
    practice = await practice_named(work.connection, what.practice, work.context.today)
    if isinstance(practice, Impossible):
        return practice
    candidates = await consider(work.connection, work.context, work.matter, work.person)
    code = practice.facts.ods_code
    chosen = next((each for each in candidates if each.practice_id == practice.facts.id), None)
    if chosen is None:
        return Impossible(
            f"{code} is not among the practices considered: `assignments candidates` shows them.", "practice"
        )
    if chosen.not_proposed_because is not None:
        return Impossible(f"{code} cannot be chosen: {chosen.not_proposed_because}.", "practice")
    if not what.reason and chosen is not candidates[0]:
        hidden = work.person is not None and work.person.restricted
        first = "Another practice" if hidden else candidates[0].ods_code
        return Impossible(f"{first} stands first by the factors: to choose {code} say why in `reason`.", "reason")
    if not what.reason and chosen.over_share:
        return Impossible(f"{code} would have more than its share of assignments: say why in `reason`.", "reason")
    return Choice(practice, candidates, what.reason or None)


def _keep(work: Work, choice: Choice) -> UUID:
    """Write down the decision with every practice and every factor; the tables let nobody change it."""
    decision_id, chosen = uuid7(), choice.practice.facts.id
    explanation, verdicts = explain(choice.candidates, chosen, choice.reason)
    work.writes.insert(
        assignment_decisions,
        id=decision_id,
        matter_id=work.matter.id,
        patient_id=work.matter.patient_id,
        practice_id=chosen,
        decided_at=work.context.now,
        decided_on=iso(work.context.today),
        by=work.context.actor.name,
        reason=choice.reason,
        explanation=explanation,
    )
    for place, each in enumerate(choice.candidates, start=1):
        work.writes.insert(
            assignment_candidates,
            decision_id=decision_id,
            practice_id=each.practice_id,
            place=place,
            points=each.points,
            proposed=each.proposed,
            not_proposed_because=each.not_proposed_because,
            over_share=each.over_share,
            chosen=each.practice_id == chosen,
            verdict=verdicts[each.practice_id],
            factors=[asdict(factor) for factor in each.factors],
        )
    return decision_id


def _put_on(work: Work, person: PersonFacts, choice: Choice) -> UUID:
    """The transaction, the movement, and the two letters. That it was by assignment is the movement's reason."""
    practice = choice.practice.facts
    transaction_id = note_transaction(
        work.writes,
        work.context,
        "assignment",
        outcome="assigned",
        sentence="Assigned by the office; on the practice's list.",
        command={"practice": practice.ods_code, "starts_on": work.context.today.isoformat()},
        patient_id=person.id,
        practice_id=practice.id,
        matter_id=work.matter.id,
    )
    put_on(
        work.writes, work.context, person, practice, choice.practice.gp_code, "assignment", transaction_id,
        matter_id=work.matter.id,
    )  # fmt: skip
    for kind in (Letter.ASSIGNED, Letter.ASSIGNED_TO_PRACTICE):
        write_letter(
            work.writes, work.context, kind, person, _content(choice, work),
            practice_id=practice.id, transaction_id=transaction_id, matter_id=work.matter.id,
        )  # fmt: skip
    return transaction_id


def _content(choice: Choice, work: Work) -> dict[str, Any]:
    """What the letters say: which practice, from when, and what was considered; never what was found about anybody."""
    return {
        "practice": choice.practice.facts.ods_code,
        "starts_on": work.context.today.isoformat(),
        "considered": list(FACTORS),
    }


def _short(choice: Choice) -> Mapping[str, Any]:
    return {"practice": choice.practice.facts.ods_code, "first": choice.candidates[0].ods_code}
