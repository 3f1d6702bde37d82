"""What is no longer needed is removed: tokens that have ended, and assertions that nobody could send again."""

from sqlalchemy import bindparam, text
from sqlalchemy.types import DateTime

from registry.jobs import names
from registry.jobs.handlers import JobContext, Payload, handler, schedule

_NOW = bindparam("now", type_=DateTime(timezone=True))
_TOKENS = text("delete from access_tokens where expires_at < :now - interval '1 day'").bindparams(_NOW)
_ASSERTIONS = text("delete from oauth_assertions where used_at < :now - interval '30 days'").bindparams(_NOW)
"""NHS England keeps an assertion's id for thirty days; it is good for five minutes."""


@handler(names.FORGET_TOKENS)
async def forget_tokens(context: JobContext, payload: Payload) -> None:
    """Remove tokens that ended yesterday, and assertions that were used a month ago. Who had them is in the audit."""
    async with context.unit_of_work() as connection:
        await connection.execute(_TOKENS, {"now": context.clock.now()})
        await connection.execute(_ASSERTIONS, {"now": context.clock.now()})


schedule(names.FORGET_TOKENS, "23 * * * *")
