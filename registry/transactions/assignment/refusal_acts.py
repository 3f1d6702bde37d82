"""Acts about refusals: record one, note that its reasons were written, end a chase."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes, iso
from registry.transactions.acts.act import Answer, Done, Impossible, OnMatter
from registry.transactions.acts.on_person import person_of
from registry.transactions.assignment.asked import PracticeRefusal, ReasonsGiven, RefusalOfApplicant
from registry.transactions.assignment.machine import APPLICATION, REFUSAL
from registry.transactions.assignment.models import practice_refusals
from registry.transactions.assignment.practices import practice_named
from registry.transactions.assignment.refusals import (
    Refused,
    cannot_be,
    overdue_from,
    record_refusal,
    report_breach,
)
from registry.transactions.assignment.standings import standings
from registry.transactions.context import Context
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance
from registry.values.period import start_of_day

_PRACTICES_NEAR = 5


async def record_for_person(connection: AsyncConnection, context: Context, what: PracticeRefusal) -> Answer:
    """Enter a practice's refusal of somebody of the register, and write to them how to get on a list (REG-3)."""
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    practice = await practice_named(connection, what.practice, context.today)
    if isinstance(practice, Impossible):
        return practice
    refused = Refused(practice, what.refused_on, what.ground, what.reasons_given_on, patient_id=person.id)
    problem = await cannot_be(connection, context, refused)
    if problem is not None:
        return problem
    writes = Writes()
    refusal_id, sentence = record_refusal(writes, context, refused)
    near = await standings(connection, context, person.address.postcode, context.today)
    write_letter(writes, context, Letter.REFUSAL_HELP, person, _help(near, practice.facts.id))
    await writes.flush(connection)
    return Done(sentence, data={"refusal": refusal_id, "stands": refused.stands})


def _help(near: list[Any], refuser: UUID) -> dict[str, Any]:
    """What REG-3 says: the nearest practices that take people, and that the office helps those whom none takes."""
    open_ones = [each for each in near if each.list_is_open and each.practice_id != refuser]
    open_ones.sort(key=lambda each: (each.metres is None, each.metres or 0, each.ods_code))
    return {"practices": [each.ods_code for each in open_ones[:_PRACTICES_NEAR]], "assignment": True}


async def record_for_applicant(work: Work, what: RefusalOfApplicant) -> str | Impossible:
    """Enter a practice's refusal of an applicant who is not in the register."""
    if work.person is not None:
        return Impossible("The applicant is in the register: record the refusal by NHS number (`assignments refusal`).")
    practice = await practice_named(work.connection, what.practice, work.context.today)
    if isinstance(practice, Impossible):
        return practice
    refused = Refused(practice, what.refused_on, what.ground, what.reasons_given_on, application_id=work.matter.id)
    problem = await cannot_be(work.connection, work.context, refused)
    if problem is not None:
        return problem
    refusal_id, sentence = record_refusal(work.writes, work.context, refused)
    advance(
        work.writes, work.context, APPLICATION, work.matter, "add-refusal", reason=what.reason or None,
        details={"refusal": str(refusal_id)},
    )  # fmt: skip
    return sentence


async def give_reasons(work: Work, what: ReasonsGiven) -> str | Impossible:
    """Note that the applicant has the reasons in writing; late ones are reported unless they were already."""
    refused_on = work.matter.trigger_on
    if not refused_on <= what.given_on <= work.context.today:
        return Impossible("The written reasons cannot come before the refusal or in the future.", "given_on")
    refusal_id = UUID(work.matter.facts["refusal_id"])
    was_late = start_of_day(what.given_on) >= overdue_from(work.context, refused_on)
    if was_late and work.matter.state == "reasons-awaited" and work.matter.practice_id is not None:
        report_breach(work.writes, work.context, work.matter.practice_id, refusal_id)
    work.writes.update(practice_refusals, refusal_id, reasons_given_on=iso(what.given_on))
    advance(work.writes, work.context, REFUSAL, work.matter, "give-reasons", reason=what.reason or None)
    return "The reasons came late, which is reported." if was_late else "The reasons came in time."


async def close_breach(work: Work, what: OnMatter) -> str | Impossible:
    """End the chase for reasons that will not come; why is kept."""
    if not what.reason:
        return Impossible("Say why the chase ends: whom you told of the breach.", "reason")
    advance(work.writes, work.context, REFUSAL, work.matter, "close-breach", reason=what.reason)
    return "The breach is on record, and the chase has ended."


async def reasons_fall_due(work: Work) -> str:
    """The days are over: a breach, reported, and chased every working day from then on."""
    matter = work.matter
    if matter.state != "reasons-awaited" or matter.practice_id is None:
        return "left"
    report_breach(work.writes, work.context, matter.practice_id, UUID(matter.facts["refusal_id"]))
    days = work.context.policies.on("anomaly_due_working_days", work.context.today)
    advance(work.writes, work.context, REFUSAL, matter, "overdue", due_at=work.context.after_working_days(days))
    return "reasons overdue"
