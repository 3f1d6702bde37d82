"""Names for the people of a household, after the custom of their community."""

from dataclasses import replace
from datetime import date
from random import Random

from registry.demo.draft import Draft
from registry.demo.forenames import forenames_of
from registry.demo.households import Role
from registry.demo.marriage import marry, separate
from registry.demo.names import COMMUNITIES, Community, Custom, draw_forename, draw_surname
from registry.demo.person import Label
from registry.demo.surnames import Borne, Family, surname_of
from registry.demo.titles import title_of
from registry.values.person import Name

MONONYMS = 0.4
_MIXING = ("caribbean", "nigerian", "gujarati", "pakistani", "chinese", "polish", "irish", "arabic", "european")


def name_household(rng: Random, drafts: list[Draft], today: date, surname: str | None = None) -> None:
    """Names everybody of a household; a surname may be given for the family."""
    if drafts[0].role is Role.SHARER:
        for draft in drafts:
            _name_family(rng, [draft], today, None)
    else:
        _name_family(rng, drafts, today, surname)


def _name_family(rng: Random, drafts: list[Draft], today: date, surname: str | None) -> None:
    """Names the members of one family, parents before children."""
    head = drafts[0]
    community = _mix(rng, drafts) if head.community.custom is Custom.MIXED else head.community
    own = surname or draw_surname(rng, community)
    family = Family(community, own, draw_forename(rng, community.key, True, 1950), childrens=own)
    family.keeps_surname = rng.random() < 0.5
    partners = [draft for draft in drafts if draft.role is Role.PARTNER]
    for draft in drafts:
        _name(rng, draft, family)
        if draft is head:
            family.father = _father_of_children(rng, draft, community)
            if head.is_female and not partners:
                separate(rng, head, today)
                family.childrens = _masculine(head, family)
        elif draft.role is Role.PARTNER:
            _settle(rng, head, draft, family, today)
    for draft in drafts:
        draft.name = replace(draft.name, title=title_of(rng, draft.is_female, draft.age, draft.is_married))


def _mix(rng: Random, drafts: list[Draft]) -> Community:
    """Gives the parents communities of their own, one of them British, and returns the family's."""
    one, other = COMMUNITIES[rng.choice(_MIXING)], COMMUNITIES["british"]
    if rng.random() < 0.5:
        one, other = other, one
    parents = {Role.HEAD: one, Role.PARTNER: other, Role.ELDER: one}
    if len(drafts) > 1:
        for draft in drafts:
            draft.community = parents.get(draft.role, draft.community)
    return one


def _father_of_children(rng: Random, head: Draft, community: Community) -> str:
    """The forename that patronymics are made from."""
    return draw_forename(rng, community.key, True, 1950) if head.is_female else head.name.first_forename


def _masculine(head: Draft, family: Family) -> str:
    """What a lone mother's children bear: her married surname while she bears it, else the family's."""
    if head.community.custom is Custom.SHARED and head.name.surname != family.surname:
        return head.name.surname
    return family.surname


def _settle(rng: Random, head: Draft, partner: Draft, family: Family, today: date) -> None:
    """Marries head and partner, and decides which surname their children bear."""
    family.mothers = partner.name.surname
    marry(rng, head, partner, today)
    if head.is_married or family.community.custom is not Custom.SHARED or partner.community.custom is not Custom.SHARED:
        return
    joined = f"{family.mothers}-{family.surname}"
    chance = rng.random()
    if chance < 0.15:
        family.childrens = family.mothers
    elif chance < 0.25 and joined.count("-") == 1 and " " not in joined and len(joined) < 24:
        family.childrens = joined


def _name(rng: Random, draft: Draft, family: Family) -> None:
    """A name for one member, titles aside."""
    borne = _borne(rng, draft, family)
    first, second, others = forenames_of(rng, draft, family.taken)
    surname = borne.surname
    if borne.second is not None:
        second, others = borne.second, ""
    if draft.community.custom is Custom.MONONYM and draft.age > 12 and rng.random() < MONONYMS:
        draft.labels.add(Label.MONONYM)
        surname, first, second = first, rng.choice((first, first, "XX")), ""
    draft.name = Name(surname, first, second, others)


def _borne(rng: Random, draft: Draft, family: Family) -> Borne:
    """A partner of another community bears names after that one's custom."""
    if draft.role is Role.PARTNER and draft.community is not family.community:
        community = draft.community
        own = Family(community, draw_surname(rng, community), draw_forename(rng, community.key, True, 1950))
        own.father = own.grandfather
        return surname_of(rng, draft, own)
    return surname_of(rng, draft, family)
