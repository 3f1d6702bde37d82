"""Cases with other bodies: open, send with evidence, chase, enter the answer, close."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid

from registry.audit.record import record_read
from registry.database import Writes
from registry.security.callers import Permission
from registry.transactions.acts.act import Act, Answer, Asked, Done, Group, Impossible, Nothing
from registry.transactions.acts.on_practice import practice_of
from registry.transactions.context import Context
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_to_agency
from registry.transactions.liaison.asked import CaseOf, Cases, Close, OpenCase, Said, Send
from registry.transactions.liaison.look import list_cases, look_at_case
from registry.transactions.liaison.machine import ANSWERED, LIAISON, PREPARING
from registry.transactions.liaison.open import NewCase, open_case
from registry.transactions.liaison.packs import Pack, freeze, next_pack
from registry.transactions.liaison.people import find_people
from registry.transactions.liaison.rules import index_of, reference_fault
from registry.transactions.liaison.steps import CaseActs
from registry.transactions.matters.entrusted import kinds_not_for_everyone
from registry.transactions.matters.kind import Work

GROUP = "liaison"
_STEPS = CaseActs(LIAISON, GROUP, Permission.WORK_MATTERS, "liaison_working_days")

_MATTER = text("select 1 from matters where id = :id and kind <> all(:hidden)").bindparams(
    bindparam("id", type_=Uuid), bindparam("hidden", type_=ARRAY(Text))
)
_ANOMALY = text("select 1 from anomalies where id = :id").bindparams(bindparam("id", type_=Uuid))


async def _open(connection: AsyncConnection, context: Context, what: OpenCase) -> Answer:
    about = await what_it_is_about(connection, context, what)
    if isinstance(about, Impossible):
        return about
    writes = Writes()
    days: int = context.policies.on("liaison_working_days", context.today)["prepare"]
    opened = await open_case(
        connection, writes, context, LIAISON, about,
        due_at=context.after_working_days(days), reason=what.reason or None,
    )  # fmt: skip
    await writes.flush(connection)
    return Done(f"{opened.reference} is open.", opened.id, 1, PREPARING, data={"reference": opened.reference})


async def what_it_is_about(connection: AsyncConnection, context: Context, what: Any) -> NewCase | Impossible:
    """The practice, people, matter and anomaly that a new case names, its people locked; or which is not there."""
    formats = context.policies.on("liaison_their_reference", context.today)
    fault = reference_fault(formats, what.with_whom, what.their_reference) if what.their_reference else None
    if fault is not None:
        return Impossible(fault, "their_reference")
    practice = await practice_of(connection, what.practice) if what.practice else None
    if isinstance(practice, Impossible):
        return practice
    named = {"id": what.about_matter, "hidden": kinds_not_for_everyone()}
    if what.about_matter is not None and (await connection.execute(_MATTER, named)).first() is None:
        return Impossible("There is no such matter.", "about_matter")
    if what.about_case is not None and (await connection.execute(_ANOMALY, {"id": what.about_case})).first() is None:
        return Impossible("There is no such anomaly.", "about_case")
    people = await find_people(connection, what.nhs_numbers) if what.nhs_numbers else []
    if isinstance(people, Impossible):
        return people
    return NewCase(
        what.with_whom, what.asks, people, practice.id if practice else None, what.about_matter, what.about_case,
        what.their_reference or None,
    )  # fmt: skip


async def _send(work: Work, what: Send) -> str | Impossible:
    """What is new of the evidence goes as a pack; the clock of whom it goes to begins today."""
    noted = await _STEPS.note_case(work, what.their_reference)
    if noted is not None:
        return noted
    pack = await next_pack(work.connection, work.matter.id)
    clock = await _STEPS.clock(work, work.context.today)
    letter_id = _letter(work, pack) if what.way == "letter" else None
    freeze(work.writes, work.context, work.matter.id, pack, letter_id)
    _STEPS.go(
        work, "send", what.reason, {"way": what.way, "pack": pack.number, "items": len(pack.fresh)},
        due_at=clock.alert_at or clock.answer_at, facts={"answer_at": clock.answer_at.isoformat()},
    )  # fmt: skip
    return f"Sent with {len(pack.fresh)} items; an answer is due by {clock.answer_at:%Y-%m-%d %H:%M} UTC."


def _letter(work: Work, pack: Pack) -> UUID:
    facts = work.matter.facts
    content = {
        "reference": facts["reference"],
        "to": facts["with"],
        "asks": facts["asks"],
        "pack": pack.number,
        "digest": pack.digest,
        "items": index_of(pack.items),
    }
    return write_to_agency(work.writes, work.context, Letter.CASE_SENT, content, matter_id=work.matter.id)


async def _chase(work: Work, what: Said) -> str | Impossible:
    """A chaser within their time leaves the clock as it is; after it, a new time begins."""
    noted = await _STEPS.note_case(work, what.their_reference)
    if noted is not None:
        return noted
    answer_at = datetime.fromisoformat(work.matter.facts["answer_at"])
    if answer_at <= work.context.now:
        answer_at = _STEPS.working_days(work, "again")
    facts = {"answer_at": answer_at.isoformat()}
    _STEPS.go(work, "chase", what.reason, {"way": what.way}, due_at=answer_at, facts=facts)
    return f"Asked again; an answer is due by {answer_at:%Y-%m-%d %H:%M} UTC."


async def _close(work: Work, what: Close) -> str | Impossible:
    if work.matter.state != ANSWERED:
        if not what.reason:
            return Impossible("Nothing was answered: say why it is given up.", "reason")
        await _STEPS.note_case(work, "", outcome="no-answer")
    _STEPS.go(work, "close", what.reason, {})
    return "Closed."


async def _withdraw(work: Work, what: Close) -> str | Impossible:
    _STEPS.go(work, "withdraw", what.reason, {})
    return "Withdrawn."


async def _list(connection: AsyncConnection, context: Context, what: Cases) -> Answer:
    found = await list_cases(connection, LIAISON.kind, what)
    writes = Writes()
    record_read(writes, context.actor, "liaison", context.now, ())
    await writes.flush(connection)
    return Done(f"{len(found)} cases.", data=found)


async def _show(connection: AsyncConnection, context: Context, what: CaseOf) -> Answer:
    found = await look_at_case(connection, LIAISON.kind, what.id)
    if found is None:
        return Nothing("case with another body")
    writes = Writes()
    people = [each["patient_id"] for each in found["people"]]
    record_read(writes, context.actor, "liaison", context.now, people, subject={"matter": what.id})
    await writes.flush(connection)
    return Done(f"{found['reference']} is {found['state']}.", what.id, found["version"], found["state"], data=found)


def _look(
    name: str, asked: type[Asked], run: Callable[..., Awaitable[Answer]], summary: str, example: str = ""
) -> Act[Any]:
    return Act(GROUP, name, summary, asked, run, example, Permission.READ_MATTERS)


_HELP = "Cases with other bodies: the National Back Office, PDS, the commissioner, the Home Office, the LMC."
LIAISON_GROUP = Group(
    GROUP,
    _HELP,
    (
        Act(
            GROUP, "open", "Open a case with another body.", OpenCase, _open,
            "liaison open --with-whom nbo --asks duplicate --nhs-numbers 9990000018 --nhs-numbers 9990000026",
        ),
        *_STEPS.common(),
        _STEPS.act("send", Send, _send, "Freeze what is new of the evidence and send it; their clock begins.",
                   example="liaison send 0192… --version 2 --way portal"),
        _STEPS.act("chase", Said, _chase, "Ask them again."),
        *_STEPS.answers(),
        _STEPS.act("close", Close, _close, "Close a case that was answered, or give it up."),
        _STEPS.act("withdraw", Close, _withdraw, "Withdraw a case."),
        _look("list", Cases, _list, "List cases by the day on which they fall due.", "liaison list --with-whom nbo"),
        _look("show", CaseOf, _show, "Show a case: its people, evidence, packs, and what was said.",
              "liaison show 0192…"),
    ),
)  # fmt: skip
