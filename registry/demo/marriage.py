"""Surnames that change with marriage and divorce."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from registry.demo.draft import Draft, days_before
from registry.demo.names import Custom, draw_surname, feminine
from registry.demo.person import FormerName, Label
from registry.values.person import Name

TAKES_NAME, HYPHENATES = 0.76, 0.05
DIVORCED = 0.15
WIDOWED_AND_RECORDED = 0.2
_CHANGING = (Custom.SHARED, Custom.GENDERED)


def marry(rng: Random, head: Draft, partner: Draft, today: date) -> None:
    """Marries two adults, most often; a wife may take the husband's surname or join hers to it."""
    head.is_married = partner.is_married = rng.random() < (0.8 if partner.age > 30 else 0.3)
    changes = partner.community.custom in _CHANGING and head.community.custom in _CHANGING
    if not partner.is_married or not changes or not partner.is_female or head.is_female:
        return
    chance = rng.random()
    maiden = partner.name.surname
    husbands = feminine(head.name.surname) if _is_gendered(partner) else head.name.surname
    if husbands == maiden or chance > TAKES_NAME + HYPHENATES:
        return
    joined = f"{maiden}-{husbands}"
    if chance > TAKES_NAME and " " not in joined and joined.count("-") == 1 and len(joined) < 24:
        husbands = joined
    wedding = _wedding(rng, partner, today)
    if wedding is not None:
        _remember(rng, partner, wedding)
        partner.name = replace(partner.name, surname=husbands)


def separate(rng: Random, woman: Draft, today: date) -> None:
    """Gives a woman without a partner the names of a marriage that has ended, now and then."""
    if woman.community.custom not in _CHANGING or woman.age < 27:
        return
    if woman.age > 70:
        if rng.random() < WIDOWED_AND_RECORDED:
            _take_another(rng, woman, today)
    elif rng.random() < DIVORCED:
        _take_another(rng, woman, today)
        _divorce(rng, woman, today)


def _is_gendered(draft: Draft) -> bool:
    return draft.community.custom is Custom.GENDERED


def _wedding(rng: Random, bride: Draft, today: date) -> date | None:
    """The day of a wedding at 19 or older; None for somebody too young."""
    at_age = min(19.0 + rng.expovariate(0.11), bride.age - 0.2)
    if at_age < 18:
        return None
    return days_before(today, bride.age - at_age)


def _remember(rng: Random, bride: Draft, until: date) -> None:
    """Keeps the name borne until a wedding, where the register is likely to have seen it."""
    if rng.random() < (0.6 if until.year > 1990 else 0.3):
        title = "Miss" if rng.random() < 0.8 else "Ms"
        bride.former_names.append(FormerName(replace(bride.name, title=title), until))
        bride.labels.add(Label.NAME_CHANGED)


def _take_another(rng: Random, woman: Draft, today: date) -> None:
    wedding = _wedding(rng, woman, today)
    if wedding is None:
        return
    surname = draw_surname(rng, woman.community)
    if surname == woman.name.surname:
        return
    woman.is_married = True
    _remember(rng, woman, wedding)
    woman.name = replace(woman.name, surname=feminine(surname) if _is_gendered(woman) else surname)


def _divorce(rng: Random, woman: Draft, today: date) -> None:
    """Half go back to the maiden name, which then is on the register twice."""
    if not woman.former_names or rng.random() < 0.5:
        return
    maiden = woman.former_names[-1]
    years = (today - maiden.until).days / 365.2425
    if years < 1.5:
        return
    until = maiden.until + timedelta(days=int(rng.uniform(1.0, years) * 365))
    woman.former_names.append(FormerName(_titled(woman.name, "Mrs"), until))
    woman.name = maiden.name
    woman.is_married = False


def _titled(name: Name, title: str) -> Name:
    return replace(name, title=title)
