"""Whether the office assigns an applicant: found eligible, sent to a panel, refused, or withdrawn."""

from datetime import datetime, timedelta

from registry.transactions.acts.act import Impossible, OnMatter
from registry.transactions.assignment.asked import RefuseApplication
from registry.transactions.assignment.follow import SCHEME
from registry.transactions.assignment.machine import APPLICATION
from registry.transactions.assignment.refusals import refusals_of
from registry.transactions.assignment.standings import consider
from registry.transactions.assignment.write_to_applicant import write_to_applicant
from registry.transactions.facts import PersonFacts
from registry.transactions.letters.kinds import Letter
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance
from registry.transactions.rules.assignment_factors import months_before
from registry.transactions.rules.assignment_words import NotAssigned
from registry.values.period import start_of_day


def barrier(person: PersonFacts | None) -> Impossible | None:
    """Why a person cannot be assigned as things are, or None. For the office alone: no applicant is told it."""
    if person is None:
        return None
    if person.status != "live":
        return Impossible("The record is of somebody who has died, or is no longer in use.")
    if person.matter(SCHEME) is not None:
        return Impossible(
            "The person is on the special allocation scheme and is not assigned to an ordinary practice; their place is"
            " found there. Refuse the application (on-the-scheme)."
        )
    if person.membership is not None:
        if person.pending:
            return Impossible("The person is still on a practice's list; wait until the pending removal has its day.")
        return Impossible("The person is on a practice's list: refuse the application (already-registered).")
    return None


async def find_eligible(work: Work, what: OnMatter) -> str | Impossible:
    """The applicant was refused by a practice, is on no list and not on the scheme: a practice is to be chosen."""
    stopped = barrier(work.person)
    if stopped is not None:
        return stopped
    trigger_on = work.matter.trigger_on
    months = work.context.policies.on("refusal_evidence_months", trigger_on)
    refusals = await refusals_of(work.connection, work.matter.patient_id, work.matter.id)
    if not any(day > months_before(trigger_on, months) for day in refusals):
        return Impossible(
            f"No practice's refusal of the last {months} months is in the register: record it first"
            " (`assignments refusal`, or `assignments refusal-of-applicant`)."
        )
    advance(
        work.writes, work.context, APPLICATION, work.matter, "find-eligible",
        due_at=decide_by(work), reason=what.reason or None,
    )  # fmt: skip
    return "Eligible: a practice is to be chosen."


def decide_by(work: Work) -> datetime:
    """By when a practice is to be chosen: the target from the application, and never less than a working day."""
    days = work.context.policies.on("assignment_decision_working_days", work.matter.trigger_on)
    target = work.context.after_working_days(days, work.matter.trigger_on)
    return max(target, work.context.after_working_days(1))


async def refer_to_panel(work: Work, what: OnMatter) -> str | Impossible:
    """No open list is left that could be proposed: the supervisor keeps it for a panel."""
    candidates = await consider(work.connection, work.context, work.matter, work.person)
    if any(each.proposed for each in candidates):
        return Impossible("There is a practice with an open list to choose: `assignments candidates` shows it.")
    to_panel(work, what.reason or None)
    return "Only closed lists are left: for a panel, or until a list opens."


def to_panel(work: Work, reason: str | None) -> None:
    """Have it wait for a panel, by the supervisor's clock."""
    days = work.context.policies.on("assignment_panel_days", work.matter.trigger_on)
    due_at = start_of_day(work.context.today + timedelta(days=days + 1))
    advance(work.writes, work.context, APPLICATION, work.matter, "refer-to-panel", due_at=due_at, reason=reason)


async def withdraw(work: Work, what: OnMatter) -> str | Impossible:
    """The applicant no longer asks for it."""
    advance(work.writes, work.context, APPLICATION, work.matter, "withdraw", reason=what.reason or None)
    return "The application is withdrawn."


async def refuse(work: Work, what: RefuseApplication) -> str | Impossible:
    """The office does not assign the applicant. The answer (ASG-3) is the same whatever the reason."""
    problem = _contradicted(what.because, work.person)
    if problem is not None:
        return problem
    advance(
        work.writes, work.context, APPLICATION, work.matter, "refuse",
        facts={"refused_as": what.because.value}, reason=what.reason or None,
    )  # fmt: skip
    write_to_applicant(work, Letter.NOT_ASSIGNED, {"answer": "not-assigned", "ask": "contact-the-office"})
    return "The application is refused; the answer asks the applicant to contact the office, and says no more."


def _contradicted(because: NotAssigned, person: PersonFacts | None) -> Impossible | None:
    """What the register itself knows is not to be said against it."""
    on_list = person is not None and person.membership is not None
    on_scheme = person is not None and person.matter(SCHEME) is not None
    if because is NotAssigned.ALREADY_REGISTERED and not on_list:
        return Impossible("The person is on no practice's list.", "because")
    if because is NotAssigned.ON_THE_SCHEME and not on_scheme:
        return Impossible("The person has no place on the scheme, and waits for none.", "because")
    return None
