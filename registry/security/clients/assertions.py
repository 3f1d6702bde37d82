"""An assertion as it was sent: read without believing it, and its signature looked at (RFC 7515, 7519)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError, MissingAlgorithmError
from joserfc.jwk import Key

from registry.security.clients.refusals import refused

_UNREADABLE = (JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError)
"""What the library raises at things that are no token."""


class _Sizes(jws.JWSRegistry):
    """Room for a long `kid` or `jku`, and for keys of 8,192 bits."""

    max_header_length = 2_048
    max_payload_length = 8_192
    max_signature_length = 1_536


@dataclass(frozen=True, slots=True)
class Assertion:
    """A signed token that somebody sent. Nothing in it is true until `is_signed_by` says so."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: jws.CompactSignature


def read_assertion(text: str, where: str = "client_assertion") -> Assertion:
    """Read a token in compact form. Raises RequestError (400) where it is none."""
    try:
        signed = jws.extract_compact(text.encode("ascii"), registry=_Sizes(strict_check_header=False))
        header, claims = signed.headers(), orjson.loads(signed.payload)
    except MissingAlgorithmError:
        raise refused("Missing 'alg' header in JWT", "alg") from None
    except _UNREADABLE:
        raise _malformed(where) from None
    # Whoever writes `crit` asks to be refused by readers who do not know what it names.
    if not isinstance(header, dict) or not isinstance(claims, dict) or header.keys() & {"crit", "b64"}:
        raise _malformed(where)
    return Assertion(header, claims, signed)


def _malformed(where: str) -> Exception:
    return refused(f"Malformed JWT in {where}", where)


def is_signed_by(assertion: Assertion, key: Key, algorithm: str) -> bool:
    """Whether the key's owner signed it with the algorithm. The token's own word about either counts for nothing."""
    try:
        registry = _Sizes(algorithms=[algorithm], strict_check_header=False)
        return jws.validate_compact(assertion.signed, key, registry=registry)
    except _UNREADABLE:
        return False
