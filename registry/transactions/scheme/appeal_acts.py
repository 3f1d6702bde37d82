"""What the office does with an appeal, from its arrival to the panel's outcome."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.acts.act import Act, Answer, Done, Impossible
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.acts.on_person import person_of
from registry.transactions.context import Context
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.matters.kind import Work
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance, open_matter
from registry.transactions.scheme.appeals import APPEAL, KIND, panel_by
from registry.transactions.scheme.asked import Decide, Form, OnPlace, OpenAppeal, Panel
from registry.transactions.scheme.find import letter_posted_on
from registry.transactions.scheme.keep import keep_note
from registry.transactions.scheme.placement import KIND as PLACE
from registry.transactions.scheme.placement import PLACEMENT
from registry.transactions.scheme.rules import after, last_day_to_appeal
from registry.transactions.scheme.whom import note, whom
from registry.values.period import start_of_day


async def open_appeal(connection: AsyncConnection, context: Context, asked: OpenAppeal) -> Answer:
    """Take an appeal, if it is in time: 14 days from the letter of placement, 28 from the letter that they remain.
    While no letter was posted no clock runs."""
    person = await person_of(connection, asked.nhs_number)
    if isinstance(person, Impossible):
        return person
    place = person.matter(PLACE)
    if place is None:
        return Impossible("They are not on the scheme.", "nhs_number")
    if person.matter(KIND) is not None:
        return Impossible("An appeal of theirs is open already.", "nhs_number")
    on = asked.received_on or context.today
    if not place.trigger_on <= on <= context.today:
        return Impossible("The day is in the future, or before they were placed.", "received_on")
    letter_on = await _letter_on(connection, place, asked.against)
    days: dict[str, int] = context.policies.on("scheme_appeal_days", place.trigger_on)
    last_day = last_day_to_appeal(letter_on, days[asked.against])
    if last_day is not None and on > last_day:
        what = "the placement" if asked.against == "placement" else "remaining on the scheme"
        return Impossible(f"Out of time: an appeal against {what} was possible until {last_day.isoformat()}.",
                          "received_on")  # fmt: skip
    writes = Writes()
    working_days = context.policies.on("scheme_appeal_acknowledged_working_days", on)
    matter_id = open_matter(
        writes,
        context,
        APPEAL,
        due_at=context.after_working_days(working_days, on),
        patient_id=person.id,
        practice_id=place.practice_id,
        facts={"against": asked.against, "received_on": on, "letter_on": letter_on, "place": place.id},
        trigger_on=on,
    )
    keep_note(writes, context, "appeal", asked.reason, patient_id=person.id, matter_id=matter_id)
    await writes.flush(connection)
    return Done(f"Taken; to be acknowledged within {working_days} working days. The place stands meanwhile.",
                matter_id, 1, "received")  # fmt: skip


async def _letter_on(connection: AsyncConnection, place: Matter, against: str) -> date | None:
    """The letter from which the days run."""
    reviewed = await letter_posted_on(connection, place.id, Letter.SCHEME_REVIEW.code)
    if against == "remaining" and reviewed is not None:
        return reviewed
    return await letter_posted_on(connection, place.id, Letter.SCHEME_ALLOCATION.code)


async def _acknowledge(work: Work, asked: OnPlace) -> str | Impossible:
    context, matter = work.context, work.matter
    days = context.policies.on("scheme_appeal_forms_days", matter.trigger_on)
    last_day = context.today + timedelta(days=days)
    advance(work.writes, context, APPEAL, matter, "acknowledge", due_at=after(last_day), facts={"forms_by": last_day})
    _write(work, {"step": "acknowledged", "form_back_by": last_day})
    note(work, "acknowledge", asked)
    return f"Acknowledged; both forms are wanted by {last_day.isoformat()}."


async def _form(work: Work, asked: Form) -> str | Impossible:
    context, matter = work.context, work.matter
    name = f"{asked.of}_form_on"
    if name in matter.facts:
        return Impossible(f"The {asked.of}'s form came on {matter.facts[name]}.", "of")
    if matter.state == "awaiting-forms":
        advance(work.writes, context, APPEAL, matter, "form", facts={name: context.today})
        note(work, "form", asked)
        return "Noted; the other form is waited for."
    days = context.policies.on("scheme_appeal_panel_days", matter.trigger_on)
    papers = context.policies.on("scheme_appeal_papers_days", matter.trigger_on)
    last_day = context.today + timedelta(days=days)
    due = start_of_day(last_day - timedelta(days=papers))
    advance(work.writes, context, APPEAL, matter, "form", due_at=due, facts={name: context.today})
    note(work, "form", asked)
    return f"Both forms are here; the panel meets by {last_day.isoformat()}."


async def _convene(work: Work, asked: Panel) -> str | Impossible:
    context, matter = work.context, work.matter
    days = context.policies.on("scheme_appeal_papers_days", matter.trigger_on)
    last_day, first_day = panel_by(matter, context), context.today + timedelta(days=days)
    if asked.on > last_day:
        return Impossible(f"The panel meets within 28 days of both forms: by {last_day.isoformat()}.", "on")
    if asked.on < first_day:
        return Impossible(f"Its papers go out {days} days before: name {first_day.isoformat()} or later.", "on")
    papers_by = asked.on - timedelta(days=days)
    facts = {"panel_on": asked.on, "papers_by": papers_by}
    advance(work.writes, context, APPEAL, matter, "convene", due_at=after(papers_by), facts=facts)
    _write(work, {"step": "panel", "panel_on": asked.on})
    note(work, "convene", asked)
    return f"The panel meets on {asked.on.isoformat()}; papers go out by {papers_by.isoformat()}."


async def _papers(work: Work, asked: OnPlace) -> str | Impossible:
    context, matter = work.context, work.matter
    panel_on = date.fromisoformat(matter.facts["panel_on"])
    facts = {"papers_on": context.today}
    advance(work.writes, context, APPEAL, matter, "papers", due_at=after(panel_on), facts=facts)
    note(work, "papers", asked)
    return "The papers are out."


async def _decide(work: Work, asked: Decide) -> str | Impossible:
    """Upheld: the place ends, and they may choose a practice. Dismissed: nothing changes."""
    context, matter, person = work.context, work.matter, whom(work)
    if context.today < date.fromisoformat(matter.facts["panel_on"]):
        return Impossible(f"The panel meets on {matter.facts['panel_on']}.", "outcome")
    facts = {"decided_on": context.today}
    event = "uphold" if asked.outcome == "upheld" else "dismiss"
    advance(work.writes, context, APPEAL, matter, event, facts=facts)
    place = person.matter(PLACE)
    if asked.outcome == "upheld" and place is not None and PLACEMENT.step(place.state, "appeal-upheld") is not None:
        advance(work.writes, context, PLACEMENT, place, "appeal-upheld")
    _write(work, {"step": "outcome", "outcome": asked.outcome})
    note(work, event, asked)
    return "Upheld: they may choose a practice." if asked.outcome == "upheld" else "Dismissed: the place stands."


async def _withdraw(work: Work, asked: OnPlace) -> str | Impossible:
    advance(work.writes, work.context, APPEAL, work.matter, "withdraw")
    note(work, "withdraw", asked)
    return "Withdrawn; the place stands."


def _write(work: Work, content: dict[str, Any]) -> None:
    write_letter(work.writes, work.context, Letter.SCHEME_APPEAL, whom(work), content, matter_id=work.matter.id)


APPEAL_ACTS = (
    Act(
        "scheme",
        "appeal",
        "Take an appeal against being placed on the scheme, or against remaining there.",
        OpenAppeal,
        open_appeal,
        "scheme appeal 9990000018 --against placement --received-on 2025-02-24",
    ),
    matter_act(APPEAL, "scheme", "acknowledge", OnPlace, _acknowledge, name="appeal-acknowledge",
               summary="Acknowledge an appeal in writing, and ask for the forms."),
    matter_act(APPEAL, "scheme", "form", Form, _form, name="appeal-form", summary="A form for the panel came."),
    matter_act(APPEAL, "scheme", "convene", Panel, _convene, name="appeal-convene",
               summary="Give the panel a day, within 28 days of both forms."),
    matter_act(APPEAL, "scheme", "papers", OnPlace, _papers, name="appeal-papers",
               summary="The panel's papers went out."),
    matter_act(APPEAL, "scheme", "uphold", Decide, _decide, name="appeal-decide",
               summary="The panel's outcome: upheld or dismissed."),
    matter_act(APPEAL, "scheme", "withdraw", OnPlace, _withdraw, name="appeal-withdraw",
               summary="The patient takes the appeal back, or never sent the form."),
)  # fmt: skip
