"""Rules of an amendment as a whole, beyond what the reading of single patches finds.

Source: the public GP Links adaptor. Over its interface an amendment must patch something, and
an address goes with all its lines, although the exchange itself has neither rule.
"""

from collections.abc import Iterator

from registry.links.facade.faults import Fault
from registry.links.items import Items


def broken_rules(document: dict[str, object], items: Items, path_number: str) -> Iterator[Fault]:
    """Faults of an amendment that was sent to the address of `path_number`."""
    if items.number is not None and items.number != plain_number(path_number):
        yield Fault("invalid", "nhsNumber", "not the number in the address of the request")
    patches = document.get("patches")
    if patches == []:
        yield Fault("structure", "patches", "at least one patch is needed")
    if items.postcode is not None and items.address is None:
        yield Fault("structure", "patches", "an address is amended with all five lines, the postcode too")
    if items.address is not None and not any(isinstance(line, str) and line for line in items.address[:2]):
        yield Fault("structure", "patches", "an address needs its first or second line: house name, or number and road")


def plain_number(text: str) -> str:
    """A number without blanks and in upper case, as it is compared and carried."""
    return text.replace(" ", "").upper()
