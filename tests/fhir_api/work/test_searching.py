"""Searching work and registrations: whose is seen, by which parameters, page by page."""

from typing import Any

import pytest

from registry.fhir_api.work.tasks.codes import CODES
from tests.fhir_api.conftest import code_of
from tests.fhir_api.population import ADA, BELLA, CARYS, ELSEWHERE, HERE, RESTRICTED, THERE, TOM
from tests.fhir_api.work.bodies import a_deduction, a_removal
from tests.fhir_api.work.conftest import Work
from tests.fhir_api.work.test_communications import asked


async def placed(work: Work) -> dict[str, str]:
    """Work of both practices, by name."""
    made = {
        "removal": await work.place(a_removal(BELLA)),
        "request": await work.place(a_deduction(ADA)),
        "protected": await work.place(a_removal(RESTRICTED)),
        "refused": await work.place(a_deduction(ELSEWHERE)),
        "theirs": await work.place(a_removal(ELSEWHERE, THERE), "there"),
    }
    return {**{name: task["id"] for name, task in made.items()}, "query": (await asked(work))[0]}


def names(known: dict[str, str], found: list[dict[str, Any]]) -> list[str]:
    back = {id_: name for name, id_ in known.items()}
    return sorted(back[each["id"]] for each in found)


async def test_each_practice_sees_its_own_work_and_the_office_all(work: Work):
    known = await placed(work)

    assert names(known, await work.found("Task", "there")) == ["theirs"]
    assert names(known, await work.found("Task")) == sorted({*known} - {"theirs"})
    assert names(known, await work.found("Task", "office")) == sorted(known)
    for name, id_ in known.items():
        assert (await work.fhir.get(f"Task/{id_}", "there")).status_code == (200 if name == "theirs" else 404)
        assert (await work.fhir.get(f"Task/{id_}", "staff")).status_code == (404 if name == "theirs" else 200)
    audited = await work.fhir.rows("select count(*) from audit_events where action = 'task.read'")
    assert audited[0][0] >= len(known)


async def test_work_is_found_by_its_parameters(work: Work):
    known = await placed(work)
    wanted = {
        f"patient={BELLA}": ["query", "removal"],
        f"subject=https://fhir.nhs.uk/Id/nhs-number|{BELLA}": ["query", "removal"],
        f"patient=Patient/{ADA}": ["request"],
        f"patient={TOM}": [],
        "code=removal": ["protected", "removal"],
        "code=query,deduction-request": ["query", "refused", "request"],
        "code=query&code=removal&status=accepted": ["protected", "removal"],
        "status=rejected": ["refused"],
        "business-status=awaiting-practice": ["query"],
        f"owner={HERE}": ["query"],
        f"owner={THERE}": [],
        f"requester={HERE}": ["protected", "refused", "removal", "request"],
        f"requester={THERE}": [],
        f"_id={known['query']}": ["query"],
        f"_id={known['theirs']}": [],
        "authored-on=2026-11-02": ["protected", "query", "refused", "removal", "request"],
        "authored-on=ge2026-11-01&authored-on=lt2026-11-02": [],
        "_lastUpdated=gt2026-11-03T00:00:00Z": [],
        "_lastUpdated=le2026-11": ["protected", "query", "refused", "removal", "request"],
        "code=possible-duplicate": [],
        "code=subject-access": [],
        "_sort=-_id&code=query": ["query"],
    }

    for query, expected in wanted.items():
        assert names(known, await work.found(f"Task?{query}")) == expected, query


async def test_of_somebody_protected_no_search_of_the_office_says_by_whom(work: Work):
    known = await placed(work)

    assert names(known, await work.found(f"Task?requester={HERE}", "office")) == ["refused", "removal", "request"]
    shown = await work.get(f"Task/{known['protected']}", "office")
    assert HERE not in str(shown) and "SEABY" not in str(shown)
    own = await work.get(f"Task/{known['protected']}")
    assert own["requester"]["identifier"]["value"] == HERE


