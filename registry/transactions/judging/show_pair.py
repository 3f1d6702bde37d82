"""A case about a pair as data for whoever decides it: how the two compare, step by step, and what was judged before."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.matching.compare import Comparison
from registry.matching.incoming import Incoming
from registry.matching.judgements.judgement import Judgement
from registry.matching.judgements.read import judgements_of
from registry.matching.levels import (
    FIELDS,
    DateOfBirth,
    Forename,
    Level,
    MiddleName,
    Number,
    Place,
    SexAgreement,
    Surname,
)
from registry.matching.population import population
from registry.matching.weigh import weigh
from registry.matching.weights import BATCH
from registry.transactions.judging.compare_pair import size_of
from registry.transactions.judging.decide_pair import VERDICTS
from registry.transactions.look.hidden import any_hidden

_L = TypeVar("_L", bound=Level)


async def pair_shown(connection: AsyncConnection, evidence: Mapping[str, Any], people: list[UUID]) -> dict[str, Any]:
    """The waterfall, the versions of model and normaliser, earlier judgements, and what may be decided.

    `evidence` is as the view shows it. Where it is shown to nobody where one of the two is, there is no waterfall:
    that they are of one address would tell where they live.
    """
    hidden = await any_hidden(connection, *people)
    judged = [
        each for each in await judgements_of(connection, people[0]) if {each.one, each.other} == {*people}
    ] if len(people) == 2 else []  # fmt: skip
    return {
        "waterfall": None if hidden else waterfall_of(evidence, size_of(await population(connection))),
        "model_version": evidence.get("model_version"),
        "normaliser_version": evidence.get("normaliser_version"),
        "cluster": evidence.get("cluster") or None,
        "judgements": [judgement_shown(each, hidden=hidden) for each in judged],
        "decisions": list(VERDICTS),
    }


def judgement_shown(judged: Judgement, *, hidden: bool) -> dict[str, Any]:
    """A judgement as data; of people of whom nobody is shown where they are, without words and levels."""
    said = None if hidden else judged.said
    return {
        "one": judged.one,
        "other": judged.other,
        "judgement": judged.verdict,
        "at": judged.at,
        "by": judged.by,
        "reason": None if hidden else judged.reason,
        "door": judged.door,
        "holds": judged.holds,
        "score": said and said.score,
        "levels": said and dict(said.levels),
        "model_version": said and said.model_version,
    }


def waterfall_of(evidence: Mapping[str, Any], size: int) -> list[dict[str, Any]]:
    """The steps from the prior to the score, by the levels that the case keeps. They sum to the score. Pure.

    `size` is how many people the register holds. What the frequency of the values added, or another model's
    weights, is a step of its own.
    """
    comparison = _comparison(evidence.get("levels") or {})
    weighing = weigh(comparison, Incoming(), weights=BATCH, register_size=size)
    score = float(evidence.get("score") or 0.0)
    steps: list[dict[str, Any]] = [_step("prior", weighing.prior, "before anything is compared")]
    for field, level, weight in zip(FIELDS, comparison.levels, weighing.fields, strict=True):
        sentence = "not known on one side" if level is None else level.sentence
        steps.append({**_step(field.value, weight, sentence), "level": None if level is None else level.name.lower()})
    alike = "looks like two people of one household" if weighing.household < -1 else "no sign of a housemate"
    steps.append(_step("household", weighing.household, alike))
    steps.append(_step("frequency", score - weighing.score, "how rare the values are that both share"))
    steps.append(_step("score", score, "the sum: log2 of the odds"))
    return steps


def _step(name: str, weight: float, sentence: str) -> dict[str, Any]:
    return {"step": name, "weight": round(weight, 6), "sentence": sentence}


def _comparison(words: Mapping[str, str]) -> Comparison:
    """The levels that words name; a word that no scale knows any more counts as not compared."""
    return Comparison(
        _level(Forename, words.get("forename")),
        _level(Surname, words.get("surname")),
        _level(DateOfBirth, words.get("date_of_birth")),
        _level(Place, words.get("place")),
        _level(SexAgreement, words.get("sex")),
        _level(Number, words.get("number")),
        _level(MiddleName, words.get("middle_name")),
    )


def _level(scale: type[_L], word: str | None) -> _L | None:
    return None if word is None else scale.__members__.get(word.upper())
