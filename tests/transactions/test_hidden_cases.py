"""Cases, previews and histories that are about somebody protected say nothing of where they are."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.anomalies.store import EVERYTHING
from registry.monitoring.work import count_work, list_work
from registry.transactions.liaison.acts import LIAISON_GROUP
from registry.transactions.liaison.asked import Cases
from registry.transactions.liaison.look import cases_about, list_cases, look_at_case
from registry.transactions.look.hidden import any_hidden
from registry.values.clock import FixedClock
from tests.support.acts import done
from tests.support.case_office import CaseOffice, act_named
from tests.support.office import Office
from tests.transactions.protected_scene import build, plain, seen

_PROTECT = "update patients set restricted = true where id = :id"


async def test_a_case_about_somebody_protected_names_no_practice(office: Office):
    scene = await build(office, protect=False)
    case = CaseOffice(office)
    await case.begin(
        nhs_numbers=[scene.number], practice=scene.holding.ods_code, reason=f"asked at {scene.holding.ods_code}"
    )
    movement = await office.one("select max(id) from list_movements where patient_id = :id", id=scene.patient_id)
    await case.done("evidence", items=[f"movement:{movement}"])
    assert case.id is not None
    shown = await look_at_case(office.connection, "liaison", case.id)
    assert scene.holding.ods_code in plain(shown)

    await office.connection.execute(text(_PROTECT), {"id": scene.patient_id})

    shown = await look_at_case(office.connection, "liaison", case.id)
    assert shown is not None and shown["whereabouts_hidden"] and shown["about_practice"] is None
    assert [each["line"] for each in shown["evidence"]] == [None]
    assert not seen(scene, plain(shown))
    assert not seen(scene, plain(await list_cases(office.connection, "liaison", Cases.model_validate({}))))
    narrowed = Cases.model_validate({"practice": scene.holding.ods_code})
    assert await list_cases(office.connection, "liaison", narrowed) == []
    act = act_named(LIAISON_GROUP, "show")
    assert not seen(scene, plain(await done(office.connection, office.context(), act, id=case.id)))


async def test_a_case_for_the_sake_of_their_matter_names_none_either(office: Office):
    scene = await build(office)
    assert scene.matter is not None
    case = CaseOffice(office)
    await case.begin(about_matter=str(scene.matter), practice=scene.holding.ods_code)
    [about] = await cases_about(office.connection, scene.matter)
    assert about["about_practice"] is None and about["whereabouts_hidden"]


async def test_a_case_about_others_is_shown_as_before(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    case = CaseOffice(office)
    await case.begin(nhs_numbers=[number], practice=practice.ods_code)
    assert case.id is not None
    shown: Any = await look_at_case(office.connection, "liaison", case.id)
    assert (shown["about_practice"], shown["whereabouts_hidden"]) == (practice.ods_code, False)


async def test_whoever_was_merged_into_somebody_protected_is_hidden_too(connection: AsyncConnection, clock: FixedClock):
    """Apart from the others, for the invariants are not what is made here by hand."""
    office = Office(connection, clock)
    practice = await office.practice()
    (kept, _), (gone, _) = [await office.person(practice, restricted=each) for each in (True, False)]
    assert not await any_hidden(office.connection, gone) and await any_hidden(office.connection, gone, kept)
    await office.connection.execute(text("delete from list_memberships where patient_id = :id"), {"id": gone})
    await office.connection.execute(
        text("update patients set status = 'superseded', nhs_number = null, merged_into = :kept where id = :id"),
        {"id": gone, "kept": kept},
    )
    assert await any_hidden(office.connection, gone)


async def test_counts_of_a_practice_leave_out_whoever_is_hidden_and_those_of_all_do_not(office: Office):
    scene = await build(office)

    async def count(practice: str | None) -> int:
        found = await count_work(office.connection, EVERYTHING, office.clock.now(), practice=practice)
        return sum(each["open"] for each in found)

    async def listed(practice: str | None) -> int:
        return len(await list_work(office.connection, EVERYTHING, office.clock.now(), practice=practice, limit=200))

    for practice in (scene.holding, scene.former):
        assert await count(practice.ods_code) == await listed(practice.ods_code) == 0
    assert await count(scene.third.ods_code) == await listed(scene.third.ods_code)
    assert await count(None) == await listed(None) > 0
