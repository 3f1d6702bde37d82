"""Undoing a merge: what nobody touched since goes back by itself, and of the rest somebody is asked."""

from datetime import date, timedelta
from typing import Any

from registry.links.facade.inbox import read_inbox
from registry.security.callers import Caller, Role
from registry.transactions.acts.act import Impossible, Stale
from registry.transactions.commands import Changes
from tests.support.merging import act, merged, record, suspected, two, undone
from tests.support.office import ANNA, CLERK, Office, Practice

STAY = "select lower(period) || ' ' || accepted_on from list_memberships where patient_id = :id and upper_inf(period)"


async def test_undo_puts_everything_back(office: Office):
    _, oak, (stays, _), (goes, other) = await two(office)
    before = [dict(await record(office, each)) for each in (stays, goes)]
    merge = await merged(office, stays, goes)
    office.on(office.today + timedelta(days=30))
    await undone(office, merge)
    for was, each in zip(before, (stays, goes), strict=True):
        now = dict(await record(office, each))
        moving = ("version", "updated_at")
        assert {k: v for k, v in now.items() if k not in moving} == {k: v for k, v in was.items() if k not in moving}
    assert await office.list_of(goes) == oak.id
    assert await office.one(STAY, id=goes) == "2020-03-02 2020-03-02"
    assert await office.one("select count(*) from patient_numbers where nhs_number = :n", n=other) == 0


async def asked(office: Office, merge: Any, *choices: str) -> list[dict[str, Any]]:
    """What an undo asks about."""
    answer = await act(office, "undo", id=merge, reason="two of one name", choices=list(choices))
    assert isinstance(answer, Stale), answer
    return list(answer.facts["asks"])


async def test_what_was_taken_over_and_changed_since_is_asked_about(office: Office):
    elm = await office.practice()
    stays, number = await office.person(elm, place_of_birth=None, title="")
    goes, _ = await office.person(place_of_birth="SALTHOLME", title="Ms")
    merge = await merged(office, stays, goes)
    await office.send(office.amendment(elm, number, Changes(title="Dr")))
    [question] = await asked(office, merge)
    assert question["sentence"] == "Taken over by the merge, and changed or used since: title."
    refused = await act(office, "undo", id=merge, reason="x", choices=[f"{question['item']}=perhaps"])
    assert isinstance(refused, Impossible) and refused.field == "choices"
    await undone(office, merge, choices=[f"{question['item']}=keep"])
    row = await record(office, stays)
    assert (row["title"], row["place_of_birth"]) == ("Dr", None)


async def test_what_was_taken_over_can_be_given_back_though_it_changed(office: Office):
    elm = await office.practice()
    stays, number = await office.person(elm, title="")
    goes, _ = await office.person(title="Ms")
    merge = await merged(office, stays, goes)
    await office.send(office.amendment(elm, number, Changes(title="Dr")))
    [question] = await asked(office, merge)
    await undone(office, merge, choices=[f"{question['item']}=give-back"])
    assert (await record(office, stays))["title"] == ""


async def _used(office: Office) -> tuple[Practice, Any, Any, str, Any, dict[str, Any]]:
    """A merge whose superseded number a practice has used since, and what is asked about it."""
    _, oak, (stays, _), (goes, other) = await two(office)
    merge = await merged(office, stays, goes)
    outcome = await office.send(office.acceptance(oak, ANNA, other))
    assert (outcome.outcome, outcome.patient_id) == ("registered", stays)
    [question] = await asked(office, merge)
    assert question["what"] == "patient numbers"
    return oak, stays, goes, other, merge, question


async def test_a_number_used_since_may_stay_with_the_survivor(office: Office):
    oak, stays, goes, other, merge, question = await _used(office)
    await undone(office, merge, choices=[f"{question['item']}=keep"])
    assert (await record(office, goes))["nhs_number"] is None
    assert await office.one("select patient_id from patient_numbers where nhs_number = :n", n=other) == stays
    assert await office.list_of(goes) == oak.id == await office.list_of(stays)


async def test_a_number_used_since_may_go_back(office: Office):
    _, stays, goes, other, merge, question = await _used(office)
    await undone(office, merge, choices=[f"{question['item']}=give-back"])
    assert (await record(office, goes))["nhs_number"] == other
    outcome = await office.send(office.amendment(await _holder(office, goes), other, Changes(title="Dr")))
    assert outcome.patient_id == goes != stays


async def _holder(office: Office, patient_id: Any) -> Practice:
    row = await office.connection.exec_driver_sql(
        "select p.id, p.ods_code, p.trading_partner_code, p.authority_cipher, m.gp_code from practices p"
        " join list_memberships m on m.list_id = p.id where m.patient_id = $1 and upper_inf(m.period)",
        (patient_id,),
    )
    return Practice(*row.one())


