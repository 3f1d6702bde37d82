"""A backup taken in the middle of a stream, restored elsewhere, and the stream sent again from its beginning: the
register then says what the live one says."""

import asyncio
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.embedded_postgres import binary
from registry.monitoring.check import check
from registry.values.person import Demographics, Name
from tests.links.traffic import UNREADABLE, Exchange, acceptance, deduction, message
from tests.support import databases
from tests.support.databases import Database
from tests.support.office import ANNA, Practice

INTERCHANGES = 24

_OF_THE_REPLAY = ("interchanges", "link_sequences")
"""What a stream leaves that comes twice: the repetitions themselves, and the receipts that answer them. (What came the
first time is compared below.)"""
_REPETITION = '"state": "repeated"'
"""In the audit, that an interchange came again."""
_QUEUE = re.compile(r"pgqueuer|alembic")
_TABLES = text(
    "select table_name, array_agg(column_name::text) from information_schema.columns"
    " where table_schema = 'public' and table_name in (select tablename from pg_tables where schemaname = 'public')"
    " and data_type not in ('uuid', 'timestamp with time zone')"
    " and column_name not in ('id', 'reference', 'unit') group by 1 order by 1"
)
_MADE = text(
    "select format('%I', tablename) from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"
)
_NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d[T ][\d:.+Z-]+")
_WHO_IS_WHERE = text(
    "select p.nhs_number, r.ods_code, m.period::text, m.accepted_on, m.gp_code, t.outcome from list_memberships m"
    " join patients p on p.id = m.patient_id join practices r on r.id = m.list_id"
    " left join transactions t on t.id = m.transaction_id"
)
_WHAT_CAME = text(
    "select encode(content, 'hex') from interchanges"
    " where direction = 'in' and state not in ('repeated', 'conflicting')"
)


def amendment(tn: int, gp_code: str, number: str, surname: str) -> str:
    return f"S01+1'\nRFF+TN:{tn}'\nNAD+GP+{gp_code}:900'\nS02+2'\nPNA+PAT+{number}:OPI+++SU:{surname}"


def stream(exchange: Exchange, here: Practice, there: Practice, numbers: list[str]) -> list[bytes]:
    """Transfers there and back, amendments, deductions, a stranger, and something unreadable, from two practices."""
    files: list[bytes] = []
    for n in range(INTERCHANGES):
        sender, number = (here, there)[n % 2], numbers[n % len(numbers)]
        stranger = townsperson(100 + n)
        tn = 10 * n
        parts = {
            "G1": [
                acceptance(tn + 1, sender.gp_code, number, townsperson(n % len(numbers))),
                UNREADABLE,
                acceptance(tn + 2, sender.gp_code, None, stranger, birthplace="SALTHOLME"),
            ],
            "G2": [amendment(tn + 3, sender.gp_code, number, f"VANE{'ABCDEFGH'[n % 8]}")],
            "G5": [deduction(tn + 4, sender.gp_code, number)] if n % 3 == 0 else [],
        }
        messages = [
            message(3 * n + place, sender.cipher, kind, *each)
            for place, (kind, each) in enumerate(parts.items(), start=1)
            if each
        ]
        files.append(exchange.from_practice(sender, n // 2 + 1, *messages))
    return files


def townsperson(n: int) -> Demographics:
    name = Name("Harrowgate" + "ABCDEFGHIJ"[n % 10], "Anna" + "ABCDEFGHIJ"[n // 10 % 10])
    return replace(ANNA, name=name, date_of_birth=date(1960 + n % 40, 1 + n % 12, 3))


async def test_a_restored_backup_and_a_replay_equal_the_live_register(
    exchange: Exchange, database: Database, template: str, tmp_path: Path
):
    here, there = await exchange.practices("", "")
    numbers = await exchange.people(here, *map(townsperson, range(6)))
    files = stream(exchange, here, there, numbers)
    backup = tmp_path / "backup"

    # The backup is taken while interchanges come in.
    for data in files[: INTERCHANGES // 2]:
        await exchange.receive(data)
    # The vault is no part of it: its own role keeps it, and the register may not read it.
    how = ("--format=custom", f"--file={backup}", "--data-only", "--schema=public", "--exclude-table=alembic_version")
    dumping = asyncio.create_task(run("pg_dump", *how, database.url))
    for data in files[INTERCHANGES // 2 :]:
        await exchange.receive(data)
    await dumping

    async with databases.cloned(template) as other:
        await on_every_table(other.engine, "truncate table {} cascade")
        await on_every_table(other.engine, "alter table {} disable trigger user")
        await run("pg_restore", "--exit-on-error", "--single-transaction", f"--dbname={other.url}", str(backup))
        await on_every_table(other.engine, "alter table {} enable trigger user")
        restored = Exchange(other.engine, exchange.clock)
        states = [(await restored.receive(data)).state for data in files]
        assert set(states) == {"repeated", "processed"} and states[0] == "repeated" and states[-1] != "conflicting"
        live, again = await said_by(database.engine), await said_by(other.engine)
        async with other.engine.connect() as connection:
            assert await check(connection) == []

    assert live.keys() == again.keys() and live["transactions"]
    differing = {table: (live[table] - again[table], again[table] - live[table]) for table in live}
    assert {table: rows for table, rows in differing.items() if any(rows)} == {}


async def on_every_table(engine: AsyncEngine, statement: str) -> None:
    """Make a prepared database ready for data that passed its triggers once already, or put it to work again."""
    async with engine.begin() as connection:
        for name in (await connection.execute(_MADE)).scalars().all():
            await connection.execute(text(statement.format(name)))


async def run(program: str, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        binary(program), *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()


async def said_by(engine: AsyncEngine) -> dict[str, Counter[str]]:
    """Every table's rows as text, without ids and instants, each as often as it is there; and two questions more, which
    ids alone would answer."""
    async with engine.connect() as connection:
        tables = [(name, columns) for name, columns in await connection.execute(_TABLES) if not _QUEUE.search(name)]
        said: dict[str, Counter[str]] = {}
        for name, columns in tables:
            if name in _OF_THE_REPLAY:
                continue
            row: Any = ", ".join(f'"{column}"' for column in sorted(columns))
            rows = await connection.execute(text(f"select row_to_json(r)::text from (select {row} from {name}) r"))
            said[name] = Counter(_NAME.sub("?", each) for each in rows.scalars() if _REPETITION not in each)
        said["who is where"] = Counter(map(str, await connection.execute(_WHO_IS_WHERE)))
        said["what came"] = Counter((await connection.execute(_WHAT_CAME)).scalars())
        return said
