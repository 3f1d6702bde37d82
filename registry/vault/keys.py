"""The vault's keys: sealing, opening, and fingerprints by which something is found without being readable.

Every key is used by way of two others that are derived from it (HKDF, RFC 5869), so that what is
sealed and what is fingerprinted never share one. What is sealed says by which key (eight bytes
derived from it), so that keys can be changed: the first of a ring seals, all of them open.
"""

import base64
import binascii
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.settings import settings
from registry.vault.closed import Altered, NoKey, WrongKey
from registry.vault.key_file import key_of_file

KEY_BYTES = 32
_FORM = b"\x01"
_MARK_BYTES = 8
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, repr=False)
class _Key:
    """What is derived from one key."""

    mark: bytes
    cipher: AESGCM
    printing: bytes

    @classmethod
    def of(cls, key: bytes) -> "_Key":
        return cls(
            mark=_derived(key, b"registry vault: mark", _MARK_BYTES),
            cipher=AESGCM(_derived(key, b"registry vault: seal", KEY_BYTES)),
            printing=_derived(key, b"registry vault: fingerprint", KEY_BYTES),
        )


def _derived(key: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(key)


class Keyring:
    """The keys that are in use. The first seals and makes fingerprints; all open, and all are looked up by."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise NoKey(_MALFORMED)
        self._keys = tuple(_Key.of(key) for key in keys)
        self._by_mark = {key.mark: key for key in self._keys}

    def seal(self, plain: bytes, about: bytes) -> bytes:
        """Encrypt by AES-256-GCM. `about` says where it belongs, and is needed to open it; it is not kept."""
        first, nonce = self._keys[0], os.urandom(_NONCE_BYTES)
        return _FORM + first.mark + nonce + first.cipher.encrypt(nonce, plain, about)

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """What was sealed. Raises WrongKey where no key of ours did, Altered where it is not the same or not there."""
        if sealed[:1] != _FORM:
            raise Altered
        key = self._by_mark.get(self.mark_of(sealed))
        if key is None:
            raise WrongKey
        body = sealed[1 + _MARK_BYTES :]
        try:
            return key.cipher.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], about)
        except (InvalidTag, ValueError):
            raise Altered from None

    def fingerprint(self, purpose: str, value: str) -> bytes:
        """32 bytes that the same purpose and value always give, and nobody without the key can: HMAC-SHA256."""
        return _fingerprint(self._keys[0], purpose, value)

    def fingerprints(self, purpose: str, value: str) -> list[bytes]:
        """The fingerprint by every key, the first key's first: for looking something up between two rotations."""
        return [_fingerprint(key, purpose, value) for key in self._keys]

    @property
    def mark(self) -> bytes:
        """The mark of the key that seals."""
        return self._keys[0].mark

    @property
    def marks(self) -> list[bytes]:
        """The marks of all, the first key's first."""
        return [key.mark for key in self._keys]

    def has_sealed(self, sealed: bytes) -> bool:
        """Whether one of our keys sealed something."""
        return self.mark_of(sealed) in self._by_mark

    @staticmethod
    def mark_of(sealed: bytes) -> bytes:
        """The mark of the key that sealed something."""
        return sealed[1 : 1 + _MARK_BYTES]


def _fingerprint(key: _Key, purpose: str, value: str) -> bytes:
    return hmac.digest(key.printing, purpose.encode() + b"\x00" + value.encode(), "sha256")


def keyring() -> Keyring:
    """The keys of the settings: REGISTRY_VAULT_KEY or, in development, a file that is made. Raises NoKey."""
    current = settings()
    if current.vault_key is not None:
        return _ring(current.vault_key.get_secret_value())
    if not current.is_development:
        raise NoKey(_MISSING)
    return _ring_of_file(current.home / "vault.key")


@lru_cache(maxsize=4)
def _ring_of_file(path: Path) -> Keyring:
    return _ring(key_of_file(path))


@lru_cache(maxsize=4)
def _ring(text: str) -> Keyring:
    return Keyring([_read(part) for part in text.split(",")])


def _read(text: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise NoKey(_MALFORMED) from None


_MISSING = "The vault has no key: set REGISTRY_VAULT_KEY to the base64 text of 32 random bytes (docs/security.md)."
_MALFORMED = (
    "REGISTRY_VAULT_KEY is not usable: it must be the base64 text of 32 random bytes, or several of them separated"
    " by commas, the one that seals first."
)
