"""The states of a deduction that is pending, as data."""

from typing import Literal

from registry.transactions.matters.machine import Machine, Stage, Step

Waits = Literal["letter", "treatment-end", "carer-check"]
"""What begins the days of a deduction that has no day yet."""

CARER, TREATMENT, LETTER = "waiting-for-carer-check", "waiting-for-treatment-end", "waiting-for-letter"
PENDING, EXECUTED, SUPERSEDED, CANCELLED = "pending", "executed", "superseded", "cancelled"
_OPEN = (CARER, TREATMENT, LETTER, PENDING)

PENDING_DEDUCTION = Machine(
    "pending-deduction",
    "Pending deduction",
    "Somebody is to leave a list on a day to come: asked by the practice (RDR), by themselves (RPR), because they"
    " moved out of the area (OPA), or because they announced that they emigrate (EMB). It begins in the state that its"
    " request calls for: waiting where something has to happen before its days begin, else pending.",
    "Contracts Regulations 2015 Sch 3 paras 23, 24 and 27; PCSE deductions help; NHAIS screen DS.",
    (
        Stage(CARER, "Whether the patient looks after themselves is not known yet.", "practice", "carer-check"),
        Stage(TREATMENT, "Treated at intervals of less than seven days.", "practice", "treatment-end"),
        Stage(
            LETTER, "The letter of advice is not posted yet; its days begin with its posting.", "post-room", "posting"
        ),
        Stage(PENDING, "Has a day. Held, visibly, while mail about the person is unread.", "registration", "deduction"),
        Stage(EXECUTED, "Off the list."),
        Stage(SUPERSEDED, "The person was gone before, or another request took its place."),
        Stage(CANCELLED, "Taken back, refused after all, or turned into an FP69."),
    ),
    (
        Step("asked-to-check", (CARER,), CARER, "The practice is asked again."),
        Step("carer-checked", (CARER,), PENDING, "The practice says that they look after themselves."),
        Step("carer-checked", (CARER,), CANCELLED, "Somebody else looks after them: their own request does not do."),
        Step("asked-about-treatment", (TREATMENT,), TREATMENT, "The practice is asked again."),
        Step("treatment-ended", (TREATMENT,), PENDING, "The practice gives notice; its days run from that notice."),
        Step("posted", (LETTER,), PENDING, "The letter is in the post, or is one that cannot reach them."),
        Step("reschedule", (PENDING,), PENDING, "The office gives it another day, never before the law's."),
        Step("held", (PENDING,), PENDING, "Its day came, and mail about the person is unread."),
        Step("keep", (LETTER, PENDING), CANCELLED, "Out of area, and the practice agrees to keep the patient."),
        Step("letter-returned", (PENDING,), CANCELLED, "The letter of advice came back: it becomes an FP69."),
        Step("sent-again", (PENDING,), LETTER, "It came back and the address is another now: its days begin anew."),
        Step("cancel", _OPEN, CANCELLED, "Taken back by who asked; or the practice accepted the person again."),
        Step("left", _OPEN, SUPERSEDED, "On another list, abroad or dead by then; or a request with an earlier day."),
        Step("due", (PENDING,), EXECUTED, "Its day came, and nothing speaks against it."),
    ),
)


def stage_of(state: str, waits_for: str | None) -> str:
    """The stage of a row: its state, or while it is pending what it waits for."""
    return f"waiting-for-{waits_for}" if state == PENDING and waits_for is not None else state
