"""Recall and wrong matches by group: a row each, dots with their intervals, section by section."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.matching.evaluate.fairness import GroupLine, Section
from registry.matching.evaluate.in_words import gaps
from registry.matching.evaluate.intervals import Estimate
from registry.matching.evaluate.measures import Point
from registry.matching.evaluate.picture.scale import Scale, share_limits
from registry.matching.evaluate.picture.svg import (
    BAND,
    FIRST,
    INK,
    QUIET,
    SECOND,
    Drawing,
    line,
    mark,
    rectangle,
    text,
)

ROW = 26
HEAD = 46
MOST_ROWS = 14
"""Of a section; the others are in the table."""
LEFT, RECALL, WRONG, COUNT, RIGHT = 40, (236, 690), (760, 1010), 1110, 1160


@dataclass(frozen=True, slots=True)
class Columns:
    """The two scales that all rows share, the names of the series, and what they are for everybody."""

    recall: Scale
    wrong: Scale
    calls: tuple[str, ...]
    overall: dict[str, Point]


def columns_of(sections: Sequence[Section], overall: dict[str, Point]) -> Columns:
    """Scales that hold every interval of the groups that are large enough to tell."""
    lines = [each for section in sections for each in shown_lines(section)[0]]
    told = [each for each in lines if not each.too_small] or lines
    lows = [one.low for each in told for one in each.recall.values() if one.low is not None]
    highs = [one.high for each in told for one in each.wrong_per_thousand.values() if one.high is not None]
    return Columns(
        Scale(*share_limits(min(lows, default=0.0)), *RECALL),
        Scale(0.0, max([*highs, 0.01]) * 1.05, *WRONG),
        tuple(overall),
        overall,
    )


def shown_lines(section: Section) -> tuple[list[GroupLine], int]:
    """The rows to draw, and how many are not drawn: of many groups, those found least, large enough to tell first."""
    lines = [each for each in section.lines if each.true_pairs or each.people]
    if len(lines) <= MOST_ROWS:
        return lines, 0
    worst = sorted(lines, key=lambda each: (each.too_small, _least(each)))[:MOST_ROWS]
    return [each for each in lines if each in worst], len(lines) - MOST_ROWS


def height_of(section: Section) -> float:
    """How high a section is drawn."""
    return HEAD + ROW * len(shown_lines(section)[0]) + 22 + 17 * len(_said_below(section))


def _said_below(section: Section) -> list[str]:
    """What is said under a section: how many groups are left out, and the largest gaps."""
    hidden = shown_lines(section)[1]
    return [*([f"{hidden} more groups are in the table."] if hidden else []), *gaps(section)]


def draw_legend(columns: Columns, y: float) -> Drawing:
    """What the marks mean, and what stands in the columns."""
    drawn = [
        text(RECALL[0], y, "Recall of true pairs", font_weight="600"),
        text(WRONG[0], y, "Wrong matches per 1,000 people", font_weight="600"),
        text(COUNT, y, "True pairs", anchor="end", font_weight="600"),
    ]
    x = float(RECALL[0])
    for place, call in enumerate(columns.calls):
        drawn += [mark(place, x + 6, y + 18), text(x + 18, y + 22.5, call, fill=QUIET)]
        x += 40 + 7.2 * len(call)
    drawn.append(text(x, y + 22.5, "with 95 % intervals; upright lines: everybody", fill=QUIET))
    return drawn


def draw_section(section: Section, columns: Columns, top: float) -> Drawing:
    """A section from `top` down."""
    lines, _ = shown_lines(section)
    first, last = top + HEAD, top + HEAD + ROW * len(lines)
    drawn = [text(LEFT, top + 26, section.column.replace("_", " ").capitalize(), size=16, font_weight="600")]
    drawn += [rectangle(LEFT, first + ROW * at, RIGHT - LEFT, ROW, BAND) for at in range(0, len(lines), 2)]
    drawn += _grid(columns, first, last)
    for at, each in enumerate(lines):
        drawn += _row(each, columns, first + ROW * (at + 0.5))
    below = last + 34
    for sentence in _said_below(section):
        drawn.append(text(LEFT, below, sentence, size=12.5, fill=QUIET))
        below += 17
    return drawn


def _grid(columns: Columns, first: float, last: float) -> Drawing:
    drawn: Drawing = []
    for value in columns.recall.ticks(6):
        x = columns.recall.at(value)
        drawn += [line(x, first, x, last), text(x, last + 14, f"{value:.4g}", size=11, anchor="middle", fill=QUIET)]
    for value in columns.wrong.ticks(4):
        x = columns.wrong.at(value)
        drawn += [line(x, first, x, last), text(x, last + 14, f"{value:.4g}", size=11, anchor="middle", fill=QUIET)]
    for place, call in enumerate(columns.calls):
        value = columns.overall[call].recall.value
        if value is not None and columns.recall.low <= value:
            x = columns.recall.at(value)
            drawn.append(line(x, first, x, last, stroke=(FIRST, SECOND)[place % 2], dash=("", "5 3")[place % 2]))
    return drawn


def _row(each: GroupLine, columns: Columns, y: float) -> Drawing:
    note = " – too small to tell" if each.too_small else ""
    colour = QUIET if each.too_small else INK
    drawn = [text(LEFT + 8, y + 4.5, _short(each.value), fill=colour)]
    offsets = (-4.5, 4.5) if len(columns.calls) > 1 else (0.0,)
    for place, (call, offset) in enumerate(zip(columns.calls, offsets, strict=False)):
        drawn += _dot(place, each.recall[call], columns.recall, y + offset, each.too_small)
        drawn += _dot(place, each.wrong_per_thousand[call], columns.wrong, y + offset, each.too_small)
    drawn.append(text(COUNT, y + 4.5, f"{each.true_pairs:,}", anchor="end", fill=colour))
    if note:
        drawn.append(text(RECALL[0] - 8, y + 4.5, "too small to tell", size=11, anchor="end", fill=QUIET))
    return drawn


def _dot(place: int, estimate: Estimate, scale: Scale, y: float, quiet: bool) -> Drawing:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return []
    colour = QUIET if quiet else (FIRST, SECOND)[place % 2]
    drawn = [
        line(
            scale.at(estimate.low), y, scale.at(estimate.high), y, stroke=colour, width=1.6, dash="2 2" if quiet else ""
        )
    ]
    if scale.low <= estimate.value <= scale.high:
        drawn.append(mark(place, scale.at(estimate.value), y, quiet=quiet))
    return drawn


def _least(each: GroupLine) -> float:
    return min((one.value for one in each.recall.values() if one.value is not None), default=1.0)


def _short(words: str, most: int = 26) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"
