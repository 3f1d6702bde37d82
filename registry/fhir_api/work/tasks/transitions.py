"""Who may set which status of a Task, as data.

Only the owner sets it (HL7, Clinical Order Workflows: the fulfiller owns the status). What is not in the table is
refused; and where the register has another way to the same end, the refusal names it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from registry.fhir_api.work.tasks.codes import CODES, Party
from registry.fhir_api.work.tasks.states import STATES

Act = Literal["read-query", "receive-message", "receive-notice", "confirm-address", "say-gone-away"]
Guard = Literal["address-confirmed", "gone-away"]
"""What `statusReason` must say."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A step that the owner may take, and what is then done. A `guard` is the code that the reason must have."""

    code: str
    before: str
    after: str
    who: Party
    act: Act
    guard: Guard | None = None


TRANSITIONS: tuple[Transition, ...] = (
    Transition("query", "asked", "received", "practice", "read-query"),
    Transition("deduction", "waiting", "received", "practice", "receive-message"),
    Transition("deduction", "sent", "received", "practice", "receive-message"),
    Transition("fp69", "open", "received", "practice", "receive-notice"),
    Transition("fp69", "open", "completed", "practice", "confirm-address", "address-confirmed"),
    Transition("fp69", "open/received", "completed", "practice", "confirm-address", "address-confirmed"),
    Transition("fp69", "open", "completed", "practice", "say-gone-away", "gone-away"),
    Transition("fp69", "open/received", "completed", "practice", "say-gone-away", "gone-away"),
)

_BY_CASE = "The office decides it by POST /api/anomalies/{id}/decision"
ELSEWHERE: Mapping[str, str] = {
    "acceptance": "The office decides it by its case: POST /api/anomalies/{id}/decision",
    "amendment": "The office decides it by its case: POST /api/anomalies/{id}/decision",
    "deduction-request": "The office decides it by its case, and its day by the act removals reschedule",
    "removal": "The office decides it by its case, and its day by the act removals reschedule",
    "cancellation-request": "It was done at once",
    "possible-duplicate": _BY_CASE,
    "anomaly": _BY_CASE,
    "duplicate": "The office works on it by the acts duplicates",
    "fp69-request": "A supervisor decides it by the acts fp69 authorise and fp69 decline",
    "fp69": "The office works on it by the acts fp69; the practice answers by completed, with address-confirmed or"
    " gone-away as its reason, by an amendment, or by a deduction request",
    "query": "A query ends by a Communication in response to its question, and by the office's acts queries",
    "deduction": "The practice says that it has it: received",
}
"""By which act each kind of work is decided, for whoever tries to set its status."""


@dataclass(frozen=True, slots=True)
class NotOwner:
    """403: another party's move."""


@dataclass(frozen=True, slots=True)
class NoStep:
    """422: not from here, or not in this way. `sentence` says by what instead."""

    sentence: str


@dataclass(frozen=True, slots=True)
class NeedsReason:
    """400: the reason must be one of these codes."""

    codes: tuple[str, ...]


def judge(
    code: str, state: str, to: str, who: Party, reason: str | None
) -> Transition | NotOwner | NoStep | NeedsReason:
    """What somebody's setting of a status comes to."""
    if STATES[code][state].owner != who:
        return NotOwner()
    possible = [
        each for each in TRANSITIONS if (each.code, each.before, each.after, each.who) == (code, state, to, who)
    ]
    if not possible:
        now = STATES[code][state].status
        return NoStep(f"{CODES[code].display} is {now}, and is not set to {to}. {ELSEWHERE[code]}")
    for each in possible:
        if each.guard in (None, reason):
            return each
    return NeedsReason(tuple(each.guard for each in possible if each.guard is not None))
