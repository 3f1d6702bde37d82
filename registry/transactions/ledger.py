"""The ledger of lists: the only writer of movements and memberships.

Every change of list is one movement from one list to another, so for every practice and
every day opening + in - out = closing. Membership rows are what the movements add up to; a
stay that begins and ends on one day leaves two movements and no membership.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.facts import PersonFacts
from registry.transactions.models import list_memberships, list_movements


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a practice's list."""

    practice_id: UUID
    accepted_on: date
    gp_code: str


@dataclass(frozen=True, slots=True)
class Movement:
    """Why and when somebody moves. `at` is the instant; `on` the day from which it counts.

    `removal` is the code of the reason for which somebody is then on no practice's list.
    """

    on: date
    at: datetime
    reason: str
    transaction_id: UUID | None
    removal: str | None = None


def join_list(writes: Writes, patient_id: UUID, comes_from: UUID, place: Place, movement: Movement) -> None:
    """Put somebody who is on no practice's list on one."""
    _move(writes, patient_id, comes_from, place.practice_id, movement)
    _open(writes, patient_id, place, movement)


def change_list(writes: Writes, person: PersonFacts, place: Place, movement: Movement) -> Movement:
    """Move a person from the list they are on to a practice's. Returns the movement as dated."""
    dated = _not_before_present(person, movement)
    _close(writes, person, dated)
    _move(writes, person.id, person.on_list, place.practice_id, dated)
    _open(writes, person.id, place, dated)
    return dated


def change_doctor(writes: Writes, person: PersonFacts, gp_code: str) -> None:
    """Have another doctor of the same practice: no movement, and the acceptance date stays."""
    now = person.membership
    if now is not None and gp_code and gp_code != now.gp_code:
        writes.update(list_memberships, now.id, gp_code=gp_code)


def leave_list(writes: Writes, person: PersonFacts, to_list: UUID, movement: Movement) -> Movement:
    """Move a person off a practice's list to a list outside. Returns the movement as dated."""
    dated = _not_before_present(person, movement)
    _close(writes, person, dated)
    _move(writes, person.id, person.on_list, to_list, dated)
    return dated


def _not_before_present(person: PersonFacts, movement: Movement) -> Movement:
    """Nobody leaves a list before they came to it: history that is posted never changes."""
    now = person.membership
    on = max(movement.on, now.since) if now is not None else movement.on
    at = max(movement.at, person.last_movement_at) if person.last_movement_at is not None else movement.at
    return replace(movement, on=on, at=at)


def _move(writes: Writes, patient_id: UUID, from_list: UUID, to_list: UUID, movement: Movement) -> None:
    writes.insert(
        list_movements,
        patient_id=patient_id,
        from_list=from_list,
        to_list=to_list,
        effective_on=movement.on,
        effective_at=movement.at,
        recorded_at=movement.at,
        reason=movement.reason,
        removal=movement.removal,
        transaction_id=movement.transaction_id,
    )


def _open(writes: Writes, patient_id: UUID, place: Place, movement: Movement) -> None:
    writes.insert(
        list_memberships,
        id=uuid7(),
        patient_id=patient_id,
        list_id=place.practice_id,
        period=f"[{movement.on},)",
        accepted_on=place.accepted_on,
        posted_at=movement.at,
        gp_code=place.gp_code,
        transaction_id=movement.transaction_id,
    )


def _close(writes: Writes, person: PersonFacts, movement: Movement) -> None:
    now = person.membership
    if now is None:
        return
    if now.since == movement.on:
        writes.delete(list_memberships, now.id)
    else:
        writes.update(list_memberships, now.id, period=f"[{now.since},{movement.on})")
