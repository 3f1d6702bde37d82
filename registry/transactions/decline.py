"""The office does not follow what a practice asked, and says so in the way there is."""

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.commands import AmendPatient, RemovePatient, RequestDeduction
from registry.transactions.context import Context
from registry.transactions.gather import gather_person, lock_by_number
from registry.transactions.messages import Addressee, reject_request
from registry.transactions.messages import amend as send_amendment
from registry.transactions.outcome import Case, Outcome, conclude
from registry.transactions.people import register_says


async def decline(
    connection: AsyncConnection, context: Context, case: Case[AmendPatient | RemovePatient | RequestDeduction]
) -> Outcome:
    """Do not follow an amendment or a deduction request, and say so in the way there is.

    An amendment is answered with the register's own values (F1), a deduction request with
    F11; a removal has no answer on the link.
    """
    command, origin = case.command, case.command.origin
    found = await lock_by_number(connection, command.number)
    person = await gather_person(connection, found[0]) if found else None
    writes = Writes()
    to = Addressee(origin.practice_id, origin.gp_code, transaction_id=case.id, patient_id=person.id if person else None)
    if isinstance(command, RequestDeduction):
        reject_request(writes, context, to, command.number, "REQUEST NOT FOLLOWED: PLEASE CONTACT THE OFFICE")
    elif isinstance(command, AmendPatient) and person is not None and person.membership is not None:
        told = register_says(command.changes, person)
        if told and person.membership.practice_id == origin.practice_id:
            send_amendment(writes, context, to, command.number, told)
    outcome = conclude(
        writes,
        context,
        case,
        "refused",
        "declined-by-office",
        "The office did not follow it.",
        patient_id=person.id if person else None,
    )
    await writes.flush(connection)
    return outcome
