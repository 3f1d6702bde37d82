"""PATCH Patient/{id}: what is changed, and that the rest stays as it was."""

import asyncio
import re
from typing import Any
from uuid import uuid4

from registry.database import unit_of_work
from tests.fhir_api.conftest import Fhir
from tests.fhir_api.people.patching import (
    DISPENSER,
    add,
    address,
    checked,
    name,
    notice,
    paf_key,
    pharmacy,
    remove,
    replace,
)
from tests.fhir_api.population import ADA, BELLA, CARYS, DEAD

TODAY = "2026-11-02"
N1, A1 = replace("/name/0/id", "n1"), replace("/address/0/id", "a1")


async def patched(fhir: Fhir, number: str, patches: list[Any], version: int = 1, who: str = "staff") -> dict[str, Any]:
    """The Patient after a PATCH, which is at the next version, and is what a reading gives."""
    answer = await fhir.patch(number, patches, version, who)
    assert answer.status_code == 200, answer.text
    person = answer.json()
    assert answer.headers["etag"] == f'W/"{version + 1}"' and person["meta"]["versionId"] == str(version + 1)
    assert (await fhir.get(f"Patient/{number}")).json() == person
    return person


async def test_an_item_is_added_with_an_id_of_the_registers_own(fhir: Fhir):
    person = await patched(fhir, ADA, [add("/name/-", name("nickname", "Quill", "Bunty"))])
    assert [each["id"] for each in person["name"][:2]] == ["n1", "n2"]
    added = person["name"][2]
    assert re.fullmatch("[0-9A-F]{8}", added["id"])
    assert (added["given"], added["period"]) == (["Bunty"], {"start": TODAY})

    later = await patched(fhir, ADA, [add("/telecom/-", {"system": "phone", "value": "01632960002"})], 2)
    assert later["name"] == person["name"]
    assert [each["id"] for each in later["telecom"]][:2] == ["t1", "t2"]


async def test_a_list_that_is_not_there_yet_is_added_to(fhir: Fhir):
    items = {"telecom": {"system": "email", "value": "b@example.com"}, "contact": {"name": {"family": "Barrow"}}}
    person = await patched(fhir, BELLA, [add(f"/{base}/-", item) for base, item in items.items()])
    for base, item in items.items():
        assert person[base][0] | item == person[base][0]
        assert person[base][0]["period"] == {"start": TODAY}


async def test_a_bare_array_does_as_well(fhir: Fhir):
    headers: dict[str, str | None] = {"If-Match": 'W/"1"', "Content-Type": "application/json"}
    answer = await fhir.ask("PATCH", f"Patient/{ADA}", headers=headers, json=[replace("/gender", "unknown")])
    assert (answer.status_code, answer.json()["gender"]) == (200, "unknown")


async def test_the_usual_name_is_amended_in_part_and_as_a_whole(fhir: Fhir):
    person = await patched(
        fhir,
        ADA,
        [replace("/name/0/given/1", "June"), N1, add("/name/0/given/-", "Mary Ann"), replace("/name/0/prefix/0", "Dr")],
    )
    usual = person["name"][0]
    assert usual["given"] == ["Ada", "June", "Mary Ann"] and usual["prefix"] == ["Dr"]
    assert usual["period"] == {"start": "1980-02-29"} and usual["suffix"] == ["MBE"]

    whole = {"id": "n1", "use": "usual", "family": "Quill", "given": ["Ada"]}
    usual = (await patched(fhir, ADA, [replace("/name/0", whole)], 2))["name"][0]
    assert usual == whole | {"period": {"start": TODAY}}


async def test_operations_are_done_in_turn_so_that_indexes_move(fhir: Fhir):
    person = await patched(
        fhir,
        ADA,
        [
            checked("/telecom/0/id", "t1"),
            remove("/telecom/0"),
            replace("/telecom/0/value", "ada.quill@example.com"),
            {"op": "add", "path": "/telecom/0/id", "value": "t2"},
        ],
    )
    assert [(each["id"], each["value"]) for each in person["telecom"]] == [("t2", "ada.quill@example.com")]


async def test_removal_follows_a_test_of_the_item_or_of_a_part_of_it(fhir: Fhir):
    nick = (await fhir.get(f"Patient/{ADA}")).json()["name"][1]
    person = await patched(
        fhir,
        ADA,
        [
            checked("/name/1", nick),
            remove("/name/1"),
            checked("/name/0/id", "n1"),
            remove("/name/0/suffix/0"),
            checked("/address/1/id", "a2"),
            remove("/address/1"),
            remove("/multipleBirthInteger"),
        ],
    )
    assert len(person["name"]) == len(person["address"]) == 1
    assert "suffix" not in person["name"][0] and "multipleBirthInteger" not in person


