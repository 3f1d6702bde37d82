"""The ledger of lists: the only writer of movements and memberships.

Every change of list is one movement from one list to another, so for every practice and
every day opening + in - out = closing. Membership rows are what the movements add up to; a
stay that begins and ends on one day leaves two movements and no membership.

What was done wrongly is taken back by a counter-movement, which counts from the same day as what
it takes back: the two add up to nothing on every list and day, and the stay that was ended goes on
as if nothing had been. A closed quarter's counts go by what was recorded before it closed.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
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
    out_of_area: bool = False
    """Whether the person is registered as living outside the practice's area."""


@dataclass(frozen=True, slots=True)
class Movement:
    """Why and when somebody moves. `at` is the instant; `on` the day from which it counts.

    `removal` is the code of the reason for which somebody is then on no practice's list;
    `recorded_at` the instant of writing, where that is not the instant at which they moved.
    """

    on: date
    at: datetime
    reason: str
    transaction_id: UUID | None
    removal: str | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay on a practice's list as it was; `id` is None where it left no row."""

    id: UUID | None
    since: date
    accepted_on: date
    posted_at: datetime
    gp_code: str
    transaction_id: UUID | None
    out_of_area: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's last movement that was not taken back, and the stay that it ended, where it ended one."""

    id: int
    from_list: UUID
    to_list: UUID
    on: date
    at: datetime
    reason: str
    transaction_id: UUID | None
    ended: Stay | None
    removal_before: str | None = None
    """Why the person was on no practice's list before it."""
    ended_anothers: bool = False
    """Whether that stay is another person's, since two people who shared the record were taken apart."""


def join_list(writes: Writes, patient_id: UUID, comes_from: UUID, place: Place, movement: Movement) -> None:
    """Put somebody who is on no practice's list on one."""
    _move(writes, patient_id, comes_from, place.practice_id, movement)
    _open(writes, patient_id, place, movement)


def stand_outside(writes: Writes, patient_id: UUID, comes_from: UUID, to_list: UUID, movement: Movement) -> None:
    """Put somebody who is on no practice's list on another list outside every practice."""
    _move(writes, patient_id, comes_from, to_list, movement)


def change_list(writes: Writes, person: PersonFacts, place: Place, movement: Movement) -> Movement:
    """Move a person from the list they are on to a practice's. Returns the movement as dated."""
    dated = _not_before_present(person, movement)
    _close(writes, person, dated)
    _move(writes, person.id, person.on_list, place.practice_id, dated, _traceless(person, dated))
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
    _move(writes, person.id, person.on_list, to_list, dated, _traceless(person, dated))
    return dated


def _traceless(person: PersonFacts, movement: Movement) -> dict[str, Any] | None:
    """The stay that a movement ends on the day on which it began: its row goes, and it may have to come back."""
    now = person.membership
    if now is None or now.since != movement.on:
        return None
    return {
        "since": now.since,
        "accepted_on": now.accepted_on,
        "posted_at": now.posted_at or movement.at,
        "gp_code": now.gp_code,
        "transaction_id": now.transaction_id,
        "out_of_area": now.out_of_area,
    }


def take_back(writes: Writes, person: PersonFacts, last: Standing, back: Movement) -> None:
    """Take back a person's last standing movement, without a day's gap.

    Of `back` the instant, the reason, the transaction and the removal are written; the day and the
    effective instant are those of what is taken back. The stay that it ended goes on in its own
    row, with acceptance date, doctor and turnover; the stay that it began is no more. Raises
    ValueError where the person is not where that movement led.
    """
    if person.on_list != last.to_list:
        raise ValueError("the person is not where the movement led")
    writes.insert(
        list_movements,
        patient_id=person.id,
        from_list=last.to_list,
        to_list=last.from_list,
        effective_on=last.on,
        effective_at=last.at,
        recorded_at=back.at,
        reason=back.reason,
        removal=back.removal,
        transaction_id=back.transaction_id,
        reverses=last.id,
        ended=None,
    )
    if person.membership is not None:
        writes.delete(list_memberships, person.membership.id)
    if last.ended is not None:
        _reopen(writes, person.id, last.from_list, last.ended)


def _reopen(writes: Writes, patient_id: UUID, practice_id: UUID, stay: Stay) -> None:
    if stay.id is not None:
        writes.update(list_memberships, stay.id, period=f"[{stay.since},)")
        return
    writes.insert(
        list_memberships,
        id=uuid7(),
        patient_id=patient_id,
        list_id=practice_id,
        period=f"[{stay.since},)",
        accepted_on=stay.accepted_on,
        posted_at=stay.posted_at,
        gp_code=stay.gp_code,
        transaction_id=stay.transaction_id,
        out_of_area=stay.out_of_area,
    )


def _not_before_present(person: PersonFacts, movement: Movement) -> Movement:
    """Nobody leaves a list before they came to it: history that is posted never changes."""
    now = person.membership
    on = max(movement.on, now.since) if now is not None else movement.on
    at = max(movement.at, person.last_movement_at) if person.last_movement_at is not None else movement.at
    return replace(movement, on=on, at=at)


def _move(
    writes: Writes,
    patient_id: UUID,
    from_list: UUID,
    to_list: UUID,
    movement: Movement,
    ended: dict[str, Any] | None = None,
) -> None:
    writes.insert(
        list_movements,
        patient_id=patient_id,
        from_list=from_list,
        to_list=to_list,
        effective_on=movement.on,
        effective_at=movement.at,
        recorded_at=movement.recorded_at or movement.at,
        reason=movement.reason,
        removal=movement.removal,
        transaction_id=movement.transaction_id,
        reverses=None,
        ended=ended,
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
        out_of_area=place.out_of_area,
    )


def _close(writes: Writes, person: PersonFacts, movement: Movement) -> None:
    now = person.membership
    if now is None:
        return
    if now.since == movement.on:
        writes.delete(list_memberships, now.id)
    else:
        writes.update(list_memberships, now.id, period=f"[{now.since},{movement.on})")
