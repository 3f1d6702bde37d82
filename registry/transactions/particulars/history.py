"""Who said what of a person, field by field: before and after, the source, the evidence, the operator.

Read from the versions of the person's row, which hold the provenance of their time. Of somebody restricted, or
whose record stands for nobody any more, the address is left out, and which practice spoke.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.transactions.facts import PersonFacts
from registry.transactions.look.hidden import any_hidden
from registry.transactions.rules.provenance import FIELDS

_VERSIONS = text(
    """
    select json_build_object('versions', (
        select json_agg(json_build_object('facts', v.facts, 'until', v.until, 'by', v.changed_by,
          'transaction_id', v.transaction_id, 'kind', t.kind) order by v.version)
        from patient_versions v left join transactions t on t.id = v.transaction_id where v.patient_id = :id),
      'first', (
        select json_build_object('reason', m.reason, 'transaction_id', m.transaction_id, 'kind', t.kind,
          'by', r.ods_code, 'written_at', t.document_at)
        from list_movements m left join transactions t on t.id = m.transaction_id
        left join practices r on r.id = t.practice_id where m.patient_id = :id order by m.id limit 1),
      'findings', (
        select json_agg(json_build_object('rule', f.rule, 'first_seen', f.first_seen, 'case', f.case_id,
          'accepted_version', f.accepted_version) order by f.first_seen)
        from quality_findings f where f.patient_id = :id and f.gone_at is null))::text
    """
).bindparams(bindparam("id", type_=Uuid))

HIDDEN = frozenset({"address"})
_PRACTICES = ("practice-acceptance", "practice-amendment", "practice-letter", "practice-deduction")


async def history_of(connection: AsyncConnection, person: PersonFacts) -> dict[str, Any]:
    """Every change of a person's fields in order, how the record began, and what the nightly rules find in it now."""
    found = orjson.loads((await connection.execute(_VERSIONS, {"id": person.id})).scalar_one())
    versions: list[Mapping[str, Any]] = found["versions"] or []
    states = [*(each["facts"] for each in versions), person.row]
    changes = [
        change
        for number, version in enumerate(versions)
        for change in _changes(states[number], states[number + 1], version)
    ]
    hidden = person.status == "superseded" or await any_hidden(connection, person.id)
    if hidden:
        changes = [_without_whereabouts(each) for each in changes if each["field"] not in HIDDEN]
    return {
        "began": _began(found["first"], person, hidden=hidden),
        "changes": changes,
        "whereabouts_hidden": hidden,
        "findings": found["findings"] or [],
    }


def _changes(
    before: Mapping[str, Any], after: Mapping[str, Any], version: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """What one version changed. What was sealed says nothing, and its changes are not told."""
    if not before or not after:
        return
    for field, columns in FIELDS.items():
        was, became = (_value(row, columns) for row in (before, after))
        if was == became:
            continue
        noted = (after.get("provenance") or {}).get(field) or {}
        own = noted.get("transaction_id") == version["transaction_id"] and noted.get("recorded_at") is not None
        yield {
            "field": field,
            "before": was,
            "after": became,
            "source": noted["source"] if own else _unnoted(version["kind"]),
            "by": noted["by"] if own else None,
            "effective_on": noted["effective_on"] if own else None,
            "evidence": noted["evidence"] if own else None,
            "recorded_at": version["until"],
            "operator": version["by"],
            "transaction_id": version["transaction_id"],
        }


def _unnoted(kind: str | None) -> str:
    """What was put back has its first speaker again; here it is told by what put it back."""
    return f"put back by a {kind}" if kind in ("cancellation", "reversal", "merge-undo", "split") else "not noted"


def _value(row: Mapping[str, Any], columns: tuple[str, ...]) -> Any:
    return row.get(columns[0]) if len(columns) == 1 else [row.get(column) for column in columns]


def _without_whereabouts(change: dict[str, Any]) -> dict[str, Any]:
    # Who works at a practice has a name that tells which; so has the practice's own actor.
    return change | {"by": None, "operator": None} if change["source"] in _PRACTICES else change


def _began(first: Mapping[str, Any] | None, person: PersonFacts, *, hidden: bool) -> dict[str, Any]:
    """Who made the record: an acceptance, or whoever was asked before the register began."""
    began: dict[str, Any] = {"at": person.row["created_at"], "source": "not noted", "by": None, "transaction_id": None}
    if first is None:
        return began
    by_acceptance = first["kind"] == "acceptance"
    return began | {
        "source": "practice-acceptance" if by_acceptance else first["reason"],
        "by": None if hidden else first["by"],
        "written_at": first["written_at"],
        "transaction_id": first["transaction_id"],
    }
