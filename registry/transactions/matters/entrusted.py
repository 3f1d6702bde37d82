"""Work that only those who are entrusted with it may know of.

Whoever is not entrusted is not told that there is any: no list, page, search or event of it reaches
them. So a query that reads matters or letters of every kind leaves these out itself, in its SQL, and
one that was asked for by id is not there:

    select ... from matters m where ... and m.kind <> all(:hidden)        -- kinds_hidden_from(caller.may)

with `bindparam("hidden", type_=ARRAY(Text))`; with `kinds_not_for_everyone()` where nobody's right is known
(the command line's general commands, a person's page). The same words serve `letters.kind` and
`open_work.what`, for no kind of matter has the code of a letter. In the audit they are `subject ->> 'kind'`, and
the first part of an action (`counter-fraud.read`).

Figures over all matters may count them where they name neither a patient nor a practice. Such a matter keeps
its people and its practice in tables of its own, so that no query by person or practice meets it by chance.
The commands and routes of the kind itself ask for the permission, and pass nothing as hidden.
"""

from collections.abc import Callable, Mapping

from registry.security.callers import Permission

ENTRUSTED_KINDS: Mapping[str, Permission] = {"counter-fraud": Permission.WORK_FRAUD}
"""Kinds of matter, with the permission that shows that there is one. Others are seen by the whole office."""

ENTRUSTED_LETTERS: Mapping[str, Permission] = {
    "FRD-1": Permission.WORK_FRAUD,
    "FRD-2": Permission.WORK_FRAUD,
    "ID-1": Permission.CHANGE_IDENTITIES,
}
"""Kinds of letter, likewise."""


def kinds_hidden_from(may: Callable[[Permission], bool]) -> list[str]:
    """The kinds of matter and letter that somebody is not told of; `may` says what they are permitted."""
    both = {**ENTRUSTED_KINDS, **ENTRUSTED_LETTERS}
    return [kind for kind, permission in both.items() if not may(permission)]


def kinds_not_for_everyone() -> list[str]:
    """Every kind that somebody is not told of: for what is shown without knowing to whom."""
    return [*ENTRUSTED_KINDS, *ENTRUSTED_LETTERS]
