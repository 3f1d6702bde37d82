"""What becomes of each open matter and pending removal of a record that is merged away: told before it is done."""

from dataclasses import dataclass
from uuid import UUID

from registry.transactions.facts import PendingDeduction
from registry.transactions.matters.kind import kind_named
from registry.transactions.matters.read import matter_from_json
from registry.transactions.matters.stands import Matter
from registry.transactions.merges.fate import Fate, ending_events, fate_of
from registry.transactions.merges.machine import DUPLICATE
from registry.transactions.merges.places import Places
from registry.transactions.merges.snapshot import Rows


@dataclass(frozen=True, slots=True)
class Destiny:
    """What becomes of one open matter. `event` ends it, where it ends."""

    matter: Matter
    fate: Fate
    event: str | None


def destinies(places: Places, rows: Rows) -> list[Destiny]:
    """What becomes of each open matter of the loser but duplicates."""
    open_now = [matter_from_json(row) for row in rows["matters"].values()]
    theirs = {each.kind for each in open_now if each.patient_id == places.survivor.id}
    found: list[Destiny] = []
    for matter in open_now:
        if matter.kind == DUPLICATE.kind or places.loser.id not in (matter.patient_id, matter.other_patient_id):
            continue
        event = _ending(matter)
        fate = fate_of(
            matter.kind,
            can_end=event is not None,
            survivor_has_one=matter.patient_id == places.loser.id and matter.kind in theirs,
            same_list=places.same_list,
            survivor_listed=places.final is not None,
            of_survivors_list=places.final is not None and matter.practice_id == places.final,
        )
        found.append(Destiny(matter, fate, event if fate == "close" else None))
    # A confusion of the survivor stands in the way as one of the loser does.
    blocking = [each for each in open_now if each.kind == "confusion" and places.loser.id not in both_of(each)]
    return found + [Destiny(each, "blocks", None) for each in blocking]


def both_of(matter: Matter) -> tuple[UUID | None, UUID | None]:
    """The one or two whom a matter is about."""
    return matter.patient_id, matter.other_patient_id


def _ending(matter: Matter) -> str | None:
    machine = kind_named(matter.kind).machine
    for event in ending_events(matter.kind):
        step = machine.step(matter.state, event)
        if step is not None and machine.stage(step.after).is_end:
            return event
    return None


def keeps_pending(places: Places) -> PendingDeduction | None:
    """The loser's pending removal that goes on for the survivor: of the same list, where the survivor has none."""
    if not places.same_list or any(each.practice_id == places.final for each in places.survivor.pending):
        return None
    return next((each for each in places.loser.pending if each.practice_id == places.final), None)
