"""Numbers that are nobody's any more: what the national side has invalidated, and what two people shared.

Nobody may be created under such a number, nor is it allotted again. Kept are fingerprints by the
vault's key, so that the register recognises a number that it meets and cannot list any.
"""

from collections.abc import Iterable

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import LargeBinary

from registry.database import Writes
from registry.patients.models import invalidated_numbers
from registry.vault.closed import VaultClosed, WrongKey
from registry.vault.keys import Keyring, keyring

_PURPOSE = "invalidated number"
_ABOUT = b"invalidated_numbers"

_AMONG = (
    text(
        "select i.fingerprint, f.sealed from (select sealed from invalidated_numbers limit 1) f"
        " left join invalidated_numbers i on i.fingerprint = any(:prints)"
    )
    .bindparams(bindparam("prints", type_=ARRAY(LargeBinary)))
    .columns(fingerprint=LargeBinary, sealed=LargeBinary)
)
_ANY = text("select exists (select from invalidated_numbers)")
_ALL = text("select fingerprint, sealed from invalidated_numbers").columns(fingerprint=LargeBinary, sealed=LargeBinary)
_DELETE = text("delete from invalidated_numbers where fingerprint = :fingerprint").bindparams(
    bindparam("fingerprint", type_=LargeBinary)
)
_ADD = text(
    "insert into invalidated_numbers (fingerprint, sealed) values (:fingerprint, :sealed)"
    " on conflict (fingerprint) do update set sealed = excluded.sealed"
).bindparams(bindparam("fingerprint", type_=LargeBinary), bindparam("sealed", type_=LargeBinary))


async def is_invalidated(connection: AsyncConnection, number: str) -> bool:
    """Whether a number is nobody's any more. Raises VaultClosed as `invalidated_among` does."""
    return bool(await invalidated_among(connection, [number]))


async def invalidated_among(connection: AsyncConnection, numbers: Iterable[str]) -> set[str]:
    """Those of many numbers that are nobody's any more, in one query.

    Raises VaultClosed where there are such numbers and the key by which they are known is missing: then
    it cannot be told of any number.
    """
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        return set()
    try:
        keys = keyring()
    except VaultClosed:
        if (await connection.execute(_ANY)).scalar_one():
            raise
        return set()
    prints = {each: number for number in wanted for each in keys.fingerprints(_PURPOSE, number)}
    found = (await connection.execute(_AMONG, {"prints": list(prints)})).all()
    if found and not keys.has_sealed(found[0].sealed):
        raise WrongKey
    return {prints[row.fingerprint] for row in found if row.fingerprint is not None}


def invalidate(writes: Writes, number: str) -> None:
    """Add a number to those that are nobody's any more. One that is there already must not be added again:
    ask `is_invalidated` first. Raises VaultClosed, with a sentence for whoever asked."""
    keys = keyring()
    writes.insert(invalidated_numbers, **_row(keys, number.encode()))


async def seal_anew(connection: AsyncConnection, keys: Keyring) -> int:
    """Bring every row to the key that seals now. Returns how many were changed. Raises WrongKey, Altered."""
    stale = [row for row in await connection.execute(_ALL) if keys.mark_of(row.sealed) != keys.mark]
    for row in stale:
        number = keys.open(row.sealed, _ABOUT)
        await connection.execute(_DELETE, {"fingerprint": row.fingerprint})
        await connection.execute(_ADD, _row(keys, number))
    return len(stale)


def _row(keys: Keyring, number: bytes) -> dict[str, bytes]:
    return {
        "fingerprint": keys.fingerprint(_PURPOSE, number.decode()),
        "sealed": keys.seal(number, _ABOUT),
    }
