"""A practice, a practice of the scheme, and the acts of the scheme, for its tests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from registry.transactions.acts.act import Answer, Done
from registry.transactions.scheme.acts import SCHEME
from registry.values.actor import Actor, ActorKind
from registry.values.period import LONDON
from tests.support.acts import do
from tests.support.office import CIPHER, CLERK, Office, Practice

SECOND = Actor(ActorKind.STAFF, "second")
NUMBER = "0417-070225"
NARRATIVE = "Threw a chair at the receptionist, who fell."
ACTS = {act.name: act for act in SCHEME.acts}


def london(text: str) -> datetime:
    """An instant by its London time."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@dataclass(slots=True)
class SchemeOffice:
    """An office with an ordinary practice, and one of the scheme for the same area."""

    office: Office
    ordinary: Practice
    scheme: Practice

    @classmethod
    async def at(cls, office: Office) -> "SchemeOffice":
        made = cls(office, await office.practice(), await office.practice())
        await made.done("providers-add", practice=made.scheme.ods_code, area=CIPHER, contact="ring first")
        return made

    async def do(self, act: str, by: Actor = CLERK, /, **details: Any) -> Answer:
        """Do an act, with its details as somebody types them."""
        return await do(self.office.connection, self.office.context(by), ACTS[act], **details)

    async def done(self, act: str, by: Actor = CLERK, /, **details: Any) -> Done:
        """Do an act that is to succeed."""
        answer = await self.do(act, by, **details)
        assert isinstance(answer, Done), answer
        return answer

    async def notice(self, number: str, **details: Any) -> Answer:
        """A notice by telephone, just now, of something that happened an hour ago."""
        now = self.office.clock.now()
        usual: dict[str, Any] = {
            "practice": self.ordinary.ods_code,
            "happened_at": now.replace(hour=max(now.hour - 1, 0)),
            "incident_number": NUMBER,
            "persons_affected": 1,
            "narrative": NARRATIVE,
        }
        return await self.do("notice", nhs_number=number, **{**usual, **details})

    async def removed(self, **details: Any) -> tuple[UUID, str, UUID]:
        """Somebody who was removed and waits for a place: their id, number, and the place's matter."""
        patient_id, number = await self.office.person(self.ordinary)
        answer = await self.notice(number, **details)
        assert isinstance(answer, Done) and answer.id is not None, answer
        return patient_id, number, answer.id

    async def placed(self, **details: Any) -> tuple[UUID, str, UUID]:
        """Somebody with a place on the scheme."""
        patient_id, number, place = await self.removed(**details)
        await self.done("allocate", id=place, version=1, practice=self.scheme.ods_code)
        return patient_id, number, place

    async def state_of(self, matter: UUID) -> str:
        return await self.office.one("select state from matters where id = :id", id=matter)

    async def version_of(self, matter: UUID) -> int:
        return await self.office.one("select version from matters where id = :id", id=matter)

    async def matter(self, patient_id: UUID, kind: str) -> UUID:
        """The last matter of a kind about a person."""
        query = "select id from matters where patient_id = :id and kind = :kind order by id desc limit 1"
        return await self.office.one(query, id=patient_id, kind=kind)

    async def step(self, act: str, matter: UUID, by: Actor = CLERK, /, **details: Any) -> Answer:
        """Do an act on a matter, at its present version."""
        return await self.do(act, by, id=matter, version=await self.version_of(matter), **details)

    async def stepped(self, act: str, matter: UUID, by: Actor = CLERK, /, **details: Any) -> Done:
        """The same, to succeed."""
        answer = await self.step(act, matter, by, **details)
        assert isinstance(answer, Done), answer
        return answer
