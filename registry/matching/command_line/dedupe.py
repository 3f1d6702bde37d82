"""`registry match dedupe`: who is in a file twice."""

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


def dedupe(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="People, a row each: CSV or Parquet.")],
    id_column: Annotated[str, typer.Option("--id", metavar="COLUMN", help="The column that names each row.")],
    maps: Annotated[
        list[str],
        typer.Option("--map", metavar="FIELD=COLUMN[:DATEFORMAT]", help="What a column is; once for each."),
    ],
    out: PairsOut,
    extras: Extras = None,
    clusters: ClustersOut = None,
    cluster_from: ClusterFrom = 0.0,
    min_score: MinScore = -10.0,
    model: ModelFile = None,
    as_json: AsJson = False,
) -> None:
    """Find the people who are in a file twice.

    Fields: forename, middle_name, surname, previous_surname, date_of_birth, sex, postcode,
    previous_postcode, address_line_1 to 5, locality, birthplace, nhs_number, identifier. What the
    file does not have does not count. Nothing else of the file is read.

    PAIRS has id_left, id_right, score (log2 odds that the two are one person), probability,
    decision (certain, possible, none) and how each field agrees, best first. Unless a model is
    given, the weights are fitted to the file.

    Example: registry match dedupe people.csv --id id --map surname=last_name --map forename=first_name
    --map date_of_birth=dob:%d/%m/%Y --out pairs.csv --clusters clusters.csv
    """
    with usable():
        from registry.matching.batch.make_records import read_people
        from registry.matching.batch.read_file import mapping_of

        mapping = mapping_of(id_column, maps, extras or ())
        search_and_write(
            lambda: read_people(file, mapping),
            out,
            clusters=clusters,
            cluster_from=cluster_from,
            min_score=min_score,
            model=model,
            as_json=as_json,
        )
