"""Logs: one JSON object a line, an event with ids and codes, never names or addresses."""

import logging
import sys
from contextvars import ContextVar
from typing import TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

current_request: ContextVar[str | None] = ContextVar("current_request", default=None)
"""The id of the request that is being answered."""

_PROCESSORS: list[Processor] = [
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure_logs(process: str, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send everything that is logged, by us and by libraries, to a stream (default standard error)."""
    output = stream or sys.stderr
    structlog.configure(
        processors=[_with_request, *_PROCESSORS, _named(process), _without_traceback, _to_json],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(output),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_with_request, *_PROCESSORS, _named(process)],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _without_traceback, _to_json],
    )
    handler = logging.StreamHandler(output)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # The job library reports each failure with its traceback; perform() has logged it already.
    logging.getLogger("pgqueuer").setLevel(logging.CRITICAL)


def _to_json(_: WrappedLogger, __: str, event: EventDict) -> str:
    return orjson.dumps(event, default=str).decode()


def _with_request(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    request = current_request.get()
    if request is not None:
        event.setdefault("request_id", request)
    return event


def _named(process: str) -> Processor:
    def add_process(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["process"] = process
        return event

    return add_process


def _without_traceback(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Keep the kind of an exception and where it came from; its text may hold data of people."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else given if isinstance(given, BaseException) else sys.exc_info()[1]
    if given and error is not None:
        event["error"] = type(error).__name__
        event["at"] = places(error)
    return event


def places(error: BaseException, deepest: int = 8) -> list[str]:
    """Where an error came from, the innermost frame last, as `file:line function`."""
    found: list[str] = []
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        found.append(f"{'/'.join(code.co_filename.rsplit('/', 2)[-2:])}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return found[-deepest:]
