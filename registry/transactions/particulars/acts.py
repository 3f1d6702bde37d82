"""What the office does about particulars: take what it is told, and show who said what."""

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.record import record_read
from registry.database import Writes
from registry.security.callers import Permission
from registry.transactions.acts.act import AboutPerson, Act, Answer, Done, Group, Impossible
from registry.transactions.acts.on_person import person_of
from registry.transactions.acts.on_practice import practice_of
from registry.transactions.commands import Changes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.particulars.asked import Change, Items, National
from registry.transactions.particulars.history import history_of
from registry.transactions.particulars.statement import Statement
from registry.transactions.particulars.take import Taken, take_statement
from registry.transactions.rules.particulars import Fault
from registry.transactions.rules.provenance import Evidence, Said, Source


async def _change(connection: AsyncConnection, context: Context, what: Change) -> Answer:
    if what.source == "national-back-office" and not what.reference:
        return Impossible("A ruling of the National Back Office is taken with its reference.", "reference")
    by, evidence = what.told_by or what.source, Evidence(what.evidence)
    if what.source == "practice-letter":
        practice = await practice_of(connection, what.told_by, "told_by")
        if isinstance(practice, Impossible):
            return practice
        by = practice.ods_code
    if what.source == "national-back-office":
        evidence = Evidence.RULING
    said = Said(Source(what.source), by, what.effective_on, evidence)
    return await _take(connection, context, what, said, what.reference)


async def _national(connection: AsyncConnection, context: Context, what: National) -> Answer:
    said = Said(Source.NATIONAL, "PDS", what.effective_on, Evidence.NATIONAL_RECORD)
    return await _take(connection, context, what, said, what.reference)


async def _take(
    connection: AsyncConnection, context: Context, what: Items, said: Said, reference: str | None
) -> Answer:
    if what.effective_on > context.today:
        return Impossible("This day is yet to come: key it when it has.", "effective_on")
    changes = what.changes(context.today)
    if isinstance(changes, Fault):
        return Impossible(changes.sentence, changes.field)
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    refused = _refused(person, changes)
    if refused is not None:
        return refused
    taken = await take_statement(connection, context, person, Statement(said, changes, what.reason, reference))
    return Done(_sentence(taken, person), taken.transaction_id, state=taken.state, data=_data(taken),
                transaction_id=taken.transaction_id)  # fmt: skip


def _refused(person: PersonFacts, changes: Changes) -> Impossible | None:
    if person.status in ("superseded", "invalidated"):
        return Impossible("This record stands for nobody any more, and is not changed.", "nhs_number")
    born = changes.date_of_birth
    if born is not None and person.date_of_death is not None and born > person.date_of_death:
        return Impossible("They would have been born after they died.", "date_of_birth")
    return None


def _sentence(taken: Taken, person: PersonFacts) -> str:
    if taken.state == "in-queue":
        whys = ", ".join(f"{field}: {why.value}" for field, why in taken.asked.items())
        return f"A person decides, and nothing is changed meanwhile. {whys}"
    kept = "".join(f" Kept as it was, {field}: {why.value}" for field, why in taken.kept.items())
    if taken.outcome != "particulars-taken":
        return taken.sentence + kept
    told = "the practice is told" if person.membership is not None else "on no list, so that no practice is told"
    return f"Taken, and {told}.{kept}"


def _data(taken: Taken) -> dict[str, object]:
    area = None if taken.area is None else {"metres": taken.area.metres, "said": taken.area.said}
    return {
        "outcome": taken.outcome,
        "taken": taken.fields,
        "kept": {field: why.label for field, why in taken.kept.items()},
        "asked": {field: why.label for field, why in taken.asked.items()},
        "case": taken.case,
        "area": area,
    }


async def _history(connection: AsyncConnection, context: Context, what: AboutPerson) -> Answer:
    person = await person_of(connection, what.nhs_number)
    if isinstance(person, Impossible):
        return person
    history = await history_of(connection, person)
    writes = Writes()
    record_read(writes, context.actor, "particulars-history", context.now, (person.id,))
    await writes.flush(connection)
    count = len(history["changes"])
    return Done(f"{count} changes since the record was made." if count else "Nothing was changed since.", data=history)


CHANGE = Act(
    "particulars",
    "change",
    "Take what a letter, a list or the National Back Office says of a person, by the rules of which source wins.",
    Change,
    _change,
    example="particulars change 9990000018 --source patient-letter --effective-on 2026-10-30 --evidence seen-document"
    ' --address ",9 Ferry Row,,Saltholme," --postcode "ZX9 1AB"',
)
NATIONAL = Act(
    "particulars",
    "national",
    "Take what the Personal Demographics Service says otherwise, by the same rules.",
    National,
    _national,
    example="particulars national 9990000018 --effective-on 2026-10-30 --surname Marlowe",
)
HISTORY = Act(
    "particulars",
    "history",
    "Show field by field who said what of a person, when, and on what evidence.",
    AboutPerson,
    _history,
    example="particulars history 9990000018",
    permission=Permission.READ_MATTERS,
)

PARTICULARS = Group(
    "particulars",
    "Particulars of people: what the office is told of them, and who said what.",
    (CHANGE, NATIONAL, HISTORY),
)
