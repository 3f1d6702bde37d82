"""Documents that say the same have the same normal form."""

from registry.links.documents.json_shapes import as_list, as_object, as_text, is_list, is_object
from registry.links.documents.paths import known_path


def normal_form(document: object) -> object:
    """A hashable value that is equal for documents which differ in form only.

    What does not count: the order of parameters, patches, extensions and keys; `add` against
    `replace`; an identifier as object or one-element list; absent against null and empty;
    blank lines at the end of an address and anywhere in a previous one; forenames beyond the
    second apart or joined; the name of the authority's field in an amendment; case of paths
    and extension URLs.
    """
    return _canonical(_rearranged(as_object(document)))


def _rearranged(document: dict[str, object]) -> dict[str, object]:
    if "patches" in document:
        return _amendment(document)
    parameters: dict[str, object] = {}
    for element in as_list(document.get("parameter")):
        parameter = dict(as_object(element))
        if parameter.get("name") == "patient":
            parameter["resource"] = _patient(as_object(parameter.get("resource")))
        parameters[as_text(parameter.pop("name", None))] = parameter
    return {**document, "parameter": parameters} if "parameter" in document else document


def _amendment(document: dict[str, object]) -> dict[str, object]:
    body = dict(document)
    authority = body.pop("destinationHaCipher", None)
    body.setdefault("healthcarePartyCode", authority)
    patches = [_patch(as_object(element)) for element in as_list(body.pop("patches"))]
    return {**body, "patches": frozenset(_canonical(patch) for patch in patches)}


def _patch(patch: dict[str, object]) -> dict[str, object]:
    path = as_text(patch.get("path"))
    if patch.get("op") == "remove":
        return {"path": known_path(path) or path, "removed": True}
    value = patch.get("value")
    if is_object(value):
        value = {**value, "url": as_text(value.get("url")).lower()}
    return {"path": known_path(path) or path, "value": value}


def _patient(patient: dict[str, object]) -> dict[str, object]:
    addresses = [as_object(each) for each in as_list(patient.get("address"))]
    extensions = [as_object(each) for each in as_list(patient.get("extension"))]
    names = [as_object(each) for each in as_list(patient.get("name"))]
    return {
        **patient,
        "address": [_home(each) if place == 0 else _former(each) for place, each in enumerate(addresses)],
        "extension": {as_text(each.get("url")).lower(): {**each, "url": None} for each in extensions},
        "name": [_name(each) for each in names],
    }


def _home(address: dict[str, object]) -> dict[str, object]:
    """Lines by position, so that a blank one inside still counts."""
    return {**address, "line": dict(enumerate(as_list(address.get("line"))))}


def _former(address: dict[str, object]) -> dict[str, object]:
    return {**address, "line": [line for line in as_list(address.get("line")) if line]}


def _name(name: dict[str, object]) -> dict[str, object]:
    given = as_list(name.get("given"))
    others = " ".join(as_text(part) for part in given[2:] if part)
    prefixes = " ".join(as_text(part) for part in as_list(name.get("prefix")) if part)
    return {**name, "given": dict(enumerate([*given[:2], others])), "prefix": prefixes}


def _canonical(value: object) -> object:
    """Hashable and without order of keys; what is absent, null or empty leaves no trace in an object."""
    if is_object(value):
        entries = {name: _canonical(_single(name, each)) for name, each in value.items()}
        return frozenset((name, each) for name, each in entries.items() if each not in (None, "", (), frozenset()))
    if is_list(value):
        return tuple(_canonical(each) for each in value)
    return value


def _single(name: object, value: object) -> object:
    elements = as_list(value)
    return elements[0] if name == "identifier" and len(elements) == 1 else value
