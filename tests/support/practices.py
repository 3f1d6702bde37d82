"""Practices for tests, which exist nowhere."""

from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.practices.models import practices


async def add_practice(connection: AsyncConnection, ods_code: str = "Y90001", partner: str = "YA01") -> UUID:
    """A bare practice; returns its id."""
    practice_id = uuid4()
    row = {
        "id": practice_id,
        "ods_code": ods_code,
        "name": f"Practice {ods_code}",
        "trading_partner_code": partner,
        "authority_cipher": "XX1",
    }
    await connection.execute(insert(practices).values(row))
    return practice_id
