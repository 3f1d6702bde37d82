"""Numbers: which may be given to somebody who comes out of a split, and what becomes of the one they shared."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.patients.invalidated import is_invalidated

_HELD = text(
    "select exists (select from patients where nhs_number = :number)"
    " or exists (select from patient_numbers where nhs_number = :number)"
)


async def not_to_be_given(connection: AsyncConnection, number: str) -> str | None:
    """Why a valid number cannot be given to anybody, or None: it is somebody's, was somebody's, or is nobody's now."""
    if (await connection.execute(_HELD, {"number": number})).scalar_one():
        return "This number is somebody's already, or was: look at them with `people show` first."
    if await is_invalidated(connection, number):
        return "This number was invalidated: nobody has it again. Read the National Back Office's letter once more."
    return None
