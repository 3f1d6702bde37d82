"""The way of a person who is taken on through the lists, up to where they are now."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from registry.patients.record import LifeStatus, PersonRecord
from registry.practices.place import Place
from registry.transactions.outside import Outside


@dataclass(frozen=True, slots=True)
class Step:
    """One movement, and the day from which it counts."""

    from_list: UUID
    to_list: UUID
    on: date


@dataclass(frozen=True, slots=True)
class Stay:
    """Days on a practice's list; open where `until` is None. The day of acceptance is the first."""

    list_id: UUID
    since: date
    until: date | None
    gp_code: str


@dataclass(frozen=True, slots=True)
class Journey:
    """Every movement in order, and the stay on a practice's list that they add up to, if any."""

    steps: tuple[Step, ...]
    stay: Stay | None = None


def journey(record: PersonRecord, place: Place | None, today: date) -> Journey:
    """Where somebody came from and went. `place` is the practice of the record's registration.

    A stay cannot begin before birth and ends with death. One whose days are not known, and one
    of no whole day, leave no trace: the person comes to their present list at once.
    """
    outside = _outside(record)
    last = _last_day(record, today)
    registration = record.registration
    if place is not None and registration is not None and record.status is not LifeStatus.INVALIDATED:
        since = registration.accepted_on
        if since is None and last is None:
            since = today
        if since is not None and record.date_of_birth is not None:
            since = max(since, record.date_of_birth)
        if since is not None and (last is None or since < last):
            gp_code = str(registration.gp_code) if registration.gp_code else place.gp_code
            arrival = Step(Outside.TAKE_ON.id, place.list_id, since)
            stay = Stay(place.list_id, since, last, gp_code)
            if last is None:
                return Journey((arrival,), stay)
            return Journey((arrival, Step(place.list_id, outside.id, last)), stay)
    on = record.date_of_death if record.status.is_dead else record.outside_since
    return Journey((Step(Outside.TAKE_ON.id, outside.id, on or today),))


def _outside(record: PersonRecord) -> Outside:
    return Outside.DEATH if record.status.is_dead else Outside(record.outside)


def _last_day(record: PersonRecord, today: date) -> date | None:
    """The day on which the registration had ended, by itself or by death; None while it lasts."""
    ended = record.registration.until if record.registration is not None else None
    if ended is not None and ended > today:
        ended = None
    if not record.status.is_dead:
        return ended
    died = record.date_of_death or today
    return died if ended is None else min(ended, died)
