"""The machine of a suspicion of fraud."""

from registry.transactions.liaison.machine import where_it_is
from registry.transactions.matters.machine import Machine, Stage, Step

RAISED = "raised"
PROPOSED = "proposed"
REFERRED = "referred"
TO_CHASE = "to-chase"
MORE_ASKED = "more-asked"
ANSWERED = "answered"

WITH_US = (RAISED, MORE_ASKED, ANSWERED)
WITH_THEM = (REFERRED, TO_CHASE)

COUNTER_FRAUD = Machine(
    kind="counter-fraud",
    title="Suspicion of fraud",
    meaning="A pattern of registrations, or something about a person or a practice, that may be fraud. Only those"
    " entrusted with it see that there is one. While it is open, nothing is posted to the people of the case.",
    source="Domain rules R8 (counter-fraud pattern), 5.2 (FRD-1) and 5.4 (two people); National Health Service"
    " Counter Fraud Authority, on over-registration.",
    stages=(
        Stage(RAISED, "The specialist looks whether it is one.", "counter-fraud", "an assessment"),
        Stage(PROPOSED, "To be referred; another person approves.", "counter-fraud", "approval by another person"),
        Stage(REFERRED, "It is with the specialist or the authority.", "correspondent", "an answer"),
        Stage(TO_CHASE, "They have not answered in time.", "counter-fraud", "a chaser"),
        Stage(MORE_ASKED, "They need to know more.", "counter-fraud", "what they ask for"),
        Stage(ANSWERED, "The answer is here.", "counter-fraud", "closing"),
        Stage("closed", "It is answered, or given up."),
        Stage("explained", "It is no fraud: what it looked like has another reason."),
    ),
    steps=(
        *where_it_is("evidence", WITH_US, "Evidence was put in or taken out, before it is sent."),
        *where_it_is("person", WITH_US, "Somebody else is concerned."),
        *where_it_is("reference", (*WITH_US, PROPOSED, *WITH_THEM), "Their reference is known."),
        Step("propose", WITH_US, PROPOSED, "What is new of the evidence is to be sent."),
        Step("send-back", (PROPOSED,), RAISED, "Not as it stands."),
        Step("approve", (PROPOSED,), REFERRED, "The evidence is frozen, its index sent (FRD-1).", not_by="propose"),
        Step("overdue", (REFERRED,), TO_CHASE, "The time is over."),
        Step("chase", WITH_THEM, REFERRED, "They were asked again."),
        Step("more-asked", WITH_THEM, MORE_ASKED, "They asked for more, or for names."),
        Step("annex", (MORE_ASKED,), REFERRED, "Who the people are whom they asked for (FRD-2).", not_by="more-asked"),
        Step("answer", (*WITH_THEM, MORE_ASKED), ANSWERED, "They answered."),
        Step("close", (ANSWERED, TO_CHASE), "closed", "Acted upon; or given up, with no answer."),
        Step("explain", (RAISED, PROPOSED), "explained", "It has a harmless reason."),
    ),
)
