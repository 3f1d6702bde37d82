"""The office puts somebody on a practice's list: an assignment, a place on the scheme, a restoration.

1. One movement to the practice's list.
2. The former practice, where there is one, is told (F2).
3. Pending deductions are superseded, and open matters follow.
4. The national side is told.

The practice itself hears by letter: GP Links has no message for somebody it did not ask for.
Its own acceptance, when it comes, finds the person there and is approved.
"""

from datetime import date
from uuid import UUID

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts, PracticeFacts
from registry.transactions.ledger import Movement, Place, change_list
from registry.transactions.matters.follow import follow
from registry.transactions.messages import Addressee, deduct
from registry.transactions.national import tell
from registry.transactions.pending import close_pending


def put_on(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    practice: PracticeFacts,
    gp_code: str,
    why: str,
    transaction_id: UUID,
    *,
    accepted_on: date | None = None,
    matter_id: UUID | None = None,
) -> Movement:
    """Put a person, who is locked and not on that list, on a practice's list. Returns the movement as dated.

    `why` is the movement's reason. Raises ValueError for somebody who is on that list already.
    """
    former = person.membership
    if former is not None and former.practice_id == practice.id:
        raise ValueError("the person is on that practice's list")
    place = Place(practice.id, accepted_on or context.today, gp_code)
    moved = change_list(writes, person, place, Movement(context.today, context.now, why, transaction_id))
    if former is not None:
        to = Addressee(former.practice_id, former.gp_code, transaction_id=transaction_id, patient_id=person.id)
        internal = former.authority_cipher == practice.authority_cipher
        reasons = context.policies.on("internal_deduction_reason", moved.on)
        deduct(
            writes,
            context,
            to,
            number=person.nhs_number,
            reason=reasons["same_address"] if internal else "2",
            on=moved.on,
            restricted=person.restricted,
            new_authority=None if internal else practice.authority_cipher,
        )
    close_pending(writes, context, person, holder=practice.id)
    follow(writes, context, person, "registered", transaction_id, unless=matter_id)
    tell(writes, context, transaction_id, person.id)
    return moved
