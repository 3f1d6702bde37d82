"""Practices as an assignment needs them: by code, with a doctor and everything that a placement says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Date, Text

from registry.transactions.acts.act import Impossible
from registry.transactions.facts import PracticeFacts

# FOR SHARE: a list that is closed at the same moment is closed before or after, and not meanwhile.
_PRACTICE = text(
    """
    select p.id, p.ods_code, p.trading_partner_code, p.authority_cipher, p.list_state, coalesce((
      select d.gmc_number || ',' || d.local_code from practice_doctors d
      where d.practice_id = p.id and d.period @> :day
      order by lower(d.period) nulls first, d.local_code limit 1), '') as gp_code
    from practices p where p.ods_code = :code for share of p
    """
).bindparams(bindparam("day", type_=Date), bindparam("code", type_=Text))

_IDS = text("select ods_code, id from practices where ods_code = any(:codes)").bindparams(
    bindparam("codes", type_=ARRAY(Text))
)


@dataclass(frozen=True, slots=True)
class Named:
    """A practice that was named, its row held, and the doctor who stands for one not named."""

    facts: PracticeFacts
    gp_code: str


async def practice_named(connection: AsyncConnection, code: str, day: date) -> Named | Impossible:
    """The practice of an ODS code, or why there is none."""
    values = {"code": code.strip().upper(), "day": day}
    row = (await connection.execute(_PRACTICE, values)).one_or_none()
    if row is None:
        return Impossible(
            "No practice of the register has this code: `registry lists show` takes the same.", "practice"
        )
    facts = PracticeFacts(
        id=row.id,
        ods_code=row.ods_code,
        partner_code=row.trading_partner_code,
        authority_cipher=row.authority_cipher,
        list_is_open=row.list_state == "open",
        doctor_known=bool(row.gp_code),
    )
    return Named(facts, row.gp_code)


async def ids_of(connection: AsyncConnection, codes: Sequence[str], field: str) -> list[UUID] | Impossible:
    """The ids of practices by their codes, or which code is none. An office's own word: it may be echoed."""
    wanted = list(dict.fromkeys(code.strip().upper() for code in codes))
    if not wanted:
        return []
    found = {row.ods_code: row.id for row in await connection.execute(_IDS, {"codes": wanted})}
    missing = [code for code in wanted if code not in found]
    if missing:
        return Impossible(f"No practice of the register has the code {', '.join(missing)[:100]}.", field)
    return [found[code] for code in wanted]
