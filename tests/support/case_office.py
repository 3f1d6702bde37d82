"""An office with cases with other bodies, for tests: acts by their names, and what stands of a case."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registry.transactions.acts.act import Act, Answer, Done, Group
from registry.transactions.counter_fraud.acts import COUNTER_FRAUD
from registry.transactions.due.matters import matter_falls_due
from registry.transactions.liaison.acts import LIAISON_GROUP
from registry.values.actor import Actor, ActorKind
from tests.support.acts import do
from tests.support.committing_office import WORKER
from tests.support.office import CLERK, Office

SPECIALIST = Actor(ActorKind.STAFF, "specialist")
SECOND = Actor(ActorKind.STAFF, "second")
_ACTS: dict[str, Act[Any]] = {
    f"{group.name} {act.name}": act for group in (LIAISON_GROUP, COUNTER_FRAUD) for act in group.acts
}


def act_named(group: Group, name: str) -> Act[Any]:
    """An act of a group."""
    return next(each for each in group.acts if each.name == name)


@dataclass(slots=True)
class CaseOffice:
    """Works on one case, at the version at which it stands."""

    office: Office
    group: str = "liaison"
    id: UUID | None = None

    async def begin(self, *, by: Actor = CLERK, **details: Any) -> Done:
        """Begin a case; later acts are on it."""
        first = "open" if self.group == "liaison" else "raise"
        usual = {"with_whom": "nbo", "asks": "duplicate"} if self.group == "liaison" else {"reason": "a call"}
        answer = await self.ask(first, by=by, **{**usual, **details})
        assert isinstance(answer, Done), answer
        self.id = answer.id
        return answer

    async def ask(self, name: str, *, by: Actor = CLERK, **details: Any) -> Answer:
        """Do an act that is not on the case."""
        act = _ACTS[f"{self.group} {name}"]
        return await do(self.office.connection, self.office.context(by), act, **details)

    async def on(self, name: str, *, by: Actor = CLERK, **details: Any) -> Answer:
        """Do an act on the case as it stands."""
        version = await self.stands("version")
        return await self.ask(name, by=by, **{"id": self.id, "version": version, **details})

    async def done(self, name: str, *, by: Actor = CLERK, **details: Any) -> Done:
        """Do an act on the case that is to succeed."""
        answer = await self.on(name, by=by, **details)
        assert isinstance(answer, Done), answer
        return answer

    async def stands(self, column: str) -> Any:
        """What stands of its matter."""
        return await self.office.one(f"select {column} from matters where id = :id", id=self.id)

    async def case(self, column: str) -> Any:
        """What stands of the case."""
        return await self.office.one(f"select {column} from liaison_cases where id = :id", id=self.id)

    async def strike(self) -> str:
        """Its clock strikes at the instant at which it is due."""
        assert self.id is not None
        self.office.later(await self.stands("due_at"))
        return await matter_falls_due(self.office.connection, self.office.context(WORKER), self.id)

    async def rows(self, query: str) -> list[Any]:
        """Rows of a query about `:id`."""
        return list((await self.office.connection.execute(text(query), {"id": self.id})).all())
