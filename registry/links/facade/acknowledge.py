"""A practice says up to where it has its messages. Said again, it changes nothing."""

from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.audit.record import record
from registry.database import Writes
from registry.links.documents.json_shapes import as_list, as_object, is_object
from registry.links.facade.faults import Fault
from registry.links.facade.inbox import carries_everything
from registry.links.outbox import acknowledge_until
from registry.security.callers import Caller
from registry.values.clock import Clock

_VALUES = ("valueString", "valueUri", "valueUrl", "valueUuid")
_PREFIX = "urn:uuid:"

_OWNER = text("select practice_id from practice_messages where uuid = :uuid").bindparams(bindparam("uuid", type_=Uuid))


def read_message_name(document: object) -> UUID | list[Fault]:
    """The one `message` that an acknowledgement names, or what is wrong with it."""
    if not is_object(document) or document.get("resourceType") != "Parameters":
        return [Fault("structure", "resourceType", "the body must be a FHIR resource Parameters")]
    named = [each for each in map(as_object, as_list(document.get("parameter"))) if each.get("name") == "message"]
    if not named:
        return [Fault("structure", "message", "missing")]
    if len(named) > 1:
        return [Fault("structure", "message", "given twice; the newest is enough, it stands for all before it")]
    value = next((named[0][key] for key in _VALUES if key in named[0]), None)
    if not isinstance(value, str) or not value.lower().startswith(_PREFIX):
        return [Fault("invalid", "message", "must be the urn:uuid of a message, the fullUrl of an entry of the inbox")]
    try:
        return UUID(value[len(_PREFIX) :])
    except ValueError:
        return [Fault("invalid", "message", "not a UUID after urn:uuid:")]


async def acknowledge(connection: AsyncConnection, caller: Caller, message: UUID, clock: Clock) -> bool:
    """Close every message up to and with this one. False where the caller was never given it.

    The office acts for the practice to which the message went.
    """
    practice_id = caller.practice_id
    if practice_id is None:
        practice_id = (await connection.execute(_OWNER, {"uuid": message})).scalar_one_or_none()
    everybody = carries_everything(caller)
    if practice_id is None or not await acknowledge_until(
        connection, practice_id, message, clock.now(), everybody=everybody
    ):
        return False
    writes = Writes()
    subject = {"message": message, "practice": practice_id}
    record(writes, caller.actor, "inbox.acknowledged", clock.now(), subject=subject)
    await writes.flush(connection)
    return True
