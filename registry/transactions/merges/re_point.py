"""Have what is open and goes on name the survivor in the place of the record that is merged away."""

from typing import Any
from uuid import UUID

import orjson

from registry.anomalies.models import anomalies
from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.letters.models import letters
from registry.transactions.liaison.models import liaison_people
from registry.transactions.merges.end_work import MERGED_AWAY
from registry.transactions.merges.note_on_matter import note_on_matter
from registry.transactions.merges.places import Places
from registry.transactions.merges.snapshot import Row, Rows
from registry.transactions.models import national_requests, pending_deductions, practice_messages, transactions
from registry.transactions.sweep.case import POSSIBLE_DUPLICATE


def re_point(writes: Writes, context: Context, places: Places, rows: Rows, transaction_id: UUID, own: UUID) -> None:
    """Have everything that is still open and named the loser name the survivor. `rows` are as they are now."""
    _cases(writes, places, rows)
    _transactions(writes, places, rows)
    for table in (letters, national_requests):
        for key, row in rows[table.name].items():
            if row["patient_id"] == str(places.loser.id) and row["state"] not in ("suppressed", "C"):
                writes.update(table, key, patient_id=places.survivor.id)
    for key, row in rows["pending_deductions"].items():
        if row["patient_id"] == str(places.loser.id) and row["state"] == "pending":
            writes.update(pending_deductions, key, patient_id=places.survivor.id, version=row["version"] + 1)
    for key, row in rows["liaison_people"].items():
        if row["patient_id"] == str(places.loser.id):
            writes.update(liaison_people, key, patient_id=places.survivor.id)
    flags = {row["facts"].get("notice") for row in _matters_of(places.loser.id, rows) if row["kind"] == "fp69"}
    for key, row in rows["practice_messages"].items():
        if row["uuid"] in flags:
            writes.update(practice_messages, key, patient_id=places.survivor.id)
    for row in _matters_of(places.loser.id, rows):
        if row["id"] != str(own):
            _matter(writes, context, places, row, transaction_id)


def _matters_of(patient_id: UUID, rows: Rows) -> list[Row]:
    named = str(patient_id)
    return [
        row
        for row in rows["matters"].values()
        if row["closed_at"] is None and named in (row["patient_id"], row["other_patient_id"])
    ]


def _cases(writes: Writes, places: Places, rows: Rows) -> None:
    old, new = str(places.loser.id), str(places.survivor.id)
    for key, row in rows["anomalies"].items():
        # A case about a pair is none about the survivor: it was closed.
        if old in row["patient_ids"] and row["kind"] != POSSIBLE_DUPLICATE:
            people = list(dict.fromkeys(new if each == old else each for each in row["patient_ids"]))
            evidence = _renamed(row["evidence"], old, new)
            writes.update(anomalies, key, version=row["version"] + 1, patient_ids=people, evidence=evidence)


def _renamed(evidence: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """Evidence with the survivor in the place of the loser; somebody shown twice is shown once."""
    renamed: dict[str, Any] = orjson.loads(orjson.dumps(evidence).replace(old.encode(), new.encode()))
    candidates = renamed.get("candidates")
    if isinstance(candidates, list):
        shown: dict[str, Any] = {}
        for each in candidates:
            shown.setdefault(str(each["patient_id"]), each)
        renamed["candidates"] = list(shown.values())
    return renamed


def _transactions(writes: Writes, places: Places, rows: Rows) -> None:
    old, new = str(places.loser.id), str(places.survivor.id)
    for key, row in rows["transactions"].items():
        if row["due_at"] is None and row["chase_at"] is None:
            continue
        ruling = row["ruling"] and orjson.loads(orjson.dumps(row["ruling"]).replace(old.encode(), new.encode()))
        if row["patient_id"] == old or ruling != row["ruling"]:
            person = new if row["patient_id"] == old else row["patient_id"]
            writes.update(transactions, key, version=row["version"] + 1, patient_id=person, ruling=ruling)


def _matter(writes: Writes, context: Context, places: Places, row: Row, transaction_id: UUID) -> None:
    old, new = str(places.loser.id), str(places.survivor.id)
    people = {name: new if row[name] == old else row[name] for name in ("patient_id", "other_patient_id")}
    note_on_matter(writes, context, row, "re-pointed", people, transaction_id, MERGED_AWAY)
