"""Every way off a list: what the practice that had a protected person is told holds nothing of where she is now."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from registry.database import Writes
from registry.transactions.acts.act import Act
from registry.transactions.assignment.acts import ASSIGNMENT
from registry.transactions.commands import Changes
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.leave import take_off
from registry.transactions.office_transactions import note_transaction
from registry.transactions.place import put_on
from registry.transactions.rules.removal_reasons import RemovalReason
from registry.transactions.taking_back.acts import TAKING_BACK
from registry.values.address import Address
from registry.values.person import Demographics
from tests.support.acts import done
from tests.support.office import ANNA, Office, Practice

NEW_HOME = Address(("", "77 Secretmark Row", "", "Covermark", ""), "ZX7 7QM")
TELLING = {"2", "3", "5", "8", "11", "15"}
"""Deduction reasons by which a practice could tell where somebody went."""


def act(group: Any, name: str) -> Act[Any]:
    return next(each for each in group.acts if each.name == name)


@dataclass(slots=True)
class Story:
    """She is with `former`; `other` is of another authority, `near` of the same one."""

    office: Office
    former: Practice
    near: Practice
    other: Practice
    she: Any
    number: str

    async def person(self) -> Any:
        await lock_people(self.office.connection, [self.she])
        return await gather_person(self.office.connection, self.she)

    async def goes_to(self, practice: Practice, like: Demographics = ANNA, **items: Any) -> None:
        await self.office.send(self.office.acceptance(practice, like=like, number=self.number, **items))


Way = Callable[[Story], Awaitable[None]]


async def another_authority(at: Story) -> None:
    await at.goes_to(at.other)


async def same_authority(at: Story) -> None:
    await at.goes_to(at.near)


async def same_authority_new_address(at: Story) -> None:
    await at.goes_to(at.near, like=replace(ANNA, address=NEW_HOME))


async def another_authority_new_address(at: Story) -> None:
    await at.goes_to(at.other, like=replace(ANNA, address=NEW_HOME))


async def placed_by_the_office(at: Story) -> None:
    """An assignment, a place of the scheme and a restoration all put somebody on a list in this way."""
    from registry.transactions.facts import PracticeFacts

    writes, context = Writes(), at.office.context()
    to = PracticeFacts(at.other.id, at.other.ods_code, at.other.partner_code, at.other.cipher, True, True)
    transaction_id = note_transaction(
        writes, context, "placement", outcome="x", sentence="x", command={}, patient_id=at.she, practice_id=to.id
    )
    put_on(writes, context, await at.person(), to, at.other.gp_code, "placement", transaction_id)
    await writes.flush(at.office.connection)


async def placed_near(at: Story) -> None:
    at.other = at.near
    await placed_by_the_office(at)


async def assigned(at: Story) -> None:
    context = at.office.context()
    await off(RemovalReason.RPR)(at)
    refused = {"practice": at.near.ods_code, "refused_on": at.office.today, "ground": "list-full"}
    await done(at.office.connection, context, act(ASSIGNMENT, "refusal"), nhs_number=at.number, **refused)
    asked = await done(at.office.connection, context, act(ASSIGNMENT, "apply"), nhs_number=at.number)
    found = await done(at.office.connection, context, act(ASSIGNMENT, "find-eligible"), id=asked.id, version=1)
    await done(
        at.office.connection, context, act(ASSIGNMENT, "assign"), id=asked.id, version=found.version,
        practice=at.other.ods_code, reason="nearest that can be reached",
    )  # fmt: skip


async def transfer_after_a_request(at: Story) -> None:
    """The practice asked for the deduction, was told to wait (F11), and then she went elsewhere."""
    await at.office.send(at.office.deduction(at.former, at.number))
    await at.goes_to(at.other)


async def transfer_after_a_removal(at: Story) -> None:
    await at.office.send(at.office.removal(at.former, at.number))
    await at.goes_to(at.near)


async def amendment_afterwards(at: Story) -> None:
    """A practice that lost her writes again, and is told once more."""
    await at.goes_to(at.other)
    await at.office.send(at.office.amendment(at.former, at.number, Changes(title="Dr")))
    await at.office.send(at.office.deduction(at.former, at.number))
    await at.office.send(at.office.removal(at.former, at.number))


async def protected_after_she_went(at: Story) -> None:
    """The F2 was decided before the flag and repeated after it."""
    await at.office.connection.execute(text("update patients set restricted = false"))
    await at.goes_to(at.other)
    await at.office.connection.execute(
        text("update practice_messages set position = 1, transaction_number = 1 where practice_id = :id"),
        {"id": at.former.id},
    )
    given = await at.office.inbox(at.former)
    await at.office.connection.execute(text("update patients set restricted = true"))
    await at.office.send(at.office.amendment(at.former, at.number, Changes(title="Dr")))
    assert len(await at.office.inbox(at.former)) == len(given) + 1
    await at.office.connection.execute(
        text('update practice_messages set content = \'{"deduction_reason": "13"}\' where position = 1')
    )


async def sent_back(at: Story) -> None:
    """The acceptance elsewhere is cancelled: the one has her back, the other loses her again."""
    await at.goes_to(at.other)
    await done(
        at.office.connection, at.office.context(), act(TAKING_BACK, "acceptance"), nhs_number=at.number,
        practice=at.other.ods_code, reason="never came; telephoned by the practice",
    )  # fmt: skip


def off(reason: RemovalReason) -> Way:
    async def way(at: Story) -> None:
        writes, context = Writes(), at.office.context()
        transaction_id = note_transaction(
            writes, context, "notice", outcome="x", sentence="x", command={}, patient_id=at.she
        )
        take_off(writes, context, await at.person(), reason, transaction_id)
        await writes.flush(at.office.connection)

    return way


WAYS: dict[str, Way] = {
    each.__name__: each
    for each in (
        another_authority, same_authority, same_authority_new_address, another_authority_new_address,
        placed_by_the_office, placed_near, assigned, transfer_after_a_request, transfer_after_a_removal,
        amendment_afterwards, protected_after_she_went, sent_back,
    )
} | {f"off as {reason.code}": off(reason) for reason in RemovalReason if reason is not RemovalReason.DEA}  # fmt: skip


async def begin(office: Office) -> Story:
    former = await office.practice(cipher="XD1")
    near, other = await office.practice(cipher="XD1"), await office.practice(cipher="YD9")
    she, number = await office.person(former, restricted=True)
    return Story(office, former, near, other, she, number)


def marks(at: Story) -> list[str]:
    """What would tell where she is: the others' codes, authority and ids, and her new home."""
    told = [at.other.cipher, "Secretmark", "Covermark", "ZX7", "ZX77QM"]
    return told + [
        mark for each in (at.near, at.other) for mark in (each.ods_code, str(each.id), each.partner_code, each.gp_code)
    ]


