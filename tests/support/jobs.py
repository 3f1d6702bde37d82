"""Handlers for the length of a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from registry.jobs.handlers import HANDLERS, JobHandler


@contextmanager
def replaced(name: str, function: JobHandler) -> Iterator[None]:
    """Let another function do the jobs of a name for a while."""
    before = HANDLERS.get(name)
    HANDLERS[name] = function
    try:
        yield
    finally:
        if before is None:
            del HANDLERS[name]
        else:
            HANDLERS[name] = before
