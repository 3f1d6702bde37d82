"""The report for people to read: tables, and a sentence where something is to be known."""

import typer

from registry.console import print_table
from registry.matching.evaluate.calibration import Calibration
from registry.matching.evaluate.in_words import decimals, noticed, shown
from registry.matching.evaluate.joined import ClusterMeasures
from registry.matching.evaluate.measures import Point
from registry.matching.evaluate.print_groups import print_hard_negatives, print_kinds, print_section
from registry.matching.evaluate.report import Report


def print_report(report: Report) -> None:
    """Print all of it to standard output."""
    typer.echo(f"{report.measures.true_pairs:,} true pairs; {report.measures.pairs:,} pairs in the file, each once.")
    for sentence in noticed(report):
        typer.echo(f"Note: {sentence}.")
    _print_quality(report)
    _print_calibration(report.calibration)
    if report.clusters is not None:
        typer.echo(f"\n{_clusters(report.clusters)}")
    for section in report.groups:
        print_section(section, fair=True)
    for section in report.tags:
        print_section(section, fair=False)
    for column, kinds in report.kinds.items():
        print_kinds(column, kinds, list(report.calls))
    print_hard_negatives(report.hard_negatives, list(report.calls))
    typer.echo(
        "\nIntervals are of 95 %: Wilson's for shares and Byar's for rates; * a bootstrap of people, where the truth"
        " chose the threshold."
    )


def _print_quality(report: Report) -> None:
    measures = report.measures
    rows = [
        _point_row("the best F1", measures.best),
        _point_row("precision of 0.99 or more", measures.at_99),
        _point_row("precision of 0.999 or more", measures.at_999),
    ]
    if report.decided:
        rows += [_point_row(f"decision {name}", at) for name, at in report.calls.items()]
    rows.append(
        (
            "any pair in the file",
            "",
            f"{measures.pairs:,}",
            f"{measures.ceiling.count:,}",
            "",
            shown(measures.ceiling),
            "",
        )
    )
    columns = ("called one person at", "score from", "pairs", "true", "precision", "recall", "F1")
    typer.echo()
    print_table("", columns, rows, whole=columns)


def _point_row(name: str, at: Point | None) -> tuple[str, ...]:
    if at is None:
        return (name, "not reached", "", "", "", "", "")
    threshold = "" if at.threshold is None else f"{at.threshold:.2f}"
    return (name, threshold, f"{at.pairs:,}", f"{at.right:,}", *map(shown, (at.precision, at.recall, at.f1)))


def _print_calibration(calibration: Calibration) -> None:
    rows = [
        (
            band.odds,
            f"{band.pairs:,}",
            f"{band.expected_true:,.1f}",
            f"{band.observed.count:,}",
            decimals(band.mean_probability),
            shown(band.observed),
        )
        for band in calibration.bands
        if band.pairs
    ]
    if not rows:
        return
    source = "column probability" if calibration.source == "probability" else "column score, read as log2 odds"
    typer.echo(f"\nCalibration, by the {source}")
    columns = ("estimated odds", "pairs", "expected true", "truly true", "expected share", "true share")
    print_table("", columns, rows, whole=columns)
    typer.echo(
        f"Expected calibration error {decimals(calibration.expected_error)};"
        f" between 1:8 and 1,024:1 {decimals(calibration.expected_error_in_doubt)}"
    )


def _clusters(found: ClusterMeasures) -> str:
    unknown = f" {found.unknown_ids:,} of their ids are unknown to the truth." if found.unknown_ids else ""
    return (
        f"Clusters: {found.clusters:,} of two records or more (the largest has {found.largest:,}), which make"
        f" {found.pairwise.pairs:,} pairs: precision {shown(found.pairwise.precision)}, recall"
        f" {shown(found.pairwise.recall)}, F1 {shown(found.pairwise.f1)}."
        f" {found.wrongly_joined:,} of them join different people ({found.records_in_them:,} records).{unknown}"
    )
