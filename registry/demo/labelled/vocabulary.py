"""All names of the country with the frequencies at which they are borne."""

from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from registry.demo.labelled.compose import composed, other_spellings
from registry.demo.labelled.draws import Codes, Draws
from registry.demo.names import COMMUNITIES, WOMENS_LAST_NAMES, feminine
from registry.demo.words import Words, sections

COMMUNITY_KEYS = tuple(COMMUNITIES)
FIRST_YEAR, LAST_YEAR = 1900, 2030

_RARE_SURNAMES = {
    "british": 0.56,
    "irish": 0.5,
    "polish": 0.5,
    "romanian": 0.4,
    "european": 0.55,
    "east_slavic": 0.55,
    "sikh": 0.3,
    "gujarati": 0.45,
    "pakistani": 0.25,
    "bangladeshi": 0.2,
    "chinese": 0.25,
    "ghanaian": 0.35,
    "nigerian": 0.7,
    "caribbean": 0.4,
    "arabic": 0.6,
    "afghan": 0.55,
    "filipino": 0.6,
}
"""The share of a community whose surname is put together; in the others everybody has one of the list."""
_RARE_FORENAMES = 0.35
_RARE_BRITISH = (
    (1900, 0.16),
    (1935, 0.2),
    (1955, 0.23),
    (1968, 0.28),
    (1978, 0.33),
    (1988, 0.38),
    (2008, 0.48),
    (2017, 0.56),
)
"""The share of British forenames that are none of the 36 or so commonest of their time: ever more are."""
_MOST_RARE_FORENAMES = 350
_MOST_RARE_BRITISH = 1_900
_MODERN_SINCE = 1985
_MOST_RARE_SURNAMES = 12_000
_FLATTENING = 250.0
"""Rank from which on rare names fall as Zipf says: the commonest of them is borne by one in two thousand."""

NEVER_ALONE = ("Mohammed", "Muhammad", "Abdul", "Md", "Ghulam", "Shah", "Ahmad", "Mohammad")
"""Forenames that are not used by themselves: another one follows."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names by code (0 is no name), and what to draw them from.

    `forename_group` is by community, sex (0 men, 1 women) and year since 1900; surnames are in the
    form that a man bears, `feminine` gives a woman's.
    """

    names: tuple[str, ...]
    texts: pa.Array
    surnames: Draws
    forenames: Draws
    forename_group: npt.NDArray[np.int16]
    feminine: Codes
    never_alone: Codes
    womens_last_names: dict[int, Codes]
    """By the community's number."""
    singh: int
    kaur: int
    stand_in: int
    """XX, which fills the field of a surname that there is not."""


@cache
def vocabulary() -> Vocabulary:
    """The names of the country: about 100,000, always the same."""
    codes: dict[str, int] = {"": 0}
    surnames = [_coded(codes, *_surnames_of(key)) for key in COMMUNITY_KEYS]
    headings = [heading.split() for heading in sections("forenames")]
    forenames = [_coded(codes, *_forenames_of(*heading)) for heading in headings]
    womens = {
        COMMUNITY_KEYS.index(key): np.array([codes.setdefault(name, len(codes)) for name in names], dtype=np.int32)
        for key, names in WOMENS_LAST_NAMES.items()
    }
    for name in (*NEVER_ALONE, "Singh", "Kaur", "XX"):
        codes.setdefault(name, len(codes))
    female = {code: codes.setdefault(feminine(name), len(codes)) for name, code in list(codes.items()) if name}
    feminines = np.arange(len(codes), dtype=np.int32)
    feminines[list(female)] = list(female.values())
    names = tuple(codes)
    return Vocabulary(
        names=names,
        texts=pa.array([None, *names[1:]], type=pa.string()),
        surnames=Draws(surnames),
        forenames=Draws(forenames),
        forename_group=_groups(headings),
        feminine=feminines,
        never_alone=np.array([codes[name] for name in NEVER_ALONE], dtype=np.int32),
        womens_last_names=womens,
        singh=codes["Singh"],
        kaur=codes["Kaur"],
        stand_in=codes["XX"],
    )


def _coded(codes: dict[str, int], names: list[str], weights: list[float]) -> tuple[list[int], list[float]]:
    return [codes.setdefault(name, len(codes)) for name in names], weights


def _surnames_of(key: str) -> tuple[list[str], list[float]]:
    community = COMMUNITIES[key]
    section = community.surnames or key
    listed = sections("surnames").get(section) or Words(("Jónsson",), (1.0,))
    return _with_tail(listed, composed("surnames", section)[:_MOST_RARE_SURNAMES], _RARE_SURNAMES.get(section, 0.0))


def _forenames_of(key: str, sex: str, since: str) -> tuple[list[str], list[float]]:
    listed = sections("forenames")[f"{key} {sex} {since}"]
    if key == "british":
        share = next(share for year, share in reversed(_RARE_BRITISH) if year <= int(since))
        return _with_tail(listed, _rare_british(sex, int(since) >= _MODERN_SINCE), share)
    rare = composed(sex, key)[:_MOST_RARE_FORENAMES]
    return _with_tail(listed, rare, _RARE_FORENAMES)


@cache
def _rare_british(sex: str, modern: bool) -> tuple[str, ...]:
    """Forenames of other years first; then other spellings and, nowadays, double and made-up names in turn."""
    borne = _of_other_years(sex)
    others = [other for name in borne for other in other_spellings(name)]
    made = composed(sex, "british") if modern else ()
    mixed = [name for pair in zip_longest(others, made) for name in pair if name]
    return tuple(dict.fromkeys([*borne, *mixed]))[:_MOST_RARE_BRITISH]


@cache
def _of_other_years(sex: str) -> tuple[str, ...]:
    """All British forenames of a sex, of whatever time."""
    found: dict[str, None] = {}
    for heading, words in sections("forenames").items():
        if heading.startswith(f"british {sex} "):
            found.update(dict.fromkeys(words.words))
    return tuple(found)


def _with_tail(listed: Words, rare: "tuple[str, ...] | list[str]", share: float) -> tuple[list[str], list[float]]:
    """Names with weights whose sum is 1: the listed ones, and rare ones with so great a share of the whole."""
    weights = np.diff(np.asarray(listed.totals), prepend=0.0)
    common = set(listed.words)
    tail = [name for name in rare if name not in common]
    if not tail or not share:
        return list(listed.words), (weights / weights.sum()).tolist()
    falling = 1.0 / (np.arange(len(tail)) + _FLATTENING)
    together = np.concatenate([(1 - share) * weights / weights.sum(), share * falling / falling.sum()])
    return [*listed.words, *tail], together.tolist()


def _groups(headings: list[list[str]]) -> npt.NDArray[np.int16]:
    groups = np.zeros((len(COMMUNITY_KEYS), 2, LAST_YEAR - FIRST_YEAR), dtype=np.int16)
    for row, key in enumerate(COMMUNITY_KEYS):
        source = "british" if key == "mixed" else key
        for number, (community, sex, since) in enumerate(headings):
            if community == source:  # the file's order is that of the years, so a later heading overwrites
                groups[row, "mf".index(sex), max(0, int(since) - FIRST_YEAR) :] = number
    return groups
