"""Headers by which a gateway tells who is asking are taken away: whoever reaches us could have written them.

Who asks is told by the token alone. Names are compared without regard to case, `_` as `-`.
Source: PDS FHIR API, whose gateway sets such headers itself and gives a client's own no effect.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

_PREFIXES = (
    b"nhsd-",
    b"nhse-",
    b"x-nhsd-",
    b"x-auth-",
    b"x-authenticated-",
    b"x-client-cert",
    b"x-consumer-",
    b"x-forwarded-access-token",
    b"x-forwarded-client-cert",
    b"x-forwarded-email",
    b"x-forwarded-groups",
    b"x-forwarded-preferred-username",
    b"x-forwarded-user",
    b"x-jwt-",
    b"x-remote-",
    b"x-ssl-",
    b"ssl-client-",
)
_NAMES = frozenset(
    {b"remote-user", b"remote-groups", b"remote-email", b"x-user", b"x-userinfo", b"x-access-token", b"x-id-token"}
)
_KEPT = frozenset({b"nhsd-session-urid", b"nhsd-end-user-organisation-ods"})
"""Headers that PDS asks its clients for, and that are checked against the token."""


class TrustHeaders:
    """Passes on every request without them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            scope = {**scope, "headers": [each for each in scope["headers"] if not _tells_who_asks(each[0])]}
        await self._app(scope, receive, send)


def _tells_who_asks(name: bytes) -> bool:
    name = name.lower().replace(b"_", b"-")
    return name not in _KEPT and (name in _NAMES or name.startswith(_PREFIXES))
