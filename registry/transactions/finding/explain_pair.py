"""Why two records are alike, and why not: the waterfall of a pair, with both sets of weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid

from registry.matching.candidates import load_keys
from registry.matching.compare import compare_records, described_by
from registry.matching.decide import ScoredCandidate, conclude
from registry.matching.explain import sentence_of
from registry.matching.frequencies import Population
from registry.matching.guards import guard_of
from registry.matching.keys import MatchKey
from registry.matching.normalise import NORMALISER_VERSION
from registry.matching.population import population
from registry.matching.weigh import USUAL_REGISTER, weigh
from registry.matching.weights import BATCH, INCOMING, MODEL_VERSION, WeightSet
from registry.transactions.finding.find import Found, without_place
from registry.transactions.finding.shown import shown_score
from registry.transactions.look.hidden import any_hidden
from registry.values.nhs_number import NHSNumber

NO_NUMBER = "Say an NHS number: ten digits of which the last checks the others."
NOBODY = "Nobody who may be compared here has this NHS number."
ONE_RECORD = "Both numbers are of one record."

# Whoever is kept apart is compared with nobody, and whoever asks hears the same as of a number that nobody has.
_HOLDER = text(
    """
    select p.id from patients p where p.nhs_number = :number and not p.apart and p.status <> 'invalidated'
    union all
    select p.id from patient_numbers n join patients p on p.id = n.patient_id
    where n.nhs_number = :number and not p.apart and p.status <> 'invalidated'
    limit 1
    """
).bindparams(bindparam("number", type_=Text))
_NUMBERS = text("select id, nhs_number from shown_patients where id = any(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)


@dataclass(frozen=True, slots=True)
class Unknown:
    """The pair cannot be explained: why, and which of the two fields to mend."""

    sentence: str
    field: str
    is_malformed: bool = False


async def explain_pair(connection: AsyncConnection, first: str, second: str) -> Found | Unknown:
    """How two records agree and what that weighs: as two records of the register (`batch`), and as if one described
    the other on a form (`incoming`).

    Where either is protected, places are not compared, and `places_left_out` says so.
    """
    ids: list[UUID] = []
    for field, written in (("first", first), ("second", second)):
        number = NHSNumber.parse(written)
        if number is None:
            return Unknown(NO_NUMBER, field, is_malformed=True)
        holder: UUID | None = (await connection.execute(_HOLDER, {"number": number.value})).scalar_one_or_none()
        if holder is None:
            return Unknown(NOBODY, field)
        ids.append(holder)
    if ids[0] == ids[1]:
        return Unknown(ONE_RECORD, "second")
    hidden = await any_hidden(connection, *ids)
    held = await load_keys(connection, ids)
    left, right = (without_place(held[each]) if hidden else held[each] for each in ids)
    known = await population(connection)
    numbers = {row.id: row.nhs_number for row in await connection.execute(_NUMBERS, {"ids": ids})}
    answer = {
        "first": {"patient_id": ids[0], "nhs_number": numbers.get(ids[0])},
        "second": {"patient_id": ids[1], "nhs_number": numbers.get(ids[1])},
        "places_left_out": hidden,
        "explanations": [_explained(ids[1], left, right, weights, known) for weights in (BATCH, INCOMING)],
        "model_version": MODEL_VERSION,
        "normaliser_version": NORMALISER_VERSION,
    }
    return Found(answer, tuple(ids))


def _explained(
    patient_id: UUID, left: Sequence[MatchKey], right: Sequence[MatchKey], weights: WeightSet, known: Population | None
) -> dict[str, Any]:
    comparison = compare_records(left, right)
    weighing = weigh(
        comparison,
        described_by(left),
        weights=weights,
        register_size=USUAL_REGISTER if known is None else known.size,
        frequencies=None if known is None else known.frequencies,
    )
    scored = ScoredCandidate(patient_id, comparison, weighing, guard_of(comparison))
    decision = conclude((scored,))
    return {
        "weights": weights.name,
        "outcome": decision.outcome.value,
        "sentence": sentence_of(decision),
        **shown_score(scored, decision),
    }
