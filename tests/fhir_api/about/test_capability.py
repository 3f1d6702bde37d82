"""GET metadata: what the statement says is what the routes are."""

import httpx
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from registry.fhir.check_resource import check_resource
from registry.fhir_api.interaction import INTERACTIONS
from registry.http.answers import FHIR_BASE

URL = f"{FHIR_BASE}/metadata"
OPEN = {"capabilities"}


async def statement(client: httpx.AsyncClient) -> dict:
    answer = await client.get(URL)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/fhir+json"
    return answer.json()


async def test_anybody_may_ask_and_it_is_a_whole_resource(client: httpx.AsyncClient):
    told = await statement(client)
    check_resource(told, "CapabilityStatement")
    assert told["fhirVersion"] == "4.0.1"
    assert told["software"]["version"]
    assert told["implementation"]["url"] == "http://registry.test/FHIR/R4"


async def test_every_route_is_an_interaction_and_every_interaction_a_route(app: FastAPI):
    routes = {
        (method, route.path.removeprefix(FHIR_BASE).replace("{id:id}", "{id}"))
        for route in iter_route_contexts(app.routes)
        if route.path and route.path.startswith(FHIR_BASE) and "/.well-known/" not in route.path
        for method in route.methods or ()
    }
    declared = [(each.method, each.path) for each in INTERACTIONS]
    assert len(set(declared)) == len(declared)
    assert routes == set(declared)


async def test_every_interaction_is_in_the_statement_and_nothing_else(client: httpx.AsyncClient):
    rest = (await statement(client))["rest"][0]
    told = {(each["type"], inner["code"]) for each in rest["resource"] for inner in each.get("interaction", ())}
    told |= {(each["type"], f"${inner['name']}") for each in rest["resource"] for inner in each.get("operation", ())}
    told |= {(None, f"${inner['name']}") for inner in rest.get("operation", ())}
    declared = {
        (each.resource, f"${each.operation}" if each.operation else each.code)
        for each in INTERACTIONS
        if each.code not in OPEN
    }
    assert told == declared


async def test_it_says_where_tokens_are_had_and_how_matches_are_scored(client: httpx.AsyncClient):
    rest = (await statement(client))["rest"][0]
    uris = rest["security"]["extension"][0]["extension"]
    assert uris == [{"url": "token", "valueUri": "http://registry.test/oauth2/token"}]
    patient = next(each for each in rest["resource"] if each["type"] == "Patient")
    assert patient["supportedProfile"] == ["https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient"]
    match = next(each for each in patient["operation"] if each["name"] == "match")
    assert match["definition"] == "http://hl7.org/fhir/OperationDefinition/Patient-match"
    assert "* surname: the same +" in match["documentation"]


async def test_search_parameters_have_fhir_types(client: httpx.AsyncClient):
    rest = (await statement(client))["rest"][0]
    types = {each["type"] for resource in rest["resource"] for each in resource.get("searchParam", ())}
    assert types <= {"number", "date", "string", "token", "reference", "uri"}


async def test_formats_and_parameters_that_are_not_offered(client: httpx.AsyncClient):
    assert (await client.get(URL, headers={"Accept": "application/fhir+xml"})).status_code == 406
    assert (await client.get(URL, params={"_format": "xml"})).status_code == 406
    assert (await client.get(URL, params={"_format": "json"})).status_code == 200
    assert (await client.get(URL, params={"mode": "full"})).status_code == 200
    assert (await client.get(URL, params={"mode": "terminology"})).status_code == 400
    assert (await client.get(URL, params={"colour": "red"})).status_code == 400
