"""What the office may do here: sign a day."""

from datetime import date

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.monitoring.balance import Unsignable, sign_balance
from registry.transactions.acts.act import Act, Answer, Asked, Done, Group, Impossible, Nothing
from registry.transactions.context import Context


class Sign(Asked):
    """A day to be signed."""

    day: date = Field(description="The London day, which is over: YYYY-MM-DD.")
    remark: str | None = Field(None, max_length=2000, description="Why practices do not balance, where some do not.")


async def _sign(connection: AsyncConnection, context: Context, asked: Sign) -> Answer:
    signed = await sign_balance(connection, context, asked.day, asked.remark)
    if signed is None:
        return Nothing("balanced day")
    if isinstance(signed, Unsignable):
        return Impossible(signed.sentence, signed.field)
    data = {"day": signed.day, "practices": signed.practices, "differing": signed.differing}
    return Done(f"{signed.day.isoformat()} is signed.", state="signed", data=data)


MONITOR = Group(
    "monitor",
    "The morning's run sheet, the evening's balance, and how long answers take.",
    (Act("monitor", "sign", "Sign a day's balance; its figures never change again.", Sign, _sign),),
)
