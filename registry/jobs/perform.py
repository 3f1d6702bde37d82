"""Doing one job, and what becomes of it when it fails."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from registry.jobs.enqueue import payload_of
from registry.jobs.handlers import HANDLERS, JobContext

log = structlog.get_logger("registry.jobs")

MOST_ATTEMPTS = 12
"""After so many a job is held as failed, for a person to look at. The waits add up to about 27 minutes."""
_FIRST_WAIT = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(minutes=10)


@dataclass(slots=True)
class JobFailed(Exception):
    """A handler has failed. Says what kind of error it was, and nothing of what it was about."""

    job: str
    reason: str

    def __str__(self) -> str:
        return f"{self.job}: {self.reason}"


async def perform(name: str, stored_payload: bytes | None, job_id: int, attempts: int, context: JobContext) -> None:
    """Run the handler of a job. Raises JobFailed, from nothing, when it raises anything."""
    try:
        await HANDLERS[name](context, payload_of(stored_payload))
    except Exception as error:
        reason = _reason(error)
        # The text of an error may hold data of people; its kind and place do not.
        log.warning("job.failed", job=name, job_id=job_id, attempt=attempts + 1, reason=reason, at=_place(error))
        raise JobFailed(name, reason) from None
    log.info("job.done", job=name, job_id=job_id)


def wait_before_retry(attempts: int) -> timedelta | None:
    """How long to wait after a number of failed attempts (from 0), or None when there are to be no more."""
    if attempts + 1 >= MOST_ATTEMPTS:
        return None
    return min(_FIRST_WAIT * 2**attempts, _LONGEST_WAIT)


def _reason(error: Exception) -> str:
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        return f"{type(error).__name__} {state or ''}".strip()
    return type(error).__name__


def _place(error: Exception) -> str:
    """Where in our own code an error came from: `file:line` of the innermost frame."""
    place, traceback = "", error.__traceback__
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if "/registry/" in file and "site-packages" not in file:
            place = f"{file.rsplit('/registry/', 1)[1]}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place