async def test_a_request_that_only_tests_changes_nothing(fhir: Fhir):
    for patches in ([checked("/name/0/id", "n1")], [N1], [replace("/gender", "female")]):
        answer = await fhir.patch(ADA, patches)
        assert (answer.status_code, answer.headers["etag"]) == (200, 'W/"1"')
    assert await fhir.rows("select 1 from patient_versions") == []


async def test_an_index_counts_the_lines_that_were_seen_and_lines_keep_their_places(fhir: Fhir):
    stored = "select line_1, line_2, line_3, line_4, line_5, postcode from patients where nhs_number = :n"
    person = await patched(fhir, ADA, [A1, replace("/address/0/line/0", "4 Mill Lane")])
    assert person["address"][0]["line"] == ["4 Mill Lane", "Otterford"]
    assert await fhir.rows(stored, n=ADA) == [("", "4 Mill Lane", "", "Otterford", "", "ZX1 1AA")]

    await patched(fhir, ADA, [A1, add("/address/0/line/0", "Mill House"), add("/address/0/line/-", "Wendale")], 2)
    assert await fhir.rows(stored, n=ADA) == [("Mill House", "4 Mill Lane", "", "Otterford", "Wendale", "ZX1 1AA")]

    await patched(fhir, ADA, [checked("/address/0/id", "a1"), remove("/address/0/line/0")], 3)
    assert await fhir.rows(stored, n=ADA) == [("", "4 Mill Lane", "", "Otterford", "Wendale", "ZX1 1AA")]

    whole = ["", "9 Ferry Row", "", "Otterford", ""]
    person = await patched(fhir, ADA, [A1, replace("/address/0/line", whole)], 4)
    assert await fhir.rows(stored, n=ADA) == [("", "9 Ferry Row", "", "Otterford", "", "ZX1 1AA")]
    assert person["address"][0]["period"] == {"start": "2015-01-01"}


async def test_who_sends_back_the_lines_they_saw_has_not_moved_them(fhir: Fhir):
    [home, *_] = (await fhir.get(f"Patient/{ADA}")).json()["address"]
    person = await patched(fhir, ADA, [replace("/address/0", home | {"postalCode": "ZX1 1AB"})])
    assert person["address"][0] == home | {"postalCode": "ZX1 1AB"}
    stored = "select line_2, line_4 from patients where nhs_number = :n"
    assert await fhir.rows(stored, n=ADA) == [("3 Mill Lane", "Otterford")]


async def test_an_address_is_whole_by_a_key_or_by_there_being_none(fhir: Fhir):
    keyed = address("2 Whitehall Quay", "Otterford", postcode="ZX1 1AB", id="a1", extension=[paf_key("9876543")])
    person = await patched(fhir, ADA, [replace("/address/0", keyed)])
    assert person["address"][0]["extension"] == [paf_key("9876543")]
    stored = "select line_1, line_2, line_4, postcode from patients where nhs_number = :n"
    assert await fhir.rows(stored, n=ADA) == [("2 Whitehall Quay", "Otterford", "", "ZX1 1AB")]

    nowhere = address("No fixed abode", postcode="ZZ99 3VZ", id="a1")
    await patched(fhir, ADA, [replace("/address/0", nowhere)], 2)
    assert await fhir.rows(stored, n=ADA) == [("No fixed abode", "", "", "ZZ99 3VZ")]


async def test_a_temporary_address_ends_of_itself(fhir: Fhir):
    lines = ("", "1 New Road", "", "Otterford", "")
    person = await patched(
        fhir,
        ADA,
        [add("/address/-", address(*lines, use="temp")), add("/address/-", address(*lines, use="billing"))],
    )
    assert [each.get("period") for each in person["address"][2:]] == [
        {"start": TODAY, "end": "2026-12-02"},
        {"start": TODAY, "end": "2027-11-03"},
    ]


async def test_a_home_is_replaced_by_removing_and_adding(fhir: Fhir):
    home = address("", "1 New Road", "", "Otterford", "")
    person = await patched(fhir, ADA, [checked("/address/0/id", "a1"), remove("/address/0"), add("/address/-", home)])
    assert person["address"][0]["line"] == ["1 New Road", "Otterford"]
    assert person["address"][0]["id"] not in ("a1", "a2") and person["address"][1]["id"] == "a2"


