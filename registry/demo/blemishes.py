"""What is odd about single records: each oddity has a rate, somebody whom it may befall, and a label."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from registry.demo.draft import Draft
from registry.demo.mistakes import mistype_address
from registry.demo.person import Label
from registry.demo.quota import Quota, Rates
from registry.demo.titles import ADULT_FROM, other_sex_title
from registry.values.address import Address

_SHORT_FORMS = {
    "William": "Bill",
    "Robert": "Bob",
    "Margaret": "Peggy",
    "Elizabeth": "Betty",
    "James": "Jim",
    "Richard": "Dick",
    "Michael": "Mick",
    "Thomas": "Tom",
    "Patricia": "Pat",
    "Susan": "Sue",
    "Christopher": "Chris",
    "Jacqueline": "Jackie",
    "Katherine": "Kate",
    "Alexander": "Sandy",
    "Daniel": "Dan",
    "Rebecca": "Becky",
}
_Apply = Callable[[Random, Draft, date], None]


@dataclass(frozen=True, slots=True)
class Blemish:
    """An oddity: its label, its rate, whom it may befall, what it does."""

    label: Label
    rate: Callable[[Rates], float]
    befalls: Callable[[Draft], bool]
    apply: _Apply


class Blemishes:
    """Applies oddities to drafts at the rates wanted, at most one to each."""

    def __init__(self, rates: Rates, rng: Random) -> None:
        self._rng = rng
        self._quotas = [(blemish, Quota(blemish.rate(rates), rng)) for blemish in _TABLE]

    def apply(self, draft: Draft, today: date) -> None:
        """Whatever is due and can befall this person."""
        for _, quota in self._quotas:
            quota.pass_by(1)
        for blemish, quota in self._quotas:
            if quota.is_due() and blemish.befalls(draft):
                quota.spend()
                blemish.apply(self._rng, draft, today)
                draft.labels.add(blemish.label)
                return


def _anybody(draft: Draft) -> bool:
    return True


def _is_present(draft: Draft) -> bool:
    return not draft.labels & {Label.GHOST, Label.DEPARTED}


def _has_home(draft: Draft) -> bool:
    return not draft.labels & {Label.NO_FIXED_ABODE, Label.CARAVAN, Label.CARE_HOME, Label.DEMOLISHED}


def _has_title_to_change(draft: Draft) -> bool:
    return draft.age > ADULT_FROM and other_sex_title(draft.name.title) != draft.name.title


def _is_newcomer(draft: Draft) -> bool:
    """Registered lately by age or by birth abroad, so that the number is still being traced."""
    return _is_present(draft) and (draft.age < 1.0 or (draft.born_abroad and 18 < draft.age < 45))


def _can_be_initials(draft: Draft) -> bool:
    return draft.age > 50 and Label.MONONYM not in draft.labels and not draft.former_names


def _has_short_form(draft: Draft) -> bool:
    return draft.name.first_forename in _SHORT_FORMS and draft.age > 12


def _mistype(rng: Random, draft: Draft, today: date) -> None:
    draft.address = mistype_address(rng, draft.address)


def _drop_postcode(rng: Random, draft: Draft, today: date) -> None:
    draft.address = Address(draft.address.lines, None)


def _change_title(rng: Random, draft: Draft, today: date) -> None:
    draft.name = replace(draft.name, title=other_sex_title(draft.name.title))


def _drop_number(rng: Random, draft: Draft, today: date) -> None:
    draft.lacks_number = True
    days = min(rng.randrange(1, 40), (today - draft.born_on).days)
    draft.registered_on = max(draft.registered_on, today - timedelta(days=days))


def _supersede(rng: Random, draft: Draft, today: date) -> None:
    draft.superseded_numbers = 2 if rng.random() < 0.1 else 1


def _restrict(rng: Random, draft: Draft, today: date) -> None:
    draft.restricted = True


def _reduce_to_initials(rng: Random, draft: Draft, today: date) -> None:
    name = draft.name
    draft.name = replace(
        name, first_forename=name.first_forename[:1], second_forename=name.second_forename[:1], other_forenames=""
    )


def _shorten(rng: Random, draft: Draft, today: date) -> None:
    draft.name = replace(draft.name, first_forename=_SHORT_FORMS[draft.name.first_forename])


_TABLE = (
    Blemish(Label.MISSING_NUMBER, lambda rates: rates.numbers_missing, _is_newcomer, _drop_number),
    Blemish(Label.RESTRICTED, lambda rates: rates.restricted, _is_present, _restrict),
    Blemish(Label.SUPERSEDED_NUMBER, lambda rates: rates.numbers_superseded, _anybody, _supersede),
    Blemish(Label.TITLE_CONFLICT, lambda rates: rates.title_conflicts, _has_title_to_change, _change_title),
    Blemish(Label.INITIALS_ONLY, lambda rates: rates.initials_only, _can_be_initials, _reduce_to_initials),
    Blemish(Label.POSTCODE_MISSING, lambda rates: rates.postcodes_missing, _has_home, _drop_postcode),
    Blemish(Label.KNOWN_AS, lambda rates: rates.known_as, _has_short_form, _shorten),
    Blemish(Label.ADDRESS_TYPO, lambda rates: rates.address_typos, _has_home, _mistype),
)
