"""Looking into the vault takes two people, and is reviewed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.acts.act import Answer, Done, Impossible, Nothing
from registry.transactions.identities.vault_acts import VAULT
from registry.values.actor import Actor, ActorKind
from registry.values.clock import FixedClock
from registry.vault.door import in_vault
from registry.vault.links import Link, link
from tests.support.acts import do, done
from tests.support.office import Office

ACTS = {act.name: act for act in VAULT.acts}
ASKER, GRANTER = Actor(ActorKind.STAFF, "asker"), Actor(ActorKind.STAFF, "granter")
WHY = "court order 14 of 2026"


@pytest_asyncio.fixture
async def office(connection: AsyncConnection, clock: FixedClock) -> AsyncIterator[Office]:
    yield Office(connection, clock)


async def act(office: Office, name: str, actor: Actor, **details: Any) -> Answer:
    return await do(office.connection, office.context(actor), ACTS[name], **details)


async def asked(office: Office, number: str) -> UUID:
    answer = await done(office.connection, office.context(ASKER), ACTS["ask"], nhs_number=number, reason=WHY)
    assert answer.id is not None
    return answer.id


async def linked(office: Office) -> tuple[Link, str]:
    """A new identity in the register, and an old number that nobody has any more."""
    new_id, number = await office.person(await office.practice())
    made = Link(uuid4(), new_id, "9990000018", number, "adoption", "NBO", "NBO-7")
    async with in_vault(office.connection, ASKER, office.clock.now(), "link.made") as vault:
        await link(vault, made)
    return made, number


async def test_two_people_and_then_the_link_from_either_number(office: Office):
    made, number = await linked(office)
    for either in (number, "9990000018"):
        wish = await asked(office, either)
        assert isinstance(await act(office, "look", ASKER, id=wish), Impossible)
        assert isinstance(await act(office, "grant", GRANTER, id=wish, reason="order seen"), Done)
        seen = await act(office, "look", ASKER, id=wish)
        assert isinstance(seen, Done) and seen.data == {"links": [made]}


async def test_nobody_grants_their_own_wish(office: Office):
    wish = await asked(office, "9990000018")
    refused = await act(office, "grant", ASKER, id=wish)
    assert refused == Impossible("You asked for this yourself: another person must grant it.")


async def test_only_who_asked_looks(office: Office):
    wish = await asked(office, "9990000018")
    await act(office, "grant", GRANTER, id=wish)
    assert isinstance(await act(office, "look", GRANTER, id=wish), Nothing)
    assert isinstance(await act(office, "look", ASKER, id=uuid4()), Nothing)


async def test_asking_tells_nothing_of_whether_there_is_a_link(office: Office):
    _, number = await linked(office)
    _, other = await office.person()
    answers = [
        await act(office, "ask", ASKER, nhs_number=each, reason=WHY)
        for each in (number, other, "9990000018", "9990000069")
    ]
    assert len({(each.sentence, each.state, each.data) for each in answers if isinstance(each, Done)}) == 1
    assert all(isinstance(each, Done) for each in answers)


async def test_what_was_granted_expires_and_what_was_not_lapses(office: Office, clock: FixedClock):
    granted, forgotten = await asked(office, "9990000018"), await asked(office, "9990000026")
    await act(office, "grant", GRANTER, id=granted)
    assert isinstance(await act(office, "grant", GRANTER, id=granted), Impossible)
    clock.instant += timedelta(hours=23)
    assert isinstance(await act(office, "look", ASKER, id=granted), Done)
    clock.instant += timedelta(hours=1)
    assert await act(office, "look", ASKER, id=granted) == Impossible("It is not open any more: ask again.")
    clock.instant += timedelta(hours=49)
    assert await act(office, "grant", GRANTER, id=forgotten) == Impossible("It has lapsed: ask again.")


async def test_the_review_names_who_and_why_and_nobody_that_it_was_about(office: Office):
    made, number = await linked(office)
    wish = await asked(office, number)
    await act(office, "grant", GRANTER, id=wish, reason="order seen")
    await act(office, "look", ASKER, id=wish)
    review = await act(office, "accesses", GRANTER, since=office.today.isoformat())
    assert isinstance(review, Done)
    steps = {(each["by"], each["action"], each["reason"]) for each in review.data["openings"]}
    assert {("asker", "link.ask", WHY), ("granter", "link.grant", "order seen"), ("asker", "link.look", "")} <= steps
    assert [(each["asked_by"], each["granted_by"], each["state"]) for each in review.data["wishes"]] == [
        ("asker", "granter", "granted")
    ]
    told = str(review)
    for secret in (number, "9990000018", str(made.old_patient_id), str(made.new_patient_id)):
        assert secret not in told


async def test_a_wrong_number_is_told(office: Office):
    answer = await act(office, "ask", ASKER, nhs_number="9990000019", reason=WHY)
    assert isinstance(answer, Impossible) and answer.field == "nhs_number"
