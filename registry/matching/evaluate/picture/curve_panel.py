"""Precision and recall over all thresholds, with the thresholds that the report names."""

from registry.matching.evaluate.in_words import decimals
from registry.matching.evaluate.measures import Point
from registry.matching.evaluate.picture.panel import Panel, frame
from registry.matching.evaluate.picture.scale import Scale, share_limits
from registry.matching.evaluate.picture.svg import FIRST, QUIET, Drawing, line, mark, path, text
from registry.matching.evaluate.report import Report

LOWEST = 0.8
"""Precision below this is not drawn, unless the best F1 lies there."""


def draw_curve(report: Report, panel: Panel) -> Drawing:
    """The panel; only its frame where there is no curve."""
    points = [(point.recall, point.precision) for point in report.curve]
    best = report.measures.best
    floor = LOWEST if best is None or best.precision.value is None else min(LOWEST, best.precision.value - 0.05)
    across, up = Scale(0, 1, panel.left, panel.right), Scale(*share_limits(max(0, floor)), panel.bottom, panel.top)
    drawn = frame(panel, "Precision and recall", "recall", "precision")
    for value in across.ticks(5):
        x = across.at(value)
        drawn += [
            line(x, panel.top, x, panel.bottom),
            text(x, panel.bottom + 15, f"{value:g}", size=11, anchor="middle", fill=QUIET),
        ]
    for value in up.ticks(5):
        y = up.at(value)
        drawn += [
            line(panel.left, y, panel.right, y),
            text(panel.left - 7, y + 4, f"{value:g}", size=11, anchor="end", fill=QUIET),
        ]
    inside = [(across.at(x), up.at(y)) for x, y in points if y >= up.low]
    drawn.append(path(inside, stroke=FIRST))
    ceiling = report.measures.ceiling.value
    if ceiling is not None:
        x = across.at(ceiling)
        drawn.append(line(x, panel.top, x, panel.bottom, stroke=QUIET, width=1.4, dash="5 3"))
    drawn.append(
        text(
            panel.left,
            panel.top - 12,
            "over all thresholds; dashed line: pairs in the file at all",
            size=12,
            fill=QUIET,
        )
    )
    return drawn + _named(report, across, up)


def _named(report: Report, across: Scale, up: Scale) -> Drawing:
    """The best F1 and the two precisions, with a list of them in the free corner."""
    measures = report.measures
    named: list[tuple[str, Point | None]] = [
        ("1", measures.at_999),
        ("2", measures.at_99),
        ("3", measures.best),
    ]
    said = ("recall at precision 0.999", "recall at precision 0.99", "best F1")
    drawn: Drawing = []
    y = up.start - 62
    for (number, at), words in zip(named, said, strict=True):
        value = None if at is None else (at.f1 if at is measures.best and number == "3" else at.recall).value
        drawn.append(text(across.start + 14, y, f"{number}  {words}: {decimals(value)}", size=12.5))
        y += 19
        if at is None or at.recall.value is None or at.precision.value is None:
            continue
        x, height = across.at(at.recall.value), up.at(at.precision.value)
        drawn += [mark(1, x, height), text(x - 9, height + 17, number, size=12, anchor="middle", font_weight="600")]
    return drawn
