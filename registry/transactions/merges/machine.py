"""A duplicate: the states of a pair of records that may be one person's (domain rules R8)."""

from registry.transactions.matters.kind import Kind, declare
from registry.transactions.matters.machine import Machine, Stage, Step

SUSPECTED, TRIAGED, ASKING = "suspected", "triaged", "asking"
COMPLETE, REFERRED, PROPOSED = "evidence-complete", "with-national-back-office", "proposed"

BEFORE_PROPOSAL = (SUSPECTED, TRIAGED, ASKING, COMPLETE, REFERRED)
OPEN = (*BEFORE_PROPOSAL, PROPOSED)

DUPLICATE = Machine(
    kind="duplicate",
    title="Duplicate",
    meaning="Two records may be of one person. Nothing is ever merged by the register itself: practices are asked,"
    " the National Back Office decides, one person proposes the merge and another approves it.",
    source="Domain rules R8; PCSE help on duplicate patients; NHAIS registration manual (the ticket of a merge)",
    stages=(
        Stage(SUSPECTED, "Something or somebody says that the two are one.", "registration", "triage"),
        Stage(TRIAGED, "A person looked at the evidence and holds it for likely.", "registration", "questions"),
        Stage(ASKING, "The practices concerned were asked, and by way of them the patient.", "practice", "answers"),
        Stage(COMPLETE, "What can be known is known.", "registration", "referral"),
        Stage(REFERRED, "The National Back Office decides.", "correspondent", "decision"),
        Stage(PROPOSED, "One person of the office proposed the merge.", "supervisor", "approval"),
        Stage("merged", "The two are one; the merge can be undone, which opens nothing here."),
        Stage("not-duplicate", "Somebody judged that they are two people; they are not offered again."),
        Stage("withdrawn", "Given up without a judgement."),
    ),
    steps=(
        Step("triage", (SUSPECTED,), TRIAGED, "Worth asking about."),
        Step("ask", (TRIAGED, ASKING), ASKING, "Letters to the practices concerned, now or once more."),
        Step("evidence", (TRIAGED,), TRIAGED, "What somebody said was noted."),
        Step("evidence", (ASKING,), ASKING, "What somebody said was noted."),
        Step("evidence", (REFERRED,), REFERRED, "What somebody said was noted."),
        Step("complete", (TRIAGED, ASKING), COMPLETE, "Nothing more is to be asked."),
        Step("refer", (COMPLETE,), REFERRED, "Sent to the National Back Office, under its reference."),
        Step("propose", BEFORE_PROPOSAL, PROPOSED, "There is an outside case; the preview was looked at."),
        Step("propose", (PROPOSED,), PROPOSED, "Proposed again, for the facts had moved."),
        Step("approve", (PROPOSED,), "merged", "Another person approves, and it is done.", not_by="propose"),
        Step("not-duplicate", OPEN, "not-duplicate", "They are two people."),
        Step("withdraw", OPEN, "withdrawn", "Given up; or one of the two was merged with somebody else."),
    ),
)  # fmt: skip

DUPLICATES = declare(Kind(DUPLICATE))
"""What is not done in time rises to the supervisor. No move of a person steps it: the preview shows what moved."""
