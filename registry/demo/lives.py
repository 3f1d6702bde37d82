"""What happened to people before today: where they were born, lived and registered."""

from datetime import date, timedelta
from random import Random

from registry.demo.draft import Draft
from registry.demo.households import Role
from registry.demo.person import FormerAddress, Label
from registry.demo.places import ELSEWHERE, NEIGHBOURHOODS, new_address
from registry.demo.practices import DemoPractice
from registry.demo.words import sections
from registry.values.address import Address

NEW_YEAR_BIRTHS = 0.04
"""Share of adults born abroad whose day of birth is not known and stands as 1 January."""
_PLACE_KNOWN = 0.72
_MEAN_TENURE = ((25, 1.6), (35, 3.5), (50, 8.0), (65, 14.0), (120, 20.0))
_GROWN_UP = 17.5
_ADULTS = frozenset((Role.HEAD, Role.PARTNER, Role.SHARER))
_YEAR = 365.2425


def live(rng: Random, drafts: list[Draft], practice: DemoPractice, today: date) -> None:
    """Gives a household its past: when it moved in and from where, and when each registered."""
    for draft in drafts:
        _heap_birth(rng, draft)
        draft.place_of_birth = place_of_birth(rng, draft)
    if drafts[0].role is Role.SHARER:
        for draft in drafts:
            _register(rng, [draft], practice, today)
    else:
        _register(rng, drafts, practice, today)


def _register(rng: Random, drafts: list[Draft], practice: DemoPractice, today: date) -> None:
    """People who moved in together."""
    moved_in = _moved_in(rng, drafts, today)
    is_local = rng.random() < 0.35
    came_from = _origin(rng, practice, is_local) if is_local or rng.random() < 0.6 else None
    earlier = int(rng.expovariate(0.2) * _YEAR)
    for draft in drafts:
        if draft.born_on >= moved_in:
            draft.registered_on = _after_birth(rng, draft, today)
            continue
        if came_from:
            draft.former_addresses.append(FormerAddress(came_from, moved_in))
        wanted = moved_in - timedelta(days=earlier) if is_local else moved_in + timedelta(days=rng.randrange(0, 60))
        at_age = _GROWN_UP if draft.role in _ADULTS else 0.03
        earliest = draft.born_on + timedelta(days=int(at_age * _YEAR))
        draft.registered_on = _office_day(min(max(wanted, earliest), today), draft.born_on)


def _moved_in(rng: Random, drafts: list[Draft], today: date) -> date:
    """The day on which the household moved in; students in autumn."""
    head = drafts[0]
    if Label.STUDENT in head.labels:
        years = min(rng.choice((0, 0, 1, 1, 2)), int(head.age - 18))
        term = date(today.year - years, 9, 12) + timedelta(days=rng.randrange(30))
        return term if term < today else term.replace(year=term.year - 1)
    return today - timedelta(days=int(_tenure(rng, drafts) * _YEAR))


def _tenure(rng: Random, drafts: list[Draft]) -> float:
    """For how many years the household has lived there; not since before its youngest adult grew up."""
    head = drafts[0]
    least = max(draft.least_years for draft in drafts)
    if Label.STUDENT_GONE in head.labels:
        return least
    mean = next(mean for limit, mean in _MEAN_TENURE if head.age < limit)
    if head.role is Role.SHARER or Label.CARE_HOME in head.labels:
        mean = 2.0
    youngest = min(draft.age for draft in drafts if draft.role in _ADULTS)
    longest = max(youngest - _GROWN_UP, 0.05)
    return min(max(rng.expovariate(1 / mean), least, 0.02), longest)


def _origin(rng: Random, practice: DemoPractice, is_local: bool) -> Address:
    """An address in the practice's catchment or in another authority's area."""
    place = NEIGHBOURHOODS[rng.choice(practice.catchment)] if is_local else rng.choice(ELSEWHERE)
    return new_address(rng, place)


def _after_birth(rng: Random, draft: Draft, today: date) -> date:
    """Babies are registered within weeks."""
    days = min(rng.randrange(4, 50), (today - draft.born_on).days)
    return _office_day(draft.born_on + timedelta(days=days), draft.born_on)


def _office_day(day: date, earliest: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return max(day - timedelta(days=max(0, day.weekday() - 4)), earliest)


def _heap_birth(rng: Random, draft: Draft) -> None:
    can_be = draft.born_abroad and draft.age >= 18 and Label.TWIN not in draft.labels
    if can_be and rng.random() < NEW_YEAR_BIRTHS:
        draft.born_on = date(draft.born_on.year, 1, 1)
        draft.labels.add(Label.NEW_YEAR_BIRTH)


def place_of_birth(rng: Random, draft: Draft) -> str | None:
    """A town abroad or here; None where the register has none."""
    if rng.random() > _PLACE_KNOWN:
        return None
    places = sections("birthplaces")
    key = draft.community.key
    return places[key if draft.born_abroad and key in places else "home"].draw(rng)
