"""Somebody whose whereabouts are planted all over the register, as marked values, and who is then protected.

Everything that tells where she is or was bears a mark: addresses, postcodes, an institution, and the codes, names
and ids of two practices that hold nobody else.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registry.transactions.commands import Changes
from registry.transactions.protected.acts import SET
from registry.values.address import Address
from registry.values.person import Name
from tests.support.acts import done
from tests.support.office import ANNA, OTHER_CIPHER, Office, Practice

HOME = Address(("Wrenmark House", "77 Secretmark Row", "Hidemark", "Covermark", "Shiremark"), "ZX7 7QM")
BEFORE = Address(("", "11 Formermark Street", "", "Pastmark", ""), "ZX6 6PM")
SHE = replace(
    ANNA, name=Name("Protectedson", "Philippa", "", "", "Mrs"), date_of_birth=date(1979, 4, 3), address=BEFORE
)
OTHER = replace(ANNA, name=Name("Ordinary", "Olive"), date_of_birth=date(1966, 2, 1))
REASON = "Markedreason: her husband asks at surgeries"


@dataclass(slots=True)
class Scene:
    """Whom it is about, and every value that must never be seen."""

    patient_id: UUID
    number: str
    former: Practice
    holding: Practice
    third: Practice
    """Another practice of the office, which sent in a form with her number."""
    matter: UUID | None
    marks: tuple[str, ...]
    others: str
    """The number of somebody who is shown to all as before."""
    ids: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


async def build(office: Office, *, protect: bool = True) -> Scene:
    """Plant everything, and protect her: what was asked of her, what was decided, and what waits."""
    former, holding, third = [await office.practice(cipher=each) for each in (OTHER_CIPHER, "XM9", "XD1")]
    await office.connection.execute(
        text("update practices set name = 'Namemark Surgery ' || ods_code where id = any(:ids)"),
        {"ids": [former.id, holding.id]},
    )
    _, others = await office.person(third, like=OTHER)
    she, number = await office.person(former, like=SHE)
    moved = replace(SHE, address=HOME)
    await office.send(
        office.acceptance(
            holding, like=moved, number=number, residential_institute="INSTMARK", previous_gp_name="DR GPMARK"
        )
    )
    await office.send(office.amendment(holding, number, Changes(title="Dr"), free_text="TEXTMARK LIVES AT 77"))
    await office.send(office.deduction(former, number, free_text="TEXTMARK TWO"))
    await office.send(office.acceptance(third, like=replace(moved, sex=None), number=number))
    await office.send(office.acceptance(third, like=moved, number=number, free_text="TEXTMARK THREE"))
    await office.send(office.deduction(holding, number, happened_on=office.today + timedelta(days=40)))
    matter = None
    if protect:
        asked = await done(
            office.connection, office.context(), SET, nhs_number=number, on_the_word_of="practice", reason=REASON
        )
        matter = asked.id
    operations = await office.connection.execute(
        text("select operation_id from transactions where operation_id is not null and practice_id = any(:ids)"),
        {"ids": [former.id, holding.id]},
    )
    marks = (
        *(
            "Wrenmark",
            "Secretmark",
            "Hidemark",
            "Covermark",
            "Shiremark",
            "Formermark",
            "Pastmark",
            "INSTMARK",
            "GPMARK",
        ),
        *("TEXTMARK", "Namemark", "Markedreason", "ZX7 7QM", "ZX77QM", "ZX6 6PM", "ZX66PM", "XM9"),
        *(
            mark
            for each in (former, holding)
            for mark in (each.ods_code, str(each.id), each.partner_code, each.gp_code)
        ),
        *operations.scalars().all(),
    )
    return Scene(she, number, former, holding, third, matter, marks, others, await _ids(office))


async def _ids(office: Office) -> dict[str, list[str]]:
    tables = ("anomalies", "matters", "letters", "transactions", "paper_batches", "notice_files")
    found: dict[str, list[str]] = {}
    for table in tables:
        rows = await office.connection.execute(text(f"select id from {table}"))
        found[table] = [str(each) for each in rows.scalars()]
    return found


def seen(scene: Scene, said: str) -> list[str]:
    """The marks that an answer holds; the office's own words for the act of looking are none."""
    return [mark for mark in scene.marks if mark in said]


def plain(answer: Any) -> str:
    """An answer of an act as somebody is shown it."""
    from registry.database import to_json

    return to_json(answer)
