"""Sealing: everything that names somebody goes into the vault, row by row, and is blanked where it was.

What each column becomes is said beside the tables (`transactions.holdings`). What is still to happen
is not touched until it has happened, so sealing is done again until nothing is left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid

from registry.transactions.context import Context
from registry.transactions.holdings import HOLDINGS, Holding
from registry.vault.door import in_vault
from registry.vault.sealed import SealedRow, keep_rows
from registry.vault.sealing import FROZEN

_MARKS = {
    "people": ARRAY(Uuid),
    "numbers": ARRAY(Text),
    "transactions": ARRAY(Uuid),
    "forms": ARRAY(Uuid),
    "keys": ARRAY(Text),
}

ALSO: Mapping[str, str] = {
    "transactions": "id = any(:transactions)",
    "match_decisions": "transaction_id = any(:transactions)",
    "match_pairs": "other_patient_id = any(:people)",
    "practice_messages": "transaction_id = any(:transactions) or content ->> 'number' = any(:numbers)",
    "national_requests": "transaction_id = any(:transactions)",
    "anomalies": "transaction_id = any(:transactions)",
    "matter_events": "matter_id in (select id from matters where other_patient_id = any(:people))",
    "matters": "other_patient_id = any(:people)",
    "duplicate_judgements": "other_patient_id = any(:people)",
    "letters": "transaction_id = any(:transactions)",
    "birth_notices": "nhs_number = any(:numbers)",
    "notice_lines": "transaction_id = any(:transactions)",
    "interchanges": "id in (select interchange_id from transactions where id = any(:transactions)"
    " union select interchange_id from practice_messages where transaction_id = any(:transactions))"
    " or original_id in (select interchange_id from transactions where id = any(:transactions))",
    "facade_requests": "operation_id in (select operation_id from transactions where id = any(:transactions))",
    "paper_forms": "id = any(:forms)",
}
"""Rows that are about somebody without naming their id: found by the number, or by such a transaction."""

WHEN: Mapping[str, str] = {
    "interchanges": "(direction = 'in' and state <> 'stored' or direction = 'out' and delivered_at is not null"
    " and not exists (select from practice_messages m where m.interchange_id = interchanges.id"
    " and m.closed_at is null))",
    # By which number a practice sent it may be the number of another's by now: only these are asked.
    "facade_requests": "not exists (select from transactions t where t.operation_id = facade_requests.operation_id"
    " and t.id = any(:transactions) and t.due_at is not null)",
}
"""When rows are at their end that say so in another way than by `open_when`."""

# Each is answered by an index (figures in docs/performance.md): by whom it is about, by the number on a form, by
# whom it was compared with. A number may stand in words, in what the office did, and on forms of nobody: those few
# are read for it.
_CANDIDATES = """any(array(
        select jsonb_build_array(jsonb_build_object('patient_id', cast(p as text))) from unnest(:people) p))"""
_TRANSACTIONS = text(
    f"""
    select t.id from transactions t where t.patient_id = any(:people)
    union select t.id from transactions t
      where replace(coalesce(t.command -> 'demographics' ->> 'number', t.command ->> 'number'), ' ', '')
        = any(:numbers)
    union select t.id from transactions t where t.patient_id is null
        and exists (select from unnest(:numbers) n where strpos(t.command::text, n) > 0)
    union select t.id from transactions t
      where (t.kind not in ('acceptance', 'amendment', 'removal', 'deduction-request')
          or coalesce(t.command ->> 'free_text', '') ~ '[0-9]')
        and exists (select from unnest(:numbers) n where strpos(t.command::text, n) > 0)
    union select d.transaction_id from match_decisions d join transactions t on t.id = d.transaction_id
      where t.patient_id is null and d.candidates @> {_CANDIDATES}
    """
).bindparams(bindparam("people", type_=ARRAY(Uuid)), bindparam("numbers", type_=ARRAY(Text)))

_KEY_TYPE = text(
    "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = to_regclass(:table) and attname = 'id'"
)

_NOT_CHASED = text("update transactions set chase_at = null where id = any(:transactions) and chase_at is not null")
_NOT_CHASED = _NOT_CHASED.bindparams(bindparam("transactions", type_=ARRAY(Uuid)))

# What compared somebody else with them, or was a case of several people, is about the others alone from now on.
_OTHERS = tuple(
    text(statement).bindparams(bindparam("people", type_=ARRAY(Uuid)))
    for statement in (
        "update match_decisions set candidates = coalesce((select jsonb_agg(c) from jsonb_array_elements(candidates) c"
        " where not cast(c ->> 'patient_id' as uuid) = any(:people)), '[]')"
        f" where candidates @> {_CANDIDATES}",
        "update anomalies set patient_ids = array(select unnest(patient_ids) except select unnest(:people))"
        " where state = 'decided' and patient_ids && :people and not patient_ids <@ :people",
    )
)

_LEFT = text(
    "select exists (select from practice_messages where closed_at is null"
    " and (patient_id = any(:people) or transaction_id = any(:transactions)))"
    " or exists (select from transactions where id = any(:transactions) and due_at is not null)"
    " or exists (select from national_requests where transaction_id = any(:transactions) and state <> 'C')"
    " or exists (select from letters where patient_id = any(:people) and state in ('queued', 'handed-over'))"
).bindparams(bindparam("people", type_=ARRAY(Uuid)), bindparam("transactions", type_=ARRAY(Uuid)))


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many rows were sealed, and whether anything waits to happen before it can be."""

    rows: int
    is_complete: bool


