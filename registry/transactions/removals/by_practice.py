"""The practice asks for somebody to be removed (RDR): off its list on the eighth day after the request came.

Somebody who is treated at intervals of less than seven days stays until the eighth day after the
practice has told that the treatment ended. Contracts Regulations 2015 Sch 3 para 24.
"""

from dataclasses import replace
from datetime import date
from uuid import UUID

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes, iso
from registry.transactions.acts.act import Act, Answer, Done, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.acts.on_practice import practice_of
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.pending import Leaving
from registry.transactions.removals.advise import announce, earliest_day
from registry.transactions.removals.asked import Written, placed_by_scheme, wrong_day
from registry.transactions.removals.grounds import Exemption, Ground, RemovalRefusal
from registry.transactions.removals.question import next_question
from registry.transactions.removals.request import Request, in_the_way, put_down, put_down_beside, refuse
from registry.transactions.removals.rules import PracticeRequest, days_after, refuse_practice_request
from registry.transactions.rules.removal_reasons import RemovalReason

_PLACES = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh",
    "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth",
    "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty-first",
)  # fmt: skip
"""Where on the form a number is: words, since the numbers themselves are never repeated in an answer."""


class RemovalByPractice(Written):
    """A practice's written request, as keyed."""

    practice: str = Field(description="ODS code of the practice that asks.", examples=["Y90001"], max_length=10)
    ground: Ground = Field(description="What the practice gives as its reason.")
    reasons_given: bool = Field(False, description="Whether the patient was given the reasons in writing.")
    warned_on: date | None = Field(None, description="The day on which the patient was warned.")
    warning_gave_reasons: bool = Field(True, description="Whether that warning gave its reasons.")
    exemption: Exemption | None = Field(None, description="Why no warning was given, where the regulation allows it.")
    frequent_treatment: bool = Field(False, description="Whether they are treated at intervals of less than 7 days.")
    also: list[str] = Field(
        default_factory=list,
        max_length=20,
        description="NHS numbers of others whom the same form names; each is a request of its own.",
    )


async def _ask(connection: AsyncConnection, context: Context, what: RemovalByPractice) -> Answer:
    practice = await practice_of(connection, what.practice)
    if isinstance(practice, Impossible):
        return practice
    if (wrong := _impossible(what, context.today)) is not None:
        return wrong
    people = await _people(connection, what, practice.id)
    if isinstance(people, Impossible):
        return people
    answers: list[Done] = []
    for person in people.values():
        writes = Writes()
        answers.append(_decide(writes, context, what, practice.id, person))
        await writes.flush(connection)
    if len(answers) == 1:
        return answers[0]
    return Done(f"{len(answers)} requests, each with an answer of its own.", data=answers)


async def _people(
    connection: AsyncConnection, what: RemovalByPractice, practice_id: UUID
) -> dict[UUID, PersonFacts] | Impossible:
    """Everybody whom the form names, once each; or what is wrong with one, by its place on the form."""
    people: dict[UUID, PersonFacts] = {}
    for place, number in enumerate((what.nhs_number, *what.also)):
        person = await person_of(connection, number)
        wrong = person if isinstance(person, Impossible) else placed_by_scheme(person, practice_id)
        if wrong is not None:
            return wrong if place == 0 else _at(place, wrong)
        if isinstance(person, PersonFacts):
            people[person.id] = person
    return people


def _at(place: int, wrong: Impossible) -> Impossible:
    return replace(wrong, sentence=f"{wrong.sentence} This is the {_PLACES[place]} number of the form.", field="also")


def _impossible(what: RemovalByPractice, today: date) -> Impossible | None:
    if what.warned_on is not None and what.warned_on > what.received_on:
        return Impossible("The warning cannot be later than the request.", "warned_on")
    return wrong_day(what.received_on, today)


def _decide(writes: Writes, context: Context, what: RemovalByPractice, practice_id: UUID, person: PersonFacts) -> Done:
    """What becomes of the request about one person: nobody is swept along with another."""
    asked = PracticeRequest(
        practice_id,
        what.received_on,
        what.ground,
        what.reasons_given,
        what.warned_on,
        what.warning_gave_reasons,
        what.exemption,
    )
    request = Request.of("practice-removal", practice_id, _kept(what))
    months = context.policies.on("removal_warning_months", what.received_on)
    refused = refuse_practice_request(asked, person, months)
    now = person.membership
    if refused is not None or now is None:
        return refuse(
            writes, context, person, request, refused or RemovalRefusal.NOT_ON_LIST, by=Letter.REMOVAL_REFUSED
        )
    reason = RemovalReason.RDR
    days: int = context.policies.on("practice_removal_days", what.received_on)
    lawful = days_after(what.received_on, days)
    due_on = None if what.frequent_treatment else earliest_day(context, person, reason, lawful)
    if (pending := in_the_way(context, person, request, due_on)) is not None:
        return put_down_beside(writes, context, person, request, pending)
    waits = "treatment-end" if what.frequent_treatment else None
    leaving = Leaving(
        practice_id,
        request.transaction_id,
        now.gp_code,
        reason,
        reason.value.told_as,
        reason.value.to_list.id,
        what.received_on,
        due_on=due_on,
        waits_for=waits,
        days=days,
        letter_id=announce(writes, context, person, reason, request.transaction_id, due_on),
        earliest_on=None if waits else lawful,
        chase_at=next_question(context, waits, what.received_on) if waits else None,
    )
    confirm(writes, context, person, request.transaction_id, due_on)
    return put_down(writes, context, person, request, leaving)


def confirm(writes: Writes, context: Context, person: PersonFacts, transaction_id: UUID, due_on: date | None) -> None:
    """Confirm a removal to the practice that asked, with its day or what it waits for (REM-5)."""
    content = {"removal": "RDR", "removal_on": iso(due_on)}
    write_letter(writes, context, Letter.REMOVAL_CONFIRMED, person, content, transaction_id=transaction_id)


def _kept(what: RemovalByPractice) -> dict[str, object]:
    return {"route": "by-practice", **what.model_dump(mode="json", exclude={"nhs_number", "also"})}


BY_PRACTICE = Act(
    "removals",
    "by-practice",
    "A practice asks in writing for a patient to be removed: off its list on the eighth day.",
    RemovalByPractice,
    _ask,
    example="removals by-practice 9990000018 --practice Y90001 --received-on 2026-11-02 --ground breakdown"
    " --reasons-given --warned-on 2026-06-01",
)
