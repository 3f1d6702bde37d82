"""The report's numbers and findings as people read them."""

from collections.abc import Iterator

from registry.matching.evaluate.fairness import Gap, Section
from registry.matching.evaluate.intervals import Estimate, Method
from registry.matching.evaluate.report import Report


def shown(estimate: Estimate) -> str:
    """A share with its interval, as "0.9740 (0.9720-0.9760)"; a star where the interval is a bootstrap's."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "-"
    star = "*" if estimate.method is Method.BOOTSTRAP else ""
    return f"{decimals(estimate.value)} ({decimals(estimate.low)}-{decimals(estimate.high)}){star}"


def decimals(value: float | None) -> str:
    """Four decimals; never rounded up to 1, since "all" is another claim than "nearly all"."""
    if value is None:
        return "-"
    return "0.9999" if 0.99995 <= value < 1 else f"{value:.4f}"


def rate_shown(estimate: Estimate) -> str:
    """A rate with its interval."""
    if estimate.value is None:
        return "-"
    return f"{estimate.value:.2f} ({estimate.low or 0:.2f}-{estimate.high or 0:.2f})"


def noticed(report: Report) -> Iterator[str]:
    """What was odd in the files, a sentence each."""
    found = report.noticed
    counts = (
        (found.without_id, "rows of the pairs lack an id and were left out"),
        (found.with_oneself, "rows pair a record with itself and were left out"),
        (found.repeated, "rows repeat a pair, in this or the other order: each counts once, with its highest score"),
        (found.without_score, "pairs have no score (empty or NaN) and count as none"),
        (found.truth_left_out, "rows of the truth lack an id or a cluster, or pair a record with itself: left out"),
    )
    for count, what in counts:
        if count:
            yield f"{count:,} {what}"
    if found.unknown_ids:
        yield (
            f"the truth does not know {found.unknown_ids:,} ids of the pairs:"
            f" the {found.pairs_of_unknown:,} pairs with one of them count as wrong"
        )
    if not report.measures.true_pairs:
        yield "there are no true pairs, so that recall cannot be measured"
    if not report.measures.pairs:
        yield "there are no pairs in the file"
    elif report.measures.true_pairs and not report.calls:
        yield "no pair with a score is true, so that no threshold is the best, and nothing is told by group or kind"


def gaps(section: Section) -> Iterator[str]:
    """The largest gaps between the groups of a column, a sentence each."""
    for call, gap in section.gap_of_recall.items():
        if gap is None:
            yield f"Recall, {call}: fewer than two groups of {section.column} are large enough to compare."
        elif gap.size:
            yield f"Largest gap of recall, {call}: {_gap(gap, 100, ' points')}."
        else:
            yield f"No gap of recall, {call}."
    for call, gap in section.gap_of_wrong.items():
        if gap is not None and gap.size:
            yield f"Largest gap of wrong matches, {call}: {_gap(gap, 1, ' per 1,000')}."


def _gap(gap: Gap, scale: float, unit: str) -> str:
    between = ""
    if gap.low is not None and gap.high is not None:
        between = f" ({gap.low * scale:.1f} to {gap.high * scale:.1f})"
    chance = "more than chance" if gap.beyond_chance else "chance alone can explain it"
    return f"{gap.size * scale:.2f}{unit}{between}, {gap.lowest} to {gap.highest}; {chance}"
