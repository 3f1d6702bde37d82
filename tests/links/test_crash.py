"""A process that dies between any two steps loses nothing and doubles nothing."""

import asyncio
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from registry.values.person import Demographics, Name
from tests.links.traffic import UNREADABLE, Exchange, acceptance, message
from tests.support.databases import Database
from tests.support.office import ANNA

MOST_STEPS = 70


def people(count: int) -> list[Demographics]:
    """People who have nothing in common."""
    letters = "BCDFGHJKLMNPQRSTVWXZ"
    return [
        replace(
            ANNA,
            name=Name(f"{letters[n % 20]}o{letters[n // 20 % 20]}a{letters[-1 - n % 20]}wick", "Una"),
            date_of_birth=date(1930, 1, 1) + timedelta(days=211 * n),
        )
        for n in range(count)
    ]


async def test_dying_before_any_step_loses_and_doubles_nothing(exchange: Exchange, database: Database, tmp_path: Path):
    old, new = await exchange.practices("", "")
    movers, stayers = people(2 * MOST_STEPS)[:MOST_STEPS], people(2 * MOST_STEPS)[MOST_STEPS:]
    moving = await exchange.people(old, *movers)
    staying = await exchange.people(new, *stayers)
    inbox, replies = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    for n in range(MOST_STEPS):
        both = (
            acceptance(2 * n + 1, new.gp_code, moving[n], movers[n]),
            UNREADABLE,
            acceptance(2 * n + 2, new.gp_code, staying[n], stayers[n]),
        )
        one = message(n + 1, new.cipher, "G1", *both)
        (inbox / f"{n:04d}").write_bytes(exchange.from_practice(new, n + 1, one))

    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.links.dying", database.url, inbox, replies), stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await program.communicate()
    assert program.returncode == 0
    files = int(printed) + 1
    assert 25 < files < MOST_STEPS

    # Every transaction once, with its one movement and its messages.
    assert await exchange.one("select count(*) from transactions where state = 'accepted'") == 2 * files
    assert await exchange.one("select count(*) from list_movements where reason <> 'take-on'") == files
    sent = await exchange.all("select kind, count(*) from practice_messages group by kind order by kind")
    assert [tuple(row) for row in sent] == [("F2", files), ("F4", 2 * files)]
    assert await exchange.cases() == ["transaction-unreadable"] * files

    # Every interchange at its end and answered, every message in one interchange, none of our numbers lost.
    assert await exchange.one("select count(*) from interchanges where state = 'stored'") == 0
    ended = "direction = 'in' and state = 'processed'"
    assert await exchange.one(f"select count(distinct answered_by) from interchanges where {ended}") == files
    assert await exchange.one(f"select count(distinct sequence) from interchanges where {ended}") == files
    assert await exchange.one("select count(*) from practice_messages where interchange_id is null") == 0
    carried = await exchange.all(
        "select m.value::bigint from interchanges i, jsonb_array_elements(i.report) r,"
        " jsonb_array_elements(r -> 'messages') m where i.direction = 'out' and i.kind = 'registration'"
    )
    assert len(carried) == len({row[0] for row in carried}) == 3 * files
    for partner in (old.partner_code, new.partner_code):
        numbers = await exchange.all(
            "select sequence from interchanges where direction = 'out' and recipient = :to order by 1", to=partner
        )
        assert [row[0] for row in numbers] == list(range(1, len(numbers) + 1))

    # Every interchange of ours is a whole file.
    rows = await exchange.all("select recipient, sequence, content from interchanges where direction = 'out'")
    there = {path.name: path.read_bytes() for path in replies.iterdir() if not path.name.startswith(".")}
    assert there == {f"{row.recipient}-{row.sequence:08d}.edifact.dat": bytes(row.content) for row in rows}
    assert await exchange.one("select count(*) from interchanges where direction = 'out' and delivered_at is null") == 0
