"""The states of a change of identity, as data. The case itself lives in the vault."""

from registry.transactions.matters.machine import Machine, Stage, Step

NOTIFIED, NUMBERED, APPROVED = "notified", "new-number-received", "approved"
AWAITING, CHASED, COMMISSIONER = "awaiting-registration", "registration-chased", "with-commissioner"
REGISTERED, ENVELOPE = "registered", "envelope-issued"
CLOSED, WITHDRAWN, REFUSED = "closed", "withdrawn", "refused"

AWAITED = (AWAITING, CHASED, COMMISSIONER)
_BEFORE = (NOTIFIED, NUMBERED)
_AFTER = (*AWAITED, REGISTERED, ENVELOPE)

IDENTITY_CHANGE = Machine(
    kind="identity-change",
    title="Change of identity",
    meaning="A person is to have a new identity that nobody can trace to the old one: by adoption, by a change of"
    " gender, or for protection. The case is kept in the vault, and none of it among the register's matters.",
    source="Domain rules R5; PCSE help on adoption and gender reassignment.",
    stages=(
        Stage(NOTIFIED, "It was asked for; the new number is waited for.", "registration", "new-number"),
        Stage(NUMBERED, "A second person looks at it.", "supervisor", "approval"),
        Stage(APPROVED, "The register makes the new person.", "registration", "new-identity"),
        Stage(AWAITING, "The practice was told to register the new number (ID-1).", "practice", "acceptance"),
        Stage(CHASED, "It did not in time, and was asked again.", "practice", "acceptance"),
        Stage(COMMISSIONER, "It did not then either: the commissioner knows.", "commissioner", "acceptance"),
        Stage(REGISTERED, "The practice has a new record; its envelope is to be made.", "registration", "envelope"),
        Stage(ENVELOPE, "What is left is done by the register and noted by hand.", "registration", "close"),
        Stage(CLOSED, "Done: nothing of the old identity is left outside the vault."),
        Stage(WITHDRAWN, "Whoever asked took it back, before anything was done."),
        Stage(REFUSED, "Not done: what was asked is not allowed, or not shown."),
    ),
    steps=(
        Step("number", (NOTIFIED,), NUMBERED, "The new number came, with who the person is to be."),
        Step("ask-again", (NOTIFIED,), NOTIFIED, "The National Back Office was asked for the number."),
        Step("number", (NUMBERED,), NUMBERED, "What was said of the new identity is put right."),
        Step("approve", (NUMBERED,), APPROVED, "Another person approves; from here there is no way back.", "number"),
        Step("made", (APPROVED,), AWAITING, "The new person is on the list, and the practice is told (ID-1)."),
        Step("chase", (AWAITING,), CHASED, "The practice is asked again."),
        Step("commissioner", (CHASED,), COMMISSIONER, "The commissioner is told."),
        Step("practice-registered", AWAITED, REGISTERED, "The practice's acceptance of the new number came."),
        Step("envelope", (REGISTERED,), ENVELOPE, "Envelope and labels were issued."),
        *(Step("note", (stage,), stage, "What had to be carried over by hand was.") for stage in _AFTER),
        Step("close", (ENVELOPE,), CLOSED, "Everything is done."),
        Step("withdraw", _BEFORE, WITHDRAWN, "Taken back."),
        Step("refuse", _BEFORE, REFUSED, "Not allowed, or not shown."),
    ),
)
