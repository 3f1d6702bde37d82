"""The communities of the demonstration office, and the names that are drawn for them.

Shares of the population are near those of England and Wales in 2021. Names are common ones
of each community; no combination is taken from a person.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cache
from random import Random

from registry.demo.words import Words, sections

RARE_SURNAMES = 0.5
"""The share of British surnames that are put together from stem and suffix: the long tail."""


class Custom(Enum):
    """How a family of a community bears its names."""

    SHARED = "shared"
    """One surname; most wives take the husband's."""
    KEPT = "kept"
    """Children bear the father's surname; the mother keeps hers."""
    GENDERED = "gendered"
    """One surname with a feminine form: Kowalski and Kowalska."""
    DOUBLE = "double"
    """Everybody bears two: the father's first and the mother's first."""
    PATRONYMIC = "patronymic"
    """The father's forename with son or dóttir; no surname is inherited."""
    CHAIN = "chain"
    """Own name, father's name, grandfather's name."""
    SIKH = "sikh"
    """Singh for men and Kaur for women, as surname or before it."""
    RELIGIOUS = "religious"
    """Women often bear Begum, Khatun, Bibi or Akhtar; sons not always the father's surname."""
    FATHERS_FORENAME = "father's forename"
    """The father's or the husband's forename as surname, often written as an initial."""
    MONONYM = "mononym"
    """Often a single name, which registers fill in twice or with XX."""
    MIXED = "mixed"
    """Parents of two communities."""


@dataclass(frozen=True, slots=True)
class Community:
    """A community: its share of the population in per cent and the share of adults born abroad."""

    key: str
    share: float
    born_abroad: float
    custom: Custom
    second_forename: float = 0.3
    surnames: str = ""
    """The section of surnames, where it is another community's."""


_TABLE = (
    Community("british", 71.0, 0.01, Custom.SHARED, 0.72),
    Community("irish", 1.3, 0.5, Custom.SHARED, 0.6),
    Community("polish", 1.7, 0.93, Custom.GENDERED, 0.2),
    Community("romanian", 1.3, 0.95, Custom.SHARED),
    Community("iberian", 0.9, 0.85, Custom.DOUBLE),
    Community("icelandic", 0.15, 0.95, Custom.PATRONYMIC, 0.4),
    Community("european", 1.5, 0.75, Custom.SHARED, 0.35),
    Community("east_slavic", 0.9, 0.9, Custom.GENDERED, 0.1),
    Community("sikh", 1.0, 0.45, Custom.SIKH),
    Community("gujarati", 2.4, 0.55, Custom.SHARED),
    Community("pakistani", 2.3, 0.45, Custom.RELIGIOUS, 0.2),
    Community("bangladeshi", 0.9, 0.5, Custom.RELIGIOUS, 0.2),
    Community("tamil", 0.5, 0.8, Custom.FATHERS_FORENAME, 0.1),
    Community("chinese", 0.9, 0.7, Custom.KEPT, 0.1),
    Community("vietnamese", 0.3, 0.75, Custom.KEPT),
    Community("ghanaian", 0.7, 0.65, Custom.SHARED, 0.85),
    Community("nigerian", 1.3, 0.7, Custom.SHARED, 0.6),
    Community("caribbean", 1.2, 0.25, Custom.SHARED, 0.6),
    Community("arabic", 0.9, 0.8, Custom.KEPT, 0.2),
    Community("somali", 0.6, 0.75, Custom.CHAIN, 1.0),
    Community("eritrean", 0.2, 0.9, Custom.CHAIN, 1.0),
    Community("afghan", 0.45, 0.9, Custom.MONONYM, 0.05),
    Community("filipino", 0.4, 0.85, Custom.SHARED, 0.5),
    Community("mixed", 3.4, 0.1, Custom.MIXED, 0.5, "british"),
)

COMMUNITIES: dict[str, Community] = {community.key: community for community in _TABLE}


def draw_surname(rng: Random, community: Community) -> str:
    """A surname in the form that a man bears."""
    if community.custom is Custom.PATRONYMIC:
        return patronymic(draw_forename(rng, community.key, True, 1950), male=True)
    section = community.surnames or community.key
    if section == "british" and rng.random() < RARE_SURNAMES:
        return rare_surname(rng)
    return sections("surnames")[section].draw(rng)


def rare_surname(rng: Random) -> str:
    """An English surname of the long tail, such as Thornley."""
    parts = sections("tails")
    while True:
        stem, suffix = parts["stems"].draw(rng), parts["suffixes"].draw(rng)
        if stem.lower() != suffix and stem[-1] != suffix[0]:
            return stem + suffix


def draw_forename(rng: Random, key: str, male: bool, born: int) -> str:
    """A forename that was given in a community to children of a year of birth."""
    heading = _forename_sections(key, "m" if male else "f", born)
    return heading.draw(rng)


@cache
def _forename_sections(key: str, sex: str, born: int) -> Words:
    source = "british" if key == "mixed" else key
    chosen: Words | None = None
    for heading, words in sections("forenames").items():
        community, of_sex, since = heading.split()
        if (community, of_sex) == (source, sex) and (chosen is None or int(since) <= born):
            chosen = words
    if chosen is None:
        raise KeyError(f"no forenames of {source} {sex}")
    return chosen


FEMININE_ENDINGS = (
    ("ski", "ska"),
    ("cki", "cka"),
    ("dzki", "dzka"),
    ("ov", "ova"),
    ("ev", "eva"),
    ("ák", "áková"),
    ("oda", "odová"),
    ("zka", "zková"),
    ("era", "erová"),
    ("mec", "mcová"),
    ("ký", "ká"),
    ("ný", "ná"),
    ("lý", "lá"),
)


def feminine(surname: str) -> str:
    """The form that a woman bears of a Slavonic surname; the same where it has none."""
    for masculine, feminine_ending in FEMININE_ENDINGS:
        if surname.endswith(masculine):
            return surname[: -len(masculine)] + feminine_ending
    return surname


_GENITIVES = {
    "Jón": "Jóns",
    "Gunnar": "Gunnars",
    "Ólafur": "Ólafs",
    "Einar": "Einars",
    "Magnús": "Magnús",
    "Sigurður": "Sigurðar",
    "Kristján": "Kristjáns",
    "Stefán": "Stefáns",
    "Björn": "Björns",
    "Helgi": "Helga",
    "Árni": "Árna",
    "Guðmundur": "Guðmunds",
    "Þór": "Þórs",
    "Arnar": "Arnars",
}


def patronymic(father: str, male: bool) -> str:
    """The Icelandic patronymic of a father's forename."""
    return _GENITIVES.get(father, father) + ("son" if male else "dóttir")


DAY_NAMES = (
    ("Kojo", "Adwoa"),
    ("Kwabena", "Abena"),
    ("Kwaku", "Akua"),
    ("Yaw", "Yaa"),
    ("Kofi", "Afia"),
    ("Kwame", "Ama"),
    ("Kwasi", "Akosua"),
)
"""Akan names of the day of birth, Monday first: a boy's and a girl's."""

WOMENS_LAST_NAMES = {
    "pakistani": ("Begum", "Bibi", "Akhtar", "Kauser", "Parveen"),
    "bangladeshi": ("Begum", "Khatun", "Begum", "Akther", "Bibi"),
}
