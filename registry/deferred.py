"""Groups of commands whose code is imported when one of them is asked for, so that the others start quickly."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup

from registry.console import group


class _Deferred(TyperGroup):
    """Looks like an empty group until somebody asks what is in it."""

    load: ClassVar[Any]

    @cached_property
    def _real(self) -> TyperGroup:
        real = typer.main.get_command(type(self).load())
        if not isinstance(real, TyperGroup):
            raise TypeError("a deferred group needs a callback, or more than one command")
        return real

    @property
    def commands(self) -> Any:
        return self._real.commands

    @commands.setter
    def commands(self, _: Any) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]
        """What the constructor says of an empty group is of no account."""

    def list_commands(self, ctx: Any) -> list[str]:
        return self._real.list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return self._real.get_command(ctx, cmd_name)


def add_deferred(app: typer.Typer, name: str, help_text: str, load: Callable[[], typer.Typer]) -> None:
    """Add a group to an application; `load` imports it and is called once somebody uses it."""
    cls = type(f"Deferred_{name}", (_Deferred,), {"load": staticmethod(load)})
    empty = group(help_text)
    empty.callback()(lambda: None)
    app.add_typer(empty, name=name, cls=cls, help=help_text)
