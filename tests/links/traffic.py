"""Interchanges as practices write them, and an exchange to send them to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.database import unit_of_work
from registry.links.edifact.interchange import Receipt
from registry.links.edifact.reader import read_interchange
from registry.links.receive_interchange import receive
from registry.links.received import Received
from registry.links.send import Sent, send
from registry.policies.store import PolicyStore
from registry.values.clock import FixedClock
from registry.values.organisation import link_code
from registry.values.person import Demographics
from tests.support.office import ANNA, Office, Practice

POLICIES = "current"


def acceptance(tn: int, gp_code: str, number: str | None, like: Demographics = ANNA, **items: Any) -> str:
    """The segments of a transfer in. An item of None leaves its segment out."""
    usual: dict[str, Any] = {
        "type": "3",
        "accepted": "20261101",
        "born": like.date_of_birth.strftime("%Y%m%d") if like.date_of_birth else None,
        "surname": like.name.surname.upper(),
        "previous": "3 FORMER STREET:OLDTOWN",
        "previous_gp": "DR BEFORE",
        "birthplace": None,
        "text": None,
        "extra": None,
    }
    given = {**usual, **items}
    lines = ":".join(line.upper() for line in like.address.lines)
    segments = [
        "S01+1",
        f"RFF+TN:{tn}",
        f"NAD+GP+{gp_code}:900",
        given["previous_gp"] and f"NAD+PGP+++{given['previous_gp']}",
        "HEA+ACD+A:ZZZ",
        f"HEA+ATP+{given['type']}:ZZZ",
        given["accepted"] and f"DTM+956:{given['accepted']}:102",
        given["birthplace"] and f"LOC+950+{given['birthplace']}",
        given["text"] and f"FTX+RGI+++{given['text']}",
        given["extra"],
        "S02+2",
        f"PNA+PAT+{f'{number}:OPI' if number else ''}+++SU:{given['surname']}+FO:{like.name.first_forename.upper()}",
        given["born"] and f"DTM+329:{given['born']}:102",
        f"PDI+{like.sex.value if like.sex else '0'}",
        f"NAD+PAT++{lines}+++++{like.address.postcode}",
        given["previous"] and f"NAD+PER++{given['previous']}",
    ]
    return "'\n".join(segment for segment in segments if segment)


def deduction(tn: int, gp_code: str, number: str, reason: str = "13", on: str = "20261101") -> str:
    """The segments of a deduction request."""
    return (
        f"S01+1'\nRFF+TN:{tn}'\nNAD+GP+{gp_code}:900'\nGIS+{reason}:ZZZ'\nDTM+961:{on}:102'\n"
        f"S02+2'\nPNA+PAT+{number}:OPI"
    )


UNREADABLE = "S01+1'\nNAD+GP+9900001,1:900'\nS02+2'\nPNA+PAT+9990000018:OPI"
"""A transaction without its number."""


def message(reference: int, cipher: str, type: str, *transactions: str) -> str:  # noqa: A002
    head = [
        f"UNH+{reference:08d}+FHSREG:0:1:FH:FHS001",
        "BGM+++507",
        f"NAD+FHS+{cipher}:954",
        "DTM+137:202611020900:203",
        f"RFF+950:{type}",
    ]
    body = "'\n".join([*head, *transactions])
    return f"{body}'\nUNT+{body.count(chr(10)) + 2}+{reference:08d}"


def interchange(sender: str, recipient: str, sequence: int, *messages: str, at: str = "261102:0905") -> bytes:
    head = f"UNB+UNOA:2+{sender}+{recipient}+{at}+{sequence:08d}'\n"
    return (head + "'\n".join([*messages, f"UNZ+{len(messages)}+{sequence:08d}"]) + "'\n").encode()


def their_receipt(sender: str, recipient: str, sequence: int, ris: int, code: str, *lines: tuple[int, str]) -> bytes:
    """A practice's receipt for an interchange of ours."""
    segments = [
        f"UNH+{sequence:08d}+RECEP:0:2:FH",
        "BGM++600+243:202611020910:306+64",
        "NHS+XD1:819:201+9900001,1:814:202",
        "DTM+815:202611020910:306",
        *(f"RFF+MIS:{reference:08d} {each}" for reference, each in lines),
        f"RFF+RIS:{ris:08d} {code}:{len(lines)}",
    ]
    segments.append(f"UNT+{len(segments) + 1}+{sequence:08d}")
    head = f"UNB+UNOA:2+{sender}+{recipient}+261102:0910+{sequence:08d}++RECEP+++EDIFACT TRANSFER"
    return ("'\n".join([head, *segments, f"UNZ+1+{sequence:08d}"]) + "'").encode()


@dataclass(slots=True)
class Exchange:
    """The exchange on a database of the test's own, with an office to build it."""

    engine: AsyncEngine
    clock: FixedClock
    policies: PolicyStore = field(default_factory=lambda: PolicyStore(POLICIES))

    async def practices(self, *ciphers: str) -> list[Practice]:
        async with unit_of_work(self.engine) as connection:
            office = Office(connection, self.clock)
            return [await office.practice(**({"cipher": cipher} if cipher else {})) for cipher in ciphers]

    async def people(self, practice: Practice | None, *like: Demographics) -> list[str]:
        """People on a practice's list; their numbers."""
        async with unit_of_work(self.engine) as connection:
            office = Office(connection, self.clock)
            taken = (await connection.execute(text("select count(*) from patients"))).scalar_one()
            for _ in range(taken):
                office.number()
            return [(await office.person(practice, like=each))[1] for each in like]

    def from_practice(self, practice: Practice, sequence: int, *messages: str) -> bytes:
        return interchange(practice.partner_code, link_code(practice.cipher), sequence, *messages)

    def transfer(self, practice: Practice, sequence: int, number: str | None, tn: int = 1, **items: Any) -> bytes:
        """An interchange with one acceptance."""
        one = acceptance(tn, practice.gp_code, number, **items)
        return self.from_practice(practice, sequence, message(sequence, practice.cipher, "G1", one))

    async def receive(self, data: bytes) -> Received:
        return await receive(self.engine, self.clock, self.policies, data)

    async def send(self) -> list[Sent]:
        return await send(self.engine, self.clock)

    def later(self, **delta: float) -> None:
        self.clock.instant += timedelta(**delta)

    async def receipt(self, received: Received) -> Receipt:
        """The receipt that answers an interchange, read back from its bytes."""
        rows = await self.all("select content from interchanges where id = :id", id=received.receipt_id)
        (receipt,) = self.read(bytes(rows[0][0])).receipts
        return receipt

    def read(self, content: bytes) -> Any:
        return read_interchange(content, self.clock.now())

    async def written(self, sent: Sent) -> Any:
        """An interchange that was made, read back from its bytes."""
        rows = await self.all("select content from interchanges where id = :id", id=sent.interchange_id)
        return self.read(bytes(rows[0][0]))

    async def all(self, query: str, **values: Any) -> Sequence[Any]:
        async with self.engine.connect() as connection:
            return (await connection.execute(text(query), values)).all()

    async def one(self, query: str, **values: Any) -> Any:
        return (await self.all(query, **values))[0][0]

    async def cases(self) -> list[str]:
        """The kinds of the open cases, in the order in which they were opened."""
        return [row[0] for row in await self.all("select kind from anomalies where state = 'open' order by id")]

    async def list_of(self, number: str) -> Any:
        return await self.one(
            "select list_id from list_memberships m join patients p on p.id = m.patient_id"
            " where p.nhs_number = :number and upper_inf(m.period)",
            number=number,
        )
