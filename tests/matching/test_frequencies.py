"""How common names are: counted at night, shrunk in small registers, read once by each process."""

from datetime import UTC, datetime, timedelta
from math import isclose
from uuid import uuid4

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.matching import population as module
from registry.matching.count_names import count_names
from registry.matching.decide import decide
from registry.matching.frequencies import LEAST_BEARERS, LEAST_REGISTER, Kind, population_of
from registry.matching.keys import MatchKey, key_row
from registry.matching.levels import Field
from registry.matching.models import match_keys
from registry.matching.population import forget, population
from registry.matching.weights import AVERAGE_RATES
from registry.patients.models import patients
from tests.matching.people import candidate, incoming
from tests.support.databases import Database

NOW = datetime(2026, 11, 2, 3, tzinfo=UTC)


async def hold(connection: AsyncConnection, *names: tuple[str, str, int], postcode: str = "") -> None:
    """So many people of each forename and surname; each of them has borne another name before."""
    keys = [
        MatchKey(uuid4(), surname, forename, postcode=postcode)
        for forename, surname, many in names
        for _ in range(many)
    ]
    rows = [{"id": key.patient_id, "surname": key.surname, "first_forename": "", "sex": "9"} for key in keys]
    await connection.execute(insert(patients), rows)
    former = [MatchKey(key.patient_id, "FORMERLY", "OTHER", is_current=False) for key in keys]
    await connection.execute(insert(match_keys), [key_row(key) for key in [*keys, *former]])


async def listed(connection: AsyncConnection) -> dict[tuple[str, str], int]:
    rows = await connection.execute(text("select kind, value, bearers from name_frequencies"))
    return {(kind, value): bearers for kind, value, bearers in rows}


async def test_only_what_many_bear_is_counted_and_only_present_facts(connection: AsyncConnection) -> None:
    await hold(connection, ("JOHN", "SMITH", 25), ("ANN", "SMITH", 19), ("", "", 30), postcode="ZE14QA")
    assert await count_names(connection, NOW) == 74
    assert await listed(connection) == {
        ("forename", "JOHN"): 25,
        ("surname", "SMITH"): 44,
        ("postcode", "ZE14QA"): 74,
        ("full name", "JOHN,SMITH"): 25,
    }


async def test_a_full_name_is_listed_where_custom_makes_it_common(connection: AsyncConnection) -> None:
    await hold(connection, ("MOHAMMED", "KHAN", 40), ("JOHN", "SMITH", 30), ("JOHN", "JONES", 30), ("ANN", "SMITH", 30))
    await hold(connection, *((f"F{letter}", f"S{letter}", 1) for letter in "ABCDEFGHIJ"))
    await count_names(connection, NOW)
    found = {value for kind, value in await listed(connection) if kind == "full name"}
    assert "MOHAMMED,KHAN" in found
    assert "JOHN,SMITH" not in found


async def test_counting_again_counts_anew(connection: AsyncConnection) -> None:
    await hold(connection, ("JOHN", "SMITH", 25))
    await count_names(connection, NOW)
    await connection.execute(text("delete from match_keys"))
    assert await count_names(connection, NOW) == 0
    assert await listed(connection) == {}


def test_a_village_of_ten_does_not_make_its_names_common() -> None:
    village = population_of(10, [("surname", "TREVITHICK", 10)])
    assert village.frequencies.rate(Field.SURNAME, "TREVITHICK") < AVERAGE_RATES[Field.SURNAME] * 1.3
    assert village.size == LEAST_REGISTER


def test_a_large_register_believes_itself() -> None:
    country = population_of(60_000_000, [("surname", "SMITH", 700_000), ("forename", "JOHN", 900_000)])
    assert isclose(country.frequencies.rate(Field.SURNAME, "SMITH"), 700_000 / 60_000_000, rel_tol=0.01)
    assert country.size == 60_000_000


@pytest.mark.parametrize("people", [0, 1, 10, 10_000, 1_000_000, 60_000_000])
@pytest.mark.parametrize("kind", [Kind.FORENAME, Kind.SURNAME, Kind.POSTCODE])
def test_a_commoner_name_has_a_higher_rate_and_an_unlisted_one_the_least(people: int, kind: Kind) -> None:
    field = {Kind.FORENAME: Field.FORENAME, Kind.SURNAME: Field.SURNAME, Kind.POSTCODE: Field.PLACE}[kind]
    least = LEAST_BEARERS[kind]
    found = population_of(people, [(kind, "ONE", least), (kind, "OTHER", 2 * least)]).frequencies
    assert 0 < found.rate(field, "UNLISTED") <= found.rate(field, "ONE") < found.rate(field, "OTHER")


async def test_decisions_ask_once_and_hear_of_the_next_count(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    now = [1000.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    async with database.engine.begin() as connection:
        assert await population(connection) is None, "never counted: a large register with average names"
        await hold(connection, ("JOHN", "SMITH", 25))
        await count_names(connection, NOW)
        forget(connection)
        first = await population(connection)
        asked.clear()
        assert first is not None and first.people == 25 and first is await population(connection)
        assert asked == [], "no round trip"
        now[0] += 601
        assert await population(connection) is first and len(asked) == 1, "one look at the stamp"
        await count_names(connection, NOW + timedelta(days=1))
        assert await population(connection) is first, "not before ten minutes are over"
        now[0] += 601
        assert await population(connection) is not first


def test_people_elsewhere_change_a_pair_by_no_more_than_the_term_frequency() -> None:
    """The same comparison in two registers of one size: the difference is that of the rates, to the last bit."""
    form, held = incoming(), candidate()
    here = population_of(5_000_000, [("surname", "PRITCHARD", 50), ("forename", "OLWEN", 800)])
    there = population_of(
        5_000_000, [("surname", "PRITCHARD", 5_000), ("forename", "OLWEN", 800), ("surname", "X", 60)]
    )
    scores = [decide(form, [held], population=each).scored[0].weighing for each in (here, there)]
    changed = [
        place for place, pair in enumerate(zip(*(each.fields for each in scores), strict=True)) if len({*pair}) > 1
    ]
    assert changed == [1], "the surname alone"
    assert 0 < scores[0].score - scores[1].score <= scores[0].fields[1] - scores[1].fields[1] + 1e-9


def test_others_among_the_candidates_change_no_score() -> None:
    form, held = incoming(), candidate()
    others = [candidate("ROSE", "JONES", "1955-12-31", name="stranger"), candidate("OLWYN", name="alike")]
    alone = decide(form, [held]).scored[0]
    among = next(each for each in decide(form, [held, *others]).scored if each.patient_id == held.patient_id)
    assert among.weighing == alone.weighing