@pytest.mark.parametrize("way", WAYS)
async def test_the_former_practice_is_not_told_where(office: Office, way: str):
    at = await begin(office)
    await WAYS[way](at)
    told = await office.inbox(at.former)
    assert told, "it hears that she has left its list"
    for kind, content in told:
        assert not [mark for mark in marks(at) if mark in str(content)], (kind, content)
        assert not {"new_ha_cipher", "address", "postcode", "residential_institute"} & content.keys()
        assert kind != "F2" or content["deduction_reason"] not in TELLING
    letters = await office.connection.execute(
        text("select kind, content::text as content, practice_id, route from letters where practice_id = :id"),
        {"id": at.former.id},
    )
    for letter in letters:
        assert not [mark for mark in marks(at) if mark in letter.content], letter
    homeward = await office.one("select count(*) from letters where route in ('home', 'guardian')")
    assert homeward == 0


async def test_the_ways_read_alike(office: Office):
    """Whether she went next door, to another authority or abroad, the F2 is the same but for its day."""
    said: set[str] = set()
    for place, way in enumerate(
        (another_authority, same_authority, same_authority_new_address, off(RemovalReason.EMB))
    ):
        like = replace(ANNA, date_of_birth=date(1950 + place, 1, 1))
        former = await office.practice(cipher="XD1")
        near, other = await office.practice(cipher="XD1"), await office.practice(cipher="YD9")
        she, number = await office.person(former, like=like, restricted=True)
        at = Story(office, former, near, other, she, number)
        if way is another_authority:
            await at.goes_to(other, like=like)
        elif way is same_authority:
            await at.goes_to(near, like=like)
        elif way is same_authority_new_address:
            await at.goes_to(near, like=replace(like, address=NEW_HOME))
        else:
            await way(at)
        [(kind, content)] = await office.inbox(former)
        said.add(f"{kind} {content['deduction_reason']} {sorted(content)}")
    assert len(said) == 1


async def test_the_inbox_of_the_former_practice_shows_no_more_than_was_sent(office: Office):
    at = await begin(office)
    await another_authority(at)
    rows = await office.connection.execute(text("select practice_id, content from shown_practice_messages"))
    assert all(row.practice_id is None and row.content is None for row in rows)


async def test_another_practice_that_asks_is_not_told_where_she_is(office: Office):
    """F3 and F11 say no more to a stranger of a protected person than of anybody."""
    at = await begin(office)
    stranger = await office.practice(cipher="XD1")
    answers: list[Any] = []
    answers.append(await office.send(office.deduction(stranger, at.number)))
    answers.append(await office.send(office.removal(stranger, at.number)))
    answers.append(await office.send(office.amendment(stranger, at.number, Changes(title="Dr"))))
    answers.append(
        await office.send(
            office.acceptance(stranger, number=at.number, accepted_on=office.today - timedelta(days=3000))
        )
    )
    told = str([(each.outcome, each.sentence) for each in answers]) + str(await office.inbox(stranger))
    for mark in (at.former.ods_code, str(at.former.id), at.former.partner_code, at.former.gp_code, "Quillet"):
        assert mark not in told


def test_whoever_writes_an_f2_says_whether_somebody_is_protected():
    """A new way off a list belongs into this table. These write one; all others go through them."""
    root = Path(__file__).resolve().parents[2] / "registry"
    calls = re.compile(r"^\s+deduct\($|^\s+deduct\(writes", re.MULTILINE)
    writing = {path.relative_to(root).as_posix() for path in root.rglob("*.py") if calls.search(path.read_text())}
    assert writing <= {
        "transactions/approve.py", "transactions/leave.py", "transactions/place.py",
        "transactions/taking_back/restore.py", "transactions/identities/close_old.py",
        "transactions/merges/move_places.py",
    }  # fmt: skip
