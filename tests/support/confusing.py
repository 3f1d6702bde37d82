"""Two people on one record, for tests: Anna of one practice, and Anne of another who was taken for her."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.acts.act import Act, Answer, Done
from registry.transactions.confusions.acts import CONFUSIONS
from registry.transactions.settle import Decision, Settled, settle
from registry.values.actor import Actor, ActorKind
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex
from tests.support.acts import do
from tests.support.office import ANNA, CLERK, Office, Practice

COLLEAGUE = Actor(ActorKind.STAFF, "colleague")
ANNE = Demographics(
    name=Name("Harrowgate", "Anne", "", "", "Mrs"),
    sex=Sex.FEMALE,
    date_of_birth=date(1961, 2, 3),
    address=Address(("", "7 Sandpit Row", "", "Saltholme", ""), "ZX9 2PQ"),
    place_of_birth="SALTHOLME",
)
"""Who shares Anna's number."""

ACTS: dict[str, Act[Any]] = {act.name: act for act in CONFUSIONS.acts}


def described(like: Demographics, person: str, ruling: str, number: str | None = None) -> dict[str, Any]:
    """What is keyed to describe somebody."""
    return {
        "person": person,
        "surname": like.name.surname,
        "first_forename": like.name.first_forename,
        "second_forename": like.name.second_forename,
        "title": like.name.title,
        "sex": (like.sex or Sex.UNKNOWN).value,
        "date_of_birth": like.date_of_birth,
        "place_of_birth": like.place_of_birth,
        "address": list(like.address.lines),
        "postcode": like.address.postcode,
        "ruling": ruling,
        "number": number,
        "evidence": "birth certificate",
    }


async def shared_record(office: Office, first: Practice, second: Practice) -> tuple[UUID, str]:
    """Anna, long with the first practice; then the second practice's form of Anne bears her number, and a clerk
    takes it for Anna. Returns the record's id and number."""
    record, number = await office.person(first)
    await taken_for(office, second, number)
    return record, number


async def taken_for(office: Office, practice: Practice, number: str, like: Demographics = ANNE) -> None:
    """A practice's form of somebody bears a number of another, and a clerk takes it for that one's."""
    outcome = await office.send(office.acceptance(practice, like, number))
    if outcome.state != "in-queue":
        return
    case = await office.one("select id from anomalies where transaction_id = :id", id=outcome.transaction_id)
    settled = await settle(
        office.connection, office.context(), case, Decision("accept", 1, "the number is hers", number=number)
    )
    assert isinstance(settled, Settled), settled


@dataclass(slots=True)
class Confusion:
    """A confusion in hand: each act at the version that it has by then."""

    office: Office
    id: UUID

    async def do(self, act: str, by: Actor = CLERK, **details: Any) -> Answer:
        version = await self.office.one("select version from matters where id = :id", id=self.id)
        given = {"id": self.id, **({} if act == "facts" else {"version": version, "reason": "seen"}), **details}
        return await do(self.office.connection, self.office.context(by), ACTS[act], **given)

    async def done(self, act: str, by: Actor = CLERK, **details: Any) -> Done:
        answer = await self.do(act, by, **details)
        assert isinstance(answer, Done), answer
        return answer

    async def items(self) -> list[dict[str, Any]]:
        """What `confusions facts` shows, item by item."""
        return (await self.done("facts")).data["items"]

    async def roots(self, *words: str, practice: Practice | None = None) -> list[str]:
        """The names of items that follow no other: of some kinds, or of a practice."""
        return [
            each["item"]
            for each in await self.items()
            if each["goes_with"] is None
            and (not words or each["item"].partition(":")[0] in words)
            and (practice is None or each["practice"] == practice.ods_code)
        ]

    async def to_the_back_office(self) -> None:
        """Through triage, questions and answers until the National Back Office says: several people."""
        await self.done("triage")
        await self.done("ask")
        await self.done("complete")
        await self.done("refer", reference="NBO-123456")
        await self.done("confirm")

    async def give(self, person: str, items: list[str]) -> None:
        await self.done("attribute", person=person, item=items, evidence="the form", said_by="Y90002")

    async def give_the_rest(self, person: str) -> None:
        """Whatever belongs to nobody yet is one person's."""
        rest = [each["item"] for each in await self.items() if not (each["goes_with"] or each["belongs_to"])]
        if rest:
            await self.give(person, rest)

    async def split(self) -> Done:
        """Proposed by one, approved by another."""
        await self.done("propose")
        return await self.done("approve", COLLEAGUE)


async def suspected(office: Office, number: str) -> Confusion:
    """A confusion that somebody has just opened."""
    answer = await do(office.connection, office.context(), ACTS["suspect"], nhs_number=number, reason="two birth dates")
    assert isinstance(answer, Done) and answer.id is not None, answer
    return Confusion(office, answer.id)


async def ready_to_propose(
    office: Office,
    first: Practice,
    second: Practice,
    anna: tuple[str, str | None] = ("keep", None),
    anne: tuple[str, str | None] = ("to-be-allotted", None),
) -> tuple[Confusion, UUID, str]:
    """Anna's and Anne's confusion with every item attributed by practice; returns it with the record."""
    record, number = await shared_record(office, first, second)
    confusion = await suspected(office, number)
    await confusion.to_the_back_office()
    await confusion.done("describe", **described(ANNA, "first", *anna))
    await confusion.done("describe", **described(ANNE, "second", *anne))
    await attribute_by_practice(confusion, first, second)
    return confusion, record, number


async def attribute_by_practice(confusion: Confusion, first: Practice, second: Practice) -> None:
    """The first practice's items are the first person's, the second's the second's, as is what the form said last."""
    await confusion.give("first", await confusion.roots(practice=first))
    await confusion.give("second", await confusion.roots(practice=second))
    items = await confusion.items()
    former = [each["item"] for each in items if each["item"].startswith("former") and not each["belongs_to"]]
    if former:
        await confusion.give("first", former)
    await confusion.give_the_rest("second")


async def row(connection: AsyncConnection, query: str, **values: Any) -> tuple[Any, ...]:
    """The one row that a query gives."""
    return tuple((await connection.execute(text(query), values)).one())
