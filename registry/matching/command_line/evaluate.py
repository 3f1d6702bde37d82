"""`registry match evaluate`: how good a file of scored pairs is."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.console import UNUSABLE, AsJson, print_json, progress

if TYPE_CHECKING:
    from registry.matching.evaluate.report import Report, Wanted

Columns = list[str] | None


def evaluate(
    pairs: Annotated[Path, typer.Argument(metavar="PAIRS", help="Scored pairs: id_left, id_right, score.")],
    truth: Annotated[Path, typer.Option("--truth", help="True pairs (id_left, id_right), or id and cluster.")],
    clusters: Annotated[Path | None, typer.Option("--clusters", help="Clusters (id, cluster) to measure too.")] = None,
    groups: Annotated[Path | None, typer.Option("--groups", help="A file about people: id, and the columns of")] = None,
    group: Annotated[Columns, typer.Option("--group", metavar="COLUMN", help="Error rates by it. Repeatable.")] = None,
    tags: Annotated[
        Columns, typer.Option("--tags", metavar="COLUMN", help="Recall by its words (a list, or between blanks).")
    ] = None,
    kind: Annotated[
        Columns, typer.Option("--kind", metavar="COLUMN", help="Wrong pairs by its words: twin, junior.")
    ] = None,
    hard_negatives: Annotated[
        Path | None, typer.Option("--hard-negatives", help="Pairs of two people: id_left, id_right, kind.")
    ] = None,
    picture: Annotated[Path | None, typer.Option("--picture", help="Draw it, into a file that ends in .svg.")] = None,
    resamples: Annotated[int, typer.Option(help="Of the bootstrap; 0 for Wilson intervals only.", min=0)] = 200,
    seed: Annotated[int, typer.Option(help="The same seed gives the same intervals.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Say how good scored pairs are: precision, recall, F1, calibration, and for whom.

    All files are CSV (.csv, .csv.gz) or Parquet. PAIRS may come from any tool; higher scores are
    more alike. With a column decision (certain, possible, none) its words are measured, without
    it thresholds. With a column probability the odds are checked by it, without it by the score as
    log2 odds. A pair counts once, in whichever order; ids are compared as text.

    registry match evaluate pairs.parquet --truth truth.csv --groups about.parquet
    --group community --group sex --group age_band --group area --tags errors --picture quality.svg

    With --json one object: noticed (what was odd, counted), measures (true_pairs, pairs,
    without_score, ceiling, best, at_99, at_999), decided, calls {NAME: point}, calibration {source,
    bands, expected_error, expected_error_in_doubt}, curve [threshold, precision, recall], clusters,
    groups and tags [{column, lines [{value, people, true_pairs, recall {NAME: estimate},
    wrong_per_thousand, too_small}], gap_of_recall, gap_of_wrong}], kinds {COLUMN: [kind, people,
    wrong, wrong_within]}, hard_negatives [kind, pairs, true, in_file, called]. A point has
    threshold, pairs, right, and the estimates precision, recall, f1; an estimate has value, low,
    high (95 %), count, of, and method (wilson, bootstrap or byar). What cannot be measured is null.
    """
    from registry.matching.evaluate.report import Wanted
    from registry.matching.evaluate.source import Unusable

    wanted = Wanted(
        pairs,
        truth,
        clusters=clusters,
        groups=groups,
        group=tuple(group or ()),
        tags=tuple(tags or ()),
        kind=tuple(kind or ()),
        hard_negatives=hard_negatives,
        resamples=resamples,
        seed=seed,
    )
    try:
        _check(wanted, picture)
        report = _evaluated(wanted)
    except Unusable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(UNUSABLE) from None
    if picture is not None:
        _draw(report, picture)
    if as_json:
        print_json(report)
        return
    from registry.matching.evaluate.print_report import print_report

    print_report(report)
    if picture is not None:
        typer.echo(f"\nThe picture is in {picture}")


def _check(wanted: "Wanted", picture: Path | None) -> None:
    from registry.matching.evaluate.source import Unusable

    if (wanted.group or wanted.tags or wanted.kind) and wanted.groups is None:
        raise Unusable("--group, --tags and --kind name columns of a file: say which with --groups FILE")
    if wanted.groups is not None and not (wanted.group or wanted.tags or wanted.kind):
        raise Unusable("--groups FILE is asked about by columns: say which with --group, --tags or --kind")
    if picture is not None and picture.suffix.lower() != ".svg":
        raise Unusable(f"--picture {picture.name}: the picture is an SVG; let the file's name end in .svg")
    if picture is not None and not picture.absolute().parent.is_dir():
        raise Unusable(f"--picture {picture.name}: there is no directory of that name to write it into")
    if picture is not None and not os.access(picture if picture.exists() else picture.absolute().parent, os.W_OK):
        raise Unusable(f"--picture {picture.name}: it may not be written there")


def _evaluated(wanted: "Wanted") -> "Report":
    from registry.matching.evaluate.report import STEPS, evaluate

    with progress("evaluating", STEPS) as tell:
        return evaluate(wanted, tell)


def _draw(report: "Report", picture: Path) -> None:
    from registry.matching.evaluate.picture.draw import draw

    picture.write_text(draw(report), encoding="utf-8")
