"""How the vault stands: what an operator is told, and what is wrong."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import TextualSelect, bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import LargeBinary, Uuid

from registry.database import unit_of_work
from registry.values.actor import Actor
from registry.vault.closed import Altered, VaultClosed, WrongKey
from registry.vault.door import NOT_SET_UP, Vault, in_vault
from registry.vault.keys import keyring
from registry.vault.rotate import TABLES
from registry.vault.schema import FOR_GOOD, ROLE
from registry.vault.set_up import OLDEST_SERVER, Standing, standing

_BATCH = 500

_MEMBERS = text(
    "select distinct m.rolname from pg_auth_members a join pg_roles r on r.oid = a.roleid"
    " join pg_roles m on m.oid = a.member where r.rolname = :role and m.rolname <> session_user"
    " and (a.set_option or a.inherit_option) order by 1"
)


@dataclass(slots=True)
class Findings:
    """What was found: `wrong` keeps the vault from being used or trusted, `beware` does not."""

    there: Standing
    wrong: list[str] = field(default_factory=list[str])
    beware: list[str] = field(default_factory=list[str])
    rows: int = 0
    to_rotate: int = 0


async def check(engine: AsyncEngine, actor: Actor, now: datetime) -> Findings:
    """Look at role, schemas, key and every row. The look at the rows is in the vault's audit."""
    async with unit_of_work(engine) as connection:
        found = Findings(await connection.run_sync(standing))
        _about_the_database(found)
        if found.there.server >= OLDEST_SERVER:
            others = (await connection.execute(_MEMBERS, {"role": ROLE})).scalars().all()
            found.beware += [f"{other} may enter the vault too" for other in others]
    try:
        keyring()
    except VaultClosed as closed:
        found.wrong.append(str(closed))
        return found
    if found.there.is_set_up:
        try:
            async with unit_of_work(engine) as connection, in_vault(connection, actor, now, "vault.check") as vault:
                for table in TABLES:
                    await _about_rows(found, vault, table)
        except WrongKey as wrong:
            found.wrong.append(str(wrong))
    return found


def _about_the_database(found: Findings) -> None:
    there = found.there
    if there.server < OLDEST_SERVER:
        found.wrong.append("The vault needs PostgreSQL 16 or later; everything else of the register works without.")
    elif not there.is_set_up:
        found.wrong.append(NOT_SET_UP)
    if there.superuser:
        found.beware.append("the register connects as a superuser, whom no privilege binds: only the key guards")
    elif there.inherits:
        found.beware.append(f"the register has the vault's rights all the time: grant {ROLE} with inherit false")


async def _about_rows(found: Findings, vault: Vault, table: str) -> None:
    counts: Counter[str] = Counter()
    after: UUID | None = None
    while True:
        rows = await vault.rows(_page(table), {"after": after, "limit": _BATCH})
        for row, sealed, digest in rows:
            counts[_state(vault, table, row, sealed, digest)] += 1
        if len(rows) < _BATCH:
            break
        after = rows[-1].id
    found.rows += counts.total()
    found.to_rotate += counts["former"]
    if counts["wrong"]:
        found.wrong.append(f"vault.{table}: {counts['wrong']} rows were sealed with a key that is not here")
    if counts["altered"]:
        found.wrong.append(f"vault.{table}: {counts['altered']} rows are not what was sealed there")


def _state(vault: Vault, table: str, row: UUID, sealed: bytes, digest: bytes | None) -> str:
    try:
        if digest is None:
            vault.open(table, row, sealed)
        else:
            vault.open_for_good(table, row, sealed, digest)
    except WrongKey:
        return "wrong"
    except Altered:
        return "altered"
    return "present" if vault.keys.mark_of(sealed) == vault.keys.mark else "former"


def _page(table: str) -> TextualSelect:
    return (
        text(
            f"select id, sealed, {'digest' if table in FOR_GOOD else 'null::bytea as digest'} from vault.{table}"
            " where :after is null or id > :after order by id limit :limit"
        )
        .bindparams(bindparam("after", type_=Uuid))
        .columns(id=Uuid, sealed=LargeBinary, digest=LargeBinary)
    )
