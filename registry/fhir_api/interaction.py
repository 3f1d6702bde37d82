"""An interaction of the FHIR API, declared once.

From one declaration come the route, its permission, the headers and parameters that are taken, the published
description (`openapi.yaml`) and the CapabilityStatement. What every interaction does alike stands in `carry_out`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.responses import Response

from registry.fhir.outcomes import Json
from registry.fhir.refusals import refusal
from registry.fhir_api.describe import description_of
from registry.http.answers import FHIR_BASE, FHIR_JSON
from registry.security.authenticate import Require
from registry.security.callers import Caller, Permission, Right, Role
from registry.security.clients.scopes import PERMISSIONS as RIGHTS

Code = Literal[
    "read",
    "vread",
    "create",
    "update",
    "patch",
    "delete",
    "search-type",
    "history-instance",
    "operation",
    "capabilities",
]
Method = Literal["GET", "POST", "PATCH", "DELETE", "PUT"]
ParameterType = Literal["string", "date", "token", "number", "reference", "uri", "boolean", "instant"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query, or of the path. `pattern` is a regular expression for the whole value.

    `search` says whether it belongs to the search parameters of the CapabilityStatement.
    """

    name: str
    type: ParameterType
    text: str
    example: str | None = None
    pattern: str | None = None
    choices: tuple[str, ...] = ()
    repeats: bool = False
    required: bool = False
    search: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """An answer that may be given: what it means, the type of resource in it, and an example that really answers."""

    text: str
    resource: str | None = None
    example: Any = None
    media: str = FHIR_JSON
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """A body that is asked for, with an example that really works on the demonstration's practices."""

    text: str
    example: Any
    media: tuple[str, ...] = (FHIR_JSON, "application/json")
    schema: Json = field(default_factory=lambda: {"type": "object"})
    required: bool = True


@dataclass(frozen=True, slots=True)
class Interaction:
    """What can be asked. `path` is below the base; `resource` is None for the whole system.

    `changes`: it writes. The same request again, by X-Request-ID and content, gets the stored answer.
    `refuses` lists statuses beyond those that any interaction may answer with. `people_only`: systems without a
    person at them may not ask for it, and are told so by INVALID_METHOD. Without a `permission` anybody may ask, with
    no token and no X-Request-ID, and the handler is `async (request) -> Answer`.
    """

    method: Method
    path: str
    code: Code
    permission: Permission | None
    summary: str
    answers: Mapping[int, Told]
    resource: str | None = None
    operation: str | None = None
    text: str = ""
    path_parameters: tuple[Parameter, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    refuses: tuple[int, ...] = ()
    changes: bool = False
    needs_if_match: bool = False
    people_only: bool = False
    form: bool = False
    """Whether the parameters come as a form in the body (`_search`)."""

    @property
    def is_unsafe(self) -> bool:
        return self.method != "GET"

    @property
    def rights(self) -> frozenset[Right]:
        """Of these a token that was given for scopes must have one; none for what belongs to no type of resource."""
        if self.resource is None:
            return frozenset()
        if self.method == "DELETE" or self.code != "operation":
            return frozenset({(self.resource, _LETTERS.get(self.code, "d"))})
        # An export writes what becomes of it, and is a way of looking all the same: its permission is one of those.
        pairs = ("cu", "rs") if self.changes else ("rs", "cu")
        found = (
            {(self.resource, x) for x in pair if self.permission in RIGHTS.get((self.resource, x), ())}
            for pair in pairs
        )
        return frozenset(next((rights for rights in found if rights), {(self.resource, pairs[0][0])}))


_LETTERS = {
    "read": "r",
    "vread": "r",
    "history-instance": "r",
    "search-type": "s",
    "create": "c",
    "update": "u",
    "patch": "u",
}
"""The letters of SMART's scopes. An operation asks for one of those that look, or of those that write."""


class RequireHere(Require):
    """The permission of an interaction: who lacks it is told in the words of PDS."""

    def __init__(self, permission: Permission, *, people_only: bool, rights: frozenset[Right] = frozenset()) -> None:
        super().__init__(permission)
        object.__setattr__(self, "people_only", people_only)
        object.__setattr__(self, "rights", rights)

    people_only: bool
    rights: frozenset[Right]

    def allows(self, caller: Caller) -> bool:
        in_scope = caller.rights is None or not self.rights or not self.rights.isdisjoint(caller.rights)
        return in_scope and caller.may(self.permission)

    def refuse(self, caller: Caller) -> Exception:
        if self.people_only and caller.role in (Role.APP, Role.APP_READ):
            text = "This method is not open to an application without a user"
            error = refusal(403, "INVALID_METHOD", text)
            error.code = "forbidden"
            return error
        return refusal(403, "ACCESS_DENIED", f"This token does not carry the right {self.permission.value}")


class _Id(StringConvertor):
    """An id in a path: never the name of an operation, so that another method of `Patient/$match` is a 405."""

    regex = "[^/$_][^/]*"


register_url_convertor("id", _Id())

Handler = Callable[..., Awaitable[Any]]

INTERACTIONS: list[Interaction] = []
"""Every interaction, in the order of declaration: what the CapabilityStatement is made of."""


def interaction(router: APIRouter, declared: Interaction) -> Callable[[Handler], Handler]:
    """Make a handler `async (call: Call, connection) -> Answer` the route of an interaction."""
    INTERACTIONS.append(declared)

    def attach(handler: Handler) -> Handler:
        endpoint = _endpoint(declared, declared.permission, handler)
        endpoint.__doc__ = declared.text or None
        router.add_api_route(
            FHIR_BASE + declared.path.replace("{id}", "{id:id}"),
            endpoint,
            methods=[declared.method],
            name=handler.__name__,
            summary=declared.summary,
            status_code=min(declared.answers),
            response_class=Response,
            **description_of(declared),
        )
        return handler

    return attach


def _endpoint(declared: Interaction, permission: Permission | None, handler: Handler) -> Callable[..., Any]:
    from registry.fhir_api.carry_out import carry_out, tell

    if permission is None:

        async def open_to_all(request: Request) -> Response:
            return await tell(request, declared, handler)

        return open_to_all
    asks = RequireHere(permission, people_only=declared.people_only, rights=declared.rights)

    async def endpoint(request: Request, caller: Annotated[Caller, Depends(asks)]) -> Response:
        return await carry_out(request, caller, declared, handler)

    return endpoint
