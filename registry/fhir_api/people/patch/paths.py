"""What a path of a patch may begin with, and which operations name the item that they change."""

from collections.abc import Mapping, Sequence

from registry.errors import RequestError
from registry.fhir import refusals
from registry.fhir_api.people.patch.read_patches import Patch

LISTS = frozenset({"name", "address", "telecom", "contact", "extension"})
"""Lists of items, each of which is known by its id; an extension by its url."""
SINGLES = frozenset({"gender", "birthDate", "deceasedDateTime", "multipleBirthInteger"})

WHEREABOUTS = frozenset({"address", "telecom", "contact", "extension", "multipleBirthInteger", "generalPractitioner"})
"""What is not shown of somebody restricted, and so not amended by this way."""

_REGISTERED = (
    "a registration is not amended: send a Task acceptance for somebody who joins the list, a Task deduction-request"
    " for somebody who leaves it"
)
_FIXED: Mapping[str, str] = {"generalPractitioner": _REGISTERED} | dict.fromkeys(
    ("id", "meta", "identifier", "link", "resourceType"), "it is the register's own"
)
_NOT_KEPT = frozenset(
    {
        "active", "deceasedBoolean", "multipleBirthBoolean", "maritalStatus", "photo", "communication",
        "managingOrganization", "text", "contained", "language", "implicitRules", "modifierExtension",
    }
)  # fmt: skip


def key_of(base: str) -> str:
    """The member by which the items of a list are known."""
    return "url" if base == "extension" else "id"


def root_of(parts: Sequence[str]) -> str:
    """The path of the item in which a path lies."""
    return f"/{parts[0]}/{parts[1]}"


def is_selector(patch: Patch) -> bool:
    """Whether an operation names an item and changes nothing: `add` or `replace` of its id (or url)."""
    parts = patch.parts
    return patch.op in ("add", "replace") and len(parts) == 3 and parts[0] in LISTS and parts[2] == key_of(parts[0])


def check_base(patch: Patch, *, restricted: bool) -> None:
    """Whether what an operation changes may be amended at all. Raises RequestError (400, 403)."""
    base = patch.parts[0]
    if patch.op == "test":
        return
    if restricted and base in WHEREABOUTS:
        text = "where somebody restricted is, and how they are reached, is not amended by this way: ask the office"
        raise refusals.forbidden_update(text, base)
    if base in _FIXED:
        raise refusals.forbidden_update(f"'/{base}' is not amended: {_FIXED[base]}", base)
    if base in _NOT_KEPT:
        raise refusals.forbidden_update(f"'/{base}' is not kept by the register", base)
    if base not in LISTS | SINGLES:
        raise refusals.additional(base)
    _check_depth(patch)


def _check_depth(patch: Patch) -> None:
    """A list is changed item by item; what is no list has nothing below it."""
    base, depth = patch.parts[0], len(patch.parts)
    if base in SINGLES and depth > 1:
        raise wrong_patch(f"there is nothing below '/{base}'", base)
    if base in LISTS and depth == 1:
        raise wrong_patch(f"the items of '/{base}' are changed one by one", base)
    if base in LISTS and depth == 2 and patch.op == "add" and patch.parts[1] != "-":
        raise wrong_patch(f"an item is added to '/{base}' at its end, by the path '/{base}/-'", base)
    if patch.op == "remove" and depth == 3 and base in LISTS and patch.parts[2] == key_of(base):
        raise wrong_patch(f"an item keeps its {key_of(base)}", base)


def wrong_patch(reason: str, field: str | None = None) -> RequestError:
    """400: an operation that cannot be applied."""
    return refusals.invalid_update(f"Invalid patch - {reason}", field)
