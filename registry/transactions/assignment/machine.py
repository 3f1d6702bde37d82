"""The machines of an application for a practice, and of a practice's refusal."""

from registry.transactions.matters.machine import Machine, Stage, Step

_OPEN = ("applied", "eligible", "only-closed-lists", "awaiting-acceptance")

APPLICATION = Machine(
    kind="assignment",
    title="Application for a practice",
    meaning="Somebody who was refused by practices applies to the office, which assigns them to one.",
    source="Contracts Regulations 2004 Sch 6 paras 31 to 35; 2015 Sch 3 paras 38 to 43; domain rules R3",
    stages=(
        Stage("applied", "Received; the evidence is to be looked at", "registration", "vetting"),
        Stage("eligible", "A practice is to be chosen", "registration", "assignment"),
        Stage(
            "only-closed-lists",
            "No practice with an open list can be proposed: for a panel, or until a list opens",
            "supervisor",
            "panel-or-open-list",
        ),
        Stage(
            "awaiting-acceptance",
            "A practice was assigned to somebody who is not in the register: it accepts them, and that creates them",
            "practice",
            "acceptance",
        ),
        Stage("assigned", "On the list of the practice that was chosen"),
        Stage("registered-voluntarily", "A practice has taken them on without being told to"),
        Stage("withdrawn", "The applicant no longer asks for it"),
        Stage("refused", "The office does not assign them; why is kept, and the answer does not say it"),
        Stage("died", "The applicant has died"),
    ),
    steps=(
        Step("add-refusal", ("applied",), "applied", "A practice's refusal of an applicant who is not in the register"),
        Step("find-eligible", ("applied",), "eligible", "Refused by a practice, on no list, and not on the scheme"),
        Step("assign", ("eligible",), "assigned", "Put on the list of a practice; both are written to"),
        Step("offer", ("eligible",), "awaiting-acceptance", "A practice is told to accept somebody not yet held"),
        Step("refer-to-panel", ("eligible",), "only-closed-lists", "No open list is left that could be proposed"),
        Step("list-opened", ("only-closed-lists",), "eligible", "There is a practice that can be proposed"),
        Step("accepted", ("awaiting-acceptance",), "assigned", "The practice's acceptance has come"),
        Step("take-back-offer", ("awaiting-acceptance",), "eligible", "The practice cannot; another is to be chosen"),
        Step("identify", ("applied",), "applied", "The applicant is found to be in the register"),
        Step("identify", ("eligible", "awaiting-acceptance"), "eligible", "As above; they can be put on a list"),
        Step("identify", ("only-closed-lists",), "only-closed-lists", "As above"),
        Step("register", _OPEN, "registered-voluntarily", "A practice's acceptance has put them on a list"),
        Step("withdraw", _OPEN, "withdrawn", "The applicant says so"),
        Step("refuse", _OPEN, "refused", "Not one of those whom the office assigns"),
        Step("go-to-scheme", _OPEN, "refused", "They were given a place on the special allocation scheme"),
        Step("die", _OPEN, "died", "Recorded as dead"),
    ),
)

REFUSAL = Machine(
    kind="practice-refusal",
    title="Refusal by a practice",
    meaning="A practice refused an applicant and owes them its reasons in writing.",
    source="Contracts Regulations 2004 Sch 6 para 17; 2015 Sch 3; domain rules R1 and 5.1 (refusal_notice)",
    stages=(
        Stage("reasons-awaited", "The written reasons are not late yet", "practice", "written-reasons"),
        Stage("reasons-overdue", "They are late: reported as a breach, and chased", "supervisor", "written-reasons"),
        Stage("reasons-given", "The applicant has them"),
        Stage("breach-closed", "They never came; the commissioner was told"),
    ),
    steps=(
        Step("give-reasons", ("reasons-awaited", "reasons-overdue"), "reasons-given", "The practice gave its reasons"),
        Step("overdue", ("reasons-awaited",), "reasons-overdue", "The days are over: a breach"),
        Step("close-breach", ("reasons-overdue",), "breach-closed", "A person ends the chase, with a reason"),
    ),
)
