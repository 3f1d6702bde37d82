"""Which sweep is to be done: the one that was broken off, or a new one; and since when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Integer, Text, Uuid
from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.matching.model.parts import Model
from registry.matching.normalise import NORMALISER_VERSION
from registry.transactions.context import Context
from registry.transactions.sweep.models import match_sweeps
from registry.transactions.sweep.search import PEOPLE_IN_A_PART

OVERLAP = timedelta(hours=1)
"""What was written in a unit of work that was still open when the last sweep read the register bears an earlier
time than the sweep: so much is looked at twice, which does no harm."""

_RUNNING = text("select * from match_sweeps where state = 'running' for update")
_LAST = text(
    "select started_at from match_sweeps where state = 'finished' and model_version = :model"
    " and normaliser_version = :normaliser order by started_at desc limit 1"
).bindparams(bindparam("model", type_=Text), bindparam("normaliser", type_=Text))
_OTHER_KEYS = text("select exists (select from match_keys where normaliser_version <> :normaliser)").bindparams(
    bindparam("normaliser", type_=Text)
)
_PEOPLE = text("select count(*) from patients where merged_into is null")
_GIVE_UP = text("update match_sweeps set state = 'given-up' where id = :id").bindparams(bindparam("id", type_=Uuid))
_READ = text("update match_sweeps set people = :people, changed = :changed where id = :id").bindparams(
    bindparam("people", type_=Integer), bindparam("changed", type_=Integer), bindparam("id", type_=Uuid)
)

OTHER_KEYS = (
    f"The keys of the register were not all made by normaliser {NORMALISER_VERSION}, which compares them: run"
    " `registry match rebuild-keys` first."
)
NONE_UNFINISHED = "No sweep was broken off: run it without --resume."
OTHER_MODEL = (
    "The sweep that was broken off used another model or normaliser: run it without --resume, from the beginning, or"
    " with the model that it used."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for. Nothing in particular: what was broken off, else who changed since the last sweep.

    `everybody` and `since` begin anew, whatever was broken off. `parts` is into how many parts a
    new sweep is divided; None: by the size of the register.
    """

    everybody: bool = False
    since: datetime | None = None
    resume: bool = False
    parts: int | None = None

    @property
    def begins_anew(self) -> bool:
        return self.everybody or self.since is not None


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep that is to be done, or gone on with: parts 0 to `done` less one are stored."""

    id: UUID
    since: datetime | None
    started_at: datetime
    parts: int
    done: int
    resumed: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there is no sweep, and what to do."""

    sentence: str


async def begin(connection: AsyncConnection, context: Context, model: Model, asked: Asked) -> Sweep | Refused:
    """The sweep to be done, in a unit of work. One that was broken off and is not gone on with is given up;
    the pairs that it found stay."""
    if (await connection.execute(_OTHER_KEYS, {"normaliser": NORMALISER_VERSION})).scalar_one():
        return Refused(OTHER_KEYS)
    left = (await connection.execute(_RUNNING)).one_or_none()
    if left is None and asked.resume:
        return Refused(NONE_UNFINISHED)
    if left is not None and not asked.begins_anew:
        if (left.model_version, left.normaliser_version) == (model.version, NORMALISER_VERSION):
            return Sweep(left.id, left.since, left.started_at, left.chunks, left.chunks_done, True)
        if asked.resume:
            return Refused(OTHER_MODEL)
    if left is not None:
        await connection.execute(_GIVE_UP, {"id": left.id})
    return await _new(connection, context, model, asked)


async def _new(connection: AsyncConnection, context: Context, model: Model, asked: Asked) -> Sweep:
    since = asked.since if asked.begins_anew else await _since_the_last(connection, model)
    people: int = (await connection.execute(_PEOPLE)).scalar_one()
    parts = asked.parts or max(1, -(-people // PEOPLE_IN_A_PART))
    sweep = Sweep(uuid7(), since, context.now, parts, 0, False)
    writes = Writes()
    writes.insert(
        match_sweeps,
        id=sweep.id,
        model_version=model.version,
        normaliser_version=NORMALISER_VERSION,
        author=context.actor.name,
        since=since,
        started_at=sweep.started_at,
        chunks=parts,
    )
    await writes.flush(connection)
    return sweep


async def _since_the_last(connection: AsyncConnection, model: Model) -> datetime | None:
    """When the last whole sweep with this model began, and a little before; None: everybody is to be compared."""
    values = {"model": model.version, "normaliser": NORMALISER_VERSION}
    last: datetime | None = (await connection.execute(_LAST, values)).scalar_one_or_none()
    return None if last is None else last - OVERLAP


async def note_read(connection: AsyncConnection, sweep: Sweep, people: int, changed: int) -> None:
    """Keep how many take part."""
    await connection.execute(_READ, {"id": sweep.id, "people": people, "changed": changed})
