"""Learning from what people judged: once there is enough of it, and no further than it tells."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, null
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.matching.judgements.models import duplicate_judgements
from registry.matching.levels import FIELDS, LEVELS_OF, Field, Forename
from registry.matching.model.compared import counts_of_decided, rows_of
from registry.matching.model.decided import JUDGEMENTS, Decided, learn_from_decided, too_few
from registry.matching.model.decided_levels import decided_levels
from registry.matching.model.load import SHIPPED
from registry.matching.model.parts import word
from registry.matching.models import match_decisions
from registry.matching.normalise import NORMALISER_VERSION
from registry.values.clock import FixedClock
from tests.matching.drawn_pairs import HOUSEHOLD, SAME
from tests.support.judging import offered, settled
from tests.support.merging import two
from tests.support.office import Office


def judged(same: int, different: int, household: int = 0, **levels: dict[str, int]) -> Decided:
    """Cases that agree as the shipped model says of one person, but for the fields given, in cases of the same."""
    shipped = {
        name: {
            word(field): {word(level): round(total * rates[field][level]) for level in LEVELS_OF[field]}
            for field in FIELDS
        }
        for name, rates, total in (("same", SAME, same), ("household", HOUSEHOLD, household))
    }
    shipped["same"].update(levels)
    cases = {"same": same, "different": different, "household": household}
    return Decided({name: number for name, number in cases.items() if number}, shipped)


@pytest.mark.parametrize(
    ("same", "different", "household", "enough"),
    [(300, 300, 0, True), (300, 200, 100, True), (299, 900, 0, False), (900, 250, 49, False), (0, 0, 0, False)],
)
def test_some_hundreds_are_needed_of_each(same: int, different: int, household: int, enough: bool) -> None:
    decided = judged(same, different, household)
    assert (too_few(decided) is None) is enough
    if not enough:
        with pytest.raises(ValueError, match=f"{same} cases"):
            learn_from_decided(decided, SHIPPED)


def test_cases_as_the_model_expects_them_move_little() -> None:
    learnt = learn_from_decided(judged(400, 400), SHIPPED)
    assert learnt.breaches == ()
    before, after = SHIPPED.batch, learnt.model.batch
    for field in (Field.FORENAME, Field.SURNAME, Field.SEX):
        assert after.same[field][0] == pytest.approx(before.same[field][0], abs=0.1)
    assert learnt.model.version.startswith("batch-decided-")


def test_what_people_saw_moves_the_weights_of_that_set_alone() -> None:
    forenames = {"equal": 500, "different": 500}
    learnt = learn_from_decided(judged(1_000, 400, forename=forenames), SHIPPED)
    before, after = SHIPPED.batch.same[Field.FORENAME], learnt.model.batch.same[Field.FORENAME]
    assert after[Forename.EQUAL] < before[Forename.EQUAL]
    assert after[Forename.DIFFERENT] > before[Forename.DIFFERENT] + 3
    assert learnt.model.incoming == SHIPPED.incoming
    assert learnt.breaches == ()


def test_nonsense_is_told_as_out_of_bounds() -> None:
    nonsense = {"equal": 0, "different": 100_000}
    learnt = learn_from_decided(judged(1_000, 400, forename=nonsense), SHIPPED)
    assert any("forename" in breach.sentence for breach in learnt.breaches)


def test_households_are_learnt_where_there_are_as_many() -> None:
    few, many = (
        learn_from_decided(
            Decided(
                {"same": 300, "different": 300, "household": number},
                {"household": {"middle_name": {"equal": number}}},
            ),
            SHIPPED,
        ).model.batch.household[Field.MIDDLE_NAME]
        for number in (299, 3_000)
    )
    assert few == pytest.approx(SHIPPED.batch.household[Field.MIDDLE_NAME], abs=0.1)
    assert many[0] > few[0] + 1


def test_what_was_learnt_is_shown_level_by_level() -> None:
    decided = judged(400, 400)
    learnt = learn_from_decided(decided, SHIPPED)
    rows = rows_of(SHIPPED, learnt.model, "batch", counts_of_decided(decided))
    assert len(rows) == sum(len(LEVELS_OF[field]) for field in FIELDS)
    assert rows[0].as_json(JUDGEMENTS)["counts"]["same"] == pytest.approx(400 * SAME[Field.FORENAME][0], abs=1)
    assert len(rows[0].as_texts()) == 9


NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
LEVELS = {"forename": "equal", "sex": "equal"}
ONLINE = {"door": "online", "transaction_id": UUID(int=7)}


async def _judge(
    connection: AsyncConnection, pair: tuple[UUID, UUID], judgement: str, *, normaliser: str = "", **columns: Any
) -> None:
    one, other = sorted(pair)
    row = {
        "id": uuid4(),
        "patient_id": one,
        "other_patient_id": other,
        "version": 1,
        "other_version": 1,
        "judgement": judgement,
        "judged_at": NOW,
        "judged_by": "clerk",
        "reason": "looked",
        "door": "office",
        "score": 3.0,
        "levels": LEVELS,
        "model_version": "shipped-1",
        "normaliser_version": normaliser or NORMALISER_VERSION,
    }
    await connection.execute(insert(duplicate_judgements).values(**{**row, **columns}))


async def test_judged_cases_are_counted_by_their_last_judgement(connection: AsyncConnection, clock: FixedClock) -> None:
    office = Office(connection, clock)
    _, _, (one, _), (other, _) = await two(office)
    others = [(await office.person())[0] for _ in range(4)]
    case = await offered(office, one, other)
    assert case is not None
    await _judge(connection, (one, other), "different", judged_at=NOW - timedelta(days=1))
    await settled(office, case, "same")
    await _judge(connection, (one, others[0]), "undecided")
    await _judge(connection, (one, others[1]), "household")
    unsaid = dict.fromkeys(("score", "levels", "model_version", "normaliser_version"), null())
    await _judge(connection, (one, others[2]), "different", **unsaid)
    await _judge(connection, (one, others[3]), "different", normaliser="0")
    await _judge(connection, (others[0], others[1]), "different", **ONLINE)
    found = await decided_levels(connection, "batch")
    assert found.cases == {"same": 1, "household": 1}
    assert found.levels["household"] == {"forename": {"equal": 1}, "sex": {"equal": 1}}
    assert found.levels["same"]["surname"] == {"equal": 1}
    assert (await decided_levels(connection, "incoming")).cases.get("different") == 1


async def test_for_forms_those_count_too_of_whom_the_matcher_was_certain(
    connection: AsyncConnection, clock: FixedClock
) -> None:
    office = Office(connection, clock)
    one, other = [(await office.person())[0] for _ in range(2)]
    await _judge(connection, (one, other), "different", **ONLINE)
    for outcome, version in (("certain", NORMALISER_VERSION), ("possible", NORMALISER_VERSION), ("certain", "0")):
        decision = {
            "id": uuid4(),
            "outcome": outcome,
            "model_version": "shipped-1",
            "normaliser_version": version,
            "candidates": [{"patient_id": str(one), "levels": LEVELS}, {"patient_id": str(other), "levels": {}}],
            "decided_at": NOW.replace(hour=11),
        }
        await connection.execute(insert(match_decisions).values(**decision))
    found = await decided_levels(connection, "incoming")
    assert found.cases == {"different": 1, "same": 1}
    assert found.levels["same"]["sex"] == {"equal": 1}
