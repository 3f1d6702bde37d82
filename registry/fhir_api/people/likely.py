"""Who is likely to be meant, by the matcher: for a fuzzy search and for $match.

The rules are those of `registry.transactions.finding.find`: whoever is kept apart is left out, since what makes them
alike to somebody is nobody's business. Of the protected nobody is told where a place was asked for; they are left
out before candidates are counted and cut off.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.matching.candidates import find_shown, load_keys
from registry.matching.decide import NONE_BELOW, Candidate, MatchDecision, ScoredCandidate, decide
from registry.matching.incoming import Incoming, incoming_from
from registry.matching.keys import MatchKey
from registry.matching.levels import Number
from registry.matching.population import population
from registry.values.person import Demographics

_NOBODY = UUID(int=0)


async def likely(connection: AsyncConnection, person: Demographics, *, names_places: bool) -> MatchDecision:
    """The matcher's decision about a described person among everybody who may be told of, best first."""
    incoming = incoming_from(person)
    ids = await find_shown(connection, incoming, restricted_too=not names_places)
    keys = await load_keys(connection, ids)
    known = await population(connection)
    return decide(incoming, [Candidate(each, _born_once(keys[each])) for each in ids], population=known)


async def entire_score(connection: AsyncConnection, person: Demographics) -> float:
    """The score of a record that says precisely what is asked."""
    said = incoming_from(person)
    decision = decide(said, [Candidate(_NOBODY, [_as_record(said)])], population=await population(connection))
    return decision.scored[0].score


def is_worth_telling(scored: ScoredCandidate) -> bool:
    """Whether a candidate comes near enough, or bears the number that was given."""
    return scored.score >= NONE_BELOW or scored.comparison.number is Number.EQUAL


def _born_once(keys: Sequence[MatchKey]) -> list[MatchKey]:
    """The keys of somebody with their present birth date alone: nobody is found by a former one."""
    born = next((key.date_of_birth for key in keys if key.is_current), None)
    return [key if key.is_current else replace(key, date_of_birth=born) for key in keys]


def _as_record(said: Incoming) -> MatchKey:
    return MatchKey(
        _NOBODY,
        said.surname,
        said.first_forename,
        said.second_forename,
        "",
        said.date_of_birth,
        said.sex,
        said.postcode,
        said.address_key,
        said.nhs_number,
    )
