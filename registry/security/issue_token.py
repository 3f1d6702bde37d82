"""Issuing a token from the command line."""

from sqlalchemy import text

from registry.database import create_engine, unit_of_work
from registry.embedded_postgres import database_url
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.settings import Settings
from registry.values.clock import SystemClock

_PRACTICE = text("select id from practices where ods_code = :ods_code")


class UnknownPractice(Exception):
    """No practice has this ODS code."""


async def issue_for(settings: Settings, ods_code: str | None, role: str) -> str:
    """A token for the practice of an ODS code, or for the office (None). Raises UnknownPractice.

    One that is issued in development opens no register of production.
    """
    engine = create_engine(database_url(settings), pool_size=1)
    try:
        async with unit_of_work(engine) as connection:
            practice_id = None
            if ods_code is not None:
                practice_id = (await connection.execute(_PRACTICE, {"ods_code": ods_code})).scalar_one_or_none()
                if practice_id is None:
                    raise UnknownPractice(f"no practice has the code {ods_code}")
            name = f"{role}:{ods_code or 'office'}"
            return await issue(
                connection,
                name,
                Role(role),
                SystemClock().now(),
                practice_id=practice_id,
                development=settings.is_development,
            )
    finally:
        await engine.dispose()
