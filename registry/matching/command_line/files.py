"""What the commands over files have in common: their options, how they run, and what they tell."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.console import UNUSABLE, bars, print_json, print_table

if TYPE_CHECKING:
    from registry.matching.batch.make_records import Read
    from registry.matching.batch.run import ScoredPairs
    from registry.matching.model.parts import Model

PairsOut = Annotated[Path, typer.Option("--out", metavar="PAIRS", help="Where the pairs go: CSV or Parquet.")]
ClustersOut = Annotated[
    Path | None, typer.Option("--clusters", metavar="FILE", help="Where clusters go: id, cluster, check_links.")
]
ClusterFrom = Annotated[
    float,
    typer.Option("--cluster-from", metavar="SCORE", help="From what score on a pair joins two."),
]
MinScore = Annotated[float, typer.Option("--min-score", metavar="SCORE", help="Pairs that score less are not written.")]
Extras = Annotated[
    list[str] | None,
    typer.Option(
        "--extra",
        metavar="COLUMN:KIND",
        help="A further column to compare; kinds: name, text, code, email, category, locality, birthplace, identifier.",
    ),
]
ModelFile = Annotated[
    Path | None,
    typer.Option(
        "--model",
        metavar="FILE",
        help="Use this model's weights as they are: a file of `match train`, or the word shipped.",
    ),
]


@contextmanager
def usable() -> Iterator[None]:
    """What cannot be used is said in one sentence on standard error; exit 2."""
    from registry.matching.batch.read_file import UnusableFile
    from registry.matching.model.load import UnusableModel

    try:
        yield
    except (UnusableFile, UnusableModel) as error:
        typer.echo(str(error), err=True)
        sys.exit(UNUSABLE)


def search_and_write(
    read: "Callable[[], Read]",
    out: Path,
    *,
    clusters: Path | None,
    cluster_from: float,
    min_score: float,
    model: Path | None,
    as_json: bool,
) -> None:
    """Read, search, write the pairs and the clusters, and tell what was found and what was odd."""
    from registry.matching.batch.run import search
    from registry.matching.batch.write_clusters import write_clusters
    from registry.matching.batch.write_pairs import check_target, write_pairs

    for path in (out, clusters):
        if path is not None:
            check_target(path)
    given = _model(model)
    started = time.monotonic()
    people = read()
    with ExitStack() as stack:
        found = search(
            people.records,
            given,
            min_score=min_score,
            fitted=model is None,
            tell=bars(stack),
        )
    write_pairs(people.records, found, out)
    if clusters is not None:
        write_clusters(people.records, found, clusters, cluster_from)
    _tell(_report(people, found, given, out, time.monotonic() - started), as_json)


def _model(path: Path | None) -> "Model":
    from registry.matching.model.load import SHIPPED, load_model

    return SHIPPED if path is None or str(path) == "shipped" else load_model(path)


def _report(people: "Read", found: "ScoredPairs", model: "Model", out: Path, seconds: float) -> dict[str, Any]:
    from registry.matching.batch.run import DECISIONS

    return {
        "people": len(people.records),
        "pairs_compared": found.compared,
        "pairs_written": len(found),
        **{each.value: int((found.decision == place).sum()) for place, each in enumerate(DECISIONS)},
        "model": model.version,
        "weights": found.weights.name,
        "blocks_too_large": dict(found.skipped),
        "odd": people.odd,
        "seconds": round(seconds, 1),
        "out": out.name,
    }


def _tell(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(report)
        return
    rows = [(name.replace("_", " "), _plain(value)) for name, value in report.items() if not isinstance(value, dict)]
    print_table("", ("", ""), rows)
    for title, name in (
        ("Odd, and so not compared:", "odd"),
        ("Blocks too large to be looked into:", "blocks_too_large"),
    ):
        if report[name]:
            print_table(f"\n{title}", ("", ""), [(told, _plain(count)) for told, count in report[name].items()])


def _plain(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
