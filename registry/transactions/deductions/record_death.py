"""Record a death by notice: status and date on the person, off the list from notification, all that waits ended.

The date of death never moves a list: what counts runs from the day on which the office was first
told (domain rules R7). Nothing is posted to the dead: letters are suppressed when they are
decided and again when they are handed over.
"""

from datetime import date
from typing import Any

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.deductions.conclude_notice import NoticeCase, Taken, done
from registry.transactions.deductions.decisions import ConfirmDeath, RecordDeath
from registry.transactions.facts import PersonFacts
from registry.transactions.leave import take_off
from registry.transactions.ledger import Movement, leave_list
from registry.transactions.matters.follow import follow
from registry.transactions.national import tell
from registry.transactions.outside import Outside
from registry.transactions.people import change_person
from registry.transactions.rules.provenance import Evidence, Said, Source
from registry.transactions.rules.removal_reasons import RemovalReason


def record_death(
    writes: Writes, context: Context, case: NoticeCase, person: PersonFacts, decision: RecordDeath, on: date
) -> Taken:
    """Record that a living person has died, counted for lists from a day."""
    change_person(
        writes, context, person, _says(decision.died_on, formal=decision.formal), case.id, _said(case, decision)
    )
    if person.membership is not None:
        take_off(writes, context, person, RemovalReason.DEA, case.id, on=on)
    else:
        if person.on_list != Outside.DEATH.id:
            reason = RemovalReason.DEA
            movement = Movement(on, context.now, f"deduction-{reason.value.told_as}", case.id, reason.code)
            leave_list(writes, person, reason.value.to_list.id, movement)
        follow(writes, context, person, "died", case.id)
        tell(writes, context, case.id, person.id)
    return done(writes, context, case, person, "death-recorded", "Recorded as dead, and off the list.")


def confirm_death(
    writes: Writes, context: Context, case: NoticeCase, person: PersonFacts, decision: ConfirmDeath
) -> Taken:
    """Change what is known of a recorded death: the registrar confirms it, or a person ruled on its date."""
    change_person(
        writes, context, person, _says(decision.died_on, formal=decision.formal), case.id, _said(case, decision)
    )
    tell(writes, context, case.id, person.id)
    sentence = "The registrar confirms the death." if decision.formal else "The date of death was put right."
    return done(writes, context, case, person, "death-confirmed", sentence)


def _said(case: NoticeCase, decision: ConfirmDeath | RecordDeath) -> Said:
    """The registrar's word is a certificate's; anybody else's is what they say."""
    evidence = Evidence.CERTIFICATE if decision.formal else Evidence.NONE
    return Said(Source.NOTICE, case.notice.by, case.notice.notified_on, evidence)


def _says(died_on: date, *, formal: bool) -> dict[str, Any]:
    """Status and date arrive together (domain rules 1.7)."""
    return {"status": "formal-dead" if formal else "informal-dead", "date_of_death": died_on.isoformat()}
