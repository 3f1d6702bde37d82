"""Acts over HTTP: `POST /api/{group}/{act}`, one route for each, made from its declaration."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from registry.database import to_json
from registry.errors import not_found, unprocessable
from registry.http.dependencies import Engine, Now, PoliciesInForce
from registry.retry import retrying
from registry.security.authenticate import require
from registry.security.callers import Caller
from registry.transactions.acts.act import Act, Answer, Done, Group, Impossible, Nothing, Stale, WrongState
from registry.transactions.context import Context

_ANSWERS: dict[int | str, dict[str, Any]] = {
    409: {"description": "The facts have moved since they were looked at; `version` is the present one."},
    422: {"description": "It cannot be done; the sentence says why and what would be allowed. Nothing was changed."},
}


def routes_of(groups: Iterable[Group]) -> APIRouter:
    """A router with a route for every act. Each runs in a unit of work of its own, and answers
    `{sentence, id, version, state, transaction_id, data}`."""
    router = APIRouter(prefix="/api")
    for group in groups:
        for act in group.acts:
            router.add_api_route(
                f"/{group.name}/{act.name}",
                _endpoint(act),
                methods=["POST"],
                summary=act.summary,
                tags=[group.name],
                operation_id=f"{group.name}_{act.name}".replace("-", "_"),
                responses=_ANSWERS,
            )
    return router


def _endpoint(act: Act[Any]) -> Callable[..., Awaitable[Response]]:
    caller_type = Annotated[Caller, Depends(require(act.permission))]

    async def endpoint(caller: Any, engine: Engine, clock: Now, policies: PoliciesInForce, body: Any) -> Response:
        async def work(connection: Any) -> Answer:
            context = Context(caller.actor, clock, await policies.current(connection))
            return await act.run(connection, context, body)

        return _answer(await retrying(engine, work))

    endpoint.__annotations__ |= {"caller": caller_type, "body": act.asked}
    return endpoint


def _answer(answer: Answer) -> Response:
    match answer:
        case Done():
            return Response(to_json(answer), media_type="application/json")
        case Stale(version=version, facts=facts):
            content = {"sentence": "The facts have moved: here they are as they are now.", "version": version, **facts}
            return Response(to_json(content), 409, media_type="application/json")
        case Nothing(what=what):
            raise not_found(f"There is no such {what}.")
        case WrongState(sentence=sentence):
            raise unprocessable(sentence)
        case Impossible(sentence=sentence, field=field):
            raise unprocessable(sentence, field)
