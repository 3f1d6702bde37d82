"""The practice tells by page or by telephone that a patient has moved out of its area (OPA).

The days begin with the posting of the letter of advice; the practice may agree to keep the patient.
By the link the same is asked with G3, and with G5 as left area. Contracts Regulations 2015 Sch 3 para 27.
"""

from datetime import date
from typing import Literal

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.acts.act import AboutPerson, Act, Answer, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.acts.on_practice import practice_of
from registry.transactions.context import Context
from registry.transactions.fp69.answers import answered_by_deduction
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import is_sent, posts_on
from registry.transactions.outside import Outside
from registry.transactions.pending import Leaving
from registry.transactions.removals.advise import advise
from registry.transactions.removals.asked import placed_by_scheme, wrong_day
from registry.transactions.removals.grounds import RemovalRefusal
from registry.transactions.removals.request import Request, in_the_way, put_down, put_down_beside, refuse
from registry.transactions.removals.rules import refuse_asker
from registry.transactions.rules.removal_reasons import RemovalReason
from registry.values.period import acts_on


class OutOfArea(AboutPerson):
    """What the practice told, as keyed."""

    practice: str = Field(description="ODS code of the practice that tells it.", examples=["Y90001"], max_length=10)
    received_on: date = Field(description="The day on which it was told.", examples=["2026-11-02"])
    medium: Literal["form", "letter", "email", "page", "telephone"] = Field("page", description="How it was told.")
    told_by: str = Field("", max_length=200, description="Who at the practice told it.")


async def _ask(connection: AsyncConnection, context: Context, what: OutOfArea) -> Answer:
    practice = await practice_of(connection, what.practice)
    if isinstance(practice, Impossible):
        return practice
    if (wrong := wrong_day(what.received_on, context.today)) is not None:
        return wrong
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    if (kept_on := placed_by_scheme(person, practice.id)) is not None:
        return kept_on
    kept = {"route": "out-of-area", **what.model_dump(mode="json", exclude={"nhs_number"})}
    request = Request.of("practice-removal", practice.id, kept)
    now, writes = person.membership, Writes()
    refused = refuse_asker(person, practice.id, what.received_on)
    if refused is not None or now is None:
        done = refuse(
            writes, context, person, request, refused or RemovalRefusal.NOT_ON_LIST, by=Letter.REMOVAL_REFUSED
        )
        await writes.flush(connection)
        return done
    days: int = context.policies.on("out_of_area_days", what.received_on)
    begins = posts_on(context) if is_sent(Letter.OUT_OF_AREA, person) else context.today
    if (pending := in_the_way(context, person, request, acts_on(begins, days))) is not None:
        done = put_down_beside(writes, context, person, request, pending)
    else:
        reason = RemovalReason.OPA
        advice = advise(writes, context, person, request.transaction_id, days)
        leaving = Leaving(
            practice.id,
            request.transaction_id,
            now.gp_code,
            reason,
            reason.value.told_as,
            reason.value.to_list.id,
            what.received_on,
            due_on=advice.due_on,
            waits_for="letter" if advice.due_on is None else None,
            days=days,
            letter_id=advice.letter_id,
            earliest_on=advice.due_on,
        )
        answered_by_deduction(writes, context, person, Outside.LEFT_AREA, request.transaction_id, pending=True)
        done = put_down(writes, context, person, request, leaving)
    await writes.flush(connection)
    return done


OUT_OF_AREA = Act(
    "removals",
    "out-of-area",
    "A practice tells that a patient moved out of its area: off its list thirty days from the letter to them.",
    OutOfArea,
    _ask,
    example="removals out-of-area 9990000018 --practice Y90001 --received-on 2026-11-02 --medium telephone",
)
