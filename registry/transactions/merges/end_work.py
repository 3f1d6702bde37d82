"""End the open work of a record that is merged away and that does not go on, with the reason."""

from uuid import UUID

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.matters.kind import kind_named
from registry.transactions.matters.read import matter_from_json
from registry.transactions.matters.step import advance
from registry.transactions.merges.destinies import both_of, destinies, keeps_pending
from registry.transactions.merges.machine import DUPLICATE
from registry.transactions.merges.places import Places
from registry.transactions.merges.snapshot import Rows
from registry.transactions.pending import end_pending

MERGED_AWAY = "Its record was merged into another of the same person."
_LEAVES_FIRST = {"forces-registration": "left"}
"""Kinds that say with a step of their own that a place on a list ended, and go on after it."""


def end_what_ends(
    writes: Writes, context: Context, places: Places, rows: Rows, transaction_id: UUID, own: UUID
) -> None:
    """End the loser's matters and pending removals that do not go on. `own` is the matter of this merge."""
    for destiny in destinies(places, rows):
        machine = kind_named(destiny.matter.kind).machine
        if destiny.event is not None:
            advance(
                writes, context, machine, destiny.matter, destiny.event, reason=MERGED_AWAY,
                transaction_id=transaction_id,
            )  # fmt: skip
        elif destiny.matter.kind in _LEAVES_FIRST and destiny.matter.practice_id != places.final:
            follow = kind_named(destiny.matter.kind).follow
            follow["left"](writes, context, places.loser, destiny.matter, transaction_id)
    _end_pairs(writes, context, places, rows, transaction_id, own)
    kept = keeps_pending(places)
    for pending in places.loser.pending:
        if kept is None or pending.id != kept.id:
            end_pending(writes, context, places.loser, pending, "superseded", MERGED_AWAY)


def _end_pairs(writes: Writes, context: Context, places: Places, rows: Rows, transaction_id: UUID, own: UUID) -> None:
    """Pairs of the loser with somebody of whom the survivor is suspected already."""
    pairs = [matter_from_json(row) for row in rows["matters"].values() if row["kind"] == DUPLICATE.kind]
    known = [both_of(each) for each in pairs]
    theirs = {next(iter({*both} - {places.survivor.id})) for both in known if places.survivor.id in both}
    for each in pairs:
        if each.id == own or places.loser.id not in both_of(each):
            continue
        if next(iter({*both_of(each)} - {places.loser.id})) in theirs:
            advance(writes, context, DUPLICATE, each, "withdraw", reason=MERGED_AWAY, transaction_id=transaction_id)
