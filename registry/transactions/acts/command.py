"""Acts as commands: `registry GROUP ACT`, made from their declarations.

`nhs_number`, `id` and `batch` are arguments; every other field is an option of its name. Exit 0 means done, 1
that it cannot be done, 2 unusable input, 3 that the facts have moved.
"""

import inspect
from collections.abc import Callable
from enum import Enum
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

import typer
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from registry.console import REFUSED, STALE, UNUSABLE, AsJson, Stop, group, on_register, operator
from registry.transactions.acts.act import Act, Group, option_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from registry.transactions.acts.act import Answer

_ARGUMENTS = {"nhs_number": "NHS", "id": "ID", "batch": "BATCH"}


def commands_of(office: Group) -> typer.Typer:
    """A group of commands with one for every act."""
    app = group(office.help)
    add_commands(app, office)
    return app


def add_commands(app: typer.Typer, office: Group) -> None:
    """Add a command for every act to a group."""

    @app.callback()
    def _callback() -> None:  # pyright: ignore[reportUnusedFunction]
        pass

    _callback.__doc__ = office.help
    for act in office.acts:
        app.command(act.name)(_command(act))


def _command(act: Act[Any]) -> Callable[..., None]:
    def command(**given: Any) -> None:
        as_json, by = given.pop("as_json"), given.pop("by")
        try:
            asked = act.asked.model_validate({name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            for fault in error.errors():
                field = ".".join(str(part) for part in fault["loc"]) or "input"
                typer.echo(f"--{option_of(field)}: {fault['msg']}", err=True)
            raise typer.Exit(UNUSABLE) from None
        on_register(lambda engine: _run(engine, act, asked, as_json=as_json, by=by))

    parameters = [_parameter(name, field) for name, field in act.asked.model_fields.items()]
    parameters.sort(key=lambda each: each.default is not inspect.Parameter.empty)
    extra = [
        inspect.Parameter("by", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_BY),
        inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=AsJson),
    ]
    command.__signature__ = inspect.Signature([*parameters, *extra])  # pyright: ignore[reportFunctionMemberAccess]
    command.__doc__ = act.summary + (f"\n\nExample: registry {act.example}" if act.example else "")
    return command


_BY = Annotated[
    str | None,
    typer.Option("--by", metavar="NAME", help="Who acts, where that is not the owner of this account."),
]


def _parameter(name: str, field: FieldInfo) -> inspect.Parameter:
    """Required fields without a default are checked by the model, so that all faults are told at once."""
    help_text = _help(field)
    if name in _ARGUMENTS:
        kind: Any = typer.Argument(metavar=_ARGUMENTS[name], help=help_text)
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[str, kind])
    said = option_of(name)
    option = typer.Option(f"--{said}", help=help_text + (" [required]" if field.is_required() else ""))
    if field.annotation in (bool, bool | None):
        option = typer.Option(f"--{said}/--no-{said}", help=help_text)
        annotation: Any = Annotated[bool | None, option]
    elif _is_list(field.annotation):
        annotation = Annotated[list[str] | None, option]
    else:
        annotation = Annotated[str | None, option]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _is_list(annotation: Any) -> bool:
    """Whether it may be said more than once: a list of whatever, perhaps optional, perhaps annotated."""
    if annotation is list or get_origin(annotation) is list:
        return True
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return any(_is_list(part) for part in get_args(annotation))
    return False


def _help(field: FieldInfo) -> str:
    """The field's description, with what it may be where that is one of a few words that it does not name."""
    described = field.description or ""
    words = _choices(field.annotation)
    return described if all(word in described for word in words) else f"{described} One of {', '.join(words)}."


def _choices(annotation: Any) -> list[str]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    if get_origin(annotation) is Literal:
        return [str(each) for each in get_args(annotation)]
    return [word for part in get_args(annotation) if part is not type(None) for word in _choices(part)]


async def _run(engine: "AsyncEngine", act: Act[Any], asked: Any, *, as_json: bool, by: str | None) -> int:
    from registry.database import to_json
    from registry.policies.store import load
    from registry.retry import retrying
    from registry.settings import settings
    from registry.transactions.acts.act import Done, Impossible, Nothing, Stale, WrongState
    from registry.transactions.context import Context
    from registry.values.actor import Actor, ActorKind
    from registry.values.clock import SystemClock

    actor = operator() if by is None else Actor(ActorKind.STAFF, f"command-line:{by}")

    async def work(connection: "AsyncConnection") -> "Answer":
        context = Context(actor, SystemClock(), await load(connection, settings().profile))
        return await act.run(connection, context, asked)

    match await retrying(engine, work):
        case Done() as done:
            if as_json:
                typer.echo(to_json(done))
            else:
                made = f" ({done.id}{f' version {done.version}' if done.version else ''})" if done.id else ""
                typer.echo(done.sentence + made)
                if done.data is not None:
                    typer.echo(to_json(done.data))
            return 0
        case Stale(version=version, facts=facts):
            now = f"; it is now {to_json(facts)}" if facts else ""
            raise Stop(STALE, f"the facts have moved: look again, it is at version {version}{now}")
        case Nothing(what=what):
            raise Stop(REFUSED, f"there is no such {what}")
        case WrongState(sentence=sentence) | Impossible(sentence=sentence):
            raise Stop(REFUSED, sentence)
