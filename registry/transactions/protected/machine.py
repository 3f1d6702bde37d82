"""The protection of somebody's whereabouts, as a machine and as a kind of matter.

It outlasts every move: another practice, no practice, abroad, even death, after which it still
protects the household. So nothing that happens to the person ends it; two people do.
"""

from registry.transactions.matters.kind import Kind, declare
from registry.transactions.matters.machine import Machine, Stage, Step

PROTECTION = Machine(
    kind="protection",
    title="Protection",
    meaning="Somebody's address, practice and postcode are kept from everyone without the right and a reason, from"
    " former practices, and from the post; looked at again every year.",
    source="Domain rules R5 (sensitive flag), 5.2 and correction 16; PDS restricted records.",
    stages=(
        Stage("protected", "The whereabouts are hidden.", "registration", "the yearly review"),
        Stage("lifting", "Somebody asked for an end; the whereabouts are hidden still.", "supervisor", "a second word"),
        Stage("lifted", "The whereabouts are shown again."),
    ),
    steps=(
        Step("keep", ("protected",), "protected", "Looked at again: it stays."),
        Step("reroute", ("protected",), "protected", "Post goes by another way from now on."),
        Step("lift", ("protected",), "lifting", "The end is asked for, with what it rests on."),
        Step("confirm-lift", ("lifting",), "lifted", "A second person agrees: shown again.", not_by="lift"),
        Step("decline-lift", ("lifting",), "protected", "It stays; to be looked at in a year."),
    ),
)

KIND = declare(Kind(PROTECTION))
