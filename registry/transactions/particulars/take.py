"""Take a statement about a person's particulars. Its consequences stand here, all of them.

1. Each item is weighed against what is held. Where a person must choose, the whole statement waits in
   the queue, with both sides in view.
2. What is taken becomes the next version; who said so, when and on what evidence is noted.
3. The practice that holds the person is told (F1), and so is the national side unless it said so itself,
   in the same unit of work.
4. An FP69 is answered by another address; open matters follow.
5. A new address far from the practice is asked about (Contracts Regulations 2015 Sch 3 para 27).
6. What FHIR carries beside travels in the same version; former names and addresses among it find the person.

Source: domain rules R15; GP Links amendment fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.anomalies.open_case import open_case
from registry.audit.record import record
from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.evidence import evidence_of
from registry.transactions.facts import PersonFacts
from registry.transactions.fp69.answers import answered_by_office
from registry.transactions.matters.follow import follow
from registry.transactions.messages import Addressee
from registry.transactions.messages import amend as send_amendment
from registry.transactions.models import transactions
from registry.transactions.national import tell
from registry.transactions.office_transactions import note_transaction
from registry.transactions.outcome import State
from registry.transactions.particulars.area import Area, area_of, ask_about_area
from registry.transactions.particulars.beside import beside, keep_former_facts
from registry.transactions.particulars.statement import KIND, Statement, to_stored
from registry.transactions.particulars.told import shown_conflict, told_items
from registry.transactions.people import change_person, from_amendment
from registry.transactions.protected.rules import without_whereabouts
from registry.transactions.rules.precedence import Ask, Verdict, Why, asked, kept, weigh, without
from registry.transactions.rules.provenance import Source, fields_of
from registry.transactions.rules.reasons import Referral

_NO_DOUBTS: Mapping[str, Why] = MappingProxyType({})
_IDENTITY = frozenset({"surname", "sex", "date_of_birth"})
_OFFICES_OWN = frozenset({Source.CORRECTION, Source.NATIONAL_BACK_OFFICE, Source.IDENTITY_RULING})
"""Those who may change two of surname, sex and birth date at once without being asked (R8)."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a statement: taken, known already, kept as it was, or asked about."""

    outcome: str
    sentence: str
    transaction_id: UUID
    state: State
    fields: tuple[str, ...] = ()
    """What the register says from now on."""
    kept: Mapping[str, Why] = field(default_factory=dict[str, Why])
    asked: Mapping[str, Why] = field(default_factory=dict[str, Why])
    area: Area | None = None
    case: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """The statement's transaction: a new one, or the stored one that goes on."""

    id: UUID
    version: int | None = None


async def take_statement(
    connection: AsyncConnection,
    context: Context,
    person: PersonFacts,
    statement: Statement,
    *,
    ruled: bool = False,
    stored: tuple[UUID, int] | None = None,
    doubts: Mapping[str, Why] = _NO_DOUBTS,
) -> Taken:
    """Take what somebody says of a person, who is locked. `ruled`: somebody of the office has decided that it holds.

    `stored` is the id and version of the transaction, where it waited in the queue. `doubts` are what a person decides
    whatever the sources; a ruling that comes with the statement does not settle them.
    """
    row = _Row(uuid7()) if stored is None else _Row(*stored)
    columns = {**from_amendment(statement.changes, person), **statement.columns}
    policy = context.policies.on("particulars_precedence", statement.said.effective_on)
    verdicts = weigh(columns, person.row, statement.said, policy)
    writes = Writes()
    in_doubt = {**doubts} if ruled else {**_doubts(statement, verdicts), **doubts}
    if in_doubt:
        taken = _ask(writes, context, person, statement, row, verdicts, in_doubt)
    else:
        stays = kept(verdicts, ruled=ruled)
        columns = {} if stays and statement.is_whole else without(columns, stays)
        taken = await _take(connection, writes, context, person, statement, row, columns, stays)
    await writes.flush(connection)
    return taken


def _doubts(statement: Statement, verdicts: Mapping[str, Verdict]) -> dict[str, Why]:
    """What a person decides: where sources differ, and where the person may be another altogether."""
    two = _IDENTITY & verdicts.keys()
    if len(two) > 1 and statement.said.source not in _OFFICES_OWN:
        return {**dict.fromkeys(sorted(two), Why.TWO_AT_ONCE), **asked(verdicts)}
    return asked(verdicts)


