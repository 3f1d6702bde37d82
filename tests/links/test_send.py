"""Interchanges to practices: order, size, numbers, and files that are written whole."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from registry.database import Writes, unit_of_work
from registry.links import send as sending
from registry.links.deliver import deliver_files, file_name
from registry.links.inbox import inbox
from registry.links.send import send
from registry.transactions.messages import Addressee, reject, repeat
from registry.values.person import Name
from tests.links.traffic import Exchange
from tests.support.office import ANNA, CLERK, Office, Practice

IRIS = replace(ANNA, name=Name("Winterbourne", "Iris"), date_of_birth=date(1951, 1, 9))


async def put(exchange: Exchange, practice: Practice, kinds: str) -> None:
    """Put messages in the outbox: R for a rejection (F3), Q for a close of quarter (F8)."""
    async with unit_of_work(exchange.engine) as connection:
        context = Office(connection, exchange.clock).context()
        writes = Writes()
        for number, kind in enumerate(kinds, start=1):
            to = Addressee(practice.id, practice.gp_code, reply_number=number)
            if kind == "R":
                reject(writes, context, to, f"{number} PLEASE MEND")
            else:
                repeat(writes, context, to, "F8", {"quarter_end": "2026-09-30"})
            await writes.flush(connection)


async def test_neighbours_of_one_type_share_a_message_and_the_order_is_kept(exchange: Exchange):
    (practice,) = await exchange.practices("")
    await put(exchange, practice, "RRQQR")

    (sent,) = await exchange.send()

    written = await exchange.written(sent)
    assert (written.application_reference, written.agreement) == ("FHSREG", "FHSA EDI TRANSFERS")
    assert [(each.reference, each.type.value, len(each.transactions)) for each in written.messages] == [
        (1, "F3", 2),
        (2, "F8", 1),
        (3, "F8", 1),
        (4, "F3", 1),
    ]
    assert written.claimed_messages == 4 and written.warnings == ()
    assert await exchange.send() == []


async def test_interchanges_are_kept_small(exchange: Exchange, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending, "MOST_TRANSACTIONS", 2)
    (practice,) = await exchange.practices("")
    await put(exchange, practice, "RRRRR")

    made = await exchange.send()

    assert [(each.sequence, each.transactions) for each in made] == [(1, 2), (2, 2), (3, 1)]
    texts = [each.items.free_text for one in made for each in (await exchange.written(one)).messages[0].transactions]
    assert [text[0] for text in texts] == ["1", "2", "3", "4", "5"]


async def test_only_the_named_practices_are_sent_to(exchange: Exchange):
    one, other = await exchange.practices("", "")
    for practice in (one, other):
        await put(exchange, practice, "R")

    made = await send(exchange.engine, exchange.clock, [other.id])

    assert [each.practice_id for each in made] == [other.id]


async def test_files_are_written_once_and_those_left_over_keep_their_numbers(exchange: Exchange, tmp_path: Path):
    (practice,) = await exchange.practices("")
    await put(exchange, practice, "RR")
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    await exchange.send()
    with pytest.raises(NotADirectoryError):
        await deliver_files(exchange.engine, exchange.clock, blocked / "out")

    (path,) = await deliver_files(exchange.engine, exchange.clock, tmp_path / "out")

    assert path.name == f"{practice.partner_code}-00000001.edifact.dat"
    assert path.read_bytes() == await exchange.one("select content from interchanges")
    assert await deliver_files(exchange.engine, exchange.clock, tmp_path / "out") == []


async def test_a_folder_that_fails_halfway_leaves_the_rest_due(
    exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    one, other = await exchange.practices("", "")
    for practice in (one, other):
        await put(exchange, practice, "R")
    await exchange.send()
    whole = Path.replace

    def full(self: Path, target: Path) -> Path:
        if other.partner_code in target.name:
            raise OSError(28, "No space left on device")
        return whole(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        await deliver_files(exchange.engine, exchange.clock, tmp_path)
    monkeypatch.setattr(Path, "replace", whole)

    await deliver_files(exchange.engine, exchange.clock, tmp_path)

    there = {path.name for path in tmp_path.iterdir() if not path.name.startswith(".")}
    assert there == {f"{each.partner_code}-00000001.edifact.dat" for each in (one, other)}


def test_a_file_name_cannot_leave_its_folder():
    assert file_name("T015", 7) == "T015-00000007.edifact.dat"
    assert file_name("T015", 7, "YD01") == "T015-00000007-YD01.edifact.dat"
    with pytest.raises(ValueError, match="letters and digits"):
        file_name("../T", 7)


async def test_the_inbox_shows_what_is_open_and_records_who_looked(exchange: Exchange):
    (practice,) = await exchange.practices("")
    (number,) = await exchange.people(None, IRIS)
    await exchange.receive(exchange.transfer(practice, 1, number, like=IRIS))

    async def look(*, closed: bool = False) -> list[tuple[str, str]]:
        async with unit_of_work(exchange.engine) as connection:
            found = await inbox(connection, CLERK, exchange.clock.now(), practice.ods_code, closed=closed)
        assert found is not None
        return [(each.type, each.state) for each in found]

    assert await look() == [("F4", "waiting")]
    await exchange.send()
    assert await look() == [("F4", "sent")]
    async with unit_of_work(exchange.engine) as connection:
        await connection.exec_driver_sql("update practice_messages set closed_at = now(), due_at = null")
        assert await inbox(connection, CLERK, exchange.clock.now(), "Z99999") is None
    assert (await look(), await look(closed=True)) == ([], [("F4", "closed")])
    seen = await exchange.all(
        "select cardinality(patient_ids) from audit_events where action = 'inbox.read' order by 1"
    )
    assert [row[0] for row in seen] == [0, 1, 1, 1]
