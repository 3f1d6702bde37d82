"""Keys: what is sealed opens with its key, in its place, and nowhere else."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.vault.closed import Altered, NoKey, WrongKey
from registry.vault.key_file import key_of_file
from registry.vault.keys import Keyring, keyring

OLD, NEW = Keyring([b"o" * 32]), Keyring([b"n" * 32])
BOTH = Keyring([b"n" * 32, b"o" * 32])


def test_what_is_sealed_opens_again_and_never_looks_the_same():
    first, second = OLD.seal(b"MARKED", b"links/1"), OLD.seal(b"MARKED", b"links/1")
    assert OLD.open(first, b"links/1") == OLD.open(second, b"links/1") == b"MARKED"
    assert first != second
    assert b"MARKED" not in first


def test_rows_cannot_be_exchanged():
    with pytest.raises(Altered):
        OLD.open(OLD.seal(b"of one", b"links/1"), b"links/2")


@pytest.mark.parametrize("place", [0, 4, 12, 30, -1])
def test_a_single_changed_bit_is_noticed(place: int):
    sealed = bytearray(OLD.seal(b"something of some length", b"links/1"))
    sealed[place] ^= 1
    with pytest.raises((Altered, WrongKey)):
        OLD.open(bytes(sealed), b"links/1")


@pytest.mark.parametrize("rubbish", [b"", b"\x01", b"\x01" + b"x" * 12, b"plain text"])
def test_what_was_never_sealed_does_not_open(rubbish: bytes):
    with pytest.raises((Altered, WrongKey)):
        OLD.open(rubbish, b"links/1")


def test_the_first_key_seals_and_all_open():
    assert BOTH.open(OLD.seal(b"old", b"a"), b"a") == b"old"
    assert NEW.open(BOTH.seal(b"new", b"a"), b"a") == b"new"
    with pytest.raises(WrongKey, match="REGISTRY_VAULT_KEY"):
        OLD.open(BOTH.seal(b"new", b"a"), b"a")


def test_fingerprints_are_the_same_for_the_same_and_by_purpose():
    assert OLD.fingerprint("person", "1") == OLD.fingerprint("person", "1")
    assert len({OLD.fingerprint("person", "1"), OLD.fingerprint("number", "1"), OLD.fingerprint("person", "2")}) == 3
    assert BOTH.fingerprints("person", "1") == [NEW.fingerprint("person", "1"), OLD.fingerprint("person", "1")]


def test_a_key_shows_itself_nowhere():
    assert "o" * 8 not in repr(OLD) + str(vars(OLD))


def test_in_production_there_is_no_key_but_that_of_the_settings(keys_are: Callable[..., None]):
    keys_are(environment="production")
    with pytest.raises(NoKey, match="set REGISTRY_VAULT_KEY"):
        keyring()


def test_keys_of_the_settings(keys_are: Callable[..., None]):
    keys_are(b"n" * 32, b"o" * 32, environment="production")
    assert keyring().open(OLD.seal(b"old", b"a"), b"a") == b"old"


@pytest.mark.parametrize("text", ["", "short", "not base64 at all, nor this", "AAAA"])
def test_a_malformed_key_is_told(text: str, keys_are: Callable[..., None], monkeypatch: pytest.MonkeyPatch):
    keys_are(b"n" * 32)
    monkeypatch.setenv("REGISTRY_VAULT_KEY", text)
    with pytest.raises(NoKey, match="base64 text of 32 random bytes"):
        keyring()


def test_in_development_a_file_is_made_that_only_its_owner_reads(tmp_path: Path):
    made = key_of_file(tmp_path / "home" / "vault.key")
    assert key_of_file(tmp_path / "home" / "vault.key") == made
    assert stat.S_IMODE((tmp_path / "home" / "vault.key").stat().st_mode) == 0o600
    assert [each.name for each in (tmp_path / "home").iterdir()] == ["vault.key"]
