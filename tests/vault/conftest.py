"""Fixtures of the vault's tests."""

import base64
from collections.abc import Callable, Iterator

import pytest

from registry.settings import settings


@pytest.fixture
def keys_are(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Lets a test say which keys the settings hold, the first that seals before the others; none at all is none."""

    def say(*keys: bytes, environment: str = "development") -> None:
        text = ",".join(base64.b64encode(key).decode() for key in keys)
        monkeypatch.setenv("REGISTRY_ENV", environment)
        if text:
            monkeypatch.setenv("REGISTRY_VAULT_KEY", text)
        else:
            monkeypatch.delenv("REGISTRY_VAULT_KEY", raising=False)
        settings.cache_clear()

    yield say
    monkeypatch.undo()
    settings.cache_clear()