def _ask(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    statement: Statement,
    row: _Row,
    verdicts: Mapping[str, Verdict],
    in_doubt: Mapping[str, Why],
) -> Taken:
    """Put the whole of it before a person. Nothing is changed meanwhile."""
    due_at = context.after_working_days(context.policies.on("anomaly_due_working_days", context.today))
    referral = Referral.PARTICULARS_CONFLICT
    disputed = {**verdicts, **{each: Ask(why) for each, why in in_doubt.items()}}
    _note(writes, context, person, statement, row, "in-queue", referral.label, referral.value, due_at=due_at)
    case = open_case(
        writes,
        kind=referral.label,
        sentence=referral.value,
        evidence={**evidence_of(person), **shown_conflict(person, statement.said, disputed)},
        opened_at=context.now,
        due_at=due_at,
        transaction_id=row.id,
        patient_ids=(person.id,),
    )
    return Taken(referral.label, referral.value, row.id, "in-queue", asked=in_doubt, case=case)


async def _take(
    connection: AsyncConnection,
    writes: Writes,
    context: Context,
    person: PersonFacts,
    statement: Statement,
    row: _Row,
    columns: dict[str, Any],
    stays: Mapping[str, Why],
) -> Taken:
    changed = {column: value for column, value in columns.items() if person.row.get(column) != value}
    if not (stays and statement.is_whole):
        changed |= beside(person, statement.elements)
    if all(person.row.get(column) == value for column, value in changed.items()):
        outcome, sentence, state = ("particulars-kept", _KEPT, "refused") if stays else _KNOWN
        _note(writes, context, person, statement, row, state, outcome, sentence)
        return Taken(outcome, sentence, row.id, state, kept=stays)
    change_person(writes, context, person, changed, row.id, statement.said)
    await keep_former_facts(connection, writes, context, person, changed)
    _tell(writes, context, person, statement, row.id, stays)
    answered = None
    if "address" not in stays:
        answered = answered_by_office(writes, context, person, statement.changes, statement.reason)
    follow(writes, context, person, "amended", row.id, unless=answered)
    area = None
    if "postcode" in changed or "line_2" in changed:
        area = await area_of(connection, context, person, columns.get("postcode", person.row.get("postcode")))
        ask_about_area(writes, context, person, area, row.id)
    fields = fields_of(changed)
    _note(writes, context, person, statement, row, "accepted", "particulars-taken", _TAKEN)
    record(
        writes,
        context.actor,
        "patient.amended",
        context.now,
        patient_ids=(person.id,),
        subject={
            "items": [*fields, *statement.elements],
            "source": statement.said.source.value,
            "kept": list(stays),
        },
        request_id=context.request_id,
        transaction_id=row.id,
    )
    return Taken("particulars-taken", _TAKEN, row.id, "accepted", fields, kept=stays, area=area)


def _tell(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    statement: Statement,
    transaction_id: UUID,
    stays: Mapping[str, Why],
) -> None:
    """F1 to the practice, and the national side."""
    now = person.membership
    told = told_items(statement.changes, stays)
    if person.restricted:
        told = without_whereabouts(told)
    speaks = statement.said.source is Source.AMENDMENT  # the practice that holds them, which knows
    if now is not None and person.nhs_number is not None and told and not speaks:
        to = Addressee(now.practice_id, now.gp_code, transaction_id=transaction_id, patient_id=person.id)
        send_amendment(writes, context, to, person.nhs_number, told)
    if statement.said.source is not Source.NATIONAL:
        tell(writes, context, transaction_id, person.id)


def _note(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    statement: Statement,
    row: _Row,
    state: State,
    outcome: str,
    sentence: str,
    *,
    due_at: Any = None,
) -> None:
    """Write what became of it: a new row, or the next version of the stored one."""
    if row.version is None:
        note_transaction(
            writes,
            context,
            KIND,
            outcome=outcome,
            sentence=sentence,
            command=to_stored(statement, person.nhs_number),
            patient_id=person.id,
            practice_id=statement.practice_id,
            source="office" if statement.practice_id is None else "fhir",
            state=state,
            due_at=due_at,
            expects=None if due_at is None else "decision",
            transaction_id=row.id,
        )
        return
    conclude_stored(writes, context, person, row.id, row.version, state, outcome, sentence)


def conclude_stored(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    transaction_id: UUID,
    version: int,
    state: State,
    outcome: str,
    sentence: str,
) -> None:
    """Bring a statement that waited to its end."""
    writes.update(
        transactions, transaction_id, version=version + 1, state=state, outcome=outcome, sentence=sentence,
        posted_at=context.now, due_at=None, expects=None,
    )  # fmt: skip
    record(
        writes,
        context.actor,
        f"transaction.{state}",
        context.now,
        patient_ids=(person.id,),
        subject={"outcome": outcome, "kind": KIND},
        request_id=context.request_id,
        transaction_id=transaction_id,
    )


_TAKEN = "The register says so now."
_KEPT = "The register stands by what it holds."
_KNOWN: tuple[str, str, State] = ("particulars-known", "The register said so already.", "accepted")
