"""What the office does with a notice of violence: take it, have it approved or turned down, confirm it."""

from typing import Any

from registry.transactions.acts.act import Act, Answer, Done, Impossible
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance
from registry.transactions.removals.by_practice import BY_PRACTICE, RemovalByPractice
from registry.transactions.removals.grounds import Ground
from registry.transactions.scheme.asked import Confirm, Convert, Notice, OnPlace
from registry.transactions.scheme.find import children_at_address, practice_named
from registry.transactions.scheme.keep import confirm_incident
from registry.transactions.scheme.notices import NOTICE, TO_APPROVE_SPOKEN, chased_at, confirmed_by, noticed_at_of
from registry.transactions.scheme.placement import KIND as PLACE
from registry.transactions.scheme.remove import acknowledge, remove_at_once
from registry.transactions.scheme.take_notice import take_notice
from registry.transactions.scheme.whom import note, practice_of, whom
from registry.values.period import london_date


async def _approve(work: Work, asked: OnPlace) -> str | Impossible:
    """The removal acts with the approval: before it there was nothing that could act."""
    context, matter, person = work.context, work.matter, whom(work)
    if person.membership is None or person.membership.practice_id != matter.practice_id:
        return Impossible("The person is not on the practice's list any more.")
    if person.matter(PLACE) is not None:
        return Impossible("They have a place on the scheme already, or wait for one.")
    noticed_at = noticed_at_of(matter)
    children = await children_at_address(work.connection, person.id, context.today)
    place_id, transaction_id = remove_at_once(
        work.writes,
        context,
        person,
        person.membership,
        acts_at=context.now,
        incident_id=matter.facts["incident"],
        children=children,
        notice_id=matter.id,
    )
    content: dict[str, Any] = {"step": "removed", "removed_at": context.now}
    due = None
    if matter.state == TO_APPROVE_SPOKEN:
        content["confirm_by"] = confirmed_by(noticed_at, context)
        due = chased_at(noticed_at, context)
    acknowledge(work.writes, context, person, person.membership.practice_id, content, place_id)
    advance(
        work.writes,
        context,
        NOTICE,
        matter,
        "approve",
        due_at=due,
        facts={"place": place_id},
        transaction_id=transaction_id,
    )
    note(work, "approve", asked)
    return "Approved: off the practice's list now; a place on the scheme is wanted within 24 hours."


async def _convert(work: Work, asked: Convert) -> str | Impossible:
    """The ordinary way: requested at once where the practice has said what such a request must say, its days
    counting from today; else the practice is told to ask for it."""
    context, matter, person = work.context, work.matter, whom(work)
    sentence = "No immediate removal; the practice is told to ask for an ordinary one."
    if asked.reasons_given:
        put_down = await _ask_ordinary(work, asked)
        if not isinstance(put_down, Done):
            return Impossible(put_down.sentence if isinstance(put_down, Impossible) else "It cannot be requested.")
        sentence = f"An ordinary removal instead. {put_down.sentence}"
    else:
        write_letter(
            work.writes,
            context,
            Letter.SCHEME_CONVERTED,
            person,
            {"noticed_at": matter.facts["noticed_at"]},
            practice_id=matter.practice_id,
            matter_id=matter.id,
        )
    advance(work.writes, context, NOTICE, matter, "convert", facts={"requested": asked.reasons_given})
    note(work, "convert", asked)
    return sentence


async def _ask_ordinary(work: Work, asked: Convert) -> Answer:
    """The practice's request for an ordinary removal, as if it had come today by its own form."""
    context, person = work.context, whom(work)
    practice = await practice_named(work.connection, practice_of(work))
    request = {
        "nhs_number": person.nhs_number or "",
        "practice": practice,
        "ground": Ground.CONDUCT,
        "received_on": context.today,
        "reasons_given": True,
        "warned_on": asked.warned_on,
        "exemption": asked.exemption,
    }
    return await BY_PRACTICE.run(work.connection, context, RemovalByPractice.model_validate(request))


async def _refuse(work: Work, asked: OnPlace) -> str | Impossible:
    if not asked.reason:
        return Impossible("Say why.", "reason")
    advance(work.writes, work.context, NOTICE, work.matter, "refuse")
    acknowledge(work.writes, work.context, whom(work), practice_of(work), {"step": "refused"}, work.matter.id)
    note(work, "refuse", asked)
    return "No removal; the practice is told so."


async def _confirm(work: Work, asked: Confirm) -> str | Impossible:
    """It is here in writing, in time or late: the removal stands either way."""
    context, matter = work.context, work.matter
    on, noticed_at = asked.received_on or context.today, noticed_at_of(matter)
    if on > context.today:
        return Impossible("It cannot have come in the future.", "received_on")
    if on < london_date(noticed_at):
        return Impossible("It cannot have come before the notice.", "received_on")
    last_day = confirmed_by(noticed_at, context)
    in_time = on <= last_day
    facts = {"confirmed_on": on, "in_time": in_time}
    advance(work.writes, context, NOTICE, matter, "confirm", facts=facts)
    confirm_incident(work.writes, matter.facts["incident"], on)
    note(work, "confirm", asked)
    return "In writing, in time." if in_time else f"In writing, later than {last_day.isoformat()}; the removal stands."


async def _give_up(work: Work, asked: OnPlace) -> str | Impossible:
    if not asked.reason:
        return Impossible("Say why.", "reason")
    advance(work.writes, work.context, NOTICE, work.matter, "give-up")
    note(work, "give-up", asked)
    return "Left without confirmation; the removal stands."


NOTICE_ACTS = (
    Act(
        "scheme",
        "notice",
        "Take a practice's notice of violence: the person is off its list with the call.",
        Notice,
        take_notice,
        "scheme notice 9990000018 --practice Y90001 --happened-at 2025-02-07T16:40 --noticed-at 2025-02-07T17:55"
        " --incident-number 0417-070225 --persons-affected 2",
    ),
    matter_act(NOTICE, "scheme", "approve", OnPlace, _approve,
               summary="The commissioner approves a notice: the person is removed now. By another than who took it."),
    matter_act(NOTICE, "scheme", "convert", Convert, _convert,
               summary="The commissioner wants an ordinary removal: requested, or the practice is told to ask."),
    matter_act(NOTICE, "scheme", "refuse", OnPlace, _refuse,
               summary="No removal: the commissioner refused, or the practice took its notice back."),
    matter_act(NOTICE, "scheme", "confirm", Confirm, _confirm, summary="The notice is here in writing."),
    matter_act(NOTICE, "scheme", "give-up", OnPlace, _give_up,
               summary="Leave a notice without its written confirmation; the removal stands."),
)  # fmt: skip
