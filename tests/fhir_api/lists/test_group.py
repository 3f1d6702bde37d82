"""Group: a practice's list."""

from registry.fhir.check_resource import check_resource
from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.population import HERE, THERE


async def test_a_list_is_read(fhir: Fhir):
    answer = await fhir.get(f"Group/{HERE}", "app-read")
    assert answer.status_code == 200
    group = answer.json()
    check_resource(group, "Group")
    assert (group["type"], group["actual"], group["quantity"]) == ("person", True, 8)
    assert group["managingEntity"]["reference"] == f"Organization/{HERE}"
    assert "member" not in group


async def test_the_office_is_not_told_of_the_restricted_by_a_count(fhir: Fhir):
    assert (await fhir.get(f"Group/{HERE}", "office")).json()["quantity"] == 7


async def test_anothers_list_is_not_there(fhir: Fhir):
    for path in (f"Group/{THERE}", "Group/Y99999", "Group/lower", "Group/%00"):
        answer = await fhir.get(path)
        assert (answer.status_code, code_of(answer)) == (404, "RESOURCE_NOT_FOUND"), path


async def test_lists_are_found(fhir: Fhir):
    for query in (
        "",
        f"?_id={HERE}",
        f"?identifier=https://fhir.nhs.uk/Id/ods-organization-code|{HERE}",
        f"?managing-entity=Organization/{HERE}&identifier={HERE}",
    ):
        bundle = (await fhir.get(f"Group{query}")).json()
        assert [each["resource"]["id"] for each in bundle["entry"]] == [HERE], query
        assert bundle["total"] == 1


async def test_lists_are_not_found(fhir: Fhir):
    for query in (f"?_id={THERE}", f"?_id={HERE}&identifier={THERE}"):
        assert (await fhir.get(f"Group{query}")).json().get("entry", []) == [], query
    assert (await fhir.get("Group?identifier=urn:other|X")).status_code == 400
    answer = await fhir.get("Group", "office")
    assert (answer.status_code, code_of(answer)) == (400, "INVALID_SEARCH_DATA")
