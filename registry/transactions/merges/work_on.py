"""Work on a suspected duplicate: look, ask the practices, note what they say, send it to the National Back Office."""

from datetime import timedelta
from uuid import UUID

from registry.matching.judgements.judgement import Door, Verdict
from registry.matching.judgements.keep import Judged, judge
from registry.matching.population import population
from registry.transactions.acts.act import Impossible, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.case_reference import is_reference
from registry.transactions.judging.compare_pair import said_of
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import advance
from registry.transactions.merges.asked import Ask, Evidence, NotDuplicate, Refer
from registry.transactions.merges.machine import DUPLICATE
from registry.transactions.merges.suspect import GROUP

_AT = "0197b0de-0000-7000-8000-000000000001 --version 1"


async def _triage(work: Work, what: OnMatter) -> str | Impossible:
    context = work.context
    days: int = context.policies.on("duplicate_ask_working_days", work.matter.trigger_on)
    due_at = context.after_working_days(days)
    advance(work.writes, context, DUPLICATE, work.matter, "triage", due_at=due_at, reason=what.reason)
    return "Held for likely; the practices are to be asked."


async def _ask(work: Work, what: Ask) -> str | Impossible:
    context, matter = work.context, work.matter
    asked: set[UUID] = set()
    for person in (work.person, work.other):
        if person is None or person.membership is None:
            continue
        kinds = (
            (Letter.DUPLICATE_QUESTION, Letter.DETAILS_CHECK) if what.details_check else (Letter.DUPLICATE_QUESTION,)
        )
        for kind in kinds:
            write_letter(work.writes, context, kind, person, {}, matter_id=matter.id)
        asked.add(person.membership.practice_id)
    if not asked:
        return Impossible("Neither of the two is on a practice's list, so that there is nobody to ask: note evidence.")
    days: int = context.policies.on("duplicate_answer_working_days", matter.trigger_on)
    times = int(matter.facts.get("asked_times", 0)) + 1
    advance(
        work.writes,
        context,
        DUPLICATE,
        matter,
        "ask",
        due_at=context.after_working_days(days),
        facts={"asked_times": times},
        reason=what.reason,
    )
    return f"{len(asked)} practices are asked by letter."


async def _evidence(work: Work, what: Evidence) -> str | Impossible:
    said = {"by": what.said_by, "says": what.says, "reference": what.reference, "on": work.context.today.isoformat()}
    heard = [*work.matter.facts.get("evidence", []), said]
    advance(
        work.writes, work.context, DUPLICATE, work.matter, "evidence", facts={"evidence": heard}, reason=what.reason,
        details=said,
    )  # fmt: skip
    return "Noted."


async def _complete(work: Work, what: OnMatter) -> str | Impossible:
    context = work.context
    if not work.matter.facts.get("evidence") and not what.reason:
        return Impossible("Nobody was heard yet: note what was said, or say why nobody can be asked.", "reason")
    days: int = context.policies.on("duplicate_refer_working_days", work.matter.trigger_on)
    due_at = context.after_working_days(days)
    advance(work.writes, context, DUPLICATE, work.matter, "complete", due_at=due_at, reason=what.reason)
    return "The evidence is complete: refer it, propose the merge, or judge that they are two."


async def _refer(work: Work, what: Refer) -> str | Impossible:
    context, day = work.context, work.matter.trigger_on
    if not is_reference(context, what.reference, day):
        return Impossible(NO_REFERENCE, "reference")
    waits: dict[str, int] = context.policies.on("duplicate_back_office", day)
    decided_by = context.today + timedelta(weeks=waits["weeks"])
    due_at = context.after_working_days(waits["working_days"], decided_by)
    facts = {"nbo_reference": what.reference}
    advance(work.writes, context, DUPLICATE, work.matter, "refer", due_at=due_at, facts=facts, reason=what.reason)
    return f"With the National Back Office; an answer is expected until {due_at.date().isoformat()}."


NO_REFERENCE = "That is no case reference: letters, then digits, as in INC0123456 or NBO-2026-0417."


async def _not_duplicate(work: Work, what: NotDuplicate) -> str | Impossible:
    if not what.reason:
        return Impossible("Say why they are two people.", "reason")
    if work.person is None or work.other is None:
        raise ValueError("a duplicate is about two people")
    verdict = Verdict.HOUSEHOLD if what.household else Verdict.DIFFERENT
    said = said_of(work.person, work.other, await population(work.connection))
    judged = Judged(
        work.person.id, work.other.id, verdict, what.reason, Door.OFFICE, said, matter_id=work.matter.id
    )  # fmt: skip
    await judge(work.connection, work.context.actor, work.context.now, judged)
    advance(work.writes, work.context, DUPLICATE, work.matter, "not-duplicate", reason=what.reason)
    return "Judged to be two people: they are not offered again until what is compared of one of them changes."


async def _withdraw(work: Work, what: OnMatter) -> str | Impossible:
    if not what.reason:
        return Impossible("Say why.", "reason")
    advance(work.writes, work.context, DUPLICATE, work.matter, "withdraw", reason=what.reason)
    return "Withdrawn, without a judgement."


TRIAGE = matter_act(
    DUPLICATE, GROUP, "triage", OnMatter, _triage,
    summary="Hold a suspected duplicate for likely.",
    example=f"duplicates triage {_AT}",
)  # fmt: skip
ASK = matter_act(
    DUPLICATE, GROUP, "ask", Ask, _ask,
    summary="Ask the practices concerned, and by way of them the patient.",
    example=f"duplicates ask {_AT}",
)  # fmt: skip
EVIDENCE = matter_act(
    DUPLICATE, GROUP, "evidence", Evidence, _evidence,
    summary="Note what somebody said of a pair.",
    example=f"duplicates evidence {_AT} --said-by practice --says same",
)  # fmt: skip
COMPLETE = matter_act(
    DUPLICATE, GROUP, "complete", OnMatter, _complete,
    summary="Nothing more is to be asked.",
    example=f"duplicates complete {_AT}",
)  # fmt: skip
REFER = matter_act(
    DUPLICATE, GROUP, "refer", Refer, _refer,
    summary="Sent to the National Back Office, under its reference.",
    example=f"duplicates refer {_AT} --reference NBO-2026-0417",
)  # fmt: skip
NOT_DUPLICATE = matter_act(
    DUPLICATE, GROUP, "not-duplicate", NotDuplicate, _not_duplicate,
    summary="Judge that they are two people; they are not offered again until what is compared of one changes.",
    example=f'duplicates not-duplicate {_AT} --reason "twins"',
)  # fmt: skip
WITHDRAW = matter_act(
    DUPLICATE, GROUP, "withdraw", OnMatter, _withdraw,
    summary="Give a pair up without a judgement.",
    example=f'duplicates withdraw {_AT} --reason "raised by mistake"',
)  # fmt: skip
