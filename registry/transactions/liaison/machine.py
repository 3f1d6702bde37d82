"""The machine of a case with another body."""

from collections.abc import Iterator, Sequence

from registry.transactions.matters.machine import Machine, Stage, Step

PREPARING = "preparing"
SENT = "sent"
ALERTED = "alerted"
TO_CHASE = "to-chase"
MORE_ASKED = "more-asked"
ANSWERED = "answered"

WITH_THEM = (SENT, ALERTED, TO_CHASE)
WITH_US = (PREPARING, MORE_ASKED, ANSWERED)


def where_it_is(event: str, states: Sequence[str], meaning: str) -> Iterator[Step]:
    """Steps of an event that leave a case in the state in which it is."""
    return (Step(event, (state,), state, meaning) for state in states)


LIAISON = Machine(
    kind="liaison",
    title="Case with another body",
    meaning="Something that another body must decide or tell: the National Back Office, the PDS service desk, the"
    " commissioner, the Home Office or the local medical committee. It has a reference of ours and one of theirs,"
    " and evidence that is frozen when it is sent.",
    source="PCSE help on duplicates and confusions; domain rules R8 and R9.",
    stages=(
        Stage(PREPARING, "The evidence is put together.", "registration", "sending"),
        Stage(SENT, "It is with them.", "correspondent", "an answer"),
        Stage(ALERTED, "It is with them, and the usual time is nearly over.", "registration", "word of the answer"),
        Stage(TO_CHASE, "They have not answered in time.", "registration", "a chaser"),
        Stage(MORE_ASKED, "They need to know more first.", "registration", "what they ask for"),
        Stage(ANSWERED, "The answer is here and is acted upon.", "registration", "closing"),
        Stage("closed", "It is answered, or given up."),
        Stage("withdrawn", "It was not needed after all."),
    ),
    steps=(
        *where_it_is("evidence", WITH_US, "Evidence was put in or taken out, before it is sent."),
        *where_it_is("person", WITH_US, "Somebody else is concerned."),
        *where_it_is("reference", (*WITH_US, *WITH_THEM), "Their reference is known."),
        Step("send", WITH_US, SENT, "What is new of the evidence is frozen and sent; their clock begins."),
        Step("alert", (SENT,), ALERTED, "The office asks whether an answer is coming."),
        Step("overdue", (SENT, ALERTED), TO_CHASE, "The time is over."),
        Step("chase", WITH_THEM, SENT, "They were asked again."),
        Step("more-asked", WITH_THEM, MORE_ASKED, "They asked for more."),
        Step("answer", (*WITH_THEM, MORE_ASKED), ANSWERED, "They answered."),
        Step("close", (ANSWERED, TO_CHASE), "closed", "Acted upon; or given up, with no answer."),
        Step("withdraw", (PREPARING, *WITH_THEM, MORE_ASKED), "withdrawn", "Taken back."),
    ),
)
