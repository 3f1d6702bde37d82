"""Doing what the office does, in tests: an act by its details."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.acts.act import Act, Answer, Done
from registry.transactions.context import Context


async def do(connection: AsyncConnection, context: Context, act: Act[Any], **details: Any) -> Answer:
    """Do an act, with its details as somebody types them."""
    return await act.run(connection, context, act.asked.model_validate(details))


async def done(connection: AsyncConnection, context: Context, act: Act[Any], **details: Any) -> Done:
    """Do an act that is to succeed."""
    answer = await do(connection, context, act, **details)
    assert isinstance(answer, Done), answer
    return answer
