"""What the register does with what a PATCH says: who said so, who is told, what waits for a person."""

from datetime import UTC, datetime
from typing import Any

from registry.database import unit_of_work
from registry.policies.store import shipped
from registry.transactions.amend import amend_by_office
from registry.transactions.commands import Changes
from registry.transactions.context import Context
from registry.transactions.settle import Answer, Decision, Settled, Stale, settle
from registry.values.actor import Actor, ActorKind
from registry.values.clock import FixedClock
from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.people.patching import add, address, checked, name, notice, remove, replace
from tests.fhir_api.population import ADA, ALONE, BELLA, BELLAMY, CARYS, DEAD, HERE, RESTRICTED, THERE

A_LITTLE_LATER = FixedClock(datetime(2026, 11, 2, 9, 45, tzinfo=UTC))
N1, A1 = replace("/name/0/id", "n1"), replace("/address/0/id", "a1")
SOMEWHERE = [A1, replace("/address/0/line", ["", "1 New Road", "", "Otterford", ""])]
BECOMES_MARLOWE = [N1, replace("/name/0/family", "Marlowe")]
MESSAGES = """
    select m.kind, m.content, r.ods_code from practice_messages m join practices r on r.id = m.practice_id
    order by m.id
    """
FOUND = """
    select count(*) from match_keys k join patients p on p.id = k.patient_id
    where p.nhs_number = :n and k.surname = :s
    """
AT = """
    select count(*) from match_keys k join patients p on p.id = k.patient_id
    where p.nhs_number = :n and k.postcode = :s and k.surname = 'QUILL'
    """


async def provenance(fhir: Fhir, number: str, field: str) -> tuple[Any, ...]:
    query = "select p.provenance -> :field from patients p where nhs_number = :n"
    [(entry,)] = await fhir.rows(query.replace(":field", f"'{field}'"), n=number)
    return entry["source"], entry["by"], entry["evidence"]


async def settled(fhir: Fhir, action: Any) -> Answer:
    """Decide the one open case as a clerk does, for whom it is about."""
    [(case, version, people)] = await fhir.rows("select id, version, patient_ids from anomalies where state = 'open'")
    decision = Decision(action, version, "telephoned", patient_id=people[0] if action == "accept" else None)
    async with unit_of_work(fhir.database.engine) as connection:
        context = Context(Actor(ActorKind.STAFF, "clerk"), A_LITTLE_LATER, shipped("current"))
        return await settle(connection, context, case, decision)


async def version_of(fhir: Fhir, number: str) -> int:
    [(version,)] = await fhir.rows("select version from patients where nhs_number = :n", n=number)
    return version


async def waits(fhir: Fhir, number: str, patches: list[Any], who: str = "staff") -> str:
    """The transaction of a PATCH that waits for a person: nothing is changed, and the Task is named."""
    version = await version_of(fhir, number)
    before = (await fhir.get(f"Patient/{number}")).json()
    answer = await fhir.patch(number, patches, version, who)
    assert answer.status_code == 202, answer.text
    told = answer.json()["issue"][0]
    assert (told["severity"], told["code"]) == ("information", "informational")
    path, _, transaction = answer.headers["location"].rpartition("/")
    assert path.endswith("/FHIR/R4/Task")
    assert (await fhir.get(f"Patient/{number}")).json() == before
    rows = await fhir.rows("select state, source from transactions where id = cast(:id as uuid)", id=transaction)
    assert rows[0][0] == "in-queue"
    return transaction


async def test_the_practices_word_is_kept_and_it_is_not_told_its_own(fhir: Fhir):
    answer = await fhir.patch(ADA, SOMEWHERE)
    assert answer.status_code == 200
    assert await provenance(fhir, ADA, "address") == ("practice-amendment", HERE, "practice-said")
    assert await fhir.rows(MESSAGES) == []
    assert await fhir.rows("select kind from national_requests") == [("update",)]
    [(kind, source, state, practice)] = await fhir.rows(
        "select t.kind, t.source, t.state, r.ods_code from transactions t join practices r on r.id = t.practice_id"
    )
    assert (kind, source, state, practice) == ("particulars", "fhir", "accepted", HERE)
    former = (
        "select f.line_2 from patient_former_addresses f join patients p on p.id = f.patient_id where nhs_number = :n"
    )
    assert await fhir.rows(former, n=ADA) == [("3 Mill Lane",)]


async def test_another_practices_word_reaches_the_practice_that_holds_them(fhir: Fhir):
    answer = await fhir.patch(BELLAMY, SOMEWHERE)
    assert answer.status_code == 200, answer.text
    assert await provenance(fhir, BELLAMY, "address") == ("practice-letter", HERE, "practice-said")
    [(kind, content, to)] = await fhir.rows(MESSAGES)
    assert (kind, to) == ("F1", THERE) and content["address"][1] == "1 New Road"


async def test_the_office_speaks_for_itself_and_the_practice_is_told(fhir: Fhir):
    answer = await fhir.patch(ADA, [replace("/gender", "unknown")], who="office")
    assert answer.status_code == 200
    assert await provenance(fhir, ADA, "sex") == ("office-correction", "office", "none")
    [(kind, _, to)] = await fhir.rows(MESSAGES)
    assert (kind, to) == ("F1", HERE)


