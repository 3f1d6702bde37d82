"""What a search for practices or doctors asks, read from its parameters. Raises RequestError (400) that names one."""

import re
from collections.abc import Mapping
from uuid import UUID

from registry.fhir.refusals import invalid
from registry.fhir_api.call import Call
from registry.fhir_api.organisations.codes import asked_for

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}\Z")
_POSTCODE = re.compile(r"[A-Z0-9]{1,7}\Z")
_MOST_IDS = 100


def boolean(call: Call, name: str) -> bool | None:
    """A parameter that is true or false."""
    text = call.one(name)
    if text not in (None, "true", "false"):
        raise invalid(text, name)
    return None if text is None else text == "true"


def ids(call: Call) -> list[str] | None:
    """The ids of `_id`, several with commas."""
    text = call.one("_id")
    if text is None:
        return None
    found = text.split(",")
    if len(found) > _MOST_IDS or not all(_ID.match(each) for each in found):
        raise invalid(text, "_id")
    return found


def id_in_path(call: Call) -> list[str]:
    """The id of the path, in a list; an empty one where it can be nobody's."""
    text = call.path["id"]
    return [text] if _ID.match(text) else []


def uuids(texts: list[str]) -> list[UUID]:
    """Those of some ids that are UUIDs: others are nobody's."""
    found: list[UUID] = []
    for each in texts:
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return found


def reference(call: Call, name: str, kind: str) -> str | None:
    """The id of a reference, with or without its type."""
    text = call.one(name)
    if text is None:
        return None
    found = text.removeprefix(f"{kind}/")
    if not _ID.match(found):
        raise invalid(text, name)
    return found.upper()


def postcode(call: Call) -> str | None:
    """A postcode or its beginning, without blanks and in upper case."""
    text = call.one("address-postalcode")
    if text is None:
        return None
    found = text.replace(" ", "").upper()
    if not _POSTCODE.match(found):
        raise invalid(text, "address-postalcode")
    return found


def name(call: Call) -> str | None:
    """The beginning of a name."""
    text = call.one("name")
    if text is not None and (not text.strip() or len(text) > 100 or not text.isprintable()):
        raise invalid(text, "name")
    return text


def identifier(call: Call, systems: Mapping[str, str]) -> tuple[tuple[str, ...], str] | None:
    """The conditions, by name, that an identifier stands for, and its value. `systems` has each condition by system."""
    text = call.one("identifier")
    if text is None:
        return None
    found, value = asked_for(text, frozenset(systems))
    return tuple(systems[each] for each in sorted(found)), value