@pytest.mark.parametrize(
    "query",
    [
        "patient=123", f"patient={ADA}&subject={ADA}", "code=banana", "status=banana", "business-status=x",
        "owner=y!", "authored-on=banana", "authored-on=2026-13-01", "authored-on=ge0000-01-01", "_id=x", "_sort=name",
        "_count=0", "_count=-1", "_page=x", "banana=1", f"patient={ADA}&patient={ADA}",
        "_lastUpdated=ge2026-01-01T25:00:00Z", "authored-on=9999-12-31", "patient=%00", "requester=%F0%9F%98%80",
    ],
)  # fmt: skip
async def test_a_search_that_is_wrong_is_refused(work: Work, query: str):
    for what in ("Task", "Communication", "EpisodeOfCare"):
        answer = await work.fhir.get(f"{what}?{query}")
        assert answer.status_code == 400, (what, answer.text)


async def test_pages_are_whole_while_work_comes_in(work: Work):
    known = await placed(work)
    own = {*known} - {"theirs"}

    first = await work.get("Task?_count=2")
    await work.place(a_removal(CARYS))
    pages = [first]
    while link := next((each["url"] for each in pages[-1]["link"] if each["relation"] == "next"), None):
        pages.append(await work.get(link))

    seen = [entry["resource"] for page in pages for entry in page.get("entry", [])]
    assert names(known, seen) == sorted(own), "each once, and nothing that came after the first page"
    assert [len(page["entry"]) for page in pages] == [2, 2, 1]


async def test_a_page_is_for_who_asked_for_it(work: Work):
    await placed(work)
    [link] = [each["url"] for each in (await work.get("Task?_count=2"))["link"] if each["relation"] == "next"]

    assert (await work.fhir.get(link, "there")).status_code == 400
    assert (await work.fhir.get(link.replace("_count=2", "_count=3"))).status_code == 400


async def test_spells_are_seen_on_ones_own_list_alone(work: Work):
    def people(found: list[dict[str, Any]]) -> list[str]:
        return sorted(each["patient"]["identifier"]["value"] for each in found)

    here, there = await work.found("EpisodeOfCare?_count=100"), await work.found("EpisodeOfCare", "there")
    assert BELLA in people(here) and ELSEWHERE not in people(here) and ELSEWHERE in people(there)
    assert RESTRICTED not in people(await work.found("EpisodeOfCare?_count=100", "office"))
    assert await work.found(f"EpisodeOfCare?patient={RESTRICTED}") == []
    assert await work.found(f"EpisodeOfCare?organization={THERE}") == []
    assert people(await work.found(f"EpisodeOfCare?organization={THERE}", "office")) == people(there)
    assert await work.found(f"EpisodeOfCare?patient={BELLA}&status=finished,cancelled,planned,onhold") == []
    assert len(await work.found(f"EpisodeOfCare?patient={BELLA}&status=active&date=2020-05-05")) == 1
    assert await work.found(f"EpisodeOfCare?patient={BELLA}&date=lt1990-01-01") == []
    for each in there:
        assert (await work.fhir.get(f"EpisodeOfCare/{each['id']}")).status_code == 404


async def test_pages_of_spells_are_whole(work: Work):
    expected = {each["id"] for each in await work.found("EpisodeOfCare?_count=100")}
    pages = [await work.get("EpisodeOfCare?_count=3")]
    while link := next((each["url"] for each in pages[-1]["link"] if each["relation"] == "next"), None):
        pages.append(await work.get(link))

    seen = [entry["resource"]["id"] for page in pages for entry in page["entry"]]
    assert len(seen) == len({*seen}) and {*seen} == expected


async def test_ids_that_are_none_are_not_there(work: Work):
    for what in ("Task", "Communication", "EpisodeOfCare"):
        for id_ in ("x", "0197f2d4-0000-7000-8000-000000000001", "{0197f2d4-0000-7000-8000-000000000001}"):
            answer = await work.fhir.get(f"{what}/{id_}")
            assert answer.status_code == 404 and code_of(answer) == "RESOURCE_NOT_FOUND"


async def test_work_that_is_to_come_can_be_asked_for(work: Work):
    for code in CODES:
        assert isinstance(await work.found(f"Task?code={code}", "office"), list)