async def test_who_was_called_otherwise_is_found_by_both_names(fhir: Fhir):
    assert (await fhir.patch(ADA, BECOMES_MARLOWE)).status_code == 200
    previous = "select surname, previous_surname from patients where nhs_number = :n"
    assert await fhir.rows(previous, n=ADA) == [("Marlowe", "Quill")]
    for surname in ("MARLOWE", "QUILL"):
        assert await fhir.rows(FOUND, n=ADA, s=surname) == [(1,)]


async def test_a_former_name_finds_the_person_from_then_on_and_no_more_once_taken_away(fhir: Fhir):
    former = "select f.surname from patient_former_names f join patients p on p.id = f.patient_id where nhs_number = :n"
    old = name("maiden", "Larkspur", "Ada", period={"start": "1980-02-29", "end": "2001-06-01"})
    answer = await fhir.patch(ADA, [add("/name/-", old)])
    assert answer.status_code == 200, answer.text
    assert await fhir.rows(former, n=ADA) == [("Larkspur",)]
    assert await fhir.rows(FOUND, n=ADA, s="LARKSPUR") >= [(1,)]
    assert await fhir.rows("select previous_surname from patients where nhs_number = :n", n=ADA) == [("Larkspur",)]

    added = answer.json()["name"][2]["id"]
    answer = await fhir.patch(ADA, [checked("/name/2/id", added), remove("/name/2")], 2)
    assert answer.status_code == 200, answer.text
    assert await fhir.rows(former, n=ADA) == []
    assert await fhir.rows(FOUND, n=ADA, s="LARKSPUR") == [(0,)]
    previous = "select count(*) from match_keys where previous_surname <> ''"
    assert await fhir.rows(previous) == [(1,)]  # Carys', which is nobody's business here
    assert await fhir.rows("select previous_surname from patients where nhs_number = :n", n=ADA) == [(None,)]


async def test_a_former_name_that_was_taken_on_can_be_taken_away(fhir: Fhir):
    assert await fhir.rows(FOUND, n=CARYS, s="DEWHURST") == [(1,)]
    answer = await fhir.patch(CARYS, [checked("/name/1/id", "n2"), remove("/name/1")])
    assert answer.status_code == 200, answer.text
    assert await fhir.rows(FOUND, n=CARYS, s="DEWHURST") == [(0,)]
    assert await fhir.rows(FOUND, n=CARYS, s="CROSSLEY") >= [(1,)]
    assert await fhir.rows("select 1 from match_keys where previous_surname = 'DEWHURST'") == []


async def test_a_former_address_finds_the_person_and_a_lost_one_takes_nothing_else_with_it(fhir: Fhir):
    old = address("", "7 Quay Side", "", "Seaby", "", use="old", postcode="ZX9 9AD")
    answer = await fhir.patch(ADA, [add("/address/-", old), add("/name/-", name("old", "Larkspur"))])
    assert answer.status_code == 200, answer.text
    assert await fhir.rows(AT, n=ADA, s="ZX99AD") == [(1,)]
    added = answer.json()["address"][2]["id"]
    answer = await fhir.patch(ADA, [checked("/address/2/id", added), remove("/address/2")], 2)
    assert await fhir.rows(AT, n=ADA, s="ZX99AD") == [(0,)]
    assert await fhir.rows(FOUND, n=ADA, s="LARKSPUR") >= [(1,)]

    other = answer.json()["name"][2]["id"]
    answer = await fhir.patch(ADA, [checked("/name/2/id", other), remove("/name/2")], 3)
    assert await fhir.rows(FOUND, n=ADA, s="LARKSPUR") == [(0,)]


async def test_two_of_surname_sex_and_birth_date_at_once_wait_and_go_on_with_all_that_was_said(fhir: Fhir):
    patches = [
        *BECOMES_MARLOWE,
        replace("/birthDate", "1980-03-01"),
        add("/name/-", name("nickname", "Quill", "Bunty")),
    ]
    transaction = await waits(fhir, ADA, patches)
    assert isinstance(await settled(fhir, "accept"), Settled)
    answer = await fhir.get(f"Patient/{ADA}")
    person = answer.json()
    assert (person["name"][0]["family"], person["birthDate"]) == ("Marlowe", "1980-03-01")
    assert person["name"][2]["given"] == ["Bunty"] and len(person["name"][2]["id"]) == 8
    assert answer.headers["etag"] == 'W/"2"'
    rows = await fhir.rows("select state from transactions where id = cast(:id as uuid)", id=transaction)
    assert rows == [("accepted",)]


async def test_what_waits_is_added_to_what_came_meanwhile(fhir: Fhir):
    await waits(
        fhir, ADA, [*BECOMES_MARLOWE, replace("/gender", "male"), add("/name/-", name("nickname", "Q", "Bunty"))]
    )
    assert (await fhir.patch(ADA, [add("/name/-", name("nickname", "Quill", "Dora"))])).status_code == 200
    assert isinstance(await settled(fhir, "accept"), Stale)
    assert isinstance(await settled(fhir, "accept"), Settled)
    person = (await fhir.get(f"Patient/{ADA}")).json()
    assert {each["given"][0] for each in person["name"]} == {"Ada", "Addie", "Dora", "Bunty"}
    assert person["name"][0]["family"] == "Marlowe"


