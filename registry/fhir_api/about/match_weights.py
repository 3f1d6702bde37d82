"""How `$match` scores, in words and figures: the weights of the model in use, for the CapabilityStatement."""

from collections.abc import Mapping
from functools import cache

from registry.matching.levels import LEVELS_OF, Field
from registry.matching.weights import IN_USE, INCOMING

_INTRODUCTION = """
The score of a candidate is the probability that both are one person. It is made of log2 odds: where the search began, \
what each field adds or takes away, less what two people of one household would have in common. Equal names and \
postcodes weigh more the rarer they are; the figures are those of average ones. A candidate is certain where the \
register itself would take both for one person; probable where something asks for a person's eye; else possible. Show \
candidates in the order given, and no score. Model {version}. Weights for one person, by field:
"""


@cache
def how_matches_are_scored() -> str:
    """Markdown: a sentence, then a table of the weights of each level of agreement."""
    lines = [_INTRODUCTION.format(version=IN_USE.version).strip(), ""]
    lines += [_line(field, weights) for field, weights in _ordered(INCOMING.same)]
    return "\n".join(lines)


def _ordered(same: Mapping[Field, tuple[float, ...]]) -> list[tuple[Field, tuple[float, ...]]]:
    return [(field, same[field]) for field in Field if field in same]


def _line(field: Field, weights: tuple[float, ...]) -> str:
    told = (f"{level.sentence} {weight:+.1f}" for level, weight in zip(LEVELS_OF[field], weights, strict=True))
    return f"* {field.value}: " + "; ".join(told)
