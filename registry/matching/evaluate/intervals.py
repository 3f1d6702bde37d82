"""How sure a measured share or rate is: 95 % intervals.

Shares of things counted have Wilson's interval, which stays honest near 0 and 1 and for few
cases (Wilson 1927). Rates have Byar's approximation of the exact Poisson limits. What was
chosen by looking at the truth (a best threshold) has a bootstrap interval, see `bootstrap`.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from math import sqrt
from statistics import NormalDist

Z_95 = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


class Method(StrEnum):
    """Where an interval comes from."""

    WILSON = "wilson"
    """Wilson's score interval of a share."""
    BOOTSTRAP = "bootstrap"
    """Percentiles over resampled pairs, the threshold sought anew each time; never narrower than Wilson's."""
    BYAR = "byar"
    """Byar's approximation of the Poisson limits of a count."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured value between `low` and `high` (95 %), from `count` of `of`. All None where `of` is 0."""

    value: float | None
    low: float | None
    high: float | None
    count: int
    of: int
    method: Method = Method.WILSON

    @property
    def width(self) -> float:
        """Of the interval; 1 where nothing was measured."""
        return 1.0 if self.low is None or self.high is None else self.high - self.low


def wilson(count: float, of: float, z: float = Z_95) -> tuple[float, float]:
    """Wilson's interval of a share; `of` must not be 0."""
    share, spread = count / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / of + spread / (4 * of))
    # Rounding must not leave the share itself outside.
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))


def share(count: int, of: int) -> Estimate:
    """A share of things counted."""
    if of == 0:
        return Estimate(None, None, None, int(count), 0)
    low, high = wilson(count, of)
    return Estimate(count / of, low, high, int(count), int(of))


def f_measure(right: int, called: int, true: int) -> Estimate:
    """F1 of `right` true pairs among `called`, where `true` exist.

    F1 is a growing function of the share of right pairs among all that were called or are true
    (Jaccard's index), and that share has Wilson's interval.
    """
    either = called + true - right
    if true == 0 or either == 0:
        return Estimate(None, None, None, int(right), int(either))
    low, high = (2 * edge / (1 + edge) for edge in wilson(right, either))
    return Estimate(2 * right / (called + true), low, high, int(right), int(either))


def rate(count: int, of: int, per: int = 1000) -> Estimate:
    """`count` events per so many people."""
    if of == 0:
        return Estimate(None, None, None, int(count), 0, Method.BYAR)
    scale = per / of
    low, high = _byar(count)
    return Estimate(count * scale, low * scale, high * scale, int(count), int(of), Method.BYAR)


def _byar(count: int, z: float = Z_95) -> tuple[float, float]:
    above = count + 1
    high = above * (1 - 1 / (9 * above) + z / (3 * sqrt(above))) ** 3
    if count == 0:
        return 0.0, high
    return max(0.0, count * (1 - 1 / (9 * count) - z / (3 * sqrt(count))) ** 3), high


def difference(low_side: Estimate, high_side: Estimate, comparisons: int = 1) -> tuple[float, float]:
    """How far `high_side` lies above `low_side`: Newcombe's interval from two Wilson intervals (1998).

    Widened for the number of comparisons among which this one was picked (Bonferroni), since the
    largest of many gaps is large by chance alone. Both sides must be measured shares.
    """
    z = NormalDist().inv_cdf(1 - 0.025 / max(1, comparisons))
    first, second = low_side.count / low_side.of, high_side.count / high_side.of
    l1, u1 = wilson(low_side.count, low_side.of, z)
    l2, u2 = wilson(high_side.count, high_side.of, z)
    gap = second - first
    return gap - sqrt((second - l2) ** 2 + (u1 - first) ** 2), gap + sqrt((u2 - second) ** 2 + (first - l1) ** 2)


def widened(estimate: Estimate, low: float, high: float) -> Estimate:
    """The estimate with a bootstrap interval, nowhere narrower than the one that it has."""
    if estimate.low is None or estimate.high is None:
        return estimate
    return replace(estimate, low=min(low, estimate.low), high=max(high, estimate.high), method=Method.BOOTSTRAP)
