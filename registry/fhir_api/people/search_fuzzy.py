"""A fuzzy search: who is called, written or sounded alike, now or formerly, by the matcher.

The practice, the day of death, telephone and e-mail find nobody: they change the score alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir_api.people.likely import entire_score, is_worth_telling, likely
from registry.fhir_api.people.search_asked import Asked
from registry.fhir_api.people.search_plain import Hit, TooMany
from registry.fhir_api.people.search_values import plain_phone
from registry.fhir_api.people.store import people_by_id
from registry.matching.decide import NONE_BELOW
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex

_BESIDE = 0.1
"""How much of a score the things beside name, birth, sex and postcode make."""


async def find_fuzzy(connection: AsyncConnection, asked: Asked) -> Sequence[Hit] | TooMany:
    """Whoever comes near, best first."""
    person = _described(asked)
    decision = await likely(connection, person, names_places=asked.names_places)
    near = [each for each in decision.scored if is_worth_telling(each)]
    if len(near) > asked.most:
        return TooMany()
    whole = await entire_score(connection, person)
    beside = await _beside(connection, asked, [each.patient_id for each in near])
    hits = [Hit(each.patient_id, _score(_share(each.score, whole), beside.get(each.patient_id, ()))) for each in near]
    return sorted(hits, key=lambda hit: -hit.score)


def _described(asked: Asked) -> Demographics:
    first, second, *others = [*asked.given_texts, "", ""]
    return Demographics(
        Name(asked.family_text, first, second, " ".join(others).strip()),
        Sex(asked.sex) if asked.sex else None,
        asked.born.since if asked.born else None,
        address=Address.of([], asked.postcode.like if asked.postcode else None),
    )


def _share(score: float, whole: float) -> float:
    """The part of the whole score that was reached: 0 for what is just worth telling, 1 for whoever fits entirely."""
    return max(0.0, min((score - NONE_BELOW) / max(whole - NONE_BELOW, 1e-9), 1.0))


def _score(share: float, agreeing: Sequence[bool]) -> float:
    if agreeing:
        share = (1 - _BESIDE) * share + _BESIDE * sum(agreeing) / len(agreeing)
    return round(share, 4)


async def _beside(connection: AsyncConnection, asked: Asked, ids: Sequence[UUID]) -> dict[UUID, list[bool]]:
    """For each person, what of the things asked beside agrees."""
    if not (asked.practice or asked.died or asked.email or asked.phone):
        return {}
    people = await people_by_id(connection, ids)
    return {each: _agreeing(asked, people[each]) for each in ids if each in people}


def _agreeing(asked: Asked, row: Mapping[str, Any]) -> list[bool]:
    points: list[Mapping[str, Any]] = (row["elements"] or {}).get("telecom") or []
    found: list[bool] = []
    if asked.practice:
        found.append(row["practice"] == asked.practice)
    if asked.died:
        died = row["date_of_death"]
        found.append(died is not None and asked.died.since <= died <= asked.died.until)
    if asked.email:
        found.append(any(str(each.get("value")).lower() == asked.email for each in points))
    if asked.phone:
        found.append(any(plain_phone(str(each.get("value"))) == asked.phone for each in points))
    return found
