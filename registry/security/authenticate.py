"""From a request to its caller, and the permission that each route asks for."""

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from registry.audit.record import record
from registry.database import Writes, unit_of_work
from registry.errors import forbidden, unauthenticated
from registry.http.dependencies import clock_of, engine_of, settings_of
from registry.http.request_log import route_template
from registry.security.callers import Caller, Permission
from registry.security.tokens import caller_of, hash_of

REMEMBERED_SECONDS = 30.0
"""How long a caller is remembered, and so how long a revoked token may still work."""
_MOST_REMEMBERED = 10_000

_bearer = HTTPBearer(auto_error=False, description="A token of `POST /oauth2/token` or `registry tokens issue`.")


@dataclass(slots=True)
class CallerCache:
    """The callers of the last half minute by the hash of their token, so that most requests ask no database.

    Tokens that are not known are not remembered: a new one works at once. None outlives its token.
    """

    _callers: dict[bytes, tuple[float, Caller]] = field(default_factory=dict)

    def get(self, token_hash: bytes, now: datetime) -> Caller | None:
        remembered_until, caller = self._callers.get(token_hash, (0.0, None))
        if caller is None or remembered_until <= time.monotonic():
            return None
        return caller if caller.expires_at is None or caller.expires_at > now else None

    def put(self, token_hash: bytes, caller: Caller) -> None:
        if len(self._callers) >= _MOST_REMEMBERED:
            self._callers.clear()
        self._callers[token_hash] = (time.monotonic() + REMEMBERED_SECONDS, caller)

    def clear(self) -> None:
        self._callers.clear()


async def authenticate(request: Request, token: str | None) -> Caller:
    """The caller of a request. Raises RequestError (401) where nobody known is asking."""
    if token is None:
        raise unauthenticated("A bearer token is needed in the header Authorization.")
    token_hash = hash_of(token)
    cache: CallerCache = request.app.state.callers
    now = clock_of(request).now()
    caller = cache.get(token_hash, now)
    if caller is None:
        production = not settings_of(request).is_development
        async with engine_of(request).connect() as connection:
            caller = await caller_of(connection, token_hash, now, production=production)
        if caller is None:
            raise unauthenticated("The token is not known, has expired or was revoked.")
        cache.put(token_hash, caller)
    request.state.caller = caller.actor.name
    return caller


@dataclass(frozen=True, slots=True)
class Require:
    """The dependency of a route that asks for a permission, and gives the caller."""

    permission: Permission

    async def __call__(
        self,
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> Caller:
        caller = await authenticate(request, credentials.credentials if credentials else None)
        if not self.allows(caller):
            await _note_denied(request, caller, self.permission)
            raise self.refuse(caller)
        return caller

    def allows(self, caller: Caller) -> bool:
        """Whether the caller may pass. Scopes speak of FHIR's resources, so that a token of some opens nothing else."""
        return caller.rights is None and caller.may(self.permission)

    def refuse(self, caller: Caller) -> Exception:
        """What somebody is told who lacks the permission."""
        if caller.rights is not None:
            return forbidden("This token was given for scopes, which open the FHIR API alone.")
        return forbidden(f"This token does not carry the permission {self.permission.value}.")


async def _note_denied(request: Request, caller: Caller, permission: Permission) -> None:
    """Asking for what one may not do is an event too."""
    writes = Writes()
    asked = {"method": request.method, "route": route_template(request.scope), "permission": permission.value}
    record(writes, caller.actor, "access.denied", clock_of(request).now(), subject=asked)
    async with unit_of_work(engine_of(request)) as connection:
        await writes.flush(connection)


def require(permission: Permission) -> Require:
    """`Annotated[Caller, Depends(require(Permission.READ_INBOX))]`: 401 without a caller, 403 without permission."""
    return Require(permission)
