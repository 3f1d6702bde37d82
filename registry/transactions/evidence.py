"""What a case shows of the people it may concern, and whether they still are as they were shown.

A person is as shown while neither their particulars (the version) nor the list they are on
(the last movement) have changed.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from registry.matching.decide import MatchDecision, ScoredCandidate
from registry.matching.levels import Number
from registry.transactions.facts import Facts, PersonFacts
from registry.transactions.rules.acceptance import alike


def evidence_of(person: PersonFacts | None) -> dict[str, Any]:
    """The evidence of a request that names a person by number; nobody where nobody has it."""
    return {"candidates": [] if person is None else [_shown(person, None, ())]}


def evidence_of_match(facts: Facts, match: MatchDecision, shown: Collection[UUID] = ()) -> dict[str, Any]:
    """The evidence of an acceptance: what the matcher said, and everybody who may be meant or was shown before."""
    return {
        "match": match.outcome,
        "guard": match.guard,
        "candidates": [
            _shown(facts.people[each.patient_id], round(each.score, 2), each.reasons)
            for each in _concerned(match, shown)
        ],
    }


def shown_people(evidence: Mapping[str, Any]) -> list[UUID]:
    """The ids of the people shown, best first."""
    return [UUID(str(each["patient_id"])) for each in evidence.get("candidates", ())]


def have_moved(shown: Mapping[str, Any], present: Mapping[str, Any]) -> bool:
    """Whether other people are concerned now, or one of them has changed since."""
    return _marks(shown) != _marks(present)


def _concerned(match: MatchDecision, shown: Collection[UUID]) -> list[ScoredCandidate]:
    """Who looks alike, and whoever holds the quoted number, however unlike."""
    looks = {*shown, *(each.patient_id for each in alike(match))}
    return [each for each in match.scored if each.patient_id in looks or each.comparison.number is Number.EQUAL]


def _shown(person: PersonFacts, score: float | None, reasons: Sequence[str]) -> dict[str, Any]:
    return {
        "patient_id": person.id,
        "version": person.version,
        "movement": person.last_movement,
        "score": score,
        "reasons": list(reasons),
    }


def _marks(evidence: Mapping[str, Any]) -> set[tuple[str, Any, Any]]:
    return {(str(each["patient_id"]), each["version"], each.get("movement")) for each in evidence.get("candidates", ())}
