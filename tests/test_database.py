"""Rows that are written in one statement."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes, asyncpg_url, violated_constraint
from registry.patients.models import patient_numbers, patients


def _person(writes: Writes, **columns: object):
    patient_id = uuid4()
    writes.insert(patients, id=patient_id, surname="Harrowgate", **columns)
    return patient_id


async def test_inserts_updates_and_deletes_travel_together(connection: AsyncConnection):
    writes = Writes()
    kept, changed = _person(writes), _person(writes)
    gone = _person(writes)
    await writes.flush(connection)

    _person(writes, restricted=True)
    writes.insert(patient_numbers, nhs_number="9990000018", patient_id=kept, since=datetime(2026, 1, 1, tzinfo=UTC))
    writes.update(patients, changed, surname="O'Dell", place_of_birth='Höfn \\ "quoted"')
    writes.delete(patients, gone)
    statement, parameters = writes.statement()
    assert statement.count("insert into") == 2 and len(parameters) == 4
    await writes.flush(connection)

    assert not writes
    rows = (await connection.execute(text("select id, surname, place_of_birth from patients"))).all()
    assert (changed, "O'Dell", 'Höfn \\ "quoted"') in rows
    assert len(rows) == 3 and gone not in [row.id for row in rows]


async def test_nothing_gathered_is_nothing_sent(connection: AsyncConnection):
    await Writes().flush(connection)


async def test_rows_are_written_in_the_order_in_which_they_were_added(connection: AsyncConnection):
    await connection.execute(text("create temporary table ordered (n int, place int generated always as identity)"))
    from sqlalchemy import Column, Integer, MetaData, Table

    ordered = Table("ordered", MetaData(), Column("n", Integer))
    writes = Writes()
    for number in range(50):
        writes.insert(ordered, n=number)
    await writes.flush(connection)
    assert list((await connection.execute(text("select n from ordered order by place"))).scalars()) == list(range(50))


async def test_the_constraint_that_refused_is_named(connection: AsyncConnection):
    writes = Writes()
    _person(writes, nhs_number="9990000018")
    _person(writes, nhs_number="9990000018")
    with pytest.raises(IntegrityError) as refused:
        await writes.flush(connection)
    assert violated_constraint(refused.value) == "one_person_per_number"


@pytest.mark.parametrize("given", ["postgres://h/d", "postgresql://h/d", "postgresql+asyncpg://h/d"])
def test_a_url_in_any_of_its_forms(given: str):
    assert asyncpg_url(given) == "postgresql+asyncpg://h/d"


def test_another_databases_url_is_refused():
    with pytest.raises(ValueError, match="postgresql://"):
        asyncpg_url("mysql://h/d")
