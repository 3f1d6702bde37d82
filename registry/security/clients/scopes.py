"""SMART scopes: what each lets be done, as a table, and what of those asked for is granted.

A scope is `system/` with a type of resource or `*`, and letters: c create, r read, u update, d delete, s search.
`.read` and `.write` of the first version of SMART stand for rs and cud.
Source: SMART App Launch 2.0, scopes for requesting FHIR resources.
"""

import re
from collections.abc import Collection, Iterable, Mapping

from registry.security.callers import Permission, Right

EVERY = "*"
"""Stands for every type of resource."""

_LOOK = frozenset({Permission.READ_PATIENTS})
_WORK = frozenset({Permission.WORK_TASKS})
_LOOK_AT_WORK = frozenset({Permission.WORK_TASKS, Permission.READ_TRANSACTIONS, Permission.READ_PATIENTS})
_FOLLOW = frozenset({Permission.FOLLOW_EVENTS})
_EXPORT = frozenset({Permission.EXPORT_LISTS})

PERMISSIONS: Mapping[Right, frozenset[Permission]] = {
    ("Patient", "c"): frozenset({Permission.CREATE_PATIENTS, Permission.DECIDE_ANOMALIES}),
    ("Patient", "r"): _LOOK | {Permission.READ_HISTORY},
    ("Patient", "u"): frozenset({Permission.AMEND_PATIENTS}),
    ("Patient", "s"): _LOOK,
    ("EpisodeOfCare", "r"): _LOOK,
    ("EpisodeOfCare", "s"): _LOOK,
    ("Task", "c"): _WORK,
    ("Task", "r"): _LOOK_AT_WORK,
    ("Task", "u"): _WORK,
    ("Task", "s"): _LOOK_AT_WORK,
    ("Communication", "c"): _WORK,
    ("Communication", "r"): _LOOK_AT_WORK,
    ("Communication", "s"): _LOOK_AT_WORK,
    ("Organization", "r"): _LOOK,
    ("Organization", "s"): _LOOK,
    ("Practitioner", "r"): _LOOK,
    ("Practitioner", "s"): _LOOK,
    ("PractitionerRole", "r"): _LOOK,
    ("PractitionerRole", "s"): _LOOK,
    ("Location", "r"): _LOOK,
    ("Location", "s"): _LOOK,
    ("Subscription", "c"): _FOLLOW,
    ("Subscription", "r"): _FOLLOW,
    ("Subscription", "u"): _FOLLOW,
    ("Subscription", "d"): _FOLLOW,
    ("Subscription", "s"): _FOLLOW,
    ("Group", "r"): _EXPORT,
    ("Group", "d"): _EXPORT,
    ("Group", "s"): _EXPORT,
}
"""What each right asks the caller's role for. A right that is not here can be granted to nobody."""

LETTERS = "cruds"
_V1 = {"read": "rs", "write": "cud", EVERY: LETTERS}
_SCOPE = re.compile(r"system/(\*|[A-Z][A-Za-z]{1,60})\.([cruds]{1,5}|read|write|\*)\Z", re.ASCII)
_RESOURCES = tuple(dict.fromkeys(resource for resource, _ in PERMISSIONS))


def rights_of(scopes: Iterable[str]) -> frozenset[Right]:
    """The rights that scopes stand for, `*` written out. What is no scope that we know stands for nothing."""
    found: set[Right] = set()
    for scope in scopes:
        read = _SCOPE.match(scope)
        if read is None:
            continue
        resource, how = read.groups()
        letters = _V1.get(how, how)
        found |= {(each, letter) for each in _RESOURCES for letter in letters if resource in (EVERY, each)}
    return frozenset(found & PERMISSIONS.keys())


def permissions_of(rights: Iterable[Right]) -> frozenset[Permission]:
    """The permissions that rights ask for."""
    return frozenset().union(*(PERMISSIONS[right] for right in rights))


def granted(asked: Iterable[str], registered: Collection[str] | None, held: Collection[Permission]) -> tuple[str, ...]:
    """Of the scopes asked for, what the client's registration and its role allow, in the order asked.

    `registered` None: the registration sets no bounds; `held`: the permissions of the role. Each scope keeps
    the letters that may be granted, and is left out where none may; one of `*` is written out where the rest of
    what it would stand for is not allowed.
    """
    allowed = {right for right, wanted in PERMISSIONS.items() if not wanted.isdisjoint(held)}
    if registered is not None:
        allowed &= rights_of(registered)
    told: dict[str, None] = {}
    for scope in asked:
        told |= dict.fromkeys(_told(scope, allowed))
    return tuple(told)


def _told(scope: str, allowed: Collection[Right]) -> list[str]:
    wanted = rights_of((scope,))
    given = wanted & frozenset(allowed)
    if scope.startswith(f"system/{EVERY}."):
        letters = _letters(given)
        if letters and rights_of((f"system/{EVERY}.{letters}",)) == given:
            return [f"system/{EVERY}.{letters}"]
    by_resource = {each: _letters({right for right in given if right[0] == each}) for each in _RESOURCES}
    return [f"system/{resource}.{letters}" for resource, letters in by_resource.items() if letters]


def _letters(rights: Iterable[Right]) -> str:
    held = {letter for _, letter in rights}
    return "".join(letter for letter in LETTERS if letter in held)


SUPPORTED: tuple[str, ...] = (
    f"system/{EVERY}.rs",
    *(
        f"system/{resource}.{_letters(right for right in PERMISSIONS if right[0] == resource)}"
        for resource in _RESOURCES
    ),
)
"""Scopes as they are published."""
