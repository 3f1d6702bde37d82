"""What is in the register, in one look: for whoever has just started it."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_COUNTS = text(
    """
    select
      (select count(*) from list_memberships where upper_inf(period)) as on_lists,
      (select count(*) from practices) as practices,
      (select count(*) from practice_messages where kind = 'F4') as approvals,
      (select count(*) from practice_messages where kind = 'F3') as rejections,
      (select count(*) from practice_messages where kind = 'F2') as deductions,
      (select count(*) from pending_deductions where state = 'pending') as pending,
      (select count(*) from transactions where state = 'waiting-for-trace') as waiting,
      (select count(*) from anomalies where state = 'open') as cases
    """
)


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of the register as it stands."""

    on_lists: int
    practices: int
    approvals: int
    rejections: int
    deductions: int
    pending: int
    waiting: int
    cases: int

    def sentences(self) -> tuple[str, ...]:
        """The counts as people say them."""
        return (
            f"{self.on_lists} people on the lists of {self.practices} practices",
            f"{self.approvals} approvals, {self.rejections} rejections and {self.deductions} deductions told",
            f"{self.pending} deductions pending, {self.waiting} registrations waiting for the national side",
            f"{self.cases} cases in the queue: registry anomalies list",
        )


async def summarise(connection: AsyncConnection) -> Summary:
    """Count what is there."""
    row = (await connection.execute(_COUNTS)).mappings().one()
    return Summary(**row)
