"""Public keys of clients, as sets of JSON Web Keys (RFC 7517)."""

from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey, import_key
from joserfc.jws import JWSRegistry

ALGORITHMS = ("RS512", "RS384", "ES384")
"""NHS England asks for the first; SMART for the others."""
_SMALLEST, _LARGEST = 2_048, 8_192
"""Bits of an RSA key: fewer are too weak, more take too long to look at."""
_MOST_KEYS = 50
_BAD_KEY = (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError)
"""What the library raises at things that are no key."""


class UnusableKeys(ValueError):
    """These are no keys by which a client could be known; the text says why."""


def published_keys(document: Any) -> tuple[Key, ...]:
    """The keys of a set that may sign. Others in it are for something else, and passed over. Raises UnusableKeys."""
    return tuple(key for key in (_read(each) for each in _entries(document)) if isinstance(key, RSAKey | ECKey))


def key_for(keys: Iterable[Key], kid: str, algorithm: str) -> Key | None:
    """The key of an id, where it is one for the algorithm."""
    return next((key for key in keys if key.kid == kid and _suits(key, algorithm)), None)


def set_to_keep(document: Any, algorithms: Iterable[str]) -> dict[str, Any]:
    """A set as it is kept with a client. Raises UnusableKeys unless each of its keys can be used."""
    kept: list[Mapping[str, Any]] = []
    for number, entry in enumerate(_entries(document), start=1):
        key = _read(entry)
        if isinstance(key, str):
            raise UnusableKeys(f"key {number}: {key}")
        if not any(_suits(key, each) for each in algorithms):
            raise UnusableKeys(f"key {number}: it cannot sign by {' or '.join(algorithms)}")
        kept.append(key.as_dict(private=False))
    if not kept:
        raise UnusableKeys("there are no keys in it")
    if len({key["kid"] for key in kept}) < len(kept):
        raise UnusableKeys("two keys have one kid")
    return {"keys": kept}


def set_of_pem(pem: bytes, kid: str) -> dict[str, Any]:
    """A set of the one public key that is in a PEM file. Raises UnusableKeys."""
    if b"PRIVATE" in pem:
        raise UnusableKeys("this is a private key: it stays with its owner, and the public one is sent")
    for kind in (RSAKey, ECKey):
        try:
            return {"keys": [{**kind.import_key(pem).as_dict(private=False), "kid": kid}]}
        except _BAD_KEY:
            continue
    raise UnusableKeys("this is no public key in PEM form")


def _entries(document: Any) -> list[Any]:
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list) or len(entries) > _MOST_KEYS:
        raise UnusableKeys(f"this is no set of at most {_MOST_KEYS} JSON Web Keys")
    return entries


def _read(entry: Any) -> Key | str:
    """The key, or why it is none that a client could be known by."""
    if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str) or not entry["kid"]:
        return "it has no kid"
    if entry.get("kty") not in ("RSA", "EC"):
        return "it is neither an RSA nor an EC key"
    if "d" in entry:
        return "it is a private key: make another pair, and send the public one"
    if "key_ops" in entry and "verify" not in (entry["key_ops"] or ()):
        return "it is not for signatures"
    try:
        key = import_key(entry)
        public = key.public_key
    except _BAD_KEY:
        return "it cannot be read"
    if isinstance(public, RSAPublicKey) and not _SMALLEST <= public.key_size <= _LARGEST:
        return f"an RSA key has {_SMALLEST} to {_LARGEST} bits"
    return key


def _suits(key: Key, algorithm: str) -> bool:
    try:
        JWSRegistry.algorithms[algorithm].check_key(key)
    except JoseError:
        return False
    return True
