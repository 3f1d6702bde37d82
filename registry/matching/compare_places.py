"""Levels of agreement between addresses and postcodes."""

from rapidfuzz.distance import JaroWinkler

from registry.matching.incoming import Incoming
from registry.matching.keys import MatchKey
from registry.matching.levels import Place
from registry.matching.normalise import postcode_parts

SAME_WORDS_FROM = 0.9


def place_level(incoming: Incoming, key: MatchKey) -> Place | None:
    """Present against present on the whole scale; anything former only where it is the same."""
    now = _present(incoming, key) if key.is_current else _former(incoming.postcode, key)
    if now is Place.SAME_ADDRESS or not incoming.previous_postcode:
        return now
    before = _former(incoming.previous_postcode, key)
    if before is None or now is None:
        return before or now
    return min(before, now)


def _former(postcode: str, key: MatchKey) -> Place | None:
    """A former place that differs says nothing: people move."""
    return Place.FORMER if postcode and postcode == key.postcode else None


def _present(incoming: Incoming, key: MatchKey) -> Place | None:
    left, right = incoming.postcode, key.postcode
    if not left or not right:
        return None
    same_dwelling = _same_dwelling(incoming.address_key, key.address_key)
    if left == right:
        return Place.SAME_ADDRESS if same_dwelling else Place.SAME_POSTCODE
    ours, theirs = postcode_parts(left), postcode_parts(right)
    if ours is None or theirs is None:
        return None
    if ours[1] == theirs[1]:
        if same_dwelling:
            return Place.SAME_FIRST_LINE
        return Place.SECTOR if ours[2] == theirs[2] else Place.DISTRICT
    return Place.AREA if ours[0] == theirs[0] else Place.DIFFERENT


def _same_dwelling(left: str, right: str) -> bool:
    """Whether two address keys name one dwelling: the same numbers, and nearly the same words."""
    if not left or not right:
        return False
    if left == right:
        return True
    our_numbers, _, our_words = left.partition("|")
    their_numbers, _, their_words = right.partition("|")
    if our_numbers != their_numbers:
        return False
    return JaroWinkler.similarity(our_words, their_words) >= SAME_WORDS_FROM
