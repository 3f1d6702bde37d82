"""People from a file: the ordinary way, the way for very many, and that both leave the same register."""

from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
import pytest_asyncio

from registry.transactions.take_on.circumstances import Differing, Refused, TakeOnReport
from registry.transactions.take_on.people_file import LONGEST_LINE, UnusableFile
from registry.values.clock import FixedClock
from tests.support.databases import Database
from tests.support.fhir_patients import a_file, a_number, a_patient, a_practice, died, replaced_by
from tests.support.taken_on import Register

pytestmark = pytest.mark.usefixtures("practices")
BOTH = pytest.mark.parametrize("bulk", [False, True], ids=["ordinary", "bulk"])
NUMBERS = [a_number(place) for place in range(12)]


@pytest.fixture
def register(database: Database, clock: FixedClock) -> Register:
    return Register(database.engine, clock)


@pytest_asyncio.fixture
async def practices(register: Register) -> None:
    await register.add_practices("Y90001", "Y90002")


def everything() -> list[dict[str, Any] | bytes]:
    """People of every kind, with superseded numbers in every order, and lines that cannot be taken."""
    names = [
        {"use": "usual", "family": "Quill", "given": ["Ada"]},
        {"use": "maiden", "family": "Rook", "given": ["Ada"]},
    ]
    moved = [
        {"line": ["3 Mill Lane", "Otterford"]},
        {"use": "old", "line": ["1 Hill Road"], "period": {"end": "2014-05-01"}},
    ]
    return [
        replaced_by(NUMBERS[9], NUMBERS[8]),
        a_patient(NUMBERS[0], name=names, address=moved),
        a_patient(NUMBERS[1], "Y90002", None),
        b"{not json",
        a_patient(NUMBERS[2], None),
        a_patient(NUMBERS[3], None, **died(date(2020, 2, 2), "2")),
        a_patient(NUMBERS[4], **died(date(2020, 2, 2), "1")),
        b"   ",
        a_patient(
            NUMBERS[5],
            meta={"security": [{"code": "R"}]},
            generalPractitioner=[a_practice("Y90002", "2001-01-01", "2009-12-31")],
        ),
        a_patient(NUMBERS[6], "Y90009"),
        a_patient(NUMBERS[6], birthDate="2099-01-01"),
        replaced_by(NUMBERS[8], NUMBERS[0]),
        replaced_by(NUMBERS[10], a_number(40)),
        a_patient(NUMBERS[0], name=names, address=moved),
        a_patient(NUMBERS[1], "Y90001", None, gender="male"),
        a_patient(NUMBERS[7], birthDate="2019-10-01"),
    ]


@BOTH
async def test_every_kind_of_person_comes_to_their_place(register: Register, tmp_path: Path, bulk: bool):
    report = await register.load(a_file(tmp_path, *everything()), bulk=bulk)
    assert report == TakeOnReport(added=7, unchanged=1, differing=1, superseded=2, refused=4)
    assert register.refused_by_line() == [(4, "line"), (10, "generalPractitioner"), (11, "birthDate"), (13, "link")]
    assert register.differing == [Differing(15, ("gender", "generalPractitioner"))]
    at = {
        number: (code, status, restricted)
        for number, code, status, restricted in await register.rows(
            """
            select p.nhs_number, l.code, p.status, p.restricted
            from patients p join lateral (
              select to_list from list_movements m where m.patient_id = p.id order by m.id desc limit 1) m on true
            join lists l on l.id = m.to_list
            """
        )
    }
    assert at == {
        NUMBERS[0]: ("Y90001", "live", False),
        NUMBERS[1]: ("Y90002", "live", False),
        NUMBERS[2]: ("unregistered", "live", False),
        NUMBERS[3]: ("death", "formal-dead", False),
        NUMBERS[4]: ("death", "informal-dead", False),
        NUMBERS[5]: ("unregistered", "live", True),
        NUMBERS[7]: ("Y90001", "live", False),
    }
    assert await register.rows(
        "select p.nhs_number, m.period::text, m.accepted_on, m.gp_code from list_memberships m"
        " join patients p on p.id = m.patient_id where upper_inf(m.period) order by 1"
    ) == [
        (NUMBERS[0], "[2015-01-01,)", date(2015, 1, 1), "9910101,1"),
        (NUMBERS[1], "[2026-11-02,)", date(2026, 11, 2), "9910101,2"),
        (NUMBERS[7], "[2019-10-01,)", date(2019, 10, 1), "9910101,1"),
    ]
    assert await register.breaches() == []


@BOTH
async def test_superseded_numbers_find_their_survivor(register: Register, tmp_path: Path, bulk: bool):
    await register.load(a_file(tmp_path, *everything()), bulk=bulk)
    survivors = await register.rows(
        "select n.nhs_number, p.nhs_number from patient_numbers n join patients p on p.id = n.patient_id order by 1"
    )
    assert survivors == [(NUMBERS[8], NUMBERS[0]), (NUMBERS[9], NUMBERS[0])]
    keys = await register.rows("select nhs_number, is_current from match_keys where surname = '' order by 1")
    assert keys == [(NUMBERS[8], False), (NUMBERS[9], False)]


