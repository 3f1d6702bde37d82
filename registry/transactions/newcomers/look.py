"""Who of the register fits somebody who asks for a number.

Whoever is protected, or kept apart, is looked for and compared by name, date of birth and sex alone, never by
place: else the question, asked of one address after another, would say where they live.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.matching.candidates import find_and_lock, load_keys
from registry.matching.decide import Candidate, MatchDecision, ScoredCandidate, decide
from registry.matching.incoming import Incoming
from registry.matching.keys import MatchKey
from registry.matching.population import population
from registry.transactions.newcomers.fits import fits, is_of_another_year, says_the_same
from registry.transactions.newcomers.newcomer import Known, Standing

_STANDING = text(
    """
    select p.id, p.version, p.nhs_number, p.date_of_birth,
      case when p.apart then 'apart' when p.restricted then 'restricted' else 'open' end as standing
    from patients p where p.id = any(:ids) and p.merged_into is null and p.status not in ('invalidated', 'superseded')
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))


_MOST_NEAR = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """Everybody who fits, the likeliest first, and the matcher's decision on which that rests.

    `near`: who would fit but for the year of birth, and is to be looked at afterwards; three at most.
    """

    known: tuple[Known, ...]
    decision: MatchDecision
    near: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True)
class _Held:
    version: int
    number: str | None
    standing: Standing
    date_of_birth: date | None


async def who_fits(connection: AsyncConnection, incoming: Incoming, match_from: float, *, lock: bool) -> Seen:
    """Look for whoever fits a description. With `lock` they are held until the unit of work ends."""
    anywhere = replace(incoming, postcode="", address_key="", previous_postcode="")
    here = set(await find_and_lock(connection, incoming, lock=lock))
    by_name = set(await find_and_lock(connection, anywhere, lock=lock))
    held = await _held(connection, here | by_name)
    compared = [each for each, who in held.items() if each in (here if who.standing == "open" else by_name)]
    keys = await load_keys(connection, compared)
    candidates = [Candidate(each, _to_compare(keys[each], held[each].standing)) for each in compared]
    decision = decide(incoming, candidates, population=await population(connection))
    fitting = [each for each in decision.scored if fits(each, match_from)]
    born = incoming.date_of_birth
    near = [each for each in fitting if is_of_another_year(born, held[each.patient_id].date_of_birth)]
    known = [_known(each, held[each.patient_id]) for each in fitting if each not in near]
    shown = [_known(each, held[each.patient_id]) for each in near if held[each.patient_id].standing == "open"]
    return Seen(tuple(each for each in known if _counts(each)), decision, tuple(shown[:_MOST_NEAR]))


def _counts(known: Known) -> bool:
    return known.standing != "apart" or says_the_same(known.scored.comparison)


def _known(scored: ScoredCandidate, held: _Held) -> Known:
    return Known(scored.patient_id, held.version, held.number, held.standing, scored)


def _to_compare(keys: Sequence[MatchKey], standing: Standing) -> Sequence[MatchKey]:
    return keys if standing == "open" else [replace(key, postcode="", address_key="") for key in keys]


async def _held(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, _Held]:
    rows = await connection.execute(_STANDING, {"ids": sorted(ids)}) if ids else ()
    return {row.id: _Held(row.version, row.nhs_number, row.standing, row.date_of_birth) for row in rows}
