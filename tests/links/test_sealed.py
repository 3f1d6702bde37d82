"""When an identity is sealed: bytes of interchanges go into the vault, and what is repeated is answered still."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.links.deliver import deliver_files
from registry.values.person import Name
from registry.vault.door import in_vault
from registry.vault.sealed import kept_rows
from tests.links.traffic import Exchange, their_receipt
from tests.support.committing_office import CommittingOffice
from tests.support.identities import IRIS, Identities
from tests.support.office import ANNA

MARKED = replace(ANNA, name=Name("Zzmarkone", "Qqmarktwo"))


async def test_an_interchange_about_a_sealed_record_is_blank_and_its_repetition_is_answered(
    exchange: Exchange, tmp_path: Path
):
    # Given a practice that registered somebody by file, and was told so by file
    old, new = await exchange.practices("", "")
    (number,) = await exchange.people(old, MARKED)
    data = exchange.transfer(new, 7, number, like=MARKED)
    first = await exchange.receive(data)
    sent = await exchange.send()
    await deliver_files(exchange.engine, exchange.clock, tmp_path)
    office = CommittingOffice(exchange.engine, exchange.clock)
    for _ in range(3):
        office.plan.number()
    for each in sent:
        practice = next(one for one in (old, new) if one.id == each.practice_id)
        answer = their_receipt(practice.partner_code, "XD11", 8, each.sequence, "OK", (each.sequence, "CP"))
        await exchange.receive(answer)
    identities = Identities(office)

    # When the person's identity is changed, and the practice's mail about it has come and gone
    case = await identities.adoption(number, office.plan.number())
    await identities.make(case)
    await identities.work(case, "seal")

    # Then no byte in the open names the old identity
    held = "select count(*) from interchanges where content like :word"
    for word in (b"%ZZMARK%", b"%QQMARK%", f"%{number}%".encode()):
        assert await exchange.one(held, word=word) == 0, word

    # And the bytes are in the vault
    async def kept(connection: AsyncConnection) -> list[str]:
        async with in_vault(connection, IRIS, exchange.clock.now(), "tested") as vault:
            return [row.values["content"] async for row in kept_rows(vault, case) if row.table == "interchanges"]

    assert any(b"ZZMARKONE" in bytes.fromhex(each.removeprefix("\\x")) for each in await office.act(kept))

    # And the same file again has no effect, is answered as before, and is not kept either
    office.clock.instant += timedelta(hours=1)
    again = await exchange.receive(data)
    assert (again.state, again.considered_id, again.lines) == ("repeated", first.id, first.lines)
    assert await exchange.one(held, word=b"%ZZMARK%") == 0
