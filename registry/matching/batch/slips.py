"""The commonest slip of a hand, between numbers by the million: see `matching.slips`."""

import numpy as np
import numpy.typing as npt

_PLACES = 10
_LOW_BITS = 0x1111111111


def one_digit_slip(left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether two numbers of at most ten digits differ in one digit, or in two neighbours exchanged."""
    ours, theirs = _one_digit_each_four_bits(left), _one_digit_each_four_bits(right)
    unlike = ours ^ theirs
    marks = (unlike | (unlike >> 1) | (unlike >> 2) | (unlike >> 3)) & _LOW_BITS
    count = np.bitwise_count(marks)
    slip = count == 1
    two = np.flatnonzero(count == 2)
    if len(two):
        lowest = marks[two] & -marks[two]
        neighbours = marks[two] == lowest | (lowest << 4)
        # The lower digit stands at `lowest`; dividing by it brings it to the end.
        low, high = ours[two] // lowest & 15, ours[two] // (lowest << 4) & 15
        their_low, their_high = theirs[two] // lowest & 15, theirs[two] // (lowest << 4) & 15
        slip[two] = neighbours & (low == their_high) & (high == their_low)
    return slip


def _one_digit_each_four_bits(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    spread, rest = np.zeros_like(numbers), numbers
    for place in range(_PLACES):
        rest, digit = np.divmod(rest, 10)
        spread |= digit << (4 * place)
    return spread
