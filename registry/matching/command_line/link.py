"""`registry match link`: who of one file is in another."""

from pathlib import Path
from typing import Annotated

import typer

from registry.console import AsJson
from registry.matching.command_line.files import (
    ClusterFrom,
    ClustersOut,
    Extras,
    MinScore,
    ModelFile,
    PairsOut,
    search_and_write,
    usable,
)

_MAP = "FIELD=COLUMN[:DATEFORMAT]"


def link(
    left: Annotated[Path, typer.Argument(metavar="LEFT", help="People, a row each: CSV or Parquet.")],
    right: Annotated[Path, typer.Argument(metavar="RIGHT", help="The others.")],
    id_left: Annotated[str, typer.Option("--id-left", metavar="COLUMN", help="The column that names each row.")],
    id_right: Annotated[str, typer.Option("--id-right", metavar="COLUMN", help="The same in RIGHT.")],
    maps_left: Annotated[
        list[str], typer.Option("--map-left", metavar=_MAP, help="What a column of LEFT is; once for each.")
    ],
    maps_right: Annotated[
        list[str], typer.Option("--map-right", metavar=_MAP, help="What a column of RIGHT is; once for each.")
    ],
    out: PairsOut,
    extras: Extras = None,
    clusters: ClustersOut = None,
    cluster_from: ClusterFrom = 0.0,
    min_score: MinScore = -10.0,
    model: ModelFile = None,
    as_json: AsJson = False,
) -> None:
    """Find the people of one file in another. Pairs are looked for across the two files only.

    Fields, options and what is written are those of `registry match dedupe`; id_left is of LEFT.
    A field that one file lacks does not count. A further column has one name in both.

    Example: registry match link a.csv b.parquet --id-left id --id-right person --map-left surname=surname
    --map-right surname=family_name --map-left date_of_birth=dob --map-right date_of_birth=born --out pairs.csv
    """
    with usable():
        from registry.matching.batch.make_records import read_two
        from registry.matching.batch.read_file import mapping_of

        mappings = mapping_of(id_left, maps_left, extras or ()), mapping_of(id_right, maps_right, extras or ())
        search_and_write(
            lambda: read_two((left, mappings[0]), (right, mappings[1])),
            out,
            clusters=clusters,
            cluster_from=cluster_from,
            min_score=min_score,
            model=model,
            as_json=as_json,
        )
