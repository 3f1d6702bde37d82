"""Keys as options of a command name them: an address, a set in a file, or one key in PEM form."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from registry.security.clients.register import Keys

KeysAt = Annotated[
    str | None, typer.Option("--jwks-url", metavar="URL", help="Where the system publishes its keys: https.")
]
KeysIn = Annotated[
    Path | None, typer.Option("--jwks-file", metavar="FILE", help="Its public keys as a JSON Web Key Set.")
]
KeyOfPem = Annotated[
    Path | None, typer.Option("--public-key", metavar="FILE", help="Its one public key in PEM form; needs --kid.")
]
Kid = Annotated[str | None, typer.Option("--kid", help="The id of that key, which every assertion names.")]


def given_keys(url: str | None, file: Path | None, pem: Path | None, kid: str | None) -> "Keys":
    """The keys that the options name. Raises BadParameter unless it is one of the three, and can be read."""
    from registry.security.clients.register import Keys

    if sum(each is not None for each in (url, file, pem)) != 1:
        raise typer.BadParameter("give one of --jwks-url, --jwks-file and --public-key")
    if (pem is None) != (kid is None):
        raise typer.BadParameter("--kid goes with --public-key, and it with --kid")
    try:
        if pem is not None and kid is not None:
            return _of_pem(pem, kid)
        return Keys(url=url) if file is None else _of_set(file)
    except OSError as error:
        raise typer.BadParameter(f"{pem or file}: {error.strerror}") from None


def _of_pem(file: Path, kid: str) -> "Keys":
    from registry.security.clients.keys import UnusableKeys, set_of_pem
    from registry.security.clients.register import Keys

    try:
        return Keys(document=set_of_pem(file.read_bytes(), kid))
    except UnusableKeys as error:
        raise typer.BadParameter(f"{file}: {error}") from None


def _of_set(file: Path) -> "Keys":
    import orjson

    from registry.security.clients.register import Keys

    try:
        return Keys(document=orjson.loads(file.read_bytes()) or {})
    except orjson.JSONDecodeError:
        raise typer.BadParameter(f"{file} is not JSON") from None
