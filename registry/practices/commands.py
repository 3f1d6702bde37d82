"""Commands about practices."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.console import REFUSED, UNUSABLE, AsJson, Stop, group, on_register, operator, progress
from registry.import_report import ImportReport

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

app = group("The practices whose lists the register keeps.")


@app.callback()
def _practices() -> None:
    """The practices whose lists the register keeps."""


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The practices, one a line.")],
    as_json: AsJson = False,
) -> None:
    """Add practices from a CSV file, and bring known ones up to date.

    The first line names the columns: ods_code, name, trading_partner_code, ha_cipher, gp_codes,
    postcode, list_state. A doctor is written as 4826940,281 (GMC number, local code), with
    @2024-04-01 behind it when it is valid only from a day; several are parted by semicolons, so
    the field is quoted. list_state is open or closed.

    Each refused line is reported with its number, column and reason, and the good lines load.
    A practice is known by its ODS code. Importing the same file again changes nothing. Doctors
    whom a file no longer names are kept.

    Exit codes: 0 all loaded, 1 some lines were refused, 2 the file cannot be used.
    """

    async def work(engine: "AsyncEngine") -> int:
        from registry.practices.csv_lines import UnusableFile
        from registry.practices.import_practices import import_practices
        from registry.values.clock import SystemClock

        size = file.stat().st_size if file.is_file() else 0
        report = ImportReport(as_json)
        try:
            with progress("practices", size) as on_progress:
                counts = await import_practices(
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
