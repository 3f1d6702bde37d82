"""Files of notices: whole or refused, every line accounted for, repeatable, and taken up after a crash."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from registry.transactions.notices import load as loading
from registry.transactions.notices.load import Loaded, load_notices
from registry.transactions.notices.look import list_files, read_file
from registry.transactions.notices.read_file import UnusableFile
from registry.transactions.notices.take_line import take_line
from registry.transactions.settle import Decision, Settled
from tests.support.committing_office import CommittingOffice
from tests.support.office import ANNA, Practice

HEADING = "reference,nhs_number,happened_on,date_of_birth,sex,surname"


def file_of(*lines: str, heading: str = HEADING, total: int | None = None) -> bytes:
    count = len(lines) if total is None else total
    return "\r\n".join([heading, *lines, f"END,{count}", ""]).encode()


async def load(office: CommittingOffice, content: bytes, kind: str = "deaths", name: str = "week-44.csv") -> Loaded:
    return await load_notices(office.engine, office.plan.context(), kind, name, lambda: BytesIO(content))


def totals(loaded: Loaded) -> tuple[int, int, int, int]:
    assert loaded.notices == loaded.done + loaded.repeated + loaded.referred + loaded.refused
    return loaded.done, loaded.repeated, loaded.referred, loaded.refused


async def people(office: CommittingOffice, count: int) -> tuple[Practice, list[str]]:
    async with office.at_work() as at_work:
        practice = await at_work.practice()
        made = [
            await at_work.person(practice, like=replace(ANNA, date_of_birth=date(1930 + each, 5, 17)))
            for each in range(count)
        ]
    return practice, [number for _, number in made]


MIXED = (
    "D1,{0},2026-10-20,1930-05-17,female,Harrowgate",
    "D2,{1},2026-10-21,1931-05-18,,",
    "D3,9999000002,2026-10-21,,,",
    "D4,9990000019,2026-10-21,,,",
    "D5,{2},21/10/2026,,,",
    "D1 again,{0},2026-10-20,,,",
    "D6,{3},2026-10-22,,,",
    'D7,{3},"2026-10-22',
    "D8,{3},2026-10-22",
    "D9,{3},2027-10-22,,,",
)


async def test_every_line_is_accounted_for(committing: CommittingOffice):
    _, numbers = await people(committing, 4)
    loaded = await load(committing, file_of(*(line.format(*numbers) for line in MIXED)))
    assert totals(loaded) == (2, 1, 1, 6)
    async with committing.engine.connect() as connection:
        found = await read_file(connection, loaded.file_id)
        assert await read_file(connection, loaded.file_id, result="referred") is not None
        assert [each["id"] for each in await list_files(connection)] == [loaded.file_id]
    assert found is not None and found["left_over"] == 0
    assert [(each["line"], each["result"], each["outcome"], each["field"]) for each in found["lines"]] == [
        (2, "done", "death-recorded", None),
        (3, "referred", "notice-of-another", "date_of_birth"),
        (4, "refused", "number-unknown", "nhs_number"),
        (5, "refused", "unreadable", "nhs_number"),
        (6, "refused", "unreadable", "happened_on"),
        (7, "repeated", "taken-before", None),
        (8, "done", "death-recorded", None),
        (9, "refused", "unreadable", "line"),
        (10, "refused", "unreadable", "line"),
        (11, "refused", "death-in-future", "happened_on"),
    ]
    assert await committing.column("select status from patients order by date_of_birth") == [
        "formal-dead", "live", "live", "formal-dead",
    ]  # fmt: skip


async def test_the_same_file_again_does_nothing(committing: CommittingOffice):
    _, numbers = await people(committing, 4)
    content = file_of(*(line.format(*numbers) for line in MIXED))
    first = await load(committing, content)
    again = await load(committing, content)
    assert again.was_complete and totals(again) == totals(first) and again.file_id == first.file_id
    assert await committing.one("select count(*) from list_movements where removal = 'DEA'") == 2


async def test_another_content_under_the_name_is_refused(committing: CommittingOffice):
    _, [number] = await people(committing, 1)
    await load(committing, file_of(f"D1,{number},2026-10-20,,,"))
    with pytest.raises(UnusableFile, match="another file of the name"):
        await load(committing, file_of(f"D1,{number},2026-10-21,,,"))
    assert await committing.one("select date_of_death from patients") == date(2026, 10, 20)


async def test_the_same_notice_in_another_file_is_repeated(committing: CommittingOffice):
    _, [number] = await people(committing, 1)
    await load(committing, file_of(f"D1,{number},2026-10-20,,,"))
    assert totals(await load(committing, file_of(f"X9,{number},2026-10-20,,,"), name="week-45.csv")) == (0, 1, 0, 0)


async def test_a_refused_notice_may_come_again(committing: CommittingOffice):
    async with committing.at_work() as at_work:
        number = at_work.number()
    line = f"D1,{number},2026-10-20,,,"
    assert totals(await load(committing, file_of(line))) == (0, 0, 0, 1)
    async with committing.at_work() as at_work:
        await at_work.person(await at_work.practice(), number=number)
    assert totals(await load(committing, file_of(line), name="week-45.csv")) == (1, 0, 0, 0)


async def test_a_referred_notice_waits_for_a_clerk_and_not_for_the_next_file(committing: CommittingOffice):
    _, [number] = await people(committing, 1)
    line = f"D1,{number},2026-10-20,1999-01-01,,"
    assert totals(await load(committing, file_of(line))) == (0, 0, 1, 0)
    assert totals(await load(committing, file_of(line), name="week-45.csv")) == (0, 1, 0, 0)
    assert isinstance(await committing.settle(Decision("accept", 1, "it is she", number=number)), Settled)
    assert await committing.one("select status from patients") == "formal-dead"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"reference,nhs_number\nEND,0\n", "missing: happened_on"),
        (file_of(heading=f"{HEADING},colour"), "columns not of this form"),
        (file_of(heading=f"{HEADING},sex"), "named twice"),
        (f"{HEADING}\nD1,9990000018,2026-10-20,,,\n".encode(), "the trailer is missing"),
        (file_of("D1,9990000018,2026-10-20,,,", total=2), "the trailer says 2 notices and the file holds 1"),
        (file_of("D1,9990000018,2026-10-20,,,") + b"D2,9990000026,2026-10-20,,,\n", "comes after the trailer"),
        (f"{HEADING}\nEND,many\n".encode(), "the trailer must be END"),
        (f"{HEADING}\n{'x' * 20_000}\nEND,1\n".encode(), "is longer than"),
        (b'"\nEND,0\n', "the first line is not CSV"),
        (b"\xff\xfe\nEND,0\n", "the first line is not UTF-8"),
    ],
)
async def test_a_file_that_is_not_whole_is_not_taken(committing: CommittingOffice, content: bytes, why: str):
    with pytest.raises(UnusableFile, match=why):
        await load(committing, content)
    assert await committing.one("select count(*) from notice_files") == 0


async def test_an_unknown_kind_is_named(committing: CommittingOffice):
    with pytest.raises(UnusableFile, match="must be one of deaths, births, forces, nations, nbo"):
        await load(committing, file_of(), kind="weddings")


async def test_an_empty_list_and_a_byte_order_mark_are_fine(committing: CommittingOffice):
    assert totals(await load(committing, b"\xef\xbb\xbf" + file_of())) == (0, 0, 0, 0)


async def test_a_load_that_was_broken_off_is_taken_up(committing: CommittingOffice, monkeypatch: pytest.MonkeyPatch):
    _, numbers = await people(committing, 6)
    content = file_of(*(f"D{at},{number},2026-10-20,,," for at, number in enumerate(numbers)))

    async def dies(connection: Any, context: Any, file_id: Any, number: int, line: Any) -> Any:
        result = await take_line(connection, context, file_id, number, line)
        if number == 5:
            raise RuntimeError("the power fails before the line is committed")
        return result

    monkeypatch.setattr(loading, "take_line", dies)
    with pytest.raises(RuntimeError, match="power"):
        await load(committing, content)
    assert await committing.one("select last_line from notice_files where completed_at is null") == 4
    monkeypatch.undo()
    loaded = await load(committing, content)
    assert loaded.taken_up_after == 4 and totals(loaded) == (6, 0, 0, 0)
    assert await committing.one("select count(*) from list_movements where removal = 'DEA'") == 6


async def test_a_crash_between_the_lines_loses_nothing(committing: CommittingOffice, monkeypatch: pytest.MonkeyPatch):
    _, numbers = await people(committing, 3)
    content = file_of(*(f"D{at},{number},2026-10-20,,," for at, number in enumerate(numbers)))
    for line in range(3):
        seen = 0

        async def dies(*given: Any, at: int = line, **named: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen > 1:
                raise RuntimeError(f"after one more line, the {at}th time")
            return await take_line(*given, **named)

        monkeypatch.setattr(loading, "take_line", dies)
        if line < 2:
            with pytest.raises(RuntimeError):
                await load(committing, content)
        else:
            assert totals(await load(committing, content)) == (3, 0, 0, 0)


async def test_two_loads_at_once_share_the_lines(committing: CommittingOffice):
    import asyncio

    _, numbers = await people(committing, 8)
    content = file_of(*(f"D{at},{number},2026-10-20,,," for at, number in enumerate(numbers)))
    one, other = await asyncio.gather(load(committing, content), load(committing, content))
    assert one.file_id == other.file_id
    assert await committing.one("select done from notice_files where completed_at is not null") == 8
    assert await committing.one("select count(*) from list_movements where removal = 'DEA'") == 8


async def test_the_forces_and_the_nations(committing: CommittingOffice):
    _, [soldier, scot, irish] = await people(committing, 3)
    heading = "notice,reference,nhs_number,happened_on"
    forces = file_of(f"enlistment,F1,{soldier},2026-10-20", f"discharge,F2,{soldier},2027-01-01", heading=heading)
    assert totals(await load(committing, forces, "forces")) == (1, 0, 0, 1)
    assert await committing.one("select removal from list_movements where removal is not null") == "AFN"
    nations = file_of(
        f"scotland,N1,{scot},2026-10-20", f"northern-ireland,N2,{irish},2026-10-21", f"wales,N3,{irish},2026-10-21",
        heading=heading,
    )  # fmt: skip
    assert totals(await load(committing, nations, "nations")) == (2, 0, 0, 1)
    assert set(await committing.column("select removal from list_movements where removal is not null")) == {
        "AFN", "SCT", "NIT",
    }  # fmt: skip


async def test_lists_of_the_national_back_office(committing: CommittingOffice):
    _, [dead, gone, asked] = await people(committing, 3)
    content = file_of(
        f"death,B1,{dead},2026-10-20,",
        f"emigration,B2,{gone},2026-10-20,2026-12-01",
        f"emigration,B3,{gone},2026-10-20,",
        f"query,B4,{asked},,",
        "query,B5,9999000002,,",
        heading="notice,reference,nhs_number,happened_on,until",
    )
    assert totals(await load(committing, content, "nbo")) == (2, 0, 1, 2)
    assert await committing.column("select kind from anomalies") == ["nbo-query"]
    assert await committing.one("select count(*) from patients where status = 'formal-dead'") == 1


async def test_a_deduction_to_come_from_a_file_waits(committing: CommittingOffice):
    _, [soldier] = await people(committing, 1)
    content = file_of(f"enlistment,F1,{soldier},2026-12-01", heading="notice,reference,nhs_number,happened_on")
    assert totals(await load(committing, content, "forces")) == (1, 0, 0, 0)
    committing.on(date(2026, 12, 1), hour=1)
    assert (await committing.fall_due())["deducted"] == 1


async def test_a_large_file_is_read_a_line_at_a_time(committing: CommittingOffice):
    class Counting(BytesIO):
        most = 0

        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError("never read at once")

        def readline(self, size: int | None = -1, /) -> bytes:
            assert size is not None and 0 < size <= 10_001
            return super().readline(size)

    content = file_of(*(f"D{at},9999000002,2026-10-20,,," for at in range(200)))
    loaded = await load_notices(
        committing.engine, committing.plan.context(), "deaths", "big.csv", lambda: Counting(content)
    )
    assert totals(loaded) == (0, 0, 0, 200)


BIRTHS = "reference,nhs_number,date_of_birth,sex"


async def test_a_birth_is_expected_until_its_acceptance_comes(committing: CommittingOffice):
    async with committing.at_work() as at_work:
        practice, number = await at_work.practice(), at_work.number()
    born = date(2026, 10, 30)
    first = await load(committing, file_of(f"B1,{number},{born},female", heading=BIRTHS), "births")
    assert totals(first) == (1, 0, 0, 0)
    state = "select state from matters where kind = 'birth'"
    assert await committing.one(state) == "awaiting-registration"
    child = replace(ANNA, date_of_birth=born)
    await committing.send(committing.plan.acceptance(practice, child, number, acceptance_type="1"))
    from registry.transactions.commands import TraceAnswer

    await committing.answer(TraceAnswer("single", number))
    assert await committing.one(state) == "registered"
    later = await load(committing, file_of(f"B1,{number},{born},female", heading=BIRTHS), "births", "next.csv")
    assert totals(later) == (0, 1, 0, 0)


async def test_a_birth_without_a_practice_is_chased_and_then_rises(committing: CommittingOffice):
    async with committing.at_work() as at_work:
        number = at_work.number()
    await load(committing, file_of(f"B1,{number},2026-10-30,female", heading=BIRTHS), "births")
    committing.on(date(2026, 12, 13), hour=23)
    assert (await committing.fall_due())["chased"] == 0
    committing.on(date(2026, 12, 14), hour=1)
    assert (await committing.fall_due())["chased"] == 1
    committing.on(date(2027, 1, 31))
    assert (await committing.fall_due())["escalated"] == 1


async def test_a_birth_registered_by_another_way_is_found_by_the_clock(committing: CommittingOffice):
    async with committing.at_work() as at_work:
        number = at_work.number()
    await load(committing, file_of(f"B1,{number},2026-10-30,female", heading=BIRTHS), "births")
    async with committing.at_work() as at_work:
        practice = await at_work.practice()
        await at_work.person(practice, like=replace(ANNA, date_of_birth=date(2026, 10, 30)), number=number,
                             accepted_on=date(2026, 11, 2))  # fmt: skip
    committing.on(date(2026, 12, 14), hour=1)
    assert (await committing.fall_due())["registered"] == 1


async def test_births_known_wrong_or_ended(committing: CommittingOffice):
    _, [held] = await people(committing, 1)
    async with committing.at_work() as at_work:
        lost = at_work.number()
    content = file_of(
        f"B1,{held},1930-05-17,female",
        f"B2,{held},2026-10-30,female",
        f"B3,{lost},2026-10-30,male",
        f"B4,{lost},2027-10-30,male",
        f"B5,{lost},2026-10-29,",
        heading=BIRTHS,
    )
    assert totals(await load(committing, content, "births")) == (1, 1, 1, 2)
    assert totals(await load(committing, file_of(f"D1,{lost},2026-10-31,,,"))) == (1, 0, 0, 0)
    assert await committing.one("select state from matters where kind = 'birth'") == "closed"
