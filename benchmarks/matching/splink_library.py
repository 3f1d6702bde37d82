"""Splink, where it is installed: a tool to measure ourselves by, which the register itself never needs.

It is looked up by name, so that everything else here can be read, checked and tested without it.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

ABSENT = "Splink is not installed: `make bench` installs it from requirements-bench.lock"


def is_installed() -> bool:
    """Whether Splink can be measured here."""
    return find_spec("splink") is not None


def splink(module: str = "") -> Any:
    """Splink itself, or a module of it such as `comparison_library`."""
    return import_module(f"splink.{module}" if module else "splink")