async def transactions_about(
    connection: AsyncConnection, people: Sequence[UUID], numbers: Sequence[str]
) -> Sequence[UUID]:
    """Every transaction about people that names them or a number of theirs, or was compared with them. Those that
    merely describe them are found by `described`."""
    known = {"people": list(people), "numbers": list(numbers)}
    return (await connection.execute(_TRANSACTIONS, known)).scalars().all()


async def seal(
    connection: AsyncConnection,
    context: Context,
    case_id: UUID,
    people: Sequence[UUID],
    numbers: Sequence[str],
    transactions: Sequence[UUID],
    forms: Sequence[UUID],
) -> Sealed:
    """Seal everything of people, who are locked, that is at its end; `forms` are those on paper that were turned away
    with words about them. Safe to do again."""
    known: dict[str, Any] = {
        "people": list(people),
        "numbers": list(numbers),
        "transactions": list(transactions),
        "forms": list(forms),
    }
    await connection.execute(_NOT_CHASED, _only(known, "transactions"))
    rows = 0
    # What finds other rows is blanked after them: a person, and their numbers, last.
    for holding in (*reversed(HOLDINGS[1:]), HOLDINGS[0]):
        if holding.sealed or holding.gone:
            rows += await _seal_table(connection, context, case_id, holding, known)
    for statement in _OTHERS:
        await connection.execute(statement, _only(known, "people"))
    open_still: bool = (await connection.execute(_LEFT, _only(known, "people", "transactions"))).scalar_one()
    incomplete = open_still or await _waits(connection, known)
    return Sealed(rows, not incomplete)


async def _seal_table(
    connection: AsyncConnection, context: Context, case_id: UUID, holding: Holding, known: Mapping[str, Any]
) -> int:
    found = (await connection.execute(*_prepared(_look(holding), known))).all()
    if not found:
        return 0
    said = [orjson.loads(row.said) for row in found]
    rows = [SealedRow(holding.table, each.get("id"), each) for each in said]
    keys = {"keys": [row.place for row in found]}
    kind = ""
    if holding.table in FROZEN:
        keys = {"keys": [str(each["id"]) for each in said]}
        kind = await key_type(connection, holding.table)
    async with in_vault(connection, context.actor, context.now, "rows.sealed", about=[case_id]) as vault:
        await keep_rows(vault, case_id, rows)
        if holding.table in FROZEN:
            await vault.execute(*_prepared(_blank(holding, kind), keys))
    if holding.table not in FROZEN:
        await connection.execute(*_prepared(_blank(holding, kind), keys))
    return len(rows)


async def _waits(connection: AsyncConnection, known: Mapping[str, Any]) -> bool:
    """Whether bytes that somebody sent are still needed, for others' sake or for ours."""
    for holding in HOLDINGS:
        if holding.table in WHEN:
            left = f"select exists (select from {holding.table} where ({_whose(holding)}) and ({_differs(holding)}))"
            if (await connection.execute(*_prepared(left, known))).scalar_one():
                return True
    return False


def _look(holding: Holding) -> str:
    """The rows to be sealed, locked: whole, and where they are."""
    table = holding.table
    when = [f"({_whose(holding)})", f"({_differs(holding)})", WHEN.get(table, "true")]
    if holding.open_when is not None and not holding.gone:
        when.append(f"not ({holding.open_when})")
    return (
        f"select {table}.ctid::text as place, to_jsonb({table})::text as said from {table}"
        f" where {' and '.join(when)} for update"
    )


def _differs(holding: Holding) -> str:
    """Whether a row says anything that is to be blanked."""
    said = (f"{column} is distinct from ({becomes})" for column, becomes in holding.sealed.items())
    return " or ".join(said) or "true"


async def key_type(connection: AsyncConnection, table: str) -> str:
    """Of what type the ids of a table are, as the database itself says."""
    return (await connection.execute(_KEY_TYPE, {"table": table})).scalar_one()


def _blank(holding: Holding, kind: str) -> str:
    """By their place in the table, which stays as long as they are locked; by id where only the vault's role may."""
    rows = "ctid = any(cast(:keys as tid[]))"
    if holding.table in FROZEN:
        rows = f"id in (select cast(k as {kind}) from unnest(:keys) k)"
    if holding.gone:
        return f"delete from {holding.table} where {rows}"
    becomes = ", ".join(f"{column} = {value}" for column, value in holding.sealed.items())
    return f"update {holding.table} set {becomes} where {rows}"


def _whose(holding: Holding) -> str:
    if holding.person is None:
        base = holding.by or "false"
    else:
        base = f"{holding.person} && :people" if holding.many else f"{holding.person} = any(:people)"
    also = ALSO.get(holding.table)
    return base if also is None else f"{base} or {also}"


def _only(known: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: known[name] for name in names}


def _prepared(statement: str, known: Mapping[str, Any]) -> tuple[TextClause, dict[str, Any]]:
    named = [name for name in _MARKS if f":{name}" in statement and name in known]
    marks = (bindparam(name, type_=_MARKS[name]) for name in named)
    # What PostgreSQL writes with a double colon or a question mark is none of a parameter's.
    return text(statement).bindparams(*marks), _only(known, *named)
