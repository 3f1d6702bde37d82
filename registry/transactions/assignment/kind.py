"""What the code knows of applications and of refusals."""

from registry.transactions.assignment.clock import application_falls_due
from registry.transactions.assignment.follow import died, registered
from registry.transactions.assignment.machine import APPLICATION, REFUSAL
from registry.transactions.assignment.refusal_acts import reasons_fall_due
from registry.transactions.matters.kind import Kind, declare

KIND = declare(
    Kind(
        APPLICATION,
        application_falls_due,
        {"registered": registered, "accepted-again": registered, "died": died},
    )
)
REFUSALS = declare(Kind(REFUSAL, reasons_fall_due))