async def test_what_waits_may_be_declined(fhir: Fhir):
    await waits(fhir, ADA, [*BECOMES_MARLOWE, replace("/gender", "male")])
    assert isinstance(await settled(fhir, "reject"), Settled)
    assert await version_of(fhir, ADA) == 1


async def test_every_change_of_somebody_restricted_waits(fhir: Fhir):
    nickname = [add("/name/-", name("nickname", "Dewhurst", "Si"))]
    await waits(fhir, RESTRICTED, nickname, "office")
    assert isinstance(await settled(fhir, "accept"), Settled)
    person = (await fhir.get(f"Patient/{RESTRICTED}")).json()
    assert person["name"][1]["given"] == ["Si"] and "address" not in person
    [(elements,)] = await fhir.rows("select elements from patients where nhs_number = :n", n=RESTRICTED)
    assert elements["telecom"][0]["value"] == "01632960199"


async def test_an_address_far_from_the_practice_waits(fhir: Fhir):
    async with unit_of_work(fhir.database.engine) as connection:
        await connection.exec_driver_sql("update practices set postcode = 'ZX1 1AA'")
        await connection.exec_driver_sql(
            "insert into postcode_places (postcode, easting, northing) values ('ZX1 1AA', 0, 0), ('ZX9 9AB', 90000, 0)"
        )
    await waits(fhir, ADA, [*SOMEWHERE, replace("/address/0/postalCode", "ZX9 9AB")])


async def test_another_practices_word_is_taken_and_the_holder_is_told(fhir: Fhir):
    answer = await fhir.patch(BELLAMY, [replace("/gender", "female")])
    assert answer.status_code == 200
    told = await fhir.rows(
        "select m.kind, r.ods_code, m.content ->> 'sex' from practice_messages m"
        " join practices r on r.id = m.practice_id"
    )
    assert told == [("F1", "Y90102", "2")]
    answer = await fhir.patch(ALONE, [add("/name/-", name("nickname", "Holroyd", "Maxie"))])
    assert answer.status_code == 200


async def test_two_things_at_once_wait_whoever_says_them(fhir: Fhir):
    await waits(fhir, BELLAMY, [replace("/gender", "female"), replace("/birthDate", "1962-02-12")])


async def test_the_name_of_the_dead_waits(fhir: Fhir):
    await waits(fhir, DEAD, [BECOMES_MARLOWE[1], N1], "there")


async def test_where_the_register_stands_by_its_own_nothing_is_written(fhir: Fhir):
    async with unit_of_work(fhir.database.engine) as connection:
        said = (
            '{"sex": {"source": "national-back-office", "by": "NBO", "effective_on": "2026-01-01",'
            ' "evidence": "ruling", "recorded_at": "2026-01-01T00:00:00+00:00", "transaction_id": null}}'
        )
        await connection.exec_driver_sql(f"update patients set provenance = '{said}' where nhs_number = '{ADA}'")
    patches = [replace("/gender", "male"), add("/name/-", name())]
    for who in ("staff", "office"):
        answer = await fhir.patch(ADA, patches, who=who)
        assert (answer.status_code, code_of(answer)) == (409, "CONFLICT")
        assert "sex: A ruling" in answer.json()["issue"][0]["diagnostics"]
    assert await version_of(fhir, ADA) == 1
    assert await fhir.rows("select 1 from transactions where kind = 'particulars'") == []


async def test_a_death_that_something_contradicts_waits_and_others_tell_none(fhir: Fhir):
    dead = [add("/extension/-", notice("1")), add("/deceasedDateTime", "2014-11-01")]
    await waits(fhir, BELLA, dead)
    answer = await fhir.patch(BELLAMY, dead)
    assert (answer.status_code, code_of(answer)) == (403, "FORBIDDEN_UPDATE")
    assert isinstance(await settled(fhir, "accept"), Settled)
    assert (await fhir.get(f"Patient/{BELLA}")).json()["deceasedDateTime"] == "2014-11-01T00:00:00+00:00"
    assert await fhir.rows("select count(*) from practice_messages where kind = 'F2'") == [(1,)]


async def test_an_address_that_comes_by_another_way_leaves_what_stood_beside_the_old_one(fhir: Fhir):
    async with unit_of_work(fhir.database.engine) as connection:
        context = Context(Actor(ActorKind.STAFF, "clerk"), A_LITTLE_LATER, shipped("current"))
        moved = Changes(address=("", "9 Ferry Row", "", "Seaby", ""), postcode="ZX9 1AB")
        await amend_by_office(connection, context, ADA, moved, "her letter")
    [home, other] = (await fhir.get(f"Patient/{ADA}")).json()["address"]
    assert home == {"id": "a1", "use": "home", "line": ["9 Ferry Row", "Seaby"], "postalCode": "ZX9 1AB"}
    assert other["id"] == "a2" and "period" in other
