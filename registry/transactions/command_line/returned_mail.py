"""`registry returned-mail scan-file`: a pile of letters that came back, keyed into a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.console import REFUSED, UNUSABLE, AsJson, Stop, on_register, operator

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


def scan_file_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with the columns reference,cause.", exists=True)],
    as_json: AsJson = False,
) -> None:
    """Scan the letters of a CSV file: the reference under each barcode, and why it came back.

    Every line is accounted for: scanned, repeated, or refused with its reason. The same file
    again changes nothing, so one that was broken off is simply begun again.

    Exit codes: 0 every line was taken, 1 some were refused, 2 the file cannot be read.

    Example: registry returned-mail scan-file monday.csv
    """

    async def work(engine: "AsyncEngine") -> int:
        from registry.database import unit_of_work
        from registry.import_report import ImportReport
        from registry.policies.store import load
        from registry.settings import settings
        from registry.transactions.context import Context
        from registry.transactions.returned_mail.scan_file import UnusableFile, scan_file
        from registry.values.clock import SystemClock

        async with unit_of_work(engine) as connection:
            context = Context(operator(), SystemClock(), await load(connection, settings().profile))
        report = ImportReport(as_json)
        try:
            counts = await scan_file(engine, file, context, report.refused)
        except UnusableFile as error:
            report.end()
            raise Stop(UNUSABLE, str(error)) from None
        report.end(**counts)
        return REFUSED if counts["refused"] else 0

    on_register(work)
