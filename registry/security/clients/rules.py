"""The rules by which an assertion is taken or refused, one by one, without a database or a network.

Source: NHS England identity service, signed JWT authentication; RFC 7521 and 7523; SMART App Launch 2.0, backend
services. Each function raises RequestError with the status and the code that those give.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from registry.security.clients.assertions import Assertion
from registry.security.clients.refusals import refused

LEEWAY = 10
"""Seconds by which clocks may differ."""
FURTHEST = 300
"""Seconds that an assertion may be good for."""
LONGEST_JTI = 255
CLIENT_CREDENTIALS = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GRANTS: tuple[str, ...] = (CLIENT_CREDENTIALS,)


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What a form asks for. `scopes` None: none were named."""

    assertion: str
    client_id: str | None = None
    scopes: tuple[str, ...] | None = None


def read_request(form: Iterable[tuple[str, str]]) -> TokenRequest:
    """The request that a form holds. Fields that nobody knows are left alone (RFC 6749, 3.2)."""
    given: dict[str, str] = {}
    for name, value in form:
        if name in given:
            raise refused("A parameter was given more than once", "form")
        given[name] = value
    grant = given.get("grant_type")
    if not grant:
        raise refused("Missing grant_type", "grant_type")
    if grant not in GRANTS:
        raise refused("grant_type is invalid", "grant_type", error="unsupported_grant_type")
    if given.get("client_assertion_type") != ASSERTION_TYPE:
        raise refused(f"Missing or invalid client_assertion_type - must be '{ASSERTION_TYPE}'", "client_assertion_type")
    if not given.get("client_assertion"):
        raise refused("Missing client_assertion", "client_assertion")
    scopes = given.get("scope")
    return TokenRequest(
        given["client_assertion"], given.get("client_id"), tuple(scopes.split()) if scopes is not None else None
    )


def check_header(header: Mapping[str, Any]) -> str:
    """The id of the key, from a header that is as it should be."""
    kid, kind = header.get("kid"), header.get("typ")
    if not isinstance(kid, str) or not kid:
        raise refused("Missing 'kid' header in JWT", "kid")
    if not isinstance(kind, str) or kind.upper() != "JWT":
        raise refused("Invalid 'typ' header in JWT - must be 'JWT'", "typ")
    return kid


def named_client(claims: Mapping[str, Any], given: str | None) -> str:
    """Who the assertion says that it is from; `given` is the form's own client_id, where it has one."""
    issuer, subject = claims.get("iss"), claims.get("sub")
    if not isinstance(issuer, str) or not issuer or issuer != subject:
        raise refused("Missing or non-matching 'iss'/'sub' claims in JWT", "iss")
    if given is not None and given != issuer:
        raise refused("client_id is not that of the 'iss'/'sub' claims in JWT", "client_id")
    return issuer


def unknown_client() -> Exception:
    """No such client, or one that was revoked: the two are not told apart."""
    return refused("Invalid 'iss'/'sub' claims in JWT", "iss", 401)


def check_algorithm(header: Mapping[str, Any], registered: Iterable[str]) -> str:
    """The algorithm, which must be one of those that the client was registered with."""
    algorithm = header.get("alg")
    known = tuple(registered)
    if algorithm not in known:
        taken = " or ".join(f"'{each}'" for each in known)
        raise refused(f"Invalid 'alg' header in JWT - unsupported JWT algorithm - must be {taken}", "alg")
    return algorithm


def check_claims(assertion: Assertion, audience: str, now: float) -> str:
    """The assertion's own id, from claims that are as they should be at an instant (seconds of the epoch)."""
    claims = assertion.claims
    jti = claims.get("jti")
    if jti is None:
        raise refused("Missing 'jti' claim in JWT", "jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_JTI:
        raise refused(f"Invalid 'jti' claim in JWT - must be a string of at most {LONGEST_JTI} characters", "jti")
    check_audience(claims.get("aud"), audience)
    check_expiry(claims.get("exp"), now)
    for name in ("nbf", "iat"):
        check_begun(name, claims.get(name), now)
    return jti


def check_audience(named: Any, audience: str) -> None:
    """One audience, exactly: an assertion that is for others as well could be carried on by them."""
    if named not in (audience, [audience]):
        raise refused("Missing or invalid 'aud' claim in JWT - must be the address of the token endpoint", "aud", 401)


def check_expiry(expires: Any, now: float, furthest: int | None = FURTHEST) -> None:
    """It has not ended, and ends within `furthest` seconds."""
    if expires is None:
        raise refused("Missing 'exp' claim in JWT", "exp")
    if not isinstance(expires, int) or isinstance(expires, bool):
        raise refused("Invalid 'exp' claim in JWT - must be an integer", "exp")
    if expires + LEEWAY <= now:
        raise refused("Invalid 'exp' claim in JWT - JWT has expired", "exp")
    if furthest is not None and expires > now + furthest + LEEWAY:
        raise refused("Invalid 'exp' claim in JWT - more than 5 minutes in future", "exp")


def check_begun(name: str, at: Any, now: float) -> None:
    """What may be left out, and else is a time that has come."""
    if at is None:
        return
    if isinstance(at, bool) or not isinstance(at, int | float) or not math.isfinite(at):
        raise refused(f"Invalid '{name}' claim in JWT - must be a number", name)
    if at > now + LEEWAY:
        raise refused(f"Invalid '{name}' claim in JWT - is in the future", name)
