"""Who is this? A described person is looked for without anything being done.

Whoever is protected is looked for by name, date and number alone, never by place, and of them it is
told only that somebody fits: else the question itself, asked of one place after another, would say
where they live. Whoever is kept apart is left out: what makes them alike to somebody is nobody's business here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.matching.candidates import find_and_lock, load_keys
from registry.matching.decide import NONE_BELOW, Candidate, MatchDecision, ScoredCandidate, decide
from registry.matching.explain import sentence_of
from registry.matching.incoming import incoming_from
from registry.matching.keys import MatchKey
from registry.matching.levels import Number
from registry.matching.population import population
from registry.matching.unused import unused
from registry.transactions.finding.shown import grade, shown_score
from registry.values.person import Demographics

MOST_SHOWN = 10

_OPEN = text(
    "select p.id from patients p where p.id = any(:ids) and not p.apart and p.merged_into is null"
    " and not exists (select from hidden_people h where h.id = p.id)"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_PROTECTED = text(
    "select p.id from patients p where p.id = any(:ids) and not p.apart and p.merged_into is null and p.restricted"
    " and p.status <> 'invalidated'"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_FACTS = text(
    """
    select p.id, p.nhs_number, p.status, p.surname, p.first_forename, p.second_forename, p.previous_surname, p.sex,
      p.date_of_birth, p.date_of_death, p.postcode, r.ods_code as practice
    from shown_patients p
    left join shown_memberships m on m.patient_id = p.id and upper_inf(m.period)
    left join practices r on r.id = m.list_id
    where p.id = any(:ids)
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, and the people who are told of in it."""

    answer: dict[str, Any]
    patient_ids: tuple[UUID, ...]


async def find(connection: AsyncConnection, person: Demographics) -> Found:
    """Who a described person may be: the decision that a registration would get, and up to ten candidates.

    Each candidate has score (log2 odds), probability, grade and waterfall, and who they are; of somebody
    protected only the grade. `not_used` says which items given are not compared, or count for less.
    """
    incoming = incoming_from(person)
    anywhere = replace(incoming, postcode="", address_key="", previous_postcode="")
    known = await population(connection)
    seen = await _among(connection, _OPEN, await find_and_lock(connection, incoming, lock=False))
    protected = await _among(connection, _PROTECTED, await find_and_lock(connection, anywhere, lock=False))
    keys = await load_keys(connection, [*seen, *protected])
    candidates = [Candidate(each, keys[each]) for each in seen]
    candidates += [Candidate(each, without_place(keys[each])) for each in protected]
    decision = decide(incoming, candidates, population=known)
    shown = [each for each in decision.scored if _is_worth_showing(each)][:MOST_SHOWN]
    ids = [each.patient_id for each in shown]
    facts = await _facts(connection, [each for each in ids if each not in set(protected)])
    answer = {
        "outcome": decision.outcome.value,
        "sentence": sentence_of(decision),
        "guard": decision.guard.value if decision.guard else None,
        "lead": None if decision.lead is None else round(decision.lead, 3),
        "candidates": [_candidate(each, decision, facts) for each in shown],
        "not_used": unused(person, incoming),
        "model_version": decision.model_version,
        "normaliser_version": decision.normaliser_version,
    }
    return Found(answer, tuple(ids))


def without_place(keys: Sequence[MatchKey]) -> list[MatchKey]:
    """The keys of somebody, without where they live or lived."""
    return [replace(key, postcode="", address_key="") for key in keys]


def _is_worth_showing(scored: ScoredCandidate) -> bool:
    return scored.score >= NONE_BELOW or scored.comparison.number is Number.EQUAL


async def _among(connection: AsyncConnection, statement: Any, ids: Sequence[UUID]) -> list[UUID]:
    return list((await connection.execute(statement, {"ids": list(ids)})).scalars()) if ids else []


async def _facts(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Mapping[str, Any]]:
    rows = (await connection.execute(_FACTS, {"ids": list(ids)})).mappings()
    return {row["id"]: {**row} for row in rows}


def _candidate(
    scored: ScoredCandidate, decision: MatchDecision, facts: Mapping[UUID, Mapping[str, Any]]
) -> dict[str, Any]:
    person = facts.get(scored.patient_id)
    if person is None:
        return {"protected": True, "grade": grade(scored, decision)}
    return {"protected": False, "person": person, **shown_score(scored, decision)}
