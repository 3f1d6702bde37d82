"""What the office does with a place on the scheme, from the allocation to the discharge."""

from datetime import date
from uuid import UUID

from registry.transactions.acts.act import Impossible
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance
from registry.transactions.scheme.allocate import allocate
from registry.transactions.scheme.appeals import end_appeal
from registry.transactions.scheme.asked import Allocate, AnotherIncident, BringForward, Move, OnPlace, Return, Review
from registry.transactions.scheme.find import serving
from registry.transactions.scheme.keep import keep_incident
from registry.transactions.scheme.placement import (
    PLACEMENT,
    SUSPENDED,
    called_at,
    place_by,
    review_by,
)
from registry.transactions.scheme.rules import months_after
from registry.transactions.scheme.take_back import take_back_removal
from registry.transactions.scheme.whom import note, whom
from registry.values.period import start_of_day


async def _move(work: Work, asked: Move) -> str | Impossible:
    """They moved to another area: they stay where they are until a practice there has them."""
    area = asked.area.upper()
    if area == work.matter.facts["area"]:
        return Impossible("This is the area that they are in.", "area")
    return await _wants_place(work, "move", area, asked)


async def _return(work: Work, asked: Return) -> str | Impossible:
    return await _wants_place(work, "return", asked.area.upper() or work.matter.facts["area"], asked)


async def _wants_place(work: Work, event: str, area: str, asked: OnPlace) -> str | Impossible:
    context = work.context
    serve = await serving(work.connection, area, context.today)
    due = place_by(context.now, context.today, context)
    advance(work.writes, context, PLACEMENT, work.matter, event, due_at=due, facts={"area": area})
    note(work, event, asked)
    return f"A place is wanted within 24 hours; practices that serve {area}: {', '.join(serve) or 'none yet'}."


async def _review(work: Work, asked: Review) -> str | Impossible:
    """They stay on the scheme, and are told so where they can be written to; twelve months begin anew."""
    context, matter, person = work.context, work.matter, work.person
    on = asked.reviewed_on or context.today
    if on > context.today:
        return Impossible("A review cannot be in the future.", "reviewed_on")
    if on < _since(work):
        return Impossible("This is before the last review, or before the scheme had them.", "reviewed_on")
    review_on = months_after(on, context.policies.on("scheme_review_months", matter.trigger_on))
    facts = {"reviewed_on": on, "review_on": review_on}
    away = matter.state == SUSPENDED
    due = start_of_day(review_on) if away else called_at(review_on, matter, context)
    advance(work.writes, context, PLACEMENT, matter, "review", due_at=due, facts=facts)
    if person is not None and not away:
        days: dict[str, int] = context.policies.on("scheme_appeal_days", matter.trigger_on)
        content = {"outcome": "remains", "reviewed_on": on, "appeal_within_days": days["remaining"]}
        write_letter(work.writes, context, Letter.SCHEME_REVIEW, person, content, matter_id=matter.id)
    note(work, "review", asked)
    return f"They stay on the scheme; to be reviewed by {review_on.isoformat()}."


async def _bring_forward(work: Work, asked: BringForward) -> str | Impossible:
    context, matter = work.context, work.matter
    present = review_by(matter, context)
    if not context.today <= asked.on < present:
        return Impossible(f"Name a day from today until before {present.isoformat()}.", "on")
    due = called_at(asked.on, matter, context)
    advance(work.writes, context, PLACEMENT, matter, "bring-forward", due_at=due, facts={"review_on": asked.on})
    note(work, "bring-forward", asked)
    return f"To be reviewed by {asked.on.isoformat()}."


async def _discharge(work: Work, asked: OnPlace) -> str | Impossible:
    """They may choose a practice. Until they have, they stay on the list that they are on; an open appeal has
    nothing left to decide."""
    person = whom(work)
    advance(work.writes, work.context, PLACEMENT, work.matter, "discharge")
    end_appeal(work.writes, work.context, person)
    write_letter(work.writes, work.context, Letter.SCHEME_DISCHARGE, person, {}, matter_id=work.matter.id)
    note(work, "discharge", asked)
    return "Discharged; they may choose a practice, and stay where they are until they do."


async def _another_incident(work: Work, asked: AnotherIncident) -> str | Impossible:
    context, matter, person = work.context, work.matter, whom(work)
    if asked.happened_at > context.now:
        return Impossible("The incident cannot be in the future.", "happened_at")
    practice_id = person.membership.practice_id if person.membership is not None else UUID(matter.facts["removed_from"])
    incident_id = keep_incident(
        work.writes,
        context,
        patient_id=person.id,
        practice_id=practice_id,
        ground="incident",
        happened_at=asked.happened_at,
        noticed_at=context.now,
        channel="form",
        notifier=asked.notifier,
        incident_number=asked.incident_number,
        persons_affected=asked.persons_affected,
        patient_told="not-said",
        narrative=asked.narrative,
        confirmed_on=context.today,
    )
    incidents = [*matter.facts.get("later_incidents", []), incident_id]
    advance(work.writes, context, PLACEMENT, matter, "incident", facts={"later_incidents": incidents})
    note(work, "incident", asked)
    return "Noted; what happened can be read by those entrusted with the scheme."


def _since(work: Work) -> date:
    """The day from which a review is possible: of the last one, or of the first place."""
    facts = work.matter.facts
    return date.fromisoformat(facts.get("reviewed_on") or facts.get("first_placed_on") or str(work.matter.trigger_on))


PLACEMENT_ACTS = (
    matter_act(PLACEMENT, "scheme", "allocate", Allocate, allocate,
               summary="Give somebody of the scheme one of its practices.",
               example="scheme allocate ID --version 1 --practice Y90004"),
    matter_act(PLACEMENT, "scheme", "move", Move, _move,
               summary="They moved to another area: find a practice there; the old one keeps them until then."),
    matter_act(PLACEMENT, "scheme", "return", Return, _return,
               summary="They are back from abroad, from prison, or from no list: find them a place."),
    matter_act(PLACEMENT, "scheme", "review", Review, _review,
               summary="A clinical review was held: they stay on the scheme."),
    matter_act(PLACEMENT, "scheme", "bring-forward", BringForward, _bring_forward,
               summary="The provider asks for an earlier review."),
    matter_act(PLACEMENT, "scheme", "incident", AnotherIncident, _another_incident,
               summary="Note another incident of somebody on the scheme."),
    matter_act(
        PLACEMENT, "scheme", "take-back", OnPlace, take_back_removal,
        summary="The removal was a mistake: back on the practice's list. By another than who took the notice.",
    ),
    matter_act(PLACEMENT, "scheme", "discharge", OnPlace, _discharge,
               summary="The scheme is completed: free choice of practice."),
)  # fmt: skip
