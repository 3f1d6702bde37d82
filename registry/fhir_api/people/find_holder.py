"""Who a number leads to, or why to nobody.

A number that the register made invalid is answered as the Personal Demographics Service answers it, whatever was
the reason: a record out of use, a number that two people shared, or an identity that was changed. Nothing leads from
it to anybody. Where the vault is closed, such a number cannot be told from one that nobody has, and is answered as one.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir import refusals
from registry.fhir_api.call import Call
from registry.fhir_api.people.numbers import number_of
from registry.fhir_api.people.store import find_person
from registry.patients.invalidated import is_invalidated
from registry.values.nhs_number import NHSNumber
from registry.vault.closed import VaultClosed


async def find_holder(call: Call, connection: AsyncConnection, what: str) -> Mapping[str, Any]:
    """The facts of whoever has or had the number in the path; that they were read is noted as `what`.

    Raises RequestError: 400 for what is no number, 404 INVALIDATED_RESOURCE or RESOURCE_NOT_FOUND.
    """
    number = number_of(call)
    row = await find_person(connection, number.value)
    if row is not None and row["status"] != "invalidated":
        await call.note_read(connection, what, (row["id"],))
        return row
    if row is not None or await _is_invalidated(connection, number):
        raise refusals.invalidated()
    raise refusals.not_found("person")


async def _is_invalidated(connection: AsyncConnection, number: NHSNumber) -> bool:
    try:
        return await is_invalidated(connection, number.value)
    except VaultClosed:
        return False
