"""The states of a confusion, from the first suspicion to two people who have nothing in common."""

from registry.transactions.matters.machine import Machine, Stage, Step

GATHERING = ("triaged", "asking", "evidence-complete", "with-national-back-office", "attributing")
"""While evidence comes in, people are described and items are attributed."""
OPEN = ("suspected", *GATHERING, "proposed")


def _stays(event: str, states: tuple[str, ...], meaning: str) -> tuple[Step, ...]:
    return tuple(Step(event, (state,), state, meaning) for state in states)


CONFUSION = Machine(
    kind="confusion",
    title="Confusion",
    meaning="Several people share one NHS number and one record. Everybody involved is asked, each item of the record"
    " is given to one of them on evidence, and two people of the office take them apart. Meanwhile no clock takes the"
    " person off a list, and the record is not merged.",
    source="Domain rules R8, 5.1 (confusion_target); PCSE on confusions",
    stages=(
        Stage("suspected", "Somebody or something says that two people share the record.", "registration", "triage"),
        Stage("triaged", "It is worth asking.", "registration", "questions to the practices"),
        Stage("asking", "All practices involved are asked, and the Home Office where it helps.", "practice", "answers"),
        Stage("evidence-complete", "The answers are in.", "registration", "referral to the National Back Office"),
        Stage(
            "with-national-back-office", "The National Back Office decides whether they are several.",
            "national-back-office", "decision",
        ),
        Stage("attributing", "They are several people; each item is given to one.", "registration", "proposal"),
        Stage("proposed", "One person of the office has proposed the split.", "supervisor", "approval"),
        Stage("split", "They were taken apart."),
        Stage("one-person-after-all", "There is one person, and always was."),
        Stage("withdrawn", "It was opened by mistake; nothing was done."),
    ),
    steps=(
        Step("triage", ("suspected",), "triaged", "Somebody has looked, and it is worth asking."),
        Step("ask", ("triaged",), "asking", "Every practice involved is written to."),
        *_stays("note-answer", ("asking",), "One of them answered."),
        Step("complete", ("asking",), "evidence-complete", "All have answered, or it is kept why not."),
        Step("refer", ("evidence-complete",), "with-national-back-office", "It is sent, under its reference."),
        Step("confirm", ("with-national-back-office",), "attributing", "The National Back Office: several people."),
        *_stays("describe", GATHERING, "One of the people is described, as they are to be afterwards."),
        *_stays("attribute", GATHERING, "Items of the record are given to one of the people."),
        Step("propose", ("attributing",), "proposed", "Every item has an owner: the split is proposed."),
        Step("decline", ("proposed",), "attributing", "The second person does not agree, or something has come since."),
        Step("approve", ("proposed",), "split", "Another person approves it, and it is carried out.", not_by="propose"),
        Step("one-person", OPEN, "one-person-after-all", "They are one person."),
        Step("withdraw", OPEN, "withdrawn", "It was a mistake to open it."),
        *_stays("remind", OPEN, "Nobody moved in the stage's own time: it rises."),
        *_stays("alert", OPEN, "Eight weeks are over: the supervisor has it."),
        *_stays("overdue", OPEN, "Ten weeks are over."),
    ),
)  # fmt: skip
