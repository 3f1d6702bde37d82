"""A quick look at NHS numbers by the million. The rules stand in `registry.values.nhs_number`."""

_FIRST = {f"{n:03d}": 10 * (n // 100) + 9 * (n // 10 % 10) + 8 * (n % 10) for n in range(400, 1_000)}
_MIDDLE = {f"{n:03d}": 7 * (n // 100) + 6 * (n // 10 % 10) + 5 * (n % 10) for n in range(1_000)}
_LAST = {f"{n:04d}": 4 * (n // 1_000) + 3 * (n // 100 % 10) + 2 * (n // 10 % 10) + n % 10 for n in range(10_000)}
_EQUAL_DIGITS = frozenset(str(digit) * 10 for digit in range(10))


def is_plain_number(text: str) -> bool:
    """Whether a text is surely a valid NHS number without blanks: one from 4 upwards, as nearly all are.

    Says of no text that it is invalid; for millions, in a fifth of the time of `kind_of`.
    """
    first, middle, last = _FIRST.get(text[:3]), _MIDDLE.get(text[3:6]), _LAST.get(text[6:])
    if first is None or middle is None or last is None:
        return False
    return (first + middle + last) % 11 == 0 and text not in _EQUAL_DIGITS
