"""What the clock of an application does: look again, so that nobody waits for what has come."""

from registry.transactions.assignment.identify import is_person, stated_person
from registry.transactions.assignment.machine import APPLICATION
from registry.transactions.assignment.standings import consider
from registry.transactions.assignment.vet import decide_by, to_panel
from registry.transactions.due.chase import open_chaser
from registry.transactions.gather import gather_person
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance

_UNACCEPTED = "A practice was told to accept an applicant, and no acceptance has come. Ask it for one."


async def application_falls_due(work: Work) -> str:
    """By state: to the panel when the last open list has closed, back when one has opened, assigned when the
    acceptance is there. What has not moved rises by the usual rule."""
    match work.matter.state:
        case "eligible":
            if not await _can_be_assigned(work):
                to_panel(work, None)
                return "for a panel"
        case "only-closed-lists":
            if await _can_be_assigned(work):
                advance(work.writes, work.context, APPLICATION, work.matter, "list-opened", due_at=decide_by(work))
                return "list opened"
        case "awaiting-acceptance":
            return await _look_for_acceptance(work)
        case _:
            pass
    return "left"


async def _can_be_assigned(work: Work) -> bool:
    candidates = await consider(work.connection, work.context, work.matter, work.person)
    return any(each.proposed for each in candidates)


async def _look_for_acceptance(work: Work) -> str:
    patient_id = await stated_person(work.connection, work.matter.id)
    if patient_id is not None:
        person = await gather_person(work.connection, patient_id)
        if person.membership is not None and person.matter(APPLICATION.kind) is None:
            _, state = await is_person(work, person, None)
            return state
    if work.matter.priority == 0:
        evidence = {"matter": str(work.matter.id)}
        open_chaser(
            work.writes, work.context, "assignment-not-accepted", _UNACCEPTED,
            practice_id=work.matter.practice_id, evidence=evidence,
        )  # fmt: skip
    return "left"