@BOTH
async def test_what_only_fhir_carries_is_compared_too(register: Register, tmp_path: Path, bulk: bool):
    phone = {"id": "t1", "system": "phone", "value": "01632960100"}
    await register.load(a_file(tmp_path, a_patient(NUMBERS[0], telecom=[phone])), bulk=bulk)
    again = [
        a_patient(NUMBERS[0], telecom=[phone]),
        a_patient(NUMBERS[0], telecom=[{**phone, "value": "01632960101"}]),
        a_patient(NUMBERS[0], telecom=[phone], multipleBirthInteger=2),
    ]
    report = await register.load(a_file(tmp_path, *again), bulk=bulk)
    assert (report.added, report.unchanged, report.differing) == (0, 1, 2)
    assert register.differing == [Differing(2, ("telecom",)), Differing(3, ("multipleBirthInteger",))]


@BOTH
async def test_repeating_changes_nothing(register: Register, tmp_path: Path, bulk: bool):
    path = a_file(tmp_path, *everything())
    await register.load(path, bulk=bulk)
    content, shape = await register.content(), await register.shape()
    assert await register.load(path, bulk=bulk) == TakeOnReport(unchanged=8, differing=1, refused=4)
    assert await register.content() == content
    assert await register.shape() == shape


async def test_both_ways_leave_the_same_register(register: Register, clock: FixedClock, template: str, tmp_path: Path):
    from tests.support import databases

    path = a_file(tmp_path, *everything())
    shape = await register.shape()
    await register.load(path, bulk=True)
    assert await register.shape() == shape
    async with databases.cloned(template) as other:
        ordinary = Register(other.engine, clock)
        await ordinary.add_practices("Y90001", "Y90002")
        await ordinary.load(path)
        expected = await ordinary.content()
    assert await register.content() == expected
    assert all(expected.values())


async def test_bulk_adds_to_a_register_in_use(register: Register, tmp_path: Path):
    await register.load(a_file(tmp_path, a_patient(NUMBERS[0]), replaced_by(NUMBERS[9], NUMBERS[0])))
    lines = [a_patient(NUMBERS[0]), a_patient(NUMBERS[1]), a_patient(NUMBERS[9]), a_patient(NUMBERS[0], gender="male")]
    report = await register.load(a_file(tmp_path, *lines), bulk=True)
    assert report == TakeOnReport(added=1, unchanged=1, differing=1, refused=1)
    assert register.refused_by_line() == [(3, "identifier.value")]
    assert await register.breaches() == []


async def test_a_number_that_somebody_has_is_not_superseded(register: Register, tmp_path: Path):
    await register.load(a_file(tmp_path, a_patient(NUMBERS[0]), a_patient(NUMBERS[1])))
    report = await register.load(a_file(tmp_path, replaced_by(NUMBERS[0], NUMBERS[1])))
    assert report == TakeOnReport(refused=1)
    assert await register.rows("select * from patient_numbers") == []


async def test_a_superseded_number_keeps_its_survivor(register: Register, tmp_path: Path):
    people = [a_patient(NUMBERS[0]), a_patient(NUMBERS[1])]
    await register.load(a_file(tmp_path, *people, replaced_by(NUMBERS[2], NUMBERS[0])))
    assert await register.load(a_file(tmp_path, replaced_by(NUMBERS[2], NUMBERS[1]))) == TakeOnReport(refused=1)
    assert await register.load(a_file(tmp_path, replaced_by(NUMBERS[3], NUMBERS[2]))) == TakeOnReport(superseded=1)
    found = await register.rows("select p.nhs_number from patient_numbers n join patients p on p.id = n.patient_id")
    assert found == [(NUMBERS[0],), (NUMBERS[0],)]


@BOTH
async def test_progress_ends_with_the_file(register: Register, tmp_path: Path, bulk: bool):
    path = a_file(tmp_path, *everything())
    await register.load(path, bulk=bulk)
    assert register.progress[-1] == path.stat().st_size


@BOTH
@pytest.mark.parametrize("content", [b"ods_code,name\nY90001,Name\n", b"\x1f\x8b\x08\x00", b"\xff\xfe{\x00"])
async def test_a_file_of_another_kind_is_unusable(register: Register, tmp_path: Path, bulk: bool, content: bytes):
    path = tmp_path / "other.ndjson"
    path.write_bytes(content)
    with pytest.raises(UnusableFile, match="NDJSON"):
        await register.load(path, bulk=bulk)
    with pytest.raises(UnusableFile, match="cannot be read"):
        await register.load(tmp_path / "missing.ndjson", bulk=bulk)


@BOTH
async def test_an_unending_line_is_not_read_into_memory(register: Register, tmp_path: Path, bulk: bool):
    path = a_file(tmp_path, a_patient(NUMBERS[0]), b'{"resourceType": "' + b"P" * (LONGEST_LINE + 5_000_000))
    with pytest.raises(UnusableFile, match="line 2 is longer"):
        await register.load(path, bulk=bulk)


@BOTH
async def test_lines_may_end_as_elsewhere_and_the_last_not_at_all(register: Register, tmp_path: Path, bulk: bool):
    path = tmp_path / "people.ndjson"
    lines = [orjson.dumps(a_patient(number)) for number in NUMBERS[:2]]
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n\r\n".join(lines))
    assert await register.load(path, bulk=bulk) == TakeOnReport(added=2)


async def test_an_empty_file_is_nobody(register: Register, tmp_path: Path):
    assert await register.load(a_file(tmp_path)) == TakeOnReport()


async def test_refusals_are_told_with_their_reason(register: Register, tmp_path: Path):
    await register.load(a_file(tmp_path, a_patient(NUMBERS[0], "Y90009")))
    assert register.refused == [Refused(1, "generalPractitioner", "names Y90009, which is no practice of the register")]
