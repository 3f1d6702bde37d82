"""The machines of an FP69, and of the question whether one may be set."""

from registry.transactions.matters.machine import Machine, Stage, Step

_SOURCE = (
    "Contracts Regulations 2015 Sch 3 para 28 (notice to the contractor, three months since 1 October 2025); PCSE FP69"
    " help; domain rules R17."
)
_BOTH = ("open", "safeguarding")

FP69 = Machine(
    kind="fp69",
    title="FP69",
    meaning="Post to somebody came back, or nobody answered: the practice is asked whether the person still lives"
    " there, and silence takes an adult off the list.",
    source=_SOURCE,
    stages=(
        Stage("open", "The flag is set and the practice was told (F9).", "practice", "the practice's answer"),
        Stage(
            "safeguarding",
            "The time is over; the person was under 18 then and stays on the list until their whereabouts are known.",
            "supervisor",
            "word of where the child lives",
        ),
        Stage("lifted", "It is known where the person lives; the practice was told (F10)."),
        Stage("answered", "The practice says that the person left its area; that deduction runs instead (F10)."),
        Stage("removed", "Off the list as gone away, address unknown (F2, reason 14)."),
        Stage("overtaken", "The person left the practice's list by another way."),
        Stage("cancelled", "It was set in error, and taken back (F10)."),
    ),
    steps=(
        Step("warned", ("open",), "open", "The practice is reminded before the time is over."),
        Step("answered", _BOTH, "lifted", "A new address, or an acceptance by the practice that holds the person."),
        Step("confirmed", _BOTH, "lifted", "The address is confirmed; no flag again for some years."),
        Step("leaves-area", _BOTH, "answered", "The practice asks for a deduction on a day to come."),
        Step("gone-away", _BOTH, "removed", "The practice says that the person has gone away: off the list at once."),
        Step("expired", ("open",), "removed", "The time is over and nothing was heard."),
        Step("stays", ("open",), "safeguarding", "The time is over, but the person is a child."),
        Step("chased", ("safeguarding",), "safeguarding", "Somebody asked after the child."),
        Step("moved", _BOTH, "overtaken", "Registered elsewhere, taken off the list, or dead."),
        Step("cancelled", _BOTH, "cancelled", "Set in error."),
    ),
)

FP69_REQUEST = Machine(
    kind="fp69-request",
    title="FP69 request",
    meaning="A flag against which something stands that a supervisor may waive: a confirmation not long ago, the most"
    " flags of a month, a month in which list maintenance rests.",
    source="Domain rules R17 (exclusions) and 5.4 (separation of duties).",
    stages=(
        Stage("asked", "A supervisor is to say yes or no.", "supervisor", "a supervisor's decision"),
        Stage("granted", "The FP69 was set."),
        Stage("declined", "No FP69."),
        Stage("overtaken", "The person moved, left or died before it was decided."),
    ),
    steps=(
        Step("authorise", ("asked",), "granted", "The FP69 is set, with the rules of that day.", not_by="opened"),
        Step("decline", ("asked",), "declined", "The flag is not set."),
        Step("moved", ("asked",), "overtaken", "Registered, taken off the list, or dead."),
    ),
)
