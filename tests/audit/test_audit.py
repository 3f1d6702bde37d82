"""The audit is written with what it tells of, and cannot be altered afterwards."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.record import record, record_read
from registry.audit.trail import trail_of
from registry.database import Writes, violated_constraint
from registry.logs import current_request
from registry.values.actor import Actor, ActorKind
from registry.values.clock import FixedClock

CLERK = Actor(ActorKind.STAFF, "clerk-7")
PRACTICE = Actor(ActorKind.PRACTICE, "system", "Y90001")


async def test_the_trail_of_a_person_has_changes_and_reads_in_order(connection: AsyncConnection, clock: FixedClock):
    somebody, another, transaction = uuid4(), uuid4(), uuid4()
    writes = Writes()
    record(
        writes,
        CLERK,
        "registration.accepted",
        clock.now(),
        patient_ids=[somebody],
        subject={"practice": "Y90001"},
        transaction_id=transaction,
    )
    record_read(writes, PRACTICE, "inbox", clock.now(), [another, somebody, somebody])
    record_read(writes, CLERK, "patient", clock.now(), [another])
    await writes.flush(connection)

    trail = await trail_of(connection, somebody)

    assert [(event.action, event.actor_name, event.practice_ods) for event in trail] == [
        ("registration.accepted", "clerk-7", None),
        ("inbox.read", "system", "Y90001"),
    ]
    assert trail[0].at == clock.now()
    assert trail[0].subject == {"practice": "Y90001"}
    assert trail[0].transaction_id == transaction
    people = await connection.execute(text("select patient_ids from audit_events where action = 'inbox.read'"))
    assert people.scalar_one() == [another, somebody]


async def test_the_request_is_named(connection: AsyncConnection, clock: FixedClock):
    somebody = uuid4()
    token = current_request.set("request-1")
    try:
        writes = Writes()
        record_read(writes, CLERK, "patient", clock.now(), [somebody])
    finally:
        current_request.reset(token)
    await writes.flush(connection)
    assert [event.request_id for event in await trail_of(connection, somebody)] == ["request-1"]


@pytest.mark.parametrize("statement", ["update audit_events set action = 'x'", "delete from audit_events"])
async def test_events_are_neither_changed_nor_removed(connection: AsyncConnection, clock: FixedClock, statement: str):
    writes = Writes()
    record(writes, CLERK, "registration.accepted", clock.now())
    await writes.flush(connection)
    with pytest.raises(IntegrityError) as refused:
        await connection.execute(text(statement))
    assert violated_constraint(refused.value) == "audit_events_are_append_only"
