"""What the office may do here."""

from datetime import date
from typing import Literal

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.acts.act import AboutPerson, Act, Answer, Done, Group, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.context import Context
from registry.transactions.deductions.births import CLOSE_BIRTH
from registry.transactions.deductions.causes import Cause
from registry.transactions.deductions.notice import By, Notice
from registry.transactions.deductions.reverse_death import reverse_death
from registry.transactions.deductions.take_notice import take_notice
from registry.values.person import Sex

_SEXES = {"male": Sex.MALE, "female": Sex.FEMALE}


class Notify(AboutPerson):
    """A notice that came by letter or telephone."""

    cause: Cause = Field(description="What happened.", examples=["death"])
    happened_on: date | None = Field(
        None,
        description="The day of the event: death, departure, enlistment, sentence, acceptance elsewhere, or since when"
        " they are away.",
    )
    notified_on: date | None = Field(None, description="The day on which the office first heard of it; else today.")
    told_by: By = Field("other", description="Who told the office.")
    until: date | None = Field(None, description="Emigration: when they mean to come back; left out: never.")
    months: int | None = Field(None, ge=1, le=1200, description="Prison: the sentence in months, in all.")
    formal: bool = Field(False, description="Death: on the registrar's word.")
    confirmed: bool = Field(False, description="Scotland, Northern Ireland, another register: confirmed from there.")
    date_of_birth: date | None = Field(None, description="The person's, as the notice says, to be compared.")
    sex: Literal["male", "female"] | None = Field(None, description="The person's, as the notice says.")
    surname: str | None = Field(None, max_length=100, description="The person's, as the notice says.")
    reference: str | None = Field(None, max_length=100, description="The sender's own reference.")


async def _notify(connection: AsyncConnection, context: Context, what: Notify) -> Answer:
    notice = Notice(
        cause=what.cause,
        number=what.nhs_number.replace(" ", ""),
        notified_on=what.notified_on or context.today,
        happened_on=what.happened_on,
        by=what.told_by,
        until=what.until,
        months=what.months,
        formal=what.formal,
        confirmed=what.confirmed,
        date_of_birth=what.date_of_birth,
        sex=None if what.sex is None else _SEXES[what.sex],
        surname=what.surname,
        reference=what.reference,
        reason=what.reason,
    )
    taken = await take_notice(connection, context, notice)
    if taken.result == "refused":
        return Impossible(taken.sentence, taken.field)
    sentence = f"For a clerk to decide: {taken.sentence}" if taken.result == "referred" else taken.sentence
    return Done(sentence, taken.transaction_id, state=taken.outcome, transaction_id=taken.transaction_id)


NOTIFY = Act(
    "deductions",
    "notify",
    "Take a notice about a person: a death, a departure, a sentence, a registration elsewhere.",
    Notify,
    _notify,
    example="deductions notify 9990000018 --cause death --happened-on 2026-11-02 --told-by relative",
)


class ReverseDeath(AboutPerson):
    """A person recorded as dead is alive."""

    nbo_reference: str | None = Field(
        None, max_length=100, description="The National Back Office's reference; needed for a death from the registrar."
    )


async def _reverse_death(connection: AsyncConnection, context: Context, what: ReverseDeath) -> Answer:
    if not what.reason:
        return Impossible("Say how it is known that the person is alive.", "reason")
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    done = await reverse_death(connection, context, person, what.reason, what.nbo_reference)
    if isinstance(done, str):
        is_formal = person.status == "formal-dead"
        return Impossible(done, "nbo_reference" if is_formal else "nhs_number")
    where = "back on the practice's list, without a gap" if done.practice_id else "on no practice's list, as before"
    return Done(
        f"The death is taken back: {where}. Look at what it had ended.",
        done.transaction_id,
        state="death-reversed",
        transaction_id=done.transaction_id,
        data=done.to_look_at,
    )


REVERSE_DEATH = Act(
    "deductions",
    "reverse-death",
    "Take back a death that was wrong: alive, and back on the same list without a day's gap.",
    ReverseDeath,
    _reverse_death,
    example="deductions reverse-death 9990000018 --reason 'rang us herself'",
)

DEDUCTIONS = Group(
    "deductions", "Deaths, departures and other notices, one by one.", (NOTIFY, REVERSE_DEATH, CLOSE_BIRTH)
)
