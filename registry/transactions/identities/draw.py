"""What is drawn, so that nothing can be told from it: days, instants, and how many numbers are thrown away.

The source is the machine's own, which nobody can foresee. A test that has to say the same twice puts
another in its place.
"""

from collections.abc import Sequence
from random import Random
from secrets import SystemRandom
from typing import TypeVar

T = TypeVar("T")

source: Random = SystemRandom()


def below(limit: int) -> int:
    """Any whole number from 0 up to, and not, the limit."""
    return source.randrange(limit)


def one_of(ways: Sequence[T]) -> T:
    """Any of them; there must be one."""
    return source.choice(ways)
