"""The evaluation in one picture: error rates by group, calibration, and the precision-recall curve."""

from collections.abc import Sequence

from registry.matching.evaluate.fairness import Section
from registry.matching.evaluate.in_words import decimals, gaps, shown
from registry.matching.evaluate.picture.calibration_panel import draw_calibration
from registry.matching.evaluate.picture.curve_panel import draw_curve
from registry.matching.evaluate.picture.group_rows import columns_of, draw_legend, draw_section, height_of
from registry.matching.evaluate.picture.panel import Panel
from registry.matching.evaluate.picture.svg import FONT, QUIET, Drawing, escaped, rectangle, tag, text
from registry.matching.evaluate.report import Report

WIDTH = 1200
TITLE = "How well people are matched, and for whom"
_PANELS = 380
"""The height of the two small plots with their words."""


def draw(report: Report) -> str:
    """The picture as SVG, with its content in words for those who do not see it."""
    sections = [section for section in report.groups if section.lines]
    drawn: Drawing = [text(40, 52, TITLE, size=24, font_weight="700"), text(40, 80, _summary(report), fill=QUIET)]
    y = 124.0
    if sections:
        columns = columns_of(sections, report.calls)
        drawn += draw_legend(columns, y)
        y += 34
        for section in sections:
            drawn += draw_section(section, columns, y)
            y += height_of(section)
    y += 66 if sections else 30
    drawn += draw_calibration(report.calibration, Panel(96, y, 460, 250))
    drawn += draw_curve(report, Panel(700, y, 460, 250))
    return _whole(drawn, y + _PANELS - 66, _described(report, sections))


def _whole(drawn: Drawing, height: float, described: str) -> str:
    content = (
        tag("title", escaped(TITLE), id="title")
        + tag("desc", escaped(described), id="desc")
        + rectangle(0, 0, WIDTH, height, "#ffffff")
        + "\n".join(drawn)
    )
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tag(
        "svg",
        content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {height:.0f}",
        width=WIDTH,
        height=height,
        role="img",
        aria_labelledby="title desc",
        font_family=FONT,
    )


def _summary(report: Report) -> str:
    measures = report.measures
    best = "-" if measures.best is None else decimals(measures.best.f1.value)
    return (
        f"{measures.true_pairs:,} true pairs, {measures.pairs:,} pairs scored; best F1 {best}; recall at precision"
        f" 0.99 {decimals(measures.recall_at_99)}, at 0.999 {decimals(measures.recall_at_999)}"
    )


def _described(report: Report, sections: Sequence[Section]) -> str:
    sentences = [f"{_summary(report)}."]
    for section in sections:
        sentences.append(f"Recall by {section.column}:")
        for line in section.lines:
            recalls = ", ".join(f"{shown(estimate)} {call}" for call, estimate in line.recall.items())
            small = ", too small to tell" if line.too_small else ""
            sentences.append(f"{line.value}, {line.true_pairs:,} true pairs: {recalls}{small}.")
        sentences += gaps(section)
    sentences.append("Calibration, estimated and true share:")
    for band in report.calibration.bands:
        if band.pairs:
            sentences.append(f"odds {band.odds}: {decimals(band.mean_probability)} and {shown(band.observed)}.")
    return "\n".join(sentences)
