"""The commands about GP Links, from the command line to files and back."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine
from typer.testing import CliRunner, Result

from registry.links.commands import links_commands
from registry.links.edifact.reader import read_interchange
from registry.links.instants import read_instant
from registry.links.items import TransactionType
from registry.settings import settings
from registry.values.clock import Clock
from tests.links.edifact import examples
from tests.links.traffic import UNREADABLE, Exchange, message, their_receipt
from tests.support.databases import Database
from tests.support.office import ANNA


class CommandLine:
    """Runs `registry links …` and remembers at which instants it did what follows."""

    def __init__(self) -> None:
        self.followed: list[str] = []

    async def __call__(self, *arguments: object) -> Result:
        app = links_commands(self._what_follows)
        return await asyncio.to_thread(CliRunner().invoke, app, [str(each) for each in arguments])

    async def _what_follows(self, engine: AsyncEngine, clock: Clock) -> None:
        self.followed.append(clock.now().isoformat())


@pytest_asyncio.fixture
async def links(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CommandLine]:
    monkeypatch.setenv("DATABASE_URL", database.url)
    settings.cache_clear()
    yield CommandLine()
    settings.cache_clear()


def objects(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


async def test_files_are_received_and_answered(links: CommandLine, exchange: Exchange, tmp_path: Path):
    old, new = await exchange.practices("", "")
    (number,) = await exchange.people(old, ANNA)
    file, replies = tmp_path / "in.dat", tmp_path / "replies"
    file.write_bytes(exchange.transfer(new, 7, number, tn=23))

    done = await links("receive", file, "--reply-dir", replies, "--at", "2026-11-02T09:30")

    assert done.exit_code == 0, done.output
    (line,) = objects(done)
    assert (line["file"], line["kind"], line["sender"], line["interchange"]) == (str(file), "registration", "T025", 7)
    assert (line["message"], line["transaction"], line["type"], line["state"]) == (7, 23, "G1", "accepted")
    assert links.followed == ["2026-11-02T09:30:00+00:00"]
    there = {path.name: read_interchange(path.read_bytes(), exchange.clock.now()) for path in replies.iterdir()}
    assert sorted(there) == [f"T015-{1:08d}.edifact.dat", f"T025-{1:08d}.edifact.dat", f"T025-{2:08d}.edifact.dat"]
    assert there[f"T025-{1:08d}.edifact.dat"].receipts[0].interchange == 7
    assert there[f"T025-{2:08d}.edifact.dat"].messages[0].type is TransactionType.F4
    assert there[f"T015-{1:08d}.edifact.dat"].messages[0].type is TransactionType.F2

    receipt = tmp_path / "receipt.dat"
    receipt.write_bytes(their_receipt("T025", "XD11", 8, 2, "OK", (2, "CP")))
    closed = await links("receive", receipt, "--reply-dir", replies, "--at", "2026-11-02 09:40")
    assert [(each["type"], each["state"]) for each in objects(closed)] == [("RECEP", "closed")]
    assert len(list(replies.iterdir())) == 3


async def test_a_folder_of_files_with_bad_ones_among_them(links: CommandLine, exchange: Exchange, tmp_path: Path):
    (practice,) = await exchange.practices("")
    (number,) = await exchange.people(None, ANNA)
    folder, replies = tmp_path / "in", tmp_path / "replies"
    folder.mkdir()
    (folder / "1.dat").write_text("no interchange")
    (folder / "2.dat").write_bytes(exchange.transfer(practice, 7, number))
    both = message(8, practice.cipher, "G1", UNREADABLE)
    (folder / "3.dat").write_bytes(exchange.from_practice(practice, 8, both))

    done = await links("receive", folder, tmp_path / "absent", "--reply-dir", replies)

    assert done.exit_code == 2
    assert [(Path(str(each["file"])).name, each["state"]) for each in objects(done)] == [
        ("1.dat", "unreadable"),
        ("2.dat", "accepted"),
        ("3.dat", "unreadable"),
    ]
    assert "absent: No such file" in done.stderr
    assert await exchange.one("select count(*) from interchanges where direction = 'in'") == 3


async def test_a_refused_interchange_ends_with_one(links: CommandLine, exchange: Exchange, tmp_path: Path):
    (practice,) = await exchange.practices("")
    file = tmp_path / "in.dat"
    file.write_bytes(exchange.from_practice(practice, 7).replace(practice.partner_code.encode(), b"ZZ95"))

    done = await links("receive", file, "--reply-dir", tmp_path / "replies")

    assert done.exit_code == 1
    assert objects(done)[0]["problem"] == "UNB: the sender is not a linked practice"
    assert [path.name for path in (tmp_path / "replies").iterdir()] == ["ZZ95-00000001.edifact.dat"]


async def test_what_waits_is_sent_and_listed(links: CommandLine, exchange: Exchange, tmp_path: Path):
    (practice,) = await exchange.practices("")
    (number,) = await exchange.people(None, ANNA)
    await exchange.receive(exchange.transfer(practice, 7, number))

    listed = await links("inbox", practice.ods_code, "--json")
    sent = await links("send", "--out-dir", tmp_path, "--practice", practice.ods_code, "--json")
    nothing = await links("send", "--out-dir", tmp_path)

    assert [(each["type"], each["state"]) for each in objects(listed)] == [("F4", "waiting")]
    assert [Path(str(each["file"])).name for each in objects(sent)] == [
        f"{practice.partner_code}-{number:08d}.edifact.dat" for number in (1, 2)
    ]
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert f"1 messages to {practice.ods_code}" in (await links("inbox", practice.ods_code)).stdout
    for refused in (await links("inbox", "Z99999"), await links("send", "--out-dir", tmp_path, "--practice", "Z99999")):
        assert (refused.exit_code, refused.stderr) == (1, "no practice has the code Z99999\n")


async def test_show_and_write_are_inverse(links: CommandLine, tmp_path: Path):
    file = tmp_path / "in.dat"
    file.write_text(examples.AMENDMENT)

    shown = await links("show", file)
    (line,) = objects(shown)
    document = tmp_path / "document.json"
    document.write_text(json.dumps(line["document"]))
    written = await links(
        *("write", document, "--type", "G2", "--sender", "QQA5", "--recipient", "ZZX1", "--interchange", 9),
        *("--message", 13, "--transaction", 26, "--at", "2026-11-02T08:45", "--document-time", "2026-11-02T08:40"),
    )

    assert shown.exit_code == 0
    assert (line["type"], line["interchange"], line["sent_at"]) == ("G2", 9, "2026-11-02T08:45:00Z")
    assert written.exit_code == 0, written.output
    assert read_interchange(written.stdout.encode(), examples.RECEIVED_AT) == examples.read(examples.AMENDMENT)


async def test_unusable_input_is_named(links: CommandLine, tmp_path: Path):
    file = tmp_path / "x.json"
    file.write_text("{}")
    usual = ("--sender", "A", "--recipient", "B", "--interchange", 1, "--message", 1)

    no_type = await links("write", file, "--type", "F7", *usual, "--at", "2026-11-02")
    no_instant = await links("write", file, "--type", "F4", *usual, "--at", "tomorrow")
    no_interchange = await links("show", file)

    assert (no_type.exit_code, no_instant.exit_code, no_interchange.exit_code) == (2, 2, 2)
    assert "type: not one of" in no_type.stderr
    assert "'tomorrow' is no instant" in no_instant.stderr
    assert "UNB" in no_interchange.stderr


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-07-01T12:00", "2026-07-01T11:00:00+00:00"),
        ("2026-07-01 12:00", "2026-07-01T11:00:00+00:00"),
        ("2026-11-02", "2026-11-02T00:00:00+00:00"),
        ("2026-07-01T12:00:30Z", "2026-07-01T12:00:30+00:00"),
        ("2026-07-01T12:00+02:00", "2026-07-01T10:00:00+00:00"),
    ],
)
def test_an_instant_without_a_zone_is_londons(text: str, instant: str):
    assert read_instant(text).isoformat() == instant
