"""From the practice's registration to the end of a case: what is noted by hand."""

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.transactions.acts.act import Impossible
from registry.transactions.context import Context
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.identities.asked import Approve, Carried, Close, Envelope, Registered, Withdraw
from registry.transactions.identities.on_case import Taken
from registry.vault.cases import Case

_ON_LIST = text("select exists (select from list_memberships where patient_id = :id and upper_inf(period))").bindparams(
    bindparam("id", type_=Uuid)
)


async def approve(connection: AsyncConnection, context: Context, case: Case, what: Approve) -> Taken | Impossible:
    """Everything is looked at once more: days may have passed, and the person may have died or moved."""
    await lock_people(connection, [case.old_patient_id])
    person = await gather_person(connection, case.old_patient_id)
    if person.status != "live" or person.nhs_number is None:
        return Impossible("The record is no longer in use, or the person is recorded as dead: withdraw the case.")
    return Taken(
        "Approved. The register makes the new record now, and closes the old one by itself.",
        {"work": "make", "work_at": context.now},
    )


async def registered(connection: AsyncConnection, context: Context, case: Case, what: Registered) -> Taken | Impossible:
    """The office knows that the practice has done so; otherwise the clock finds its acceptance."""
    if not (await connection.execute(_ON_LIST, {"id": case.new_patient_id})).scalar_one():
        return Impossible("The new record is on no practice's list.")
    return Taken("The practice has a new record; envelope and labels are to be issued.")


async def envelope(connection: AsyncConnection, context: Context, case: Case, what: Envelope) -> Taken | Impossible:
    """The record service issued them; it is noted here."""
    return Taken("Noted. What is to be carried over by hand is listed by `look`; then the case is closed.")


async def carried(connection: AsyncConnection, context: Context, case: Case, what: Carried) -> Taken | Impossible:
    """A task is done."""
    tasks = [dict(each) for each in case.facts.get("tasks", ())]
    for task in tasks:
        if task["task"] == what.task and not task["done"]:
            task["done"] = True
            left = sum(not each["done"] for each in tasks)
            return Taken(f"Noted; {left} left.", {"tasks": tasks}, note={"task": what.task}, event="note")
    names = ", ".join(each["task"] for each in tasks if not each["done"])
    return Impossible(f"There is no such task: {names or 'none is left'}.", "task")


async def close(connection: AsyncConnection, context: Context, case: Case, what: Close) -> Taken | Impossible:
    """Refused while anything is left that somebody, or the register itself, has to do."""
    left = [each["task"] for each in case.facts.get("tasks", ()) if not each["done"]]
    if left:
        return Impossible(f"Not everything was carried over: {', '.join(left)}.")
    if case.facts.get("work") is not None or case.facts.get("statistics_at") is not None:
        return Impossible(
            "The register has not finished with the old record: it waits for a day, for a practice's receipt, or for"
            " forms that may still come."
        )
    return Taken("Closed. Nothing of the old record is left outside the vault.")


async def withdraw(connection: AsyncConnection, context: Context, case: Case, what: Withdraw) -> Taken | Impossible:
    """As long as nothing was done."""
    if not what.reason:
        return Impossible("Say why.", "reason")
    event = "withdraw" if what.because == "withdrawn" else "refuse"
    return Taken("Ended; nothing was changed.", event=event)
