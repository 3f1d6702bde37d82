"""Who of a household is no longer there, known to the register or not."""

from datetime import date, timedelta
from random import Random

from registry.demo.draft import Draft
from registry.demo.endings import ENDINGS
from registry.demo.households import Role
from registry.demo.person import Departure, Label
from registry.demo.practices import OTHER_AUTHORITIES
from registry.demo.quota import Quota, Rates


class Fates:
    """Decides, household by household, who becomes a ghost and who has departed, at the rates wanted."""

    def __init__(self, rates: Rates, rng: Random) -> None:
        self._rng = rng
        self._emigrated = Quota(rates.emigrated, rng, owed=2.5)
        self._moved = Quota(rates.moved, rng, owed=1.5)
        self._dead = Quota(rates.dead_active, rng)
        self._departed = Quota(rates.departed, rng, owed=2.5)
        self._next = ENDINGS[0]

    def befall(self, drafts: list[Draft]) -> bool:
        """At most one fate for a household; says whether the whole of it is gone."""
        for quota in (self._emigrated, self._moved, self._dead, self._departed):
            quota.pass_by(len(drafts))
        return self._emigrate(drafts) or self._move(drafts) or self._die(drafts) or self._depart(drafts)

    def _emigrate(self, drafts: list[Draft]) -> bool:
        """Mostly people who came from abroad, and not the old."""
        if not self._emigrated.is_due(len(drafts)):
            return False
        likely = 0.9 if any(draft.born_abroad for draft in drafts) else 0.25
        eldest, youngest = max(d.age for d in drafts), min(d.age for d in drafts)
        if eldest > 62 or youngest < 2.0 or self._rng.random() > likely:
            return False
        self._emigrated.spend(len(drafts))
        _haunt(drafts, Label.EMIGRATED, self._rng.uniform(1.2, 1.8))
        return True

    def _move(self, drafts: list[Draft]) -> bool:
        """A whole household, or one of its grown-up children."""
        grown = [draft for draft in drafts if draft.role is Role.CHILD and draft.age > 20]
        leaving = grown[:1] or drafts
        if not self._moved.is_due(len(leaving)) or min(draft.age for draft in leaving) < 1.5:
            return False
        self._moved.spend(len(leaving))
        _haunt(leaving, Label.MOVED, self._rng.uniform(0.7, 1.3))
        return leaving is drafts

    def _die(self, drafts: list[Draft]) -> bool:
        """An old person whose death reached nobody."""
        old = [draft for draft in drafts if draft.age > 68 and Label.GHOST not in draft.labels]
        if not old or not self._dead.is_due():
            return False
        self._dead.spend()
        _haunt(old[-1:], Label.DEAD_ACTIVE, 3.0)
        return False

    def _depart(self, drafts: list[Draft]) -> bool:
        ending = self._next
        leaving = [
            draft
            for draft in drafts
            if ending.youngest <= draft.age <= ending.eldest and Label.GHOST not in draft.labels
        ]
        if ending.whole_household and (len(leaving) < len(drafts) or min(d.age for d in drafts) < 1.5):
            return False
        leaving = leaving if ending.whole_household else leaving[:1]
        if not leaving or not self._departed.is_due(len(leaving)):
            return False
        self._departed.spend(len(leaving))
        self._next = self._rng.choices(ENDINGS, [ending.weight for ending in ENDINGS])[0]
        for draft in leaving:
            draft.labels.add(Label.DEPARTED)
            draft.least_years = 0.8
            draft.ending = ending
        return len(leaving) == len(drafts)

    def conclude(self, drafts: list[Draft], today: date) -> None:
        """Sets the dates of deaths and departures, once the registrations have theirs."""
        cipher = self._rng.choice(OTHER_AUTHORITIES)
        share = self._rng.random()
        for draft in drafts:
            if Label.DEAD_ACTIVE in draft.labels:
                draft.truly_died_on = _between(_settled_on(draft), today, self._rng.random(), 4.0)
            ending = draft.ending
            if ending is None:
                continue
            on = _between(_settled_on(draft), today, share, 3.0)
            draft.departure = Departure(
                on, ending.deduction_reason, ending.removal_reason, None if ending.removal_reason else cipher
            )
            if ending.removal_reason == "DEA":
                draft.labels.add(Label.DEAD)
                draft.died_on = max(draft.registered_on, on - timedelta(days=self._rng.randrange(2, 14)))


def _haunt(drafts: list[Draft], why: Label, least_years: float) -> None:
    for draft in drafts:
        draft.labels |= {Label.GHOST, why}
        draft.least_years = least_years


def _settled_on(draft: Draft) -> date:
    """Since when somebody has been both registered and at the present address."""
    return max(draft.registered_on, *(former.until for former in draft.former_addresses), draft.born_on)


def _between(settled_on: date, today: date, share: float, years: float) -> date:
    """A day after somebody has settled, within the last so many years, not today."""
    first = max(settled_on + timedelta(days=30), today - timedelta(days=int(years * 365)))
    return min(first + timedelta(days=int(share * max(1, (today - first).days - 1))), today - timedelta(days=1))