async def test_a_place_that_went_over_comes_back(office: Office):
    elm, oak, (present, _), (former, number) = await two(office)
    merge = await merged(office, present, former, retained=number, national_ruling=True)
    office.on(date(2026, 11, 20))
    await undone(office, merge)
    assert await office.list_of(present) == elm.id
    assert await office.list_of(former) == oak.id
    assert await office.one(STAY, id=present) == "2024-05-01 2024-05-01"
    assert await office.one(STAY, id=former) == "2020-03-02 2020-03-02"
    # Nothing was delivered yet: what was to be said is withdrawn, and nobody was told otherwise.
    assert await office.one("select count(*) from practice_messages where withdrawn_at is null and kind = 'F1'") == 0


async def test_a_place_that_the_survivor_left_is_asked_about(office: Office):
    elm, _, (present, _), (former, number) = await two(office)
    ash = await office.practice()
    merge = await merged(office, present, former, retained=number, national_ruling=True)
    assert (await office.send(office.acceptance(ash, ANNA, number))).outcome == "registered"
    [question] = await asked(office, merge)
    assert question["item"] == "place"
    await undone(office, merge, choices=["place=give-back"])
    assert await office.list_of(present) == elm.id
    assert await office.list_of(former) == ash.id


async def test_or_the_place_stays_ended(office: Office):
    _, _, (present, _), (former, number) = await two(office)
    ash = await office.practice()
    merge = await merged(office, present, former, retained=number, national_ruling=True)
    await office.send(office.acceptance(ash, ANNA, number))
    await undone(office, merge, choices=["place=keep"])
    assert await office.list_of(present) is None
    assert (await record(office, present))["status"] == "live"


async def test_a_case_that_moved_since_is_asked_about(office: Office):
    elm, _, (stays, _), (goes, number) = await two(office)
    await office.send(office.amendment(elm, number, Changes(title="Dr"), free_text="PLEASE READ"))
    merge = await merged(office, stays, goes)
    await office.connection.exec_driver_sql("update anomalies set version = version + 1")
    [question] = await asked(office, merge)
    assert question["what"] == "anomalies"
    await undone(office, merge, choices=[f"{question['item']}=give-back"])
    assert await office.one("select patient_ids from anomalies where state = 'open'") == [goes]


async def test_what_ended_since_stays_with_the_survivor(office: Office):
    _, _, (stays, _), (goes, _) = await two(office)
    third, _ = await office.person()
    pair = await suspected(office, goes, third)
    merge = await merged(office, stays, goes)
    version = await office.one("select version from matters where id = :id", id=pair.id)
    await act(office, "not-duplicate", id=pair.id, version=version, reason="not alike")
    answer = await undone(office, merge)
    assert answer.data["kept"] == {"matters": 1}
    assert await office.one("select count(*) from matters where id = :id and :s in (patient_id, other_patient_id)",
                            id=pair.id, s=stays) == 1  # fmt: skip


async def test_practices_that_had_heard_otherwise_are_written_to(office: Office):
    elm, oak, (stays, _), (goes, _) = await two(office)
    merge = await merged(office, stays, goes)
    await read_inbox(office.connection, oak.id, 50, Caller(CLERK, oak.id, Role.APP), office.clock)
    office.later(office.clock.now() + timedelta(days=3))
    await undone(office, merge)
    letters = "select string_agg(kind, ' ' order by reference) from letters where practice_id = :id and patient_id = :p"
    assert await office.one(letters, id=oak.id, p=goes) == "UND-1"
    assert await office.one(letters, id=elm.id, p=stays) == "DUP-3 DUP-4"


async def test_a_chain_is_undone_from_its_end(office: Office):
    (a, a_number), (b, b_number), (c, _) = [
        await office.person(await office.practice(), accepted_on=date(year, 1, 1)) for year in (2020, 2021, 2022)
    ]
    first = await merged(office, a, b)
    second = await merged(office, b, c)
    await undone(office, second)
    bears = "select patient_id from patient_numbers where nhs_number = :n"
    assert await office.one(bears, n=a_number) == b
    assert (await record(office, a))["merged_into"] == b
    assert (await record(office, b))["nhs_number"] == b_number
    await undone(office, first)
    assert (await record(office, a))["nhs_number"] == a_number
    assert await office.one("select count(*) from patient_numbers") == 0
    assert (await record(office, c))["version"] == 1


async def test_two_merges_into_one_survivor_are_undone_in_turn(office: Office):
    stays, _ = await office.person(await office.practice(), accepted_on=date(2024, 1, 1), place_of_birth=None)
    one, _ = await office.person(place_of_birth="SALTHOLME")
    other, _ = await office.person(place_of_birth="NETHERMOOR")
    first, second = await merged(office, stays, one), await merged(office, stays, other)
    assert isinstance(await act(office, "undo", id=first, reason="x"), Impossible)
    await undone(office, second)
    await undone(office, first)
    assert (await record(office, stays))["place_of_birth"] is None
