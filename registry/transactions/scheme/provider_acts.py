"""Which practices take people of the scheme, and from which area."""

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid
from uuid_utils.compat import uuid7

from registry.audit.record import record
from registry.database import Writes
from registry.transactions.acts.act import Act, Answer, Done, Impossible
from registry.transactions.context import Context
from registry.transactions.scheme.asked import AddProvider, EndProvider, Providers
from registry.transactions.scheme.find import find_practice
from registry.transactions.scheme.models import scheme_practices

_LOCK_PRACTICE = text("select id from practices where id = :id for update").bindparams(bindparam("id", type_=Uuid))

_OPEN = text(
    "select id, lower(period) as since from scheme_practices where practice_id = :practice_id"
    " and authority_cipher = :area and upper_inf(period) for update"
).bindparams(bindparam("practice_id", type_=Uuid))

_LAST_END = text(
    "select max(upper(period)) from scheme_practices where practice_id = :practice_id and authority_cipher = :area"
).bindparams(bindparam("practice_id", type_=Uuid))

_PLACED = text(
    "select count(*) from matters m join list_memberships l on l.patient_id = m.patient_id and upper_inf(l.period)"
    " where m.kind = 'special-allocation' and m.closed_at is null and l.list_id = :practice_id"
).bindparams(bindparam("practice_id", type_=Uuid))

_OTHERS = text(
    "select count(*) from scheme_practices where practice_id = :practice_id and authority_cipher <> :area"
    " and upper_inf(period)"
).bindparams(bindparam("practice_id", type_=Uuid))

_LIST = text(
    """
    select p.ods_code as practice, s.authority_cipher as area, s.contact, lower(s.period) as since, (
      select count(*) from matters m join list_memberships l on l.patient_id = m.patient_id and upper_inf(l.period)
      where m.kind = 'special-allocation' and m.closed_at is null and l.list_id = s.practice_id) as placed
    from scheme_practices s join practices p on p.id = s.practice_id
    where upper_inf(s.period) and (cast(:area as text) = '' or s.authority_cipher = :area) order by 2, 1
    """
).bindparams(bindparam("area", type_=Text))


async def add_provider(connection: AsyncConnection, context: Context, asked: AddProvider) -> Answer:
    """From a day on, a practice takes people of the scheme from an area."""
    practice = await find_practice(connection, asked.practice, context.today)
    if practice is None:
        return Impossible("There is no practice with this ODS code.", "practice")
    if not asked.contact:
        return Impossible("Say how a patient reaches it first: the letter tells it.", "contact")
    await connection.execute(_LOCK_PRACTICE, {"id": practice.facts.id})
    keys = {"practice_id": practice.facts.id, "area": asked.area.upper()}
    if (await connection.execute(_OPEN, keys)).first() is not None:
        return Impossible("It takes people of the scheme from this area already.", "practice")
    since, ended = asked.since or context.today, (await connection.execute(_LAST_END, keys)).scalar_one()
    if ended is not None and since < ended:
        return Impossible(f"An earlier entry of it ended on {ended.isoformat()}: name that day or a later one.",
                          "since")  # fmt: skip
    writes = Writes()
    entry_id = uuid7()
    writes.insert(
        scheme_practices,
        id=entry_id,
        practice_id=practice.facts.id,
        authority_cipher=asked.area.upper(),
        contact=asked.contact,
        period=f"[{since},)",
    )
    _record(writes, context, "added", keys)
    await writes.flush(connection)
    return Done(f"{practice.facts.ods_code} takes people of the scheme from {asked.area.upper()}.", entry_id)


async def end_provider(connection: AsyncConnection, context: Context, asked: EndProvider) -> Answer:
    """From today on, a practice takes nobody of the scheme from an area. Whoever is placed there is moved first."""
    practice = await find_practice(connection, asked.practice, context.today)
    if practice is None:
        return Impossible("There is no practice with this ODS code.", "practice")
    keys = {"practice_id": practice.facts.id, "area": asked.area.upper()}
    entry = (await connection.execute(_OPEN, keys)).one_or_none()
    if entry is None:
        return Impossible("It takes nobody of the scheme from this area.", "practice")
    placed: int = (await connection.execute(_PLACED, {"practice_id": practice.facts.id})).scalar_one()
    others: int = (await connection.execute(_OTHERS, keys)).scalar_one()
    if placed and not others:
        return Impossible(f"It has {placed} people of the scheme on its list: find them other places first.",
                          "practice")  # fmt: skip
    writes = Writes()
    if entry.since < context.today:
        writes.update(scheme_practices, entry.id, period=f"[{entry.since},{context.today})")
    else:
        writes.delete(scheme_practices, entry.id)
    _record(writes, context, "ended", keys)
    await writes.flush(connection)
    return Done(f"{practice.facts.ods_code} takes nobody of the scheme from {asked.area.upper()} any more.", entry.id)


async def providers(connection: AsyncConnection, context: Context, asked: Providers) -> Answer:
    """The practices of the scheme, with how many people each has from it."""
    rows = (await connection.execute(_LIST, {"area": asked.area.upper()})).mappings().all()
    return Done(f"{len(rows)} entries.", data=[dict(row) for row in rows])


def _record(writes: Writes, context: Context, what: str, keys: dict[str, object]) -> None:
    record(
        writes,
        context.actor,
        f"scheme-practice.{what}",
        context.now,
        subject={"practice": keys["practice_id"], "area": keys["area"]},
        request_id=context.request_id,
    )


PROVIDER_ACTS = (
    Act("scheme", "providers", "The practices of the scheme.", Providers, providers),
    Act(
        "scheme",
        "providers-add",
        "A practice takes people of the scheme from an area.",
        AddProvider,
        add_provider,
        'scheme providers-add --practice Y90004 --area XD1 --contact "ring 01632 960123 first"',
    ),
    Act(
        "scheme",
        "providers-end",
        "A practice takes nobody of the scheme from an area any more.",
        EndProvider,
        end_provider,
    ),
)
