"""The clock of an FP69: the practice is reminded, and then silence acts.

Nobody is removed over unread mail (correction 6), and no child by a flag of the years in which
the rule forbids it. The patient is not written to (domain rules R17).
"""

from datetime import date, timedelta

from registry.database import iso
from registry.transactions.due.chase import open_chaser
from registry.transactions.due.unread import unread_about
from registry.transactions.facts import PersonFacts
from registry.transactions.fp69.machine import FP69
from registry.transactions.fp69.window import acts_after, age_on, is_child
from registry.transactions.leave import take_off
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance, hold
from registry.transactions.office_transactions import note_transaction
from registry.transactions.rules.removal_reasons import RemovalReason
from registry.values.period import start_of_day


async def falls_due(work: Work) -> str:
    """What becomes of an FP69 whose hour has come. A child's that nobody asked after rises."""
    person, matter, today = work.person, work.matter, work.context.today
    if matter.state == "safeguarding":
        return "left"
    if person is None or person.membership is None or person.membership.practice_id != matter.practice_id:
        advance(work.writes, work.context, FP69, matter, "moved")
        return "fp69 overtaken"
    expires = date.fromisoformat(matter.facts["expires_on"])
    if today <= expires:
        return _warn(work, person, expires)
    unread = await unread_about(work.connection, person)
    if unread is not None:
        hold(work.writes, work.context, matter, unread, start_of_day(today + timedelta(days=1)))
        return "fp69 held"
    if matter.facts["under_18"] == "stay" and is_child(person.date_of_birth, expires):
        return _keep(work, person, expires)
    return _remove(work, person, expires)


def _warn(work: Work, person: PersonFacts, expires: date) -> str:
    """Remind the practice, by letter (the evening's post makes one list of them) or through a clerk."""
    writes, context, matter = work.writes, work.context, work.matter
    by = context.policies.on("fp69_warning", matter.trigger_on)["by"]
    if by == "letter":
        content = {"expires_on": iso(expires), "code": matter.facts["code"]}
        write_letter(writes, context, Letter.FP69_WARNING, person, content, matter_id=matter.id)
    elif by == "case":
        # The case names the matter and not the person: it is no unread mail about them.
        evidence = {"matter": str(matter.id), "expires_on": iso(expires)}
        open_chaser(writes, context, "fp69-near-expiry", _NEAR, practice_id=matter.practice_id, evidence=evidence)
    facts = {"warned_on": iso(context.today)}
    advance(writes, context, FP69, matter, "warned", due_at=start_of_day(acts_after(expires)), facts=facts)
    return "fp69 warned"


def _keep(work: Work, person: PersonFacts, expires: date) -> str:
    """A child stays; a supervisor sees to it that safeguarding and the practice look for them."""
    writes, context, matter = work.writes, work.context, work.matter
    content = {"expired_on": iso(expires)}
    write_letter(writes, context, Letter.FP69_CHILD, person, content, matter_id=matter.id)
    days = context.policies.on("fp69_safeguarding_working_days", matter.trigger_on)["first"]
    advance(writes, context, FP69, matter, "stays", due_at=context.after_working_days(days))
    return "fp69 child stays"


def _remove(work: Work, person: PersonFacts, expires: date) -> str:
    writes, context, matter = work.writes, work.context, work.matter
    transaction_id = note_transaction(
        writes,
        context,
        "expiry",
        outcome="fp69-expired",
        sentence="The practice did not answer the FP69 in time.",
        command={"matter": str(matter.id), "expires_on": iso(expires)},
        patient_id=person.id,
        practice_id=matter.practice_id,
        matter_id=matter.id,
        source="clock",
    )
    take_off(writes, context, person, RemovalReason.CGA, transaction_id, matter_id=matter.id)
    age = None if person.date_of_birth is None else age_on(person.date_of_birth, expires)
    details = {"age_at_expiry": age}
    advance(writes, context, FP69, matter, "expired", transaction_id=transaction_id, details=details)
    return "fp69 expired"


_NEAR = "An FP69 expires soon and its practice has not answered; remind it."
