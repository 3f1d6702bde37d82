"""A change of identity, done by two people of the office: for tests."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.acts.act import Act, Answer, Done
from registry.transactions.identities import acts
from registry.values.actor import Actor, ActorKind
from registry.vault.cases import Case, read_case
from registry.vault.door import in_vault
from tests.support.acts import do
from tests.support.committing_office import CommittingOffice

IRIS = Actor(ActorKind.STAFF, "iris")
OMAR = Actor(ActorKind.STAFF, "omar")
"""Two people who are entrusted with identities."""

REASON = "as the letter asks"


@dataclass(slots=True)
class Identities:
    """The office's work on identities; each act is a unit of work of its own."""

    office: CommittingOffice

    async def answer(self, act: Act[Any], by: Actor = IRIS, **said: Any) -> Answer:
        context = self.office.plan.context(by)
        return await self.office.act(lambda connection: do(connection, context, act, **said))

    async def done(self, act: Act[Any], by: Actor = IRIS, **said: Any) -> Done:
        answer = await self.answer(act, by, **said)
        assert isinstance(answer, Done), answer
        return answer

    async def notified(self, number: str, **asked: Any) -> UUID:
        """A case that is begun about whoever has a number. Returns the case."""
        case = await self.done(acts.NOTIFY, nhs_number=number, **asked)
        assert case.id is not None
        return case.id

    async def adoption(self, number: str, new_number: str, **new: Any) -> UUID:
        """Notified, with its number, and approved by somebody else. Returns the case."""
        asked = {"kind": "adoption", "authority": "nbo", "reference": "NBO/17", "evidence": "the weekly list"}
        return await self._until_approved(number, new_number, asked, new)

    async def protection(self, number: str, new_number: str, **new: Any) -> UUID:
        """The same for somebody who is to be protected."""
        practice = new.pop("practice", "")
        asked = {"kind": "protected", "authority": "protection-agency", "reference": "P/9", "evidence": "their letter"}
        return await self._until_approved(number, new_number, asked | {"practice": practice}, new)

    async def gender(self, number: str, new_number: str, practice: str, **new: Any) -> UUID:
        """The same for a change of gender."""
        asked = {
            "kind": "gender",
            "authority": "practice",
            "reference": "form 4",
            "evidence": "the practice's form",
            "by_practice": practice,
            "counselled": True,
            "consented_on": self.office.today.isoformat(),
        }
        return await self._until_approved(number, new_number, asked, new)

    async def _until_approved(self, number: str, new_number: str, asked: dict[str, Any], new: dict[str, Any]) -> UUID:
        case = await self.notified(number, reason=REASON, **asked)
        told = {"surname": "Newman", "first_forename": "Ash", "address": ["", "1 New Street", "", "Elsewhere"], **new}
        await self.done(acts.NUMBER, id=case, version=1, new_number=new_number, **told)
        await self.done(acts.APPROVE, OMAR, id=case, version=2)
        return case

    async def case(self, case_id: UUID) -> Case:
        """The case as it stands."""

        async def read(connection: AsyncConnection) -> Case | None:
            async with in_vault(connection, IRIS, self.office.clock.now(), "case.tested") as vault:
                return await read_case(vault, case_id)

        found = await self.office.act(read)
        assert found is not None
        return found

    async def at(self, case_id: UUID, name: str) -> datetime:
        """An instant of the case's facts."""
        return datetime.fromisoformat((await self.case(case_id)).facts[name])

    async def make(self, case_id: UUID) -> UUID:
        """The clock makes the new person; returns them."""
        await self.office.fall_due()
        made = (await self.case(case_id)).new_patient_id
        assert made is not None
        return made

    async def work(self, case_id: UUID, *names: str) -> None:
        """The clock does the next things that the register has to do of its own, each at its instant."""
        for name in names:
            facts = (await self.case(case_id)).facts
            assert facts["work"] == name, facts["work"]
            self.office.clock.instant = datetime.fromisoformat(facts["work_at"]) + timedelta(seconds=1)
            done = await self.office.fall_due()
            assert done["failed"] == 0

    async def nights(self, case_id: UUID) -> None:
        """Night by night the clock does what is left, until the register has finished with the old record."""
        for _ in range(60):
            facts = (await self.case(case_id)).facts
            due = [facts[name] for name in ("work_at", "statistics_at") if facts.get(name)]
            if not due:
                return
            self.office.clock.instant = datetime.fromisoformat(min(due)) + timedelta(seconds=1)
            assert (await self.office.fall_due())["failed"] == 0
        raise AssertionError("it never ends")

    async def step(self, act: Act[Any], case_id: UUID, by: Actor = IRIS, **said: Any) -> Done:
        """An act on a case as it stands."""
        return await self.done(act, by, id=case_id, version=(await self.case(case_id)).version, **said)

    async def to_the_end(self, case_id: UUID) -> None:
        """From the new record to the closed case: sealed, off the list, taken by the practice, registered, noted."""
        await self.work(case_id, "seal", "leave")
        await self.practices_take_everything()
        await self.nights(case_id)
        if (await self.case(case_id)).state != "registered":
            await self.step(acts.REGISTERED, case_id)
        await self.step(acts.ENVELOPE, case_id)
        for task in (await self.case(case_id)).facts["tasks"]:
            await self.step(acts.CARRIED, case_id, task=task["task"])
        await self.step(acts.CLOSE, case_id)

    async def practices_take_everything(self) -> None:
        """Every practice acknowledges what it was told."""

        async def take(connection: AsyncConnection) -> None:
            await connection.execute(_TAKE, {"now": self.office.clock.now()})

        await self.office.act(take)


_TAKE = text("update practice_messages set closed_at = :now, due_at = null where closed_at is null")
