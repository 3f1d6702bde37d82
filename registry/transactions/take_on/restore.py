"""A fresh start in development: the register is emptied and filled from a file."""

import asyncio
from collections.abc import Container, Iterable
from itertools import product
from pathlib import Path
from string import ascii_uppercase, digits

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry.database import unit_of_work
from registry.patients.record import PersonRecord
from registry.practices.import_practices import add_practices
from registry.practices.store import Doctor, Practice, held_practices
from registry.transactions.take_on.circumstances import TakeOnReport
from registry.transactions.take_on.import_people import Listener, batches, load_people
from registry.values.actor import Actor
from registry.values.clock import Clock, today
from registry.values.organisation import GPCode
from registry.vault.set_up import empty as empty_vault

KEPT = (
    "alembic_version",
    "policies",
    "access_tokens",
    "oauth_clients",
    "oauth_assertions",
    "practices",
    "practice_doctors",
    "practice_facilities",
    "postcode_places",
    "lists",
    "pgqueuer_schedules",
    "simulated_people",
    "simulated_outage",
    "simulated_reserve",
    "number_orders",
    "number_reserve",
    "page_keys",
)
"""What set-up made, what a running worker has told the queue, and what the simulated national side knows."""

_TRIES = 20
_CIPHER = "XX1"

# The audit's trigger refuses to change or remove rows; emptying the table is not a statement about
# rows, and is what sets development apart.
_EMPTY = text(
    """
    select format('truncate %s restart identity', string_agg(format('%I', tablename), ', '))
    from pg_tables where schemaname = current_schema() and tablename <> all(:kept)
    """
)
_RESTART_SERIES = text(
    """
    select format('alter sequence %I restart', sequencename) from pg_sequences
    where schemaname = current_schema()
      and (sequencename in ('register_transaction_number', 'paper_transaction_number')
        or sequencename like 'facade\\_number\\_%')
    """
)
_PATIENCE = text("set local lock_timeout = '500ms'")
_ALL_PATIENCE = text("set local lock_timeout = 0")
_COULD_NOT_LOCK = ("55P03", "40P01")
"""SQLSTATE of a lock not had in time, and of a deadlock."""


async def restore(
    engine: AsyncEngine,
    population: Path,
    *,
    actor: Actor,
    clock: Clock,
    listener: Listener,
    create_practices: bool = False,
) -> TakeOnReport:
    """Empty the register, and take the people of a file on, in one unit of work.

    Messages, transactions, cases, interchanges, requests, their number series, jobs, the audit
    and the vault go too; practices, policies and tokens stay. A server that runs meanwhile sees the
    register as it was or as it becomes, never empty. Raises UnusableFile, and then nothing has changed.
    """
    named = practices_named(population, clock) if create_practices else set[str]()
    async with unit_of_work(engine) as connection:
        await _empty_patiently(connection)
        await _create_practices(connection, named, actor, clock)
        return await load_people(connection, population, actor=actor, clock=clock, listener=listener)


async def _empty_patiently(connection: AsyncConnection) -> None:
    """Waiting long for a lock would make everybody else wait behind us: give way, and try again."""
    for attempt in range(1, _TRIES + 1):
        try:
            async with connection.begin_nested():
                await empty_register(connection)
            break
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _COULD_NOT_LOCK or attempt == _TRIES:
                raise
            await asyncio.sleep(0.1)


async def empty_register(connection: AsyncConnection) -> None:
    """Empty every table but those kept, and let numbers begin anew."""
    await connection.execute(_PATIENCE)
    statement: str = (await connection.execute(_EMPTY, {"kept": list(KEPT)})).scalar_one()
    await connection.exec_driver_sql(statement)
    for restart in (await connection.execute(_RESTART_SERIES)).scalars().all():
        await connection.exec_driver_sql(restart)
    await connection.run_sync(empty_vault)
    await connection.execute(_ALL_PATIENCE)


def practices_named(population: Path, clock: Clock) -> set[str]:
    """The ODS codes of all practices that the people of a file name. Raises UnusableFile."""
    return {
        line.content.registration.practice_ods
        for batch in batches(population, today(clock))
        for line in batch
        if isinstance(line.content, PersonRecord) and line.content.registration is not None
    }


async def _create_practices(connection: AsyncConnection, codes: set[str], actor: Actor, clock: Clock) -> None:
    """Make up practices that are not there: open lists of one authority, each with one doctor."""
    held = await held_practices(connection)
    missing = sorted(codes - held.by_ods_code.keys())
    partner_codes = free_partner_codes(missing, held.by_partner_code)
    practices = [
        Practice(code, f"Practice {code}", partner_codes[code], _CIPHER, (Doctor(_doctor_code(number)),))
        for number, code in enumerate(missing, start=1)
    ]
    await add_practices(connection, practices, actor=actor, at=clock.now())


def free_partner_codes(ods_codes: Iterable[str], taken: Container[str]) -> dict[str, str]:
    """A trading partner code for each ODS code: its last four characters, or the next one free."""
    codes: dict[str, str] = {}
    used = set[str]()
    spare = ("".join(letters) for letters in product(reversed(ascii_uppercase), *[digits + ascii_uppercase] * 3))
    for ods_code in ods_codes:
        proposed = ods_code[-4:]
        while len(proposed) != 4 or proposed in used or proposed in taken:
            proposed = next(spare)
        used.add(proposed)
        codes[ods_code] = proposed
    return codes


def _doctor_code(number: int) -> GPCode:
    """A code of GMC numbers that are not issued."""
    return GPCode(f"99{number % 100_000:05d}", str(number))
