"""The API's process, or processes."""

import os
import signal
import sys
import tempfile

import uvicorn

from registry.embedded_postgres import database_url
from registry.pds.fill_at_start import fill_reserve
from registry.settings import Settings


def load() -> None:
    """Import the application, which takes most of a second, without starting anything."""
    import registry.app  # noqa: F401


def main(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM."""
    # Uvicorn raises the signal again when it is done; dying of it would skip letting go of the server.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # Held by this process as long as it serves: the embedded server does not stop between two workers.
    url = database_url(settings)
    fill_reserve(settings, url)
    if settings.processes == 1:
        _serve(settings)
        return
    # Each process writes its figures there, and whichever is asked adds them up.
    with tempfile.TemporaryDirectory(prefix="registry-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        _serve(settings)


def _serve(settings: Settings) -> None:
    uvicorn.run(
        "registry.serve:make_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.processes,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


def make_app() -> object:
    """The application of one process, with its logs."""
    from registry.app import create_app
    from registry.logs import configure_logs

    configure_logs("api")
    return create_app()
