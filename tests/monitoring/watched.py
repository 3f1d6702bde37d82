"""An office that is watched: every clock of the register strikes, and days pass hour by hour."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import text

from registry.due import do_what_is_due
from registry.monitoring.balance import Struck, Unsignable, sign_balance, strike_balance
from registry.monitoring.run_sheet import run_sheet
from registry.settings import Settings
from registry.transactions.due.deadline import Done
from registry.values.period import LONDON
from tests.support.committing_office import CommittingOffice


@dataclass
class Watched:
    """The office, and what its supervisor does."""

    office: CommittingOffice
    settings: Settings

    @property
    def today(self) -> date:
        return self.office.today

    def at(self, day: date, hour: str) -> None:
        """Set the clock to an hour of London."""
        self.office.clock.instant = datetime.combine(day, time.fromisoformat(hour), LONDON).astimezone(
            self.office.clock.instant.tzinfo
        )

    async def strike(self) -> Done:
        """Every clock strikes, as each minute at work."""
        return await do_what_is_due(self.office.engine, self.office.clock, self.settings)

    async def days(self, count: int) -> Done:
        """Days pass: the morning, the post and the evening of each."""
        done = Done()
        for _ in range(count):
            day = self.today + timedelta(days=1)
            for hour in ("07:00", "17:30", "22:00"):
                self.at(day, hour)
                done.update(await self.strike())
        return done

    async def balance(self, day: date) -> Struck:
        """Strike a day's balance."""
        context = self.office.plan.context()
        return await self.office.act(lambda connection: strike_balance(connection, context, day))

    async def sign(self, day: date, remark: str | None = None) -> Struck | Unsignable | None:
        """Have a supervisor sign a day."""
        context = self.office.plan.context()
        return await self.office.act(lambda connection: sign_balance(connection, context, day, remark))

    async def sheet(self, day: date | None = None) -> dict[str, Any]:
        """The run sheet."""
        async with self.office.engine.connect() as connection:
            return await run_sheet(connection, self.office.plan.context(), day)

    async def cases(self, kind: str) -> list[str]:
        """The states of the cases of a kind, oldest first."""
        return await self.office.column("select state from anomalies where kind = :kind order by id", kind=kind)

    async def line(self, day: date, practice: Any) -> dict[str, Any]:
        """A practice's figures of a day."""
        async with self.office.engine.connect() as connection:
            row = await connection.execute(
                text("select * from daily_balances where day = :day and practice_id = :id"),
                {"day": day, "id": practice.id},
            )
            return dict(row.mappings().one())

    async def run(self, statement: str, **values: Any) -> None:
        """Do what no user may, as a fault would."""
        async with self.office.engine.begin() as connection:
            await connection.execute(text(statement), values)
