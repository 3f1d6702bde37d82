"""What is refused under /FHIR/R4, each with its status, its code and the words that PDS has for it.

Every function returns the error to be raised. A value is repeated in the words only where the published API
repeats it, and never at length.
"""

from registry.errors import RequestError
from registry.fhir.spine import CODES

_LONGEST_ECHO = 60


def refusal(status: int, code: str, diagnostics: str, field: str | None = None) -> RequestError:
    """Any refusal by a code of `spine.CODES`."""
    return RequestError(status, CODES[code].issue, diagnostics, field, code)


def invalid_id() -> RequestError:
    """400: the id in the path is no valid NHS number."""
    return refusal(400, "INVALID_RESOURCE_ID", "Invalid resource ID - the id must be a valid NHS number", "id")


def not_found(what: str = "resource") -> RequestError:
    """404: there is no such thing, or none that the caller may see."""
    return refusal(404, "RESOURCE_NOT_FOUND", f"There is no such {what}, or none that this token may see")


def invalidated() -> RequestError:
    """404: the number was made invalid, and no other took its place."""
    return refusal(404, "INVALIDATED_RESOURCE", "The resource has been invalidated")


def missing(field: str) -> RequestError:
    """400: something that is needed is not there. `field` is a path such as `address/0/period`."""
    return refusal(400, "MISSING_VALUE", f"Missing value - '{field}'", field)


def missing_header(name: str) -> RequestError:
    """400: a header is needed."""
    text = f"Invalid request with error - {name} header must be supplied to access this resource"
    return refusal(400, "MISSING_VALUE", text, name)


def invalid(value: object, field: str) -> RequestError:
    """400: a field of the body or a search parameter has a value that is not acceptable."""
    return refusal(400, "INVALID_VALUE", f"Invalid value - '{_echo(value)}' in field '{field}'", field)


def invalid_header(value: object, name: str) -> RequestError:
    """400: a header has a value that is not acceptable."""
    return refusal(400, "INVALID_VALUE", f"Invalid value - '{_echo(value)}' in header '{name}'", name)


def additional(*names: str) -> RequestError:
    """400: parameters or properties that nobody knows."""
    listed = ", ".join(f"'{_echo(name)}'" for name in names)
    were = "was" if len(names) == 1 else "were"
    text = f"Invalid request with error - Additional properties are not allowed ({listed} {were} unexpected)"
    return refusal(400, "ADDITIONAL_PROPERTIES", text, _echo(names[0]))


def invalid_search(reason: str) -> RequestError:
    """400: too few criteria, or some that do not go together."""
    return refusal(400, "INVALID_SEARCH_DATA", f"Invalid search data provided - '{reason}'")


def invalid_update(reason: str, field: str | None = None) -> RequestError:
    """400: a patch that cannot be applied."""
    return refusal(400, "INVALID_UPDATE", f"Invalid update with error - {reason}", field)


def forbidden_update(reason: str, field: str | None = None) -> RequestError:
    """403: a change that is not allowed, or not to this caller."""
    return refusal(403, "FORBIDDEN_UPDATE", f"Forbidden update with error - {reason}", field)


def invalid_create(reason: str, field: str | None = None) -> RequestError:
    """400: a new person who breaks a rule."""
    return refusal(400, "INVALID_CREATE", f"Invalid patient create data provided - '{reason}'", field)


def denied(reason: str) -> RequestError:
    """403: the token is good and does not carry the right."""
    return refusal(403, "ACCESS_DENIED", reason)


def wrong_step(reason: str, field: str | None = None) -> RequestError:
    """422: work is not in a state from which this can be done, or not by this caller."""
    return refusal(422, "INVALID_STATE_TRANSITION", reason, field)


def invalid_resource(reason: str, field: str | None = None) -> RequestError:
    """422: well formed, and not something that this operation takes."""
    return refusal(422, "INVALID_RESOURCE", reason, field)


def _echo(value: object) -> str:
    """A value as it is repeated: short, and on one line."""
    text = "".join(letter if letter.isprintable() else "?" for letter in str(value))
    return text if len(text) <= _LONGEST_ECHO else text[:_LONGEST_ECHO] + "…"
