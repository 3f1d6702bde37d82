"""NHS numbers of many people at once: valid, each used once, nobody's."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

_WEIGHTS = (10, 9, 8, 7, 6, 5, 4, 3)
_A_PREFIX = 9
"""Numbers that each eight digits give: of ten ninth digits at most one has no check digit."""


class NumberRange:
    """NHS numbers by position, 0 to `size` - 1, in an order that looks random.

    They start with 999 where those suffice, else with any 9; no number comes twice. The first eight digits
    differ between neighbours in the order.
    """

    def __init__(self, needed: int, seed: int) -> None:
        self.prefix = "999" if needed <= _capacity("999") else "9"
        self.size = _capacity(self.prefix)
        if needed > self.size:
            raise ValueError(f"{needed} NHS numbers are needed and {self.size} begin with 9")
        free = 10 ** (8 - len(self.prefix))
        # The last of them, all nines, is left out: ten equal digits are a placeholder and no number.
        self._stems = np.random.default_rng([seed, 41]).permutation(np.arange(free - 1, dtype=np.int32))
        self._start = int(self.prefix) * free

    def at(self, positions: Numbers) -> Numbers:
        """The numbers at positions, as integers of ten digits."""
        turn, place = np.divmod(positions, len(self._stems))
        stems = self._start + self._stems[place].astype(np.int64)
        total = sum(weight * (stems // 10 ** (7 - place) % 10) for place, weight in enumerate(_WEIGHTS))
        # 11 - (total + 2 * ninth) % 11 must not be 10: the ninth digit for which it would be is passed over.
        barred = (1 - total) * 6 % 11
        ninth = turn + (turn >= barred)
        check = -(total + 2 * ninth) % 11
        return stems * 100 + ninth * 10 + check


def _capacity(prefix: str) -> int:
    return (10 ** (8 - len(prefix)) - 1) * _A_PREFIX


def chi_numbers(
    rng: np.random.Generator, born: "npt.NDArray[np.datetime64]", is_female: npt.NDArray[np.bool_]
) -> Numbers:
    """Scottish numbers: day, month and year of birth, a serial whose last digit tells the sex, a check digit."""
    months = born.astype("datetime64[M]")
    day = (born - months).astype(np.int64) + 1
    month = months.astype(np.int64) % 12 + 1
    year = (born.astype("datetime64[Y]").astype(np.int64) + 1970) % 100
    date_part = (day * 10_000 + month * 100 + year) * 1000
    # Two serials of a sex never both lack a check digit when they are 2 apart: 2 * 2 is no multiple of 11.
    serial = rng.integers(0, 490, len(born)) * 2 + np.where(is_female, 0, 1)
    first = _check_digit(date_part + serial)
    second = _check_digit(date_part + serial + 2)
    return np.where(first != 10, (date_part + serial) * 10 + first, (date_part + serial + 2) * 10 + second)


def _check_digit(stems: Numbers) -> Numbers:
    """Of nine digits, which may begin with 0; 10 where there is none."""
    total = sum((10 - place) * (stems // 10 ** (8 - place) % 10) for place in range(9))
    return -np.asarray(total) % 11
