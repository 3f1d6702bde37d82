"""Why the vault does not open. Each carries a sentence that says what to do next and holds nothing of anybody."""


class VaultClosed(Exception):
    """The vault is not there for us: not set up, or without its key. `str()` is a sentence for whoever asked."""


class NoKey(VaultClosed):
    """There is no key, or it is none."""


class WrongKey(VaultClosed):
    """What is to be opened was sealed with a key that we do not have."""

    def __init__(self) -> None:
        super().__init__(
            "What is in the vault was sealed with a key that is not in REGISTRY_VAULT_KEY: whoever runs the register"
            " must add the former key behind the present one, separated by a comma (`registry vault check`)."
        )


class Altered(VaultClosed):
    """What is to be opened is not what was sealed, or not where it was sealed."""

    def __init__(self) -> None:
        super().__init__(
            "A row of the vault is not what was sealed there: whoever runs the register must look at it"
            " (`registry vault check`) and restore it from a backup."
        )


class Moved(Exception):
    """A case has changed since it was read; `version` is the one that it has now."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the case is at version {version}")
        self.version = version
