"""`registry places`: where postcodes are."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.console import REFUSED, UNUSABLE, AsJson, Stop, group, on_register, operator, progress
from registry.import_report import ImportReport

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

app = group("Where postcodes are, so that distances from home to premises can be told.")


@app.callback()
def _places() -> None:
    """Where postcodes are, so that distances from home to premises can be told."""


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The postcodes, one a line.")],
    as_json: AsJson = False,
) -> None:
    """Take the places of postcodes from a CSV file.

    The first line names the columns; needed are postcode, easting, northing (metres on the
    National Grid). Other columns are passed over. Without places an assignment records the
    distance as unknown.

    Each refused line is reported with its number, column and reason, and the good lines load.
    Importing the same file again changes nothing.

    Exit codes: 0 all loaded, 1 some lines were refused, 2 the file cannot be used.
    """

    async def work(engine: "AsyncEngine") -> int:
        from registry.practices.csv_lines import UnusableFile
        from registry.practices.places_import import import_places
        from registry.values.clock import SystemClock

        size = file.stat().st_size if file.is_file() else 0
        report = ImportReport(as_json)
        try:
            with progress("places", size) as on_progress:
                counts = await import_places(
                    engine,
                    file,
                    actor=operator(),
                    clock=SystemClock(),
                    on_refused=lambda refused: report.refused(refused.line, refused.field, refused.reason),
                    on_progress=on_progress,
                )
        except UnusableFile as error:
            raise Stop(UNUSABLE, str(error)) from None
        report.end(added=counts.added, changed=counts.changed, unchanged=counts.unchanged, refused=counts.refused)
        return REFUSED if counts.refused else 0

    on_register(work)
