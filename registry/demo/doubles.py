"""People who stand on the register twice, and records that hold two people."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from datetime import timedelta
from random import Random

from registry.demo.draft import Draft
from registry.demo.mistakes import misspell, swap_forenames, transpose_birth_date
from registry.demo.names import draw_surname
from registry.demo.person import FormerAddress, Label
from registry.demo.places import ELSEWHERE, new_address
from registry.demo.practices import DemoPractice

_KINDS = (
    (Label.SURNAME_TYPO, 3),
    (Label.BIRTH_DATE_TRANSPOSED, 1),
    (Label.NAME_CHANGED, 1),
    (Label.FORENAMES_SWAPPED, 1),
)


_TOO_ODD = {
    Label.GHOST,
    Label.DEPARTED,
    Label.MISSING_NUMBER,
    Label.MONONYM,
    Label.INITIALS_ONLY,
    Label.SUPERSEDED_NUMBER,
}


def can_be_doubled(draft: Draft, kind: Label | None = None) -> bool:
    """Whether somebody may have a second record (of a kind): a grown-up who is there; women change names."""
    suits = kind is not Label.NAME_CHANGED or draft.is_female
    return suits and draft.age > 19 and not draft.labels & _TOO_ODD


def duplicate(rng: Random, draft: Draft, kind: Label, practices: Sequence[DemoPractice]) -> Draft:
    """An older record of the same person, differing as the kind says, mostly at a former address."""
    double = copy(draft)
    double.labels = {Label.DUPLICATE, Label.GHOST, kind}
    double.former_addresses, double.former_names = [], []
    earliest = double.born_on + timedelta(days=9)
    double.registered_on = max(earliest, draft.registered_on - timedelta(days=rng.randrange(2000)))
    if draft.former_addresses and rng.random() < 0.7:
        double.address = draft.former_addresses[-1].address
    if rng.random() < 0.6:
        practice = rng.choice(practices)
        double.practice_ods, double.gp_code = practice.ods_code, rng.choice(practice.gp_codes)
    double.drugs_dispensed = False
    if rng.random() < 0.4:
        double.lacks_number = True
        double.labels.add(Label.MISSING_NUMBER)
    _differ(rng, draft, double, kind)
    return double


def next_kind(rng: Random, already: int) -> Label:
    """The kind of the next duplicate: each of the kinds first, then by frequency."""
    if already < len(_KINDS):
        return _KINDS[already][0]
    return rng.choices([kind for kind, _ in _KINDS], [weight for _, weight in _KINDS])[0]


def _differ(rng: Random, draft: Draft, double: Draft, kind: Label) -> None:
    if kind is Label.SURNAME_TYPO:
        double.name = replace(double.name, surname=misspell(rng, double.name.surname))
    elif kind is Label.BIRTH_DATE_TRANSPOSED:
        double.born_on = transpose_birth_date(rng, double.born_on, draft.registered_on)
    elif kind is Label.FORENAMES_SWAPPED:
        double.name = swap_forenames(double.name)
    elif draft.former_names:
        double.name = draft.former_names[0].name
    else:
        double.name = replace(double.name, surname=draw_surname(rng, draft.community))


def confuse(rng: Random, draft: Draft, other_truth: int) -> None:
    """Puts another person's past into a record: somebody of the same name, who has no record of their own."""
    draft.labels.add(Label.CONFUSION)
    draft.confused_with = other_truth
    until = draft.registered_on - timedelta(days=rng.randrange(100, 2000))
    draft.former_addresses.insert(0, FormerAddress(new_address(rng, rng.choice(ELSEWHERE)), max(until, draft.born_on)))
