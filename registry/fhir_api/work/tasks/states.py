"""Our states as a Task tells them: its status, and the state in the words of the work itself.

One row for each kind of work and state, so that a state that somebody adds is missed by a test and not by a
practice. A state here is what the sources say: that of the row, with what tells more about it after a stroke
(`pending/letter` waits for the posting of a letter). `owner` is whose move it is, or was last.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from registry.fhir_api.work.tasks.codes import Party


@dataclass(frozen=True, slots=True)
class TaskState:
    """A status of FHIR's, and the domain's own word for it."""

    status: str
    business: str
    owner: Party = "office"


_ASKED: Mapping[str, TaskState] = {
    "waiting-for-trace": TaskState("in-progress", "awaiting-number"),
    "in-queue": TaskState("in-progress", "awaiting-office"),
    "in-queue/possible-match": TaskState("in-progress", "possible-duplicate"),
    "pending/day": TaskState("accepted", "awaiting-day"),
    "pending/held": TaskState("on-hold", "held"),
    "pending/letter": TaskState("accepted", "awaiting-letter"),
    "pending/treatment-end": TaskState("accepted", "awaiting-practice"),
    "pending/carer-check": TaskState("accepted", "awaiting-practice"),
    "accepted": TaskState("completed", "done"),
    "refused": TaskState("rejected", "refused"),
    "superseded": TaskState("cancelled", "overtaken"),
    "cancelled": TaskState("cancelled", "cancelled"),
    "taken-back": TaskState("cancelled", "taken-back"),
}
"""What practices ask. What a case is about stays with the office: a reason may tell of a death, of violence, of
somebody protected (domain rules, correction 11)."""

_TOLD: Mapping[str, TaskState] = {
    "waiting": TaskState("requested", "not-sent", "practice"),
    "sent": TaskState("requested", "sent", "practice"),
    "acknowledged": TaskState("received", "acknowledged", "practice"),
    "withdrawn": TaskState("cancelled", "withdrawn", "practice"),
}

_FP69: Mapping[str, TaskState] = {
    "open": TaskState("requested", "fp69-notified", "practice"),
    "open/received": TaskState("received", "fp69-notified", "practice"),
    "safeguarding": TaskState("in-progress", "safeguarding"),
    "lifted": TaskState("completed", "address-known", "practice"),
    "answered": TaskState("completed", "leaves-area", "practice"),
    "removed": TaskState("completed", "gone-away", "practice"),
    "overtaken": TaskState("cancelled", "overtaken", "practice"),
    "cancelled": TaskState("entered-in-error", "cancelled", "practice"),
}

_QUERY: Mapping[str, TaskState] = {
    "asked": TaskState("requested", "awaiting-practice", "practice"),
    "received": TaskState("received", "awaiting-practice", "practice"),
    "overdue": TaskState("in-progress", "overdue", "practice"),
    "answered": TaskState("in-progress", "answered"),
    "closed": TaskState("completed", "closed"),
    "withdrawn": TaskState("cancelled", "withdrawn"),
}

_FP69_REQUEST: Mapping[str, TaskState] = {
    "asked": TaskState("requested", "awaiting-supervisor"),
    "granted": TaskState("completed", "granted"),
    "declined": TaskState("rejected", "declined"),
    "overtaken": TaskState("cancelled", "overtaken"),
}

_DUPLICATE: Mapping[str, TaskState] = {
    "suspected": TaskState("requested", "awaiting-office"),
    "triaged": TaskState("accepted", "awaiting-office"),
    "asking": TaskState("in-progress", "awaiting-practice"),
    "evidence-complete": TaskState("in-progress", "awaiting-office"),
    "with-national-back-office": TaskState("in-progress", "awaiting-nbo"),
    "proposed": TaskState("in-progress", "awaiting-supervisor"),
    "merged": TaskState("completed", "merged"),
    "not-duplicate": TaskState("rejected", "different"),
    "withdrawn": TaskState("cancelled", "withdrawn"),
}

_CASE: Mapping[str, TaskState] = {
    "open": TaskState("requested", "awaiting-office"),
    "decided": TaskState("completed", "decided"),
}

STATES: Mapping[str, Mapping[str, TaskState]] = {
    "acceptance": _ASKED,
    "deduction-request": _ASKED,
    "removal": _ASKED,
    "amendment": _ASKED,
    "cancellation-request": _ASKED,
    "deduction": _TOLD,
    "fp69": _FP69,
    "query": _QUERY,
    "fp69-request": _FP69_REQUEST,
    "duplicate": _DUPLICATE,
    "possible-duplicate": {**_CASE, "open": TaskState("requested", "possible-duplicate")},
    "anomaly": _CASE,
}
"""By kind of work, then by state."""

COMING = ("records-requested",)
"""Words of kinds of work that the register does not hold yet."""

BUSINESS_WORDS = tuple(
    sorted({state.business for states in STATES.values() for state in states.values()} | set(COMING))
)
STATUSES = tuple(sorted({state.status for states in STATES.values() for state in states.values()}))


def places_of(
    codes: Iterable[str], *, statuses: Sequence[str] = (), words: Sequence[str] = (), owner: Party | None = None
) -> list[str]:
    """Every kind and state that is told by one of some statuses, words, and by an owner: `code state`, for queries."""
    return [
        f"{code} {name}"
        for code in codes
        for name, state in STATES.get(code, {}).items()
        if (not statuses or state.status in statuses)
        and (not words or state.business in words)
        and (owner is None or state.owner == owner)
    ]
