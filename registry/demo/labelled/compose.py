"""The long tails of names: put together from parts, or spelt another way than usual."""

import re
from functools import cache
from itertools import product
from random import Random

from registry.demo.words import sections

_LONGEST = 22
_VOCABULARY_SEED = "vocabulary-1"
"""Names and their ranks are those of the country, not of a seed: registers of two seeds share them."""

_SPELLINGS = (
    (re.compile(r"ie$"), "y"),
    (re.compile(r"(?<=[^aeo])y$"), "ie"),
    (re.compile(r"(?<=.)c(?=[aoul])"), "k"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"(?<=.)nn"), "n"),
    (re.compile(r"(?<=[aeiou])l(?=[aeiou])"), "ll"),
    (re.compile(r"ah$"), "a"),
    (re.compile(r"(?<=[^aeiou])a$"), "ah"),
    (re.compile(r"ey$"), "ie"),
    (re.compile(r"(?<=[^aeiou])i(?=[nlr])"), "y"),
    (re.compile(r"e$"), ""),
    (re.compile(r"(?<=[aeiou])n$"), "nn"),
    (re.compile(r"(?<=[lnt])yn$"), "ynne"),
)


@cache
def composed(kind: str, community: str) -> tuple[str, ...]:
    """All names that can be put together for a kind (surnames, m, f) and a community, the commoner ones first."""
    families: dict[str, list[tuple[str, ...]]] = {}
    for heading, words in sections("name_parts").items():
        of_kind, of_community, family, _ = heading.split()
        if (of_kind, of_community) == (kind, community):
            families.setdefault(family, []).append(words.words)
    rng = Random(f"{_VOCABULARY_SEED}/{kind}/{community}")
    found: dict[str, float] = {}
    for family in families.values():
        for parts in product(*family):
            told = [part for part in parts if part != "~"]
            name = _joined(told)
            if name and name not in found:
                # Plain combinations are commoner than those with all the parts.
                found[name] = rng.random() + 0.8 * (len(told) > 2)
    return tuple(sorted(found, key=lambda name: (found[name], name)))


def _joined(parts: list[str]) -> str:
    """The parts as one name; empty where it could hardly be said."""
    name = parts[0] if parts else ""
    for part in parts[1:]:
        plain = part[0].isalpha() and part[0].islower()
        if plain and (name.lower().endswith(part) or name[-1:].lower() == part[0] == name[-2:-1].lower()):
            return ""
        name += part
    name = name.strip()
    return name if 2 <= len(name) <= _LONGEST else ""


def other_spellings(name: str) -> list[str]:
    """How a forename is also spelt: each time by one rule."""
    spelt = {pattern.sub(instead, name, count=1) for pattern, instead in _SPELLINGS}
    return sorted(other for other in spelt if other != name and len(other) > 2)
