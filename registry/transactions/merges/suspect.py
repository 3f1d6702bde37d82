"""Say that two records may be one person's; look at what is known of a record; and preview a merge."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.audit.record import record_read
from registry.database import Writes
from registry.matching.judgements.read import judgements_of, last_judgement
from registry.matching.population import population
from registry.transactions.acts.act import Act, Answer, Done, Impossible, Nothing
from registry.transactions.context import Context
from registry.transactions.judging.close_pairs import close_overtaken
from registry.transactions.judging.show_pair import judgement_shown
from registry.transactions.look.hidden import any_hidden
from registry.transactions.matters.in_hand import take_in_hand
from registry.transactions.matters.kind import Work
from registry.transactions.matters.step import open_matter
from registry.transactions.merges.asked import LookAtDuplicates, Preview, Suspect
from registry.transactions.merges.compare_records import agreement
from registry.transactions.merges.machine import DUPLICATE
from registry.transactions.merges.pair import Pair, pair_named, record_named
from registry.transactions.merges.plan import Plan, plan_merge
from registry.transactions.merges.preview import show
from registry.transactions.merges.standing import merges_of

GROUP = "duplicates"

_OPEN_PAIR = text(
    "select id, version, state from matters where kind = 'duplicate' and closed_at is null"
    " and least(patient_id, other_patient_id) = least(cast(:one as uuid), :other)"
    " and greatest(patient_id, other_patient_id) = greatest(cast(:one as uuid), :other)"
).bindparams(bindparam("one", type_=Uuid), bindparam("other", type_=Uuid))

_PAIRS_OF = text(
    "select id, version, state, patient_id, other_patient_id, opened_at, due_at, closed_at from matters"
    " where kind = 'duplicate' and (patient_id = :id or other_patient_id = :id) order by opened_at, id"
).bindparams(bindparam("id", type_=Uuid))

_RECORD = text("select nhs_number, status, version from patients where id = :id").bindparams(
    bindparam("id", type_=Uuid)
)


async def _suspect(connection: AsyncConnection, context: Context, what: Suspect) -> Answer:
    pair = await pair_named(connection, what.one, what.other)
    if isinstance(pair, Impossible):
        return pair
    values = {"one": pair.one.id, "other": pair.other.id}
    noted = (await connection.execute(_OPEN_PAIR, values)).one_or_none()
    if noted is not None:
        return Done("It is suspected already.", noted.id, noted.version, noted.state)
    judged = await last_judgement(connection, pair.one.id, pair.other.id)
    if judged is not None and judged.keeps_apart and not what.again:
        day = judged.at.date().isoformat()
        return Impossible(
            f"On {day} {judged.by} judged that they are two people, and nothing that is compared has changed since:"
            " say again, with a reason, if that was wrong.",
            "again",
        )
    if what.again and not what.reason:
        return Impossible("Say why.", "reason")
    return await _open(connection, context, pair, what)


async def _open(connection: AsyncConnection, context: Context, pair: Pair, what: Suspect) -> Answer:
    writes, evidence = Writes(), agreement(pair.one, pair.other, await population(connection))
    days: int = context.policies.on("duplicate_triage_working_days", context.today)
    matter_id = open_matter(
        writes,
        context,
        DUPLICATE,
        due_at=context.after_working_days(days),
        patient_id=pair.one.id,
        other_patient_id=pair.other.id,
        facts={"source": what.source, "agreement": evidence},
        reason=what.reason,
    )
    await writes.flush(connection)
    await close_overtaken(connection, context, [pair.one.id, pair.other.id])
    sentence = "Suspected; a person looks at the evidence. Nothing is merged by the register itself."
    return Done(sentence, matter_id, 1, DUPLICATE.stages[0].name, data=evidence)


async def plan_of(connection: AsyncConnection, work: Work, what: Any) -> Plan | Impossible:
    """The merge of a matter's two people as it would be made now, by what is said of it: `retained`,
    `national_ruling` and `death_stands`."""
    if work.person is None or work.other is None:
        raise ValueError("a duplicate is about two people")
    retained: UUID | None = None
    if what.retained is not None:
        found = await record_named(connection, what.retained, "retained")
        if isinstance(found, Impossible):
            return found
        if found not in (work.person.id, work.other.id):
            return Impossible("That is neither of the two.", "retained")
        retained = found
    return await plan_merge(
        connection,
        work.person,
        work.other,
        retained=retained,
        national_ruling=what.national_ruling,
        death_stands=what.death_stands,
        own=work.matter.id,
    )


async def _preview(connection: AsyncConnection, context: Context, what: Preview) -> Answer:
    work = await take_in_hand(connection, context, what.id)
    if work is None or work.matter.kind != DUPLICATE.kind:
        return Nothing(DUPLICATE.title.lower())
    if work.matter.due_at is None:
        return Impossible(f"It is {work.matter.state}: there is nothing to preview.")
    plan = await plan_of(connection, work, what)
    if isinstance(plan, Impossible):
        return plan
    writes = Writes()
    people = [plan.choice.survivor.id, plan.choice.loser.id]
    record_read(writes, context.actor, "merge-preview", context.now, people, subject={"matter": work.matter.id})
    await writes.flush(connection)
    blocked = plan.blocked
    sentence = "So it would be merged; nothing was done." if blocked is None else f"Not yet: {blocked.sentence}"
    return Done(
        sentence, work.matter.id, work.matter.version, work.matter.state, data=await show(connection, context, plan)
    )


async def _look(connection: AsyncConnection, context: Context, what: LookAtDuplicates) -> Answer:
    patient_id = await record_named(connection, what.record, "record")
    if isinstance(patient_id, Impossible):
        return patient_id
    row = (await connection.execute(_RECORD, {"id": patient_id})).mappings().one()
    pairs = [dict(each) for each in (await connection.execute(_PAIRS_OF, {"id": patient_id})).mappings()]
    merges = await merges_of(connection, patient_id)
    judged = await judgements_of(connection, patient_id)
    others = {each[name] for each in pairs for name in ("patient_id", "other_patient_id")}
    others |= {person for each in judged for person in (each.one, each.other)}
    seen = [patient_id, *sorted(others - {patient_id})]
    hidden = await any_hidden(connection, *seen)
    writes = Writes()
    record_read(writes, context.actor, "duplicates", context.now, seen)
    await writes.flush(connection)
    said = [judgement_shown(each, hidden=hidden) for each in judged]
    data = {"record": patient_id, **dict(row), "pairs": pairs, "merges": merges, "judgements": said}
    return Done("What is known of this record's duplicates.", data=data)


SUSPECT = Act(
    GROUP,
    "suspect",
    "Say that two records may be of one person.",
    Suspect,
    _suspect,
    example="duplicates suspect --one 9990000018 --other 9990000026 --source practice",
)
PREVIEW = Act(
    GROUP,
    "preview",
    "What a merge would move, what conflicts, what would be sent and printed; nothing is done.",
    Preview,
    _preview,
    example="duplicates preview 0197b0de-0000-7000-8000-000000000001",
)
LOOK = Act(
    GROUP,
    "look",
    "The pairs, judgements and merges of a record.",
    LookAtDuplicates,
    _look,
    example="duplicates look --record 9990000018",
)
