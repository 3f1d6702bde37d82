"""What the office does about temporary residents: record, extend, end."""

from datetime import date

from pydantic import Field
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.database import Writes
from registry.transactions.acts.act import AboutPerson, Act, Answer, Done, Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.acts.on_person import person_of
from registry.transactions.acts.on_practice import NamedPractice, practice_of
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance, open_matter
from registry.transactions.office_transactions import note_transaction
from registry.transactions.special_registrations.rules import (
    Fault,
    Stay,
    at_another_practice,
    strikes_on,
    temporary_stay,
)
from registry.transactions.special_registrations.temporary import TEMPORARY
from registry.values.period import start_of_day

_BEFORE = text(
    "select (facts ->> 'since')::date as since, coalesce(facts ->> 'ended_on', facts ->> 'until')::date as until"
    " from matters where patient_id = :patient_id and practice_id = :practice_id and kind = 'temporary-residence'"
    " and closed_at is not null order by opened_at desc, id desc limit 1"
).bindparams(bindparam("patient_id", type_=Uuid), bindparam("practice_id", type_=Uuid))


class RecordStay(AboutPerson):
    practice: str = Field(description="ODS code of the practice where they stay.", examples=["Y90001"])
    begins_on: date = Field(description="The first day of the stay.")
    until: date | None = Field(None, description="The last day; left out: as long as they may stay.")


async def _record(connection: AsyncConnection, context: Context, what: RecordStay) -> Answer:
    practice = await practice_of(connection, what.practice)
    if isinstance(practice, Impossible):
        return practice
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    open_one = person.matter(TEMPORARY.kind)
    if open_one is not None:
        noted = open_one.facts
        until = noted["limit"] if what.until is None else what.until.isoformat()
        if open_one.practice_id != practice.id or noted["begins_on"] != what.begins_on.isoformat():
            return Impossible("They are a temporary resident already: end or extend that stay first.", "nhs_number")
        if noted["until"] != until:
            return Impossible(f"The stay is recorded until {noted['until']} already: extend or end that one.", "until")
        return Done("It is recorded already.", open_one.id, open_one.version, open_one.state)
    stay = await _stay(connection, context, person, practice, what)
    if isinstance(stay, Fault):
        return Impossible(stay.sentence, stay.field)
    return await _open(connection, context, person, practice, stay, what.reason)


async def _stay(
    connection: AsyncConnection, context: Context, person: PersonFacts, practice: NamedPractice, what: RecordStay
) -> Stay | Fault:
    fault = at_another_practice(person, practice.id)
    if fault is not None:
        return fault
    values = {"patient_id": person.id, "practice_id": practice.id}
    before = (await connection.execute(_BEFORE, values)).one_or_none()
    return temporary_stay(
        what.begins_on,
        what.until,
        None if before is None else (before.since, before.until),
        context.today,
        least_days=context.policies.on("temporary_residence_least_days", what.begins_on),
        most_months=context.policies.on("temporary_stay_months", what.begins_on),
    )


async def _open(
    connection: AsyncConnection,
    context: Context,
    person: PersonFacts,
    practice: NamedPractice,
    stay: Stay,
    reason: str,
) -> Done:
    """The matter, and a transaction that moves nobody and tells nobody."""
    writes = Writes()
    facts = {name: getattr(stay, name).isoformat() for name in ("begins_on", "until", "since", "limit")}
    transaction = note_transaction(
        writes,
        context,
        "special-registration",
        outcome="temporary-residence",
        sentence="A temporary resident: on no other list for it, and not counted.",
        command={"practice": practice.ods_code, **facts},
        patient_id=person.id,
        practice_id=practice.id,
    )
    matter_id = open_matter(
        writes,
        context,
        TEMPORARY,
        due_at=start_of_day(strikes_on(stay.until, stay.limit, stay.since)),
        patient_id=person.id,
        practice_id=practice.id,
        facts=facts,
        trigger_on=stay.begins_on,
        reason=reason,
        transaction_id=transaction,
    )
    await writes.flush(connection)
    return Done(f"Recorded until {stay.until}.", matter_id, 1, TEMPORARY.stages[0].name, transaction)


class ExtendStay(OnMatter):
    until: date = Field(description="The new last day.")


async def _extend(work: Work, what: ExtendStay) -> str | Impossible:
    facts = work.matter.facts
    limit, begins_on = date.fromisoformat(facts["limit"]), date.fromisoformat(facts["begins_on"])
    if what.until > limit:
        return Impossible(f"A temporary stay lasts until {limit} at most: then the practice may accept them.", "until")
    if what.until <= begins_on:
        return Impossible("The stay would end before it begins.", "until")
    if what.until < work.context.today:
        return Impossible("This day is past: end the stay instead.", "until")
    due_at = start_of_day(strikes_on(what.until, limit, date.fromisoformat(facts["since"])))
    new = {"until": what.until.isoformat()}
    advance(work.writes, work.context, TEMPORARY, work.matter, "extend", due_at=due_at, facts=new, reason=what.reason)
    return f"The stay lasts until {what.until}."


class EndStay(OnMatter):
    ended_on: date | None = Field(None, description="The day on which they left; today unless given.")


async def _end(work: Work, what: EndStay) -> str | Impossible:
    day = what.ended_on or work.context.today
    if day > work.context.today:
        return Impossible("They have not left yet: extend the stay to its last day instead.", "ended_on")
    if day < date.fromisoformat(work.matter.facts["begins_on"]):
        return Impossible("The stay would end before it begins.", "ended_on")
    ended = {"ended_on": day.isoformat()}
    advance(work.writes, work.context, TEMPORARY, work.matter, "end", facts=ended, reason=what.reason)
    return "The stay is ended."


RECORD_STAY = Act(
    "stays",
    "temporary",
    "Record a temporary resident; they stay on the list that they are on.",
    RecordStay,
    _record,
    example="stays temporary 9990000018 --practice Y90001 --begins-on 2026-11-02 --until 2026-11-20",
)
EXTEND_STAY = matter_act(
    TEMPORARY,
    "stays",
    "extend",
    ExtendStay,
    _extend,
    summary="Have a temporary resident stay longer, within three months.",
    example="stays extend 0197b0de-0000-7000-8000-000000000001 --version 1 --until 2026-12-20",
)
END_STAY = matter_act(
    TEMPORARY,
    "stays",
    "end",
    EndStay,
    _end,
    summary="A temporary resident has left.",
    example="stays end 0197b0de-0000-7000-8000-000000000001 --version 1 --ended-on 2026-11-20",
)
