"""What the office does about Crown servants who come back."""

from datetime import date, timedelta

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.acts.act import AboutPerson, Act, Answer, Done, Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.acts.on_person import person_of
from registry.transactions.acts.on_practice import practice_of
from registry.transactions.context import Context
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance, open_matter
from registry.transactions.rules.crown_return import window
from registry.transactions.special_registrations.crown import CROWN
from registry.transactions.special_registrations.rules import asks_otherwise, unfit_for_placing
from registry.values.period import start_of_day

_WITHDRAW_FIRST = "withdraw that return first (no-return), and note this one then."


class ExpectReturn(AboutPerson):
    practice: str = Field(description="ODS code of the practice that they had before.", examples=["Y90001"])
    returns_on: date = Field(description="The day of the return, planned or actual.")


async def _expect(connection: AsyncConnection, context: Context, what: ExpectReturn) -> Answer:
    practice = await practice_of(connection, what.practice)
    if isinstance(practice, Impossible):
        return practice
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    open_one = person.matter(CROWN.kind)
    if open_one is not None:
        fault = asks_otherwise(open_one, {"returns_on": what.returns_on}, _WITHDRAW_FIRST, practice.id)
        if fault is not None:
            return Impossible(fault.sentence, fault.field)
        return Done("It is noted already.", open_one.id, open_one.version, open_one.state)
    unfit = unfit_for_placing(person)
    if unfit is not None:
        return Impossible(unfit, "nhs_number")
    if practice.id not in person.was_with:
        return Impossible(
            "They were never on this practice's list: only the original practice must take them.", "practice"
        )
    if person.membership is not None and person.membership.practice_id == practice.id:
        return Impossible("They are on this practice's list.", "practice")
    months = context.policies.on("crown_return_months", what.returns_on)
    first, last = window(what.returns_on, months)
    if last < context.today:
        return Impossible(f"The days ended on {last}: the practice is asked as any other.", "returns_on")
    writes = Writes()
    matter_id = open_matter(
        writes,
        context,
        CROWN,
        due_at=start_of_day(last + timedelta(days=1)),
        patient_id=person.id,
        practice_id=practice.id,
        facts={"returns_on": what.returns_on.isoformat(), "from": first.isoformat(), "until": last.isoformat()},
        trigger_on=what.returns_on,
        reason=what.reason,
    )
    await writes.flush(connection)
    return Done(f"The practice may accept them from {first} until {last}.", matter_id, 1, CROWN.stages[0].name)


async def _withdraw(work: Work, what: OnMatter) -> str | Impossible:
    advance(work.writes, work.context, CROWN, work.matter, "withdraw", reason=what.reason)
    return "Noted: they will not come."


EXPECT_RETURN = Act(
    "stays",
    "crown-return",
    "A Crown servant comes back: the original practice accepts them though its list be closed.",
    ExpectReturn,
    _expect,
    example="stays crown-return 9990000018 --practice Y90001 --returns-on 2026-12-01",
)
WITHDRAW_RETURN = matter_act(
    CROWN,
    "stays",
    "withdraw",
    OnMatter,
    _withdraw,
    name="no-return",
    summary="A Crown servant whose return was noted will not come.",
    example="stays no-return 0197b0de-0000-7000-8000-000000000001 --version 1",
)