async def test_extensions_are_known_by_their_url(fhir: Fhir):
    extensions = (await fhir.get(f"Patient/{ADA}")).json()["extension"]
    at = next(place for place, each in enumerate(extensions) if "NominatedPharmacy" in each["url"])
    person = await patched(
        fhir,
        ADA,
        [
            replace(f"/extension/{at}/url", extensions[at]["url"]),
            replace(f"/extension/{at}/valueReference/identifier/value", "Y93333"),
            add("/extension/-", pharmacy("Y94444", DISPENSER)),
        ],
    )
    assert person["extension"][at]["valueReference"]["identifier"]["value"] == "Y93333"
    assert person["extension"][-1] == pharmacy("Y94444", DISPENSER)
    last = len(person["extension"]) - 1
    person = await patched(fhir, ADA, [checked(f"/extension/{last}/url", DISPENSER), remove(f"/extension/{last}")], 2)
    assert len(person["extension"]) == last


async def test_the_place_of_birth_is_a_column_and_its_parts(fhir: Fhir):
    person = (await fhir.get(f"Patient/{ADA}")).json()
    at = next(place for place, each in enumerate(person["extension"]) if each["url"].endswith("birthPlace"))
    url = person["extension"][at]["url"]
    place = {"city": "Seaby", "country": "GBR"}
    person = await patched(fhir, ADA, [replace(f"/extension/{at}", {"url": url, "valueAddress": place})])
    assert {"url": url, "valueAddress": place} in person["extension"]
    stored = "select place_of_birth from patients where nhs_number = :n"
    assert await fhir.rows(stored, n=ADA) == [("Seaby, GBR",)]


async def test_death_is_told_with_its_notice_and_ends_the_registration(fhir: Fhir):
    person = await patched(
        fhir, BELLA, [add("/extension/-", notice("1")), add("/deceasedDateTime", "2026-11-01T10:30:00+00:00")]
    )
    assert person["deceasedDateTime"] == "2026-11-01T00:00:00+00:00"
    assert "generalPractitioner" not in person
    stored = (
        "select status, date_of_death::text, provenance -> 'death' ->> 'source' from patients where nhs_number = :n"
    )
    assert await fhir.rows(stored, n=BELLA) == [("informal-dead", "2026-11-01", "notice")]


async def test_of_two_with_the_same_etag_exactly_one_wins(fhir: Fhir):
    patches = [[add("/name/-", name("nickname", "Quill", given))] for given in ("Bunty", "Dora")]
    answers = await asyncio.gather(*(fhir.patch(ADA, each) for each in patches))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await fhir.rows("select version from patients where nhs_number = :n", n=ADA) == [(2,)]
    assert len((await fhir.get(f"Patient/{ADA}")).json()["name"]) == 3


async def test_the_same_request_twice_is_one_version(fhir: Fhir):
    headers = {"If-Match": 'W/"1"', "X-Request-ID": str(uuid4())}
    body = {"patches": [add("/name/-", name())]}
    one, other = [await fhir.ask("PATCH", f"Patient/{ADA}", headers={**headers}, json=body) for _ in range(2)]
    assert one.status_code == other.status_code == 200
    assert (one.content, one.headers["etag"]) == (other.content, other.headers["etag"])
    assert await fhir.rows("select count(*) from patient_versions") == [(1,)]


async def test_what_was_taken_on_with_faults_does_not_stand_in_the_way(fhir: Fhir):
    """A name that no patch could add, and a period that is none, of items that are left as they are."""
    async with unit_of_work(fhir.database.engine) as connection:
        await connection.exec_driver_sql(
            """update patients set elements = jsonb_set(elements, '{names,0}',
            '{"id": "n2", "use": "old", "family": "D3whurst!", "period": {"start": "soon", "end": "later"}}')
            where surname = 'Crossley'"""
        )
    person = await patched(fhir, CARYS, [replace("/name/0/given/0", "Karys"), replace("/name/0/id", "n1")])
    assert person["name"][1]["use"] == "old"


async def test_the_office_amends_anybody(fhir: Fhir):
    [(version,)] = await fhir.rows("select version from patients where nhs_number = :n", n=DEAD)
    person = await patched(fhir, DEAD, [replace("/name/0/family", "Westwood"), N1], version, "office")
    assert person["name"][0]["family"] == "Westwood"
