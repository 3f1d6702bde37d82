"""The close of a quarter: prepared by one person, confirmed by another."""

from registry.transactions.matters.kind import Kind, declare
from registry.transactions.matters.machine import Machine, Stage, Step

PREPARED = "prepared"

CLOSE = Machine(
    kind="quarter-close",
    title="Close of a quarter",
    meaning="A quarter's counts are to be frozen. Lists stay in use meanwhile; what blocks it is listed.",
    source="NHAIS registration manual, screen CQ; domain rules R11 and 5.4 (two people)",
    stages=(
        Stage(PREPARED, "Prepared; a second person looks at it and confirms.", "supervisor", "confirmation"),
        Stage("closed", "The counts are frozen and every practice is told."),
        Stage("withdrawn", "Not closed; it may be prepared again."),
    ),
    steps=(
        Step("close", (PREPARED,), "closed", "A second person confirms, and nothing blocks it.", not_by="opened"),
        Step("withdraw", (PREPARED,), "withdrawn", "It was prepared too early, or wrongly."),
    ),
)

CLOSES = declare(Kind(CLOSE))
