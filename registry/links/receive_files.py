"""Files from practices, received in order: what the command `registry links receive` does."""

from collections.abc import Sequence
from pathlib import Path

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.console import REFUSED, UNUSABLE, Stop, print_json, progress
from registry.links.files import all_files, read_files
from registry.links.receive_file import WhatFollows, receive_file
from registry.links.received import Received
from registry.policies.store import PolicyStore
from registry.settings import settings
from registry.values.clock import Clock


async def receive_files(
    engine: AsyncEngine, files: Sequence[Path], folder: Path, clock: Clock, what_follows: WhatFollows
) -> int:
    """Receive files one after the other, print what became of each, and return the command's exit code.

    A file that cannot be used does not stop those behind it. Raises Stop where the folder for
    replies cannot be written to.
    """
    policies = PolicyStore(settings().profile)
    code = 0
    paths = all_files(files)
    with progress("files", len(paths)) as on_progress:
        for done, (path, data) in enumerate(read_files(paths), start=1):
            if isinstance(data, str):
                typer.echo(f"{path}: {data}", err=True)
                code = UNUSABLE
                continue
            try:
                answer = await receive_file(engine, clock, policies, data, what_follows, folder)
            except OSError as error:
                if error.filename is None:
                    raise
                raise Stop(UNUSABLE, f"{folder}: {error.strerror}") from None
            for each in answer.objects(str(path)):
                print_json(each)
            if answer.received.problem:
                typer.echo(f"{path}: {answer.received.problem}", err=True)
            code = max(code, _code_of(answer.received))
            on_progress(done)
    return code


def _code_of(received: Received) -> int:
    if received.state == "processed" and not any(line.is_taken for line in received.lines):
        return REFUSED
    return _CODES.get(received.state, 0)


_CODES = {"unreadable": UNUSABLE, "refused": REFUSED, "conflicting": REFUSED}
"""By the state of an interchange; every other state is a success."""
