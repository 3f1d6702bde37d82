"""What the office does about secure settings: mark one, and register people before their release."""

from datetime import date

from pydantic import Field
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.audit.record import record
from registry.database import Writes
from registry.practices.models import practices
from registry.transactions.acts.act import AboutPerson, Act, Answer, Asked, Done, Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.acts.on_person import person_of
from registry.transactions.acts.on_practice import practice_of
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.kind import Work
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance, open_matter
from registry.transactions.outside import Outside
from registry.transactions.special_registrations.placing import open_practice
from registry.transactions.special_registrations.release import RELEASE
from registry.transactions.special_registrations.rules import asks_otherwise, released_on, unfit_for_placing
from registry.values.period import start_of_day

_WHAT_FIRST = "postpone it to another day, or withdraw it first and register for the other then."

_IS_SECURE = text("select secure from practices where id = :id").bindparams(bindparam("id", type_=Uuid))


class MarkSecure(Asked):
    practice: str = Field(description="ODS code of the practice.", examples=["Y90001"])
    secure: bool = Field(True, description="Whether it is a secure setting.")
    reason: str = Field("", max_length=2000, description="Why; kept in the audit.")


async def _mark(connection: AsyncConnection, context: Context, what: MarkSecure) -> Answer:
    practice = await practice_of(connection, what.practice)
    if isinstance(practice, Impossible):
        return practice
    meaning = "a secure setting, kept out of capitation" if what.secure else "an ordinary practice"
    if practice.secure == what.secure:
        return Done(f"It is {meaning} already.")
    writes = Writes()
    writes.update(practices, practice.id, secure=what.secure, updated_at=context.now)
    subject = {"ods_code": practice.ods_code, "secure": what.secure, "reason": what.reason}
    record(writes, context.actor, "practice.marked-secure", context.now, subject=subject)
    await writes.flush(connection)
    return Done(f"It is {meaning} now.")


class PreRegister(AboutPerson):
    practice: str = Field(description="ODS code of the practice that has agreed to take them.", examples=["Y90001"])
    release_on: date = Field(description="The day of release.")
    gp_code: str = Field("", max_length=20, description="The doctor; the practice's first unless given.")


async def _pre_register(connection: AsyncConnection, context: Context, what: PreRegister) -> Answer:
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    open_one = person.matter(RELEASE.kind)
    if open_one is not None:
        return await _again(connection, open_one, what)
    unfit = unfit_for_placing(person)
    if unfit is not None:
        return Impossible(unfit, "nhs_number")
    if not await _is_in_a_secure_setting(connection, person):
        return Impossible("They are in no secure setting: the practice accepts them as anybody.", "nhs_number")
    practice = await open_practice(connection, context, what.practice, what.gp_code)
    if isinstance(practice, Impossible):
        return practice
    if await practice_secure(connection, practice.facts.id):
        return Impossible("This is a secure setting: its own acceptance moves them there.", "practice")
    most_days = context.policies.on("pre_registration_most_days", context.today)
    fault = released_on(what.release_on, context.today, most_days=most_days)
    if fault is not None:
        return Impossible(fault.sentence, fault.field)
    writes = Writes()
    matter_id = open_matter(
        writes,
        context,
        RELEASE,
        due_at=max(start_of_day(what.release_on), context.now),
        patient_id=person.id,
        practice_id=practice.facts.id,
        facts={
            "release_on": what.release_on.isoformat(),
            "practice": practice.facts.ods_code,
            "gp_code": practice.gp_code,
        },
        reason=what.reason,
    )
    await writes.flush(connection)
    return Done(f"On the practice's list from {what.release_on}.", matter_id, 1, RELEASE.stages[0].name)


async def _again(connection: AsyncConnection, noted: Matter, what: PreRegister) -> Answer:
    """Asked a second time: done already where it is the same, refused where it is not."""
    practice = await practice_of(connection, what.practice)
    if isinstance(practice, Impossible):
        return practice
    asked = {"release_on": what.release_on, "gp_code": what.gp_code or None}
    fault = asks_otherwise(noted, asked, _WHAT_FIRST, practice.id)
    if fault is not None:
        return Impossible(fault.sentence, fault.field)
    return Done("It is noted already.", noted.id, noted.version, noted.state)


async def practice_secure(connection: AsyncConnection, practice_id: object) -> bool:
    """Whether a practice is a secure setting."""
    return (await connection.execute(_IS_SECURE, {"id": practice_id})).scalar_one()


async def _is_in_a_secure_setting(connection: AsyncConnection, person: PersonFacts) -> bool:
    """On the list of one, or off every list because of a sentence."""
    if person.membership is None:
        return person.on_list == Outside.PRISON.id
    return await practice_secure(connection, person.membership.practice_id)


class Postpone(OnMatter):
    release_on: date = Field(description="The new day of release.")


async def _postpone(work: Work, what: Postpone) -> str | Impossible:
    most_days = work.context.policies.on("pre_registration_most_days", work.context.today)
    fault = released_on(what.release_on, work.context.today, most_days=most_days)
    if fault is not None:
        return Impossible(fault.sentence, fault.field)
    advance(
        work.writes,
        work.context,
        RELEASE,
        work.matter,
        "postpone",
        due_at=max(start_of_day(what.release_on), work.context.now),
        facts={"release_on": what.release_on.isoformat()},
        reason=what.reason,
    )
    return f"On the practice's list from {what.release_on}."


async def _withdraw(work: Work, what: OnMatter) -> str | Impossible:
    advance(work.writes, work.context, RELEASE, work.matter, "withdraw", reason=what.reason)
    return "Withdrawn; they stay where they are."


MARK_SECURE = Act(
    "stays",
    "secure-setting",
    "Mark a practice as a secure setting, or as none: its people are kept out of capitation.",
    MarkSecure,
    _mark,
    example="stays secure-setting --practice Y90008 --secure",
)
PRE_REGISTER = Act(
    "stays",
    "pre-register",
    "Register somebody in a secure setting with a practice from the day of their release.",
    PreRegister,
    _pre_register,
    example="stays pre-register 9990000018 --practice Y90001 --release-on 2026-11-20",
)
POSTPONE = matter_act(
    RELEASE,
    "stays",
    "postpone",
    Postpone,
    _postpone,
    summary="Another day of release.",
    example="stays postpone 0197b0de-0000-7000-8000-000000000001 --version 1 --release-on 2026-11-27",
)
WITHDRAW = matter_act(
    RELEASE,
    "stays",
    "withdraw",
    OnMatter,
    _withdraw,
    summary="Withdraw a registration that waits for a release.",
    example="stays withdraw 0197b0de-0000-7000-8000-000000000001 --version 1",
)
