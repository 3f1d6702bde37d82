"""In a process that `registry run` has started: begin when told, and end when it is gone."""

import os
import signal
import threading

PIPE = "REGISTRY_SUPERVISOR_PIPE"
"""The variable that holds the descriptor of our end of the supervisor's pipe."""


def wait_for_supervisor() -> None:
    """In a child: wait until told to begin, and end as on SIGTERM when the supervisor is gone.

    Without a supervisor there is nothing to wait for.
    """
    descriptor = int(os.environ.pop(PIPE, "-1"))
    if descriptor < 0:
        return
    os.set_inheritable(descriptor, False)
    if not os.read(descriptor, 1):
        raise SystemExit(0)

    def watch() -> None:
        os.read(descriptor, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="supervisor-watch").start()
