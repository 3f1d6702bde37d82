"""The score is told in steps that sum to it, and nobody's facts are in what is told."""

from datetime import UTC, datetime
from math import isclose
from typing import Any
from uuid import uuid4

import orjson
import pytest

from registry.database import to_json
from registry.matching.decide import Candidate, decide
from registry.matching.explain import sentence_of, stored_decision, waterfall
from registry.matching.guards import Guard
from registry.matching.models import match_decisions
from registry.matching.store import decision_row
from tests.matching.people import OTHER_TOWN, candidate, incoming, number

PARTS = {"prior", "forename", "surname", "date of birth", "address", "sex", "NHS number", "middle name", "household"}


@pytest.mark.parametrize("held", [{}, {"forename": "ROSE"}, {"at": ""}, {"at": OTHER_TOWN, "surname": "JONES"}])
def test_the_steps_sum_to_the_score(held: dict[str, Any]) -> None:
    best = decide(incoming(), [candidate(**held)]).scored[0]
    steps = waterfall(best)
    parts = [step["weight"] for step in steps if step["step"] in PARTS]
    assert len(parts) == len(PARTS)
    assert isclose(sum(parts), best.score)
    assert next(step["weight"] for step in steps if step["step"] == "score") == best.score


def test_each_bar_says_how_it_compares() -> None:
    best = decide(incoming(born="1980-05-03", at=""), [candidate(born="1980-03-05")]).scored[0]
    told = {step["step"]: step["sentence"] for step in waterfall(best)}
    assert told["date of birth"] == "day and month swapped"
    assert told["address"] == "not known on one side"
    assert "date of birth: day and month swapped" in best.reasons
    assert not [reason for reason in best.reasons if reason.startswith("address")]


def test_a_household_has_a_bar_of_its_own() -> None:
    twin = decide(incoming(), [candidate("ROSE")]).scored[0]
    bar = next(step for step in waterfall(twin) if step["step"] == "household")
    assert bar["sentence"] == "looks like two people of one household"
    assert bar["weight"] < -5


def test_the_guard_that_decided_ends_the_story() -> None:
    decision = decide(incoming(), [candidate(name="one"), candidate(name="two")])
    last = waterfall(decision.scored[0], decision.guard)[-1]
    assert (last["step"], last["guard"]) == ("guard", Guard.LEAD.value)
    assert "3 is needed" in sentence_of(decision)


def test_nothing_of_anybody_is_stored_but_levels() -> None:
    form = {"middle": "MAIR", "nhs": number(1), "previous": "EVANS"}
    decision = decide(incoming(**form), [candidate(nhs=number(2), middle="MAIR")])
    text = to_json(stored_decision(decision) | {"steps": waterfall(decision.scored[0])}).upper()
    for secret in ("OLWEN", "PRITCHARD", "EVANS", "MAIR", "1980", "ZE1", "HIGH", number(1), number(2)):
        assert secret not in text


def test_a_stored_decision_fits_its_table() -> None:
    decision = decide(incoming(), [candidate(name=f"{position}") for position in range(12)])
    row = decision_row(decision, uuid4(), datetime(2026, 11, 2, tzinfo=UTC))
    assert set(row) == {column.name for column in match_decisions.columns}
    assert len(row["candidates"]) == 10
    first = orjson.loads(to_json(row))["candidates"][0]
    assert first["levels"] == {
        "forename": "equal",
        "surname": "equal",
        "date_of_birth": "equal",
        "place": "same_address",
        "sex": "equal",
    }
    assert isclose(sum(first["weights"].values()), first["score"], abs_tol=1e-4)


@pytest.mark.parametrize(("held", "words"), [([], "nobody"), ([candidate()], "no other comes near")])
def test_every_outcome_has_a_sentence(held: list[Candidate], words: str) -> None:
    assert words in sentence_of(decide(incoming(), held))
