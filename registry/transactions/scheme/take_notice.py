"""Take a practice's notice of violence."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.acts.act import Answer, Done, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.context import Context
from registry.transactions.facts import MembershipFacts, PersonFacts
from registry.transactions.matters.step import advance, open_matter
from registry.transactions.scheme.asked import SPOKEN, Notice
from registry.transactions.scheme.find import FoundPractice, children_at_address, find_practice, last_place
from registry.transactions.scheme.keep import keep_incident, keep_note
from registry.transactions.scheme.notices import (
    KIND,
    NOTICE,
    TO_APPROVE,
    TO_APPROVE_SPOKEN,
    UNCONFIRMED,
    chased_at,
    confirmed_by,
)
from registry.transactions.scheme.placement import AWAITING
from registry.transactions.scheme.placement import KIND as PLACE
from registry.transactions.scheme.remove import acknowledge, remove_at_once
from registry.transactions.scheme.rules import approval_wanted, is_crime_number
from registry.values.period import london_date

_WANTED = {
    "no-incident-number": "there is no incident number of the police",
    "reported-late": "it was reported too long after the incident",
}


@dataclass(frozen=True, slots=True)
class _Taken:
    """A notice whose incident is kept. `wanted` is why the commissioner must approve, or None."""

    practice_id: UUID
    noticed_at: datetime
    incident_id: UUID
    spoken: bool
    wanted: str | None

    @property
    def facts(self) -> dict[str, Any]:
        """What the matter knows of it."""
        return {
            "noticed_at": self.noticed_at,
            "incident": self.incident_id,
            "spoken": self.spoken,
            "wanted_because": self.wanted,
        }


async def take_notice(connection: AsyncConnection, context: Context, asked: Notice) -> Answer:
    """Take a practice's notice: the person is off its list with it, or waits for the commissioner's approval.

    The police's number makes the difference, and the days since the incident (policy
    `violent_late_report_days`). By word of mouth it counts at once and is to be confirmed in writing.
    """
    person = await person_of(connection, asked.nhs_number)
    if isinstance(person, Impossible):
        return person
    practice = await find_practice(connection, asked.practice, context.today)
    if practice is None:
        return Impossible("There is no practice with this ODS code.", "practice")
    noticed_at = asked.noticed_at or context.now
    impossible = _impossible(context, asked, person, practice, noticed_at) or await _discharged(
        connection, asked, person
    )
    if impossible is not None:
        return impossible
    writes = Writes()
    earlier = person.matter(KIND)
    if earlier is not None:
        # It goes before the new one in a statement of its own: nobody has two open notices.
        advance(writes, context, NOTICE, earlier, "followed")
        await writes.flush(connection)
    taken = _take(writes, context, asked, person, practice, noticed_at)
    stay = person.membership
    if taken.wanted is not None or stay is None:
        done = _ask_commissioner(writes, context, person, taken)
    else:
        done = await _remove_now(connection, writes, context, person, stay, taken)
    keep_note(writes, context, "notice", asked.reason, patient_id=person.id, matter_id=done.id)
    await writes.flush(connection)
    return done


def _impossible(
    context: Context, asked: Notice, person: PersonFacts, practice: FoundPractice, noticed_at: datetime
) -> Impossible | None:
    """Why a notice cannot be taken, whatever the commissioner says."""
    if noticed_at > context.now:
        return Impossible("The notice cannot be in the future.", "noticed_at")
    if asked.happened_at > noticed_at:
        return Impossible("The incident cannot be after the notice.", "happened_at")
    if is_crime_number(asked.incident_number):
        return Impossible(
            "This is the number of a crime report: ask for the number of the incident, or leave it out.",
            "incident_number",
        )
    if person.is_dead:
        return Impossible("The person is recorded as dead.", "nhs_number")
    if person.matter(PLACE) is not None:
        return Impossible(
            "They have a place on the scheme, or wait for one: note another incident with `scheme incident`, or find"
            " another practice with `scheme move`.",
            "nhs_number",
        )
    open_notice = person.matter(KIND)
    if open_notice is not None and open_notice.state in (TO_APPROVE, TO_APPROVE_SPOKEN):
        return Impossible("A notice about them waits for the commissioner's approval already.", "nhs_number")
    if person.membership is None or person.membership.practice_id != practice.facts.id:
        return Impossible(
            "The person is not on this practice's list. A practice that took them on since may give notice itself, on"
            " the ground previously-removed.",
            "practice",
        )
    return None


async def _discharged(connection: AsyncConnection, asked: Notice, person: PersonFacts) -> Impossible | None:
    """Who has completed the scheme may not be removed for having been on it."""
    if asked.ground != "previously-removed":
        return None
    last = await last_place(connection, person.id)
    if last is None or last[0] not in ("discharged", "released"):
        return None
    return Impossible(
        f"They left the scheme with free choice of practice on {last[1].isoformat()}; that they were removed before"
        " is no ground.",
        "ground",
    )


def _take(
    writes: Writes, context: Context, asked: Notice, person: PersonFacts, practice: FoundPractice, noticed_at: datetime
) -> _Taken:
    """Keep what happened, and say whether the commissioner must approve."""
    spoken, noticed_on = asked.channel in SPOKEN, london_date(noticed_at)
    incident_id = keep_incident(
        writes,
        context,
        patient_id=person.id,
        practice_id=practice.facts.id,
        ground=asked.ground,
        happened_at=asked.happened_at,
        noticed_at=noticed_at,
        channel=asked.channel,
        notifier=asked.notifier,
        incident_number=asked.incident_number,
        persons_affected=asked.persons_affected,
        patient_told=asked.patient_told,
        narrative=asked.narrative,
        confirmed_on=None if spoken else noticed_on,
    )
    late_after = context.policies.on("violent_late_report_days", noticed_on)
    wanted = approval_wanted(asked.incident_number, asked.happened_at, noticed_at, late_after)
    return _Taken(practice.facts.id, noticed_at, incident_id, spoken, wanted)


def _ask_commissioner(writes: Writes, context: Context, person: PersonFacts, taken: _Taken) -> Done:
    """Nothing is done to the person before the commissioner has answered."""
    days = context.policies.on("scheme_approval_working_days", context.today)
    state = TO_APPROVE_SPOKEN if taken.spoken else TO_APPROVE
    matter_id = open_matter(
        writes,
        context,
        NOTICE,
        due_at=context.after_working_days(days),
        state=state,
        patient_id=person.id,
        practice_id=taken.practice_id,
        facts=taken.facts,
        trigger_on=london_date(taken.noticed_at),
    )
    acknowledge(writes, context, person, taken.practice_id, {"step": "awaits-approval"}, matter_id)
    return Done(f"Waits for the commissioner's approval: {_WANTED[taken.wanted or '']}.", matter_id, 1, state)


async def _remove_now(
    connection: AsyncConnection,
    writes: Writes,
    context: Context,
    person: PersonFacts,
    stay: MembershipFacts,
    taken: _Taken,
) -> Done:
    children = await children_at_address(connection, person.id, context.today)
    place_id, transaction_id = remove_at_once(
        writes, context, person, stay, acts_at=taken.noticed_at, incident_id=taken.incident_id, children=children
    )
    content: dict[str, Any] = {"step": "removed", "removed_at": taken.noticed_at}
    if taken.spoken:
        content["confirm_by"] = confirmed_by(taken.noticed_at, context)
        open_matter(
            writes,
            context,
            NOTICE,
            due_at=chased_at(taken.noticed_at, context),
            state=UNCONFIRMED,
            patient_id=person.id,
            practice_id=taken.practice_id,
            facts={**taken.facts, "place": place_id},
            trigger_on=london_date(taken.noticed_at),
            transaction_id=transaction_id,
        )
    acknowledge(writes, context, person, taken.practice_id, content, place_id)
    sentence = "Off the practice's list with the notice; a place on the scheme is wanted within 24 hours of it."
    if children:
        sentence += " Children live at the address: a case says so."
    return Done(sentence, place_id, 1, AWAITING, transaction_id)
