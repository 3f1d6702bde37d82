"""Appeals: beside the place on the scheme, never in its way. The clocks are those of local panels."""

from datetime import date
from uuid import UUID

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.kind import Kind, declare
from registry.transactions.matters.machine import Machine, Stage, Step
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance
from registry.transactions.scheme.rules import last_day_for_panel

KIND = "scheme-appeal"

RECEIVED, FORMS, SECOND_FORM = "received", "awaiting-forms", "awaiting-second-form"
TO_CONVENE, CONVENED, PAPERS_OUT = "to-convene", "convened", "papers-out"
_BEFORE_PANEL = (RECEIVED, FORMS, SECOND_FORM, TO_CONVENE, CONVENED, PAPERS_OUT)

APPEAL = Machine(
    KIND,
    "Appeal against a place on the scheme",
    "The patient appeals, against being placed or against remaining. Nothing waits for it: the removal and the place"
    " stand until a panel says otherwise.",
    "Appeal panels of East London and South East London (local, not statute); domain rules R4, 5.1",
    (
        Stage(RECEIVED, "It is here.", "scheme", "acknowledgement"),
        Stage(FORMS, "Acknowledged; patient and practice are to send their forms.", "scheme", "both forms"),
        Stage(SECOND_FORM, "One of the two forms is here.", "scheme", "the other form"),
        Stage(TO_CONVENE, "Both forms are here; the panel needs a day.", "scheme", "a day for the panel"),
        Stage(CONVENED, "The panel has a day.", "scheme", "papers"),
        Stage(PAPERS_OUT, "The members have their papers.", "commissioner", "outcome"),
        Stage("upheld", "Released to free choice of practice."),
        Stage("dismissed", "The place stands."),
        Stage("withdrawn", "The patient took it back, or never sent the form."),
        Stage("overtaken", "Discharged or died before it was heard."),
    ),
    (
        Step("acknowledge", (RECEIVED,), FORMS, "In writing, with the patient's form."),
        Step("form", (FORMS,), SECOND_FORM, "The first form came."),
        Step("form", (SECOND_FORM,), TO_CONVENE, "The second form came."),
        Step("convene", (TO_CONVENE, CONVENED), CONVENED, "The panel has a day within 28 days of both forms."),
        Step("papers", (CONVENED,), PAPERS_OUT, "Sent, five days before."),
        Step("uphold", (PAPERS_OUT,), "upheld", "The panel upheld it."),
        Step("dismiss", (PAPERS_OUT,), "dismissed", "The panel dismissed it."),
        Step("withdraw", _BEFORE_PANEL, "withdrawn", "Taken back, or given up."),
        Step("overtaken", _BEFORE_PANEL, "overtaken", "There is nothing left to decide."),
    ),
)


def panel_by(matter: Matter, context: Context) -> date:
    """The last day for the panel, once both forms are here."""
    came_on = max(date.fromisoformat(matter.facts[f"{whose}_form_on"]) for whose in ("patient", "practice"))
    return last_day_for_panel(came_on, context.policies.on("scheme_appeal_panel_days", matter.trigger_on))


def end_appeal(writes: Writes, context: Context, person: PersonFacts) -> None:
    """Close a person's open appeal, where there is one: there is nothing left to decide."""
    matter = person.matter(KIND)
    if matter is not None:
        advance(writes, context, APPEAL, matter, "overtaken")


def _died(writes: Writes, context: Context, person: PersonFacts, matter: Matter, transaction_id: UUID | None) -> None:
    advance(writes, context, APPEAL, matter, "overtaken", transaction_id=transaction_id)


SCHEME_APPEAL = declare(Kind(APPEAL, None, {"died": _died}))
