"""Two at once: the same file, and the same outbox."""

import asyncio
from datetime import timedelta

from registry.database import create_engine
from registry.links.receive_interchange import receive
from registry.links.resume import resume
from registry.policies.store import PolicyStore
from tests.links.traffic import Exchange
from tests.support.databases import Database
from tests.support.office import ANNA


async def test_the_same_file_at_two_processes_has_one_effect(exchange: Exchange, database: Database):
    old, new = await exchange.practices("", "")
    (number,) = await exchange.people(old, ANNA)
    data = exchange.transfer(new, 7, number)
    engines = [create_engine(database.url, pool_size=2) for _ in range(4)]

    answers = await asyncio.gather(
        *(receive(engine, exchange.clock, PolicyStore("current"), data) for engine in engines)
    )

    assert sorted(each.state for each in answers) == ["processed", "repeated", "repeated", "repeated"]
    assert {each.lines for each in answers} == {answers[0].lines}
    assert all(each.receipt_id for each in answers)
    assert await exchange.one("select count(*) from transactions") == 1
    assert await exchange.one("select count(*) from list_movements where reason <> 'take-on'") == 1
    kinds = await exchange.all("select kind from practice_messages order by kind")
    assert [row[0] for row in kinds] == ["F2", "F4"]
    for engine in engines:
        await engine.dispose()


async def test_many_files_of_many_practices_at_once(exchange: Exchange):
    practices = await exchange.practices(*[""] * 6)
    (number,) = await exchange.people(practices[0], ANNA)
    files = [exchange.transfer(each, n, number, tn=n) for each in practices[1:] for n in (1, 2)]

    answers = await asyncio.gather(*(exchange.receive(data) for data in files))

    assert {each.state for each in answers} == {"processed"}
    assert await exchange.one("select count(*) from transactions") == 10
    assert await exchange.one("select count(*) from list_memberships where upper_inf(period)") == 1
    assert await exchange.one("select count(*) from anomalies where kind = 'transaction-failed'") == 0


async def test_two_senders_share_an_outbox_without_doubling(exchange: Exchange):
    (practice,) = await exchange.practices("")
    (number,) = await exchange.people(None, ANNA)
    for n in range(1, 4):
        await exchange.receive(exchange.transfer(practice, n, number, tn=n))

    made = [sent for some in await asyncio.gather(*(exchange.send() for _ in range(4))) for sent in some]

    assert sum(each.transactions for each in made) == 3
    assert await exchange.one("select count(*) from practice_messages where interchange_id is null") == 0


async def test_the_worker_leaves_what_is_in_hand_and_takes_on_what_was_left(exchange: Exchange):
    (practice,) = await exchange.practices("")
    (number,) = await exchange.people(None, ANNA)
    received = await exchange.receive(exchange.transfer(practice, 7, number))
    async with exchange.engine.begin() as connection:
        await connection.exec_driver_sql("update interchanges set state = 'stored' where direction = 'in'")

    assert await resume(exchange.engine, exchange.clock, exchange.policies) == []
    assert await resume(exchange.engine, exchange.clock, exchange.policies, timedelta(0)) == [received.id]
    assert await resume(exchange.engine, exchange.clock, exchange.policies, timedelta(0)) == []
    assert await exchange.one("select count(*) from transactions") == 1
