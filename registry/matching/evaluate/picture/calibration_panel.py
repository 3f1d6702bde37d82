"""Calibration: what the odds promise, as a line, and what is true, as dots."""

from math import log2

from registry.matching.evaluate.calibration import Band, Calibration
from registry.matching.evaluate.picture.panel import Panel, frame
from registry.matching.evaluate.picture.scale import Scale
from registry.matching.evaluate.picture.svg import FIRST, QUIET, Drawing, line, mark, path, text

EDGE = 15.0
"""Bands without a limit are drawn at most so far out, in log2 odds."""
_TICKS = ((-10.0, "1:1,000"), (-5.0, "1:32"), (0.0, "1:1"), (5.0, "32:1"), (10.0, "1,000:1"), (15.0, "more"))


def draw_calibration(calibration: Calibration, panel: Panel) -> Drawing:
    """The panel; one sentence where there is nothing to draw."""
    across = Scale(-12, 15.5, panel.left, panel.right)
    up = Scale(0, 1, panel.bottom, panel.top)
    drawn = frame(panel, "Calibration", "estimated odds that a pair is one person", "share truly one person")
    for value, words in _TICKS:
        x = across.at(value)
        drawn += [
            line(x, panel.top, x, panel.bottom),
            text(x, panel.bottom + 15, words, size=11, anchor="middle", fill=QUIET),
        ]
    for value in up.ticks(5):
        y = up.at(value)
        drawn += [
            line(panel.left, y, panel.right, y),
            text(panel.left - 7, y + 4, f"{value:g}", size=11, anchor="end", fill=QUIET),
        ]
    promised = [(step / 10, 1 / (1 + 2 ** (-step / 10))) for step in range(-120, 156)]
    drawn.append(path([(across.at(x), up.at(y)) for x, y in promised], stroke=QUIET, width=1.4, dash="5 3"))
    for band in calibration.bands:
        if band.observed.value is None or band.observed.low is None or band.observed.high is None:
            continue
        x = across.at(_middle(band))
        drawn.append(line(x, up.at(band.observed.low), x, up.at(band.observed.high), stroke=FIRST, width=1.6))
        drawn.append(mark(0, x, up.at(band.observed.value)))
    drawn.append(
        text(panel.left, panel.top - 12, "dashed line: what the odds promise; dots: what is true", size=12, fill=QUIET)
    )
    return drawn


def _middle(band: Band) -> float:
    """Where a band is drawn: at the odds of its mean probability, within its limits."""
    mean = band.mean_probability or 0.0
    odds = log2(mean / (1 - mean)) if 0 < mean < 1 else (EDGE if mean else -EDGE)
    low = -EDGE if band.at_least is None else band.at_least
    high = EDGE if band.below is None else band.below
    return min(max(odds, low), high)
