"""Look-ups for whoever may be told of: the others are left out before anything is counted or cut off."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.matching.candidates import MOST_PER_LOOK_UP, MOST_READ, find_and_lock, find_shown
from tests.matching.people import candidate, incoming, number
from tests.matching.test_candidates import hold


async def set_all(connection: AsyncConnection, columns: str, but: object) -> None:
    await connection.execute(text(f"update patients set {columns} where id <> :but"), {"but": but})


@pytest.mark.parametrize("columns", ["restricted = true", "apart = true", "status = 'invalidated'"])
async def test_who_may_not_be_told_of_takes_nobodys_place(connection: AsyncConnection, columns: str):
    """More hidden namesakes at the place than a look-up reads: the one who may be told of is found all the same."""
    one = candidate(name="one", nhs=None)
    crowd = [candidate(name=f"crowd {place}", nhs=None) for place in range(max(MOST_READ, MOST_PER_LOOK_UP) + 1)]
    await hold(connection, *crowd, one)
    await connection.execute(
        text("update patients set nhs_number = '9990000018' where id = :id"), {"id": one.patient_id}
    )
    await set_all(connection, columns, one.patient_id)
    assert await find_shown(connection, incoming(nhs=None), restricted_too=False) == [one.patient_id]
    assert len(await find_and_lock(connection, incoming(nhs=None), lock=False)) > 1


async def test_the_restricted_are_found_where_no_place_is_asked(connection: AsyncConnection):
    one = candidate(name="one", nhs=number(1))
    await hold(connection, one)
    await connection.execute(text("update patients set restricted = true"))
    asked = incoming(at="")
    assert await find_shown(connection, asked, restricted_too=True) == [one.patient_id]
    assert await find_shown(connection, asked, restricted_too=False) == []
