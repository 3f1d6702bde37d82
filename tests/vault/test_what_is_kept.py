"""Links, sealed rows and private attributes: found again by who asks in the vault, readable by nobody else."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.vault.audit import openings
from registry.vault.cases import open_case
from registry.vault.closed import Altered
from registry.vault.door import Vault
from registry.vault.grants import ask_to_look
from registry.vault.links import Link, link, links_about, links_by_number
from registry.vault.private import Private, keep_private, private_of, private_of_many
from registry.vault.sealed import SealedRow, keep_rows, kept_rows
from tests.vault.opened import NOW, TABLES, opened

MARKS = ("ZZMARKNAME", "9990000018", "9990000026", "ZZMARKREASON", "ZZMARKCASE", "adoption")


async def planted(vault: Vault) -> Link:
    """Everything that the vault can hold, with marks in all of it."""
    made = Link(uuid4(), uuid4(), "9990000018", "9990000026", "adoption", "ZZMARKCASE authority", "ZZMARKCASE")
    await link(vault, made)
    case = await open_case(
        vault, kind="adoption", state="notified", expects="ZZMARKCASE", due_at=NOW, reason="ZZMARKREASON",
        old_patient_id=made.old_patient_id, new_patient_id=made.new_patient_id, facts={"surname": "ZZMARKNAME"},
    )  # fmt: skip
    rows = [SealedRow("patients", str(made.old_patient_id), {"surname": f"ZZMARKNAME {n}"}) for n in range(1_203)]
    assert await keep_rows(vault, case.id, rows) == 1_203
    assert sorted([each.values["surname"] async for each in kept_rows(vault, case.id)]) == sorted(
        each.values["surname"] for each in rows
    )
    await keep_private(vault, made.new_patient_id, Private(date(1999, 12, 31)))
    await ask_to_look(vault, "9990000018", made.old_patient_id, "ZZMARKREASON")
    return made


async def test_nothing_of_it_can_be_read(connection: AsyncConnection):
    async with opened(connection) as vault:
        made = await planted(vault)
        dump = b""
        for table in TABLES:
            rows = await vault.rows(text(f"select * from vault.{table}"))
            assert rows
            for row in rows:
                dump += b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    marks = [*MARKS, "1999-12-31", str(made.old_patient_id), str(made.new_patient_id)]
    assert [mark for mark in marks if mark.encode() in dump] == []
    assert made.old_patient_id.bytes not in dump


async def test_a_link_is_found_from_either_side_and_by_either_number(connection: AsyncConnection):
    async with opened(connection) as vault:
        made = await planted(vault)
        await link(vault, made)
        for person in (made.old_patient_id, made.new_patient_id):
            assert await links_about(vault, person) == [made]
        for number in ("9990000018", "9990000026"):
            assert await links_by_number(vault, number) == [made]
        assert await links_about(vault, uuid4()) == await links_by_number(vault, "9990000034") == []


async def test_private_attributes_are_kept_and_replaced(connection: AsyncConnection):
    people = [uuid4() for _ in range(1_500)]
    async with opened(connection) as vault:
        await keep_private(vault, people[3], Private(date(2001, 1, 1)))
        await keep_private(vault, people[3], Private(date(2001, 1, 2), date(2001, 1, 3), date(1980, 5, 6)))
        await keep_private(vault, people[1_400], Private(first_registered_on=date(1990, 1, 1)))
        found = await private_of_many(vault, people)
        assert found == {
            people[3]: Private(date(2001, 1, 2), date(2001, 1, 3), date(1980, 5, 6)),
            people[1_400]: Private(first_registered_on=date(1990, 1, 1)),
        }
        assert await private_of(vault, people[0]) is None


async def test_an_exchange_of_rows_is_noticed(connection: AsyncConnection):
    async with opened(connection) as vault:
        first, second = (Link(uuid4(), uuid4(), None, None, "gender", "NBO") for _ in range(2))
        await link(vault, first)
        await link(vault, second)
        await vault.execute(text("update vault.links a set sealed = b.sealed from vault.links b where a.id <> b.id"))
        with pytest.raises(Altered):
            await links_about(vault, first.old_patient_id)


async def test_every_opening_is_one_row_of_the_vaults_own_audit(connection: AsyncConnection):
    async with opened(connection, "case.read"):
        pass
    async with opened(connection, "link.look") as vault:
        found = await openings(vault, NOW, NOW.replace(hour=23))
    assert sorted(each.action for each in found) == ["case.read", "link.look"]
    assert {each.actor_name for each in found} == {"clerk"}
    assert (await connection.execute(text("select count(*) from audit_events"))).scalar_one() == 0
