"""What every operation is given: who acts, what time it is, which rules are in force."""

from dataclasses import dataclass
from datetime import date, datetime

from registry.policies.store import Policies
from registry.values.actor import Actor
from registry.values.clock import Clock
from registry.values.period import add_working_days, london_date, start_of_day


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of an operation. `request_id` ties its audit rows to a request or job."""

    actor: Actor
    clock: Clock
    policies: Policies
    request_id: str | None = None

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def today(self) -> date:
        return london_date(self.now)

    def after_working_days(self, days: int, start: date | None = None) -> datetime:
        """The end of the N-th working day after a day (today unless given), as an instant."""
        begin = start or self.today
        day = add_working_days(begin, days, self.policies.bank_holidays(begin))
        return start_of_day(date.fromordinal(day.toordinal() + 1))
