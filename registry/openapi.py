"""The published description of the API, as text that depends on nothing but the code."""

from typing import Any

import yaml

from registry.app import create_app
from registry.settings import Settings

_HEADER = "# Made by `registry openapi`; a test compares it with the application.\n"


class _Plain(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and never refers back with anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Plain.add_representer(str, _text)


def description() -> str:
    """The description in YAML, its keys sorted."""
    app = create_app(Settings())  # pyright: ignore[reportCallIssue]  # filled from the environment
    return _HEADER + yaml.dump(app.openapi(), Dumper=_Plain, sort_keys=True, allow_unicode=True, width=110)
