"""Settings, read from the environment. docs/operations.md lists each with its meaning."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """What an operator can set. Names in the environment are the aliases."""

    database_url: str | None = Field(None, alias="DATABASE_URL")
    """PostgreSQL 15 or later; without it the embedded server in `home` is used."""
    home: Path = Field(Path("var"), alias="REGISTRY_HOME")
    """Database cluster, logs and the development token."""
    host: str = Field("127.0.0.1", alias="REGISTRY_HOST")
    port: int = Field(8000, alias="REGISTRY_PORT", ge=1, le=65_535)
    public_url: str | None = Field(None, alias="REGISTRY_PUBLIC_URL")
    """The address by which others reach the API, without a path; else that of each request."""
    environment: Literal["development", "production"] = Field("development", alias="REGISTRY_ENV")
    profile: str = Field("current", alias="REGISTRY_PROFILE")
    """Which profile of policies is in force: seed-2012, pcse-2018 or current."""
    pool_size: int = Field(8, alias="REGISTRY_POOL_SIZE")
    """Database connections of one process."""
    processes: int = Field(1, alias="REGISTRY_PROCESSES")
    """API processes that `serve` starts."""
    demonstration: bool = Field(True, alias="REGISTRY_DEMO")
    """Whether `run` fills an empty register with the demonstration office; never in production."""
    vault_key: SecretStr | None = Field(None, alias="REGISTRY_VAULT_KEY")
    """What the identity vault is sealed with: base64 of 32 bytes; several with commas between, the first seals."""
    model: Path | None = Field(None, alias="REGISTRY_MODEL")
    """A model file of `registry match train`, by which the register matches; without it, the shipped one."""

    @property
    def is_development(self) -> bool:
        return self.environment == "development"


class BadSettings(Exception):
    """The environment holds a value that no setting takes; the text names each variable."""


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once. Raises BadSettings."""
    try:
        return Settings()  # pyright: ignore[reportCallIssue]  # filled from the environment
    except ValidationError as error:
        told = [f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()]
        raise BadSettings("\n".join(told)) from None
