"""From the first suspicion to the word of the National Back Office: who was asked, and who answered."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid

from registry.database import Writes
from registry.transactions.acts.act import AboutPerson, Act, Answer, Done, Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.acts.on_person import person_of
from registry.transactions.case_reference import case_reference
from registry.transactions.confusions.clocks import stage_due
from registry.transactions.confusions.gather_items import items_of
from registry.transactions.confusions.machine import CONFUSION
from registry.transactions.context import Context
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance, open_matter

HOME_OFFICE = "home-office"
Trigger = Literal["amendment", "practice", "national-back-office", "returned-mail", "matching", "patient", "other"]

_PRACTICES = text("select id, ods_code from practices where ods_code = any(:codes) order by ods_code").bindparams(
    bindparam("codes", type_=ARRAY(Text))
)
_CASE = text("select kind from anomalies where id = :id and patient_ids @> array[:patient_id]").bindparams(
    bindparam("id", type_=Uuid), bindparam("patient_id", type_=Uuid)
)


class Suspect(AboutPerson):
    trigger: Trigger = Field("other", description="What gave rise to it.")
    case: UUID | None = Field(None, description="The case of the queue that shows it: an amendment that is held, say.")


async def _suspect(connection: AsyncConnection, context: Context, what: Suspect) -> Answer:
    if not what.reason:
        return Impossible("Say why two people may share the record.", "reason")
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    open_one = person.matter(CONFUSION.kind)
    if open_one is not None:
        return Done("It is suspected already.", open_one.id, open_one.version, open_one.state)
    if person.status in ("superseded", "invalidated"):
        return Impossible("This record is no longer in use.", "nhs_number")
    facts: dict[str, Any] = {"trigger": what.trigger}
    if what.case is not None:
        values = {"id": what.case, "patient_id": person.id}
        if (await connection.execute(_CASE, values)).first() is None:
            return Impossible("There is no such case about this person.", "case")
        facts["case"] = str(what.case)
    writes = Writes()
    matter_id = open_matter(
        writes,
        context,
        CONFUSION,
        due_at=stage_due(context, "suspected"),
        patient_id=person.id,
        practice_id=None if person.membership is None else person.membership.practice_id,
        facts=facts,
        reason=what.reason,
    )
    await writes.flush(connection)
    return Done(
        "It is opened. Until it is closed no clock takes the person off a list, and the record is not merged.",
        matter_id,
        1,
        "suspected",
    )


async def _triage(work: Work, what: OnMatter) -> str | Impossible:
    if not what.reason:
        return Impossible("Say what you have seen.", "reason")
    _step(work, "triage", "triaged", what.reason)
    return "Worth asking: ask the practices next."


class Ask(OnMatter):
    home_office: bool = Field(False, description="Ask the Home Office too: where somebody came from abroad.")


async def _ask(work: Work, what: Ask) -> str | Impossible:
    """A letter to every practice that the record has had to do with."""
    person, connection = work.person, work.connection
    if person is None:
        raise ValueError("a confusion is about a record")
    codes = sorted({item.practice for item in await items_of(connection, person.id) if item.practice is not None})
    rows = (await connection.execute(_PRACTICES, {"codes": codes})).all()
    if not rows and not what.home_office:
        return Impossible("The record has had to do with no practice: ask the Home Office, or close it.", "home_office")
    asked: dict[str, Any] = {
        row.ods_code: {
            "letter": str(
                write_letter(
                    work.writes, work.context, Letter.CONFUSION_QUESTION, person, {}, practice_id=row.id,
                    matter_id=work.matter.id,
                )
            )
        }
        for row in rows
    }  # fmt: skip
    if what.home_office:
        asked[HOME_OFFICE] = {}
    _step(work, "ask", "asking", what.reason, {"asked": asked})
    return f"{len(asked)} are asked." if person.restricted else f"{len(asked)} are asked: {', '.join(asked)}."


class NoteAnswer(OnMatter):
    of: str = Field(description="Who answered: a practice's ODS code, or home-office.", max_length=20)


async def _note_answer(work: Work, what: NoteAnswer) -> str | Impossible:
    asked: dict[str, Any] = dict(work.matter.facts["asked"])
    of = what.of.lower() if what.of.lower() == HOME_OFFICE else what.of.upper()
    if of not in asked:
        return Impossible("They were not asked.", "of")
    if not what.reason:
        return Impossible("Say what they answered.", "reason")
    asked[of] = {**asked[of], "answered_on": work.context.today.isoformat()}
    facts = {"asked": asked}
    advance(
        work.writes, work.context, CONFUSION, work.matter, "note-answer", facts=facts, reason=what.reason,
        details={"of": of},
    )  # fmt: skip
    waited_for = silent(asked)
    return "All have answered." if not waited_for else f"{len(waited_for)} are still to answer."


def silent(asked: dict[str, Any]) -> list[str]:
    """Who was asked and has not answered."""
    return [of for of, each in asked.items() if "answered_on" not in each]


async def _complete(work: Work, what: OnMatter) -> str | Impossible:
    waited_for = silent(work.matter.facts["asked"])
    if waited_for and not what.reason:
        return Impossible(f"{len(waited_for)} have not answered: say why they are not waited for.", "reason")
    _step(work, "complete", "evidence-complete", what.reason)
    return "The evidence is complete: refer it to the National Back Office."


class Refer(OnMatter):
    reference: str = Field(description="The reference of the outside case.", max_length=60, examples=["NBO-123456"])


async def _refer(work: Work, what: Refer) -> str | Impossible:
    reference = case_reference(work.context, what.reference)
    if isinstance(reference, Impossible):
        return reference
    _step(work, "refer", "with-national-back-office", what.reason, {"reference": reference})
    return f"Referred under {reference}."


async def _confirm(work: Work, what: OnMatter) -> str | Impossible:
    if not what.reason:
        return Impossible("Say what the National Back Office found.", "reason")
    _step(work, "confirm", "attributing", what.reason)
    return "They are several people: describe each, and give each item to one of them."


def _step(work: Work, event: str, state: str, reason: str, facts: dict[str, Any] | None = None) -> None:
    due_at = stage_due(work.context, state, work.matter)
    advance(work.writes, work.context, CONFUSION, work.matter, event, due_at=due_at, facts=facts, reason=reason or None)


SUSPECT = Act(
    "confusions",
    "suspect",
    "Open a confusion: two people may share one number. Clocks that would remove the person hold.",
    Suspect,
    _suspect,
    example='confusions suspect 9990000018 --trigger amendment --reason "surname and birth date of another"',
)
TRIAGE = matter_act(CONFUSION, "confusions", "triage", OnMatter, _triage, summary="Note that it is worth asking about.")
ASK = matter_act(
    CONFUSION, "confusions", "ask", Ask, _ask,
    summary="Write to every practice that the record has had to do with, and note that the Home Office is asked.",
)  # fmt: skip
ANSWER = matter_act(
    CONFUSION, "confusions", "note-answer", NoteAnswer, _note_answer, name="answer",
    summary="Note what a practice, or the Home Office, answered.",
    example='confusions answer 0197b0de-0000-7000-8000-000000000001 --version 3 --of Y90001 --reason "born in 1984"',
)  # fmt: skip
COMPLETE = matter_act(
    CONFUSION, "confusions", "complete", OnMatter, _complete,
    summary="Say that the evidence is complete; where somebody is silent, why they are not waited for.",
)  # fmt: skip
REFER = matter_act(
    CONFUSION, "confusions", "refer", Refer, _refer, summary="Refer it to the National Back Office.",
    example="confusions refer 0197b0de-0000-7000-8000-000000000001 --version 6 --reference NBO-123456",
)  # fmt: skip
CONFIRM = matter_act(
    CONFUSION, "confusions", "confirm", OnMatter, _confirm,
    summary="Note that the National Back Office says: several people.",
)  # fmt: skip
