"""What the office may do about queries."""

from uuid import UUID

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.acts.act import Act, Answer, Asked, Done, Group, Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.acts.on_person import person_of
from registry.transactions.acts.on_practice import practice_of
from registry.transactions.context import Context
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance
from registry.transactions.queries.ask import ask
from registry.transactions.queries.machine import QUERY
from registry.transactions.queries.say import Saying, Unsaid, say

_QUESTION = Field(min_length=1, max_length=10_000, description="In the characters that GP Links carries.")


class Ask(Asked):
    """Whom is asked what."""

    practice: str = Field(description="ODS code of the practice.", examples=["Y90001"], max_length=10)
    question: str = _QUESTION
    nhs_number: str | None = Field(None, description="Whom it is about; nobody, unless given.", max_length=20)
    reason: str = Field("", max_length=2000, description="Why; kept, and never sent.")


class AskAgain(OnMatter):
    """What is asked beside."""

    question: str = _QUESTION


class NoteAnswer(OnMatter):
    """What the practice said in another way."""

    question_id: UUID = Field(description="The question that it answers.")
    answer: str = Field(min_length=1, max_length=10_000, description="What was said.")
    told_by: str = Field(
        min_length=1, max_length=200, description="Who at the practice said so: their office, not their name."
    )


async def _ask(connection: AsyncConnection, context: Context, what: Ask) -> Answer:
    practice = await practice_of(connection, what.practice)
    if isinstance(practice, Impossible):
        return practice
    person = None if what.nhs_number is None else await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    writes = Writes()
    asked = ask(writes, context, practice.id, person, what.question, what.reason or None)
    if isinstance(asked, str):
        return Impossible(asked, "question")
    await writes.flush(connection)
    return Done("Asked.", asked.id, 1, "asked", data={"question": asked.question})


async def _ask_again(work: Work, what: AskAgain) -> str | Impossible:
    said = await say(work, Saying(what.question, True, reason=what.reason or None))
    return Impossible(said.sentence, "question") if isinstance(said, Unsaid) else "Asked again."


async def _note_answer(work: Work, what: NoteAnswer) -> str | Impossible:
    saying = Saying(what.answer, False, what.question_id, what.told_by, what.reason or None)
    said = await say(work, saying)
    if isinstance(said, Unsaid):
        return Impossible(said.sentence, "question_id" if said.field == "in_response_to" else "answer")
    return "The answer is noted; close the query when it was read."


async def _close(work: Work, what: OnMatter) -> str | Impossible:
    advance(work.writes, work.context, QUERY, work.matter, "close", reason=what.reason or None)
    return "Closed."


async def _withdraw(work: Work, what: OnMatter) -> str | Impossible:
    if not what.reason:
        return Impossible("Say why.", "reason")
    advance(work.writes, work.context, QUERY, work.matter, "withdraw", reason=what.reason)
    return "Taken back; the practice sees that nothing is asked any more."


_ID = "0197f2d4-0000-7000-8000-000000000001"

QUERY_ACTS = Group(
    "queries",
    "Queries to practices: ask, note an answer, close.",
    (
        Act(
            "queries",
            "ask",
            "Ask a practice something, about a person or about its list; it answers by its system, or is rung.",
            Ask,
            _ask,
            'queries ask --practice Y90001 --nhs-number 9990000018 --question "Does she live at the address given?"',
        ),
        matter_act(
            QUERY,
            "queries",
            "ask",
            AskAgain,
            _ask_again,
            name="ask-again",
            summary="Ask once more, or something further.",
            example=f'queries ask-again {_ID} --version 2 --question "And since when?"',
        ),
        matter_act(
            QUERY,
            "queries",
            "answer",
            NoteAnswer,
            _note_answer,
            name="note-answer",
            summary="Write down what the practice answered by telephone or on paper.",
            example=f'queries note-answer {_ID} --version 1 --question-id {_ID} --answer "Yes" --told-by "reception"',
        ),
        matter_act(
            QUERY,
            "queries",
            "close",
            OnMatter,
            _close,
            summary="Close a query whose answer was read.",
            example=f"queries close {_ID} --version 2",
        ),
        matter_act(
            QUERY,
            "queries",
            "withdraw",
            OnMatter,
            _withdraw,
            summary="Take a query back.",
            example=f'queries withdraw {_ID} --version 1 --reason "found in the records"',
        ),
    ),
)
