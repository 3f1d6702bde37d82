"""Referral of a suspicion: proposed by one person, approved by another, and then the index of evidence goes (FRD-1).

The index names the people of the case by its own numbers. Who they are goes apart, and only when it was asked
for and by another person than who noted that (FRD-2); the print room reads it from the register.
"""

from uuid import UUID

from registry.database import iso
from registry.security.callers import Permission
from registry.transactions.acts.act import Impossible
from registry.transactions.counter_fraud.asked import Annex, Propose
from registry.transactions.counter_fraud.machine import COUNTER_FRAUD
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_to_agency
from registry.transactions.liaison.asked import Close, Said
from registry.transactions.liaison.packs import Pack, freeze, next_pack
from registry.transactions.liaison.people import people_of
from registry.transactions.liaison.rules import index_of
from registry.transactions.liaison.steps import CaseActs
from registry.transactions.matters.kind import Work

STEPS = CaseActs(COUNTER_FRAUD, "counter-fraud", Permission.WORK_FRAUD, "counter_fraud_working_days")


async def _propose(work: Work, what: Propose) -> str | Impossible:
    pack = await next_pack(work.connection, work.matter.id)
    if not pack.fresh:
        return Impossible("There is no evidence that was not sent yet: put some in first.")
    STEPS.go(work, "propose", what.reason, {"items": len(pack.fresh)}, due_at=STEPS.working_days(work, "approve"))
    return f"Proposed with {len(pack.fresh)} items; another person approves."


async def _send_back(work: Work, what: Close) -> str | Impossible:
    STEPS.go(work, "send-back", what.reason, {}, due_at=STEPS.working_days(work, "assess"))
    return "Sent back."


async def _approve(work: Work, what: Close) -> str | Impossible:
    pack = await next_pack(work.connection, work.matter.id)
    letter_id = _refer(work, pack)
    freeze(work.writes, work.context, work.matter.id, pack, letter_id)
    clock = await STEPS.clock(work, work.context.today)
    details = {"pack": pack.number, "items": len(pack.fresh)}
    facts = {"referred_on": iso(work.context.today), "answer_at": clock.answer_at.isoformat()}
    STEPS.go(work, "approve", what.reason, details, due_at=clock.answer_at, facts=facts)
    return f"Referred with {len(pack.fresh)} items; the index goes with the next post."


def _refer(work: Work, pack: Pack) -> UUID:
    facts = work.matter.facts
    content = {
        "reference": facts["reference"],
        "to": facts["with"],
        "asks": facts["asks"],
        "pack": pack.number,
        "digest": pack.digest,
        "items": index_of(pack.items),
    }
    return write_to_agency(work.writes, work.context, Letter.FRAUD_REFERRAL, content, matter_id=work.matter.id)


async def _annex(work: Work, what: Annex) -> str | Impossible:
    people = await people_of(work.connection, work.matter.id)
    unknown = sorted({number for number in what.people if number not in people})
    if unknown:
        return Impossible(f"The case has no P{unknown[0]}.", "people")
    numbers = sorted(set(what.people))
    content = {"reference": work.matter.facts["reference"], "to": work.matter.facts["with"], "people": numbers}
    write_to_agency(work.writes, work.context, Letter.FRAUD_ANNEX, content, matter_id=work.matter.id)
    clock = await STEPS.clock(work, work.context.today)
    facts = {"answer_at": clock.answer_at.isoformat()}
    STEPS.go(work, "annex", what.reason, {"people": numbers}, due_at=clock.answer_at, facts=facts)
    return f"The annex about {', '.join(f'P{number}' for number in numbers)} goes with the next post."


async def _chase(work: Work, what: Said) -> str | Impossible:
    noted = await STEPS.note_case(work, what.their_reference)
    if noted is not None:
        return noted
    due_at = STEPS.working_days(work, "again")
    STEPS.go(work, "chase", what.reason, {"way": what.way}, due_at=max(due_at, work.matter.due_at or due_at))
    return "Asked again."


REFERRAL = (
    STEPS.act("propose", Propose, _propose, "Propose that it is referred; another person approves.",
              example="counter-fraud propose 0192… --version 3"),
    STEPS.act("send-back", Close, _send_back, "Send a proposal back."),
    STEPS.act("approve", Close, _approve, "Refer what another person proposed: its evidence is frozen, FRD-1 goes.",
              example="counter-fraud approve 0192… --version 4"),
    STEPS.act("annex", Annex, _annex, "Send who the people are whom they asked for (FRD-2)."),
    STEPS.act("chase", Said, _chase, "Ask them again."),
)  # fmt: skip
