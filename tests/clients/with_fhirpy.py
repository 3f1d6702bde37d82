"""A practice's system with fhirpy: `python with_fhirpy.py BASE TOKEN_OF_A_USER TOKEN_OF_THE_SYSTEM`.

Prints, as one JSON object, what it read and did. One X-Request-ID serves all requests of a client here, since fhirpy
sets its headers once: the register tells requests apart by their content too.
"""

import asyncio
import json
import sys
from typing import Any
from uuid import uuid4

import aiohttp
from fhirpy import AsyncFHIRClient

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ADA, PRACTICE = "9990010234", "Y90101"


class Client:
    """A client for each set of headers, as fhirpy wants it."""

    def __init__(self, base: str, token: str) -> None:
        self.base, self.token = base, token
        self.headers: dict[str, str] = {}
        """Of the last answer: fhirpy does not tell them, aiohttp beneath it does."""

    def with_headers(self, **headers: str) -> AsyncFHIRClient:
        """A client that sends these too; `_` in a name stands for `-`."""
        sent = {"X-Request-ID": str(uuid4()), **{name.replace("_", "-"): value for name, value in headers.items()}}
        return AsyncFHIRClient(
            self.base,
            authorization=f"Bearer {self.token}",
            extra_headers=sent,
            aiohttp_config={"raise_for_status": self._keep_headers},
        )

    async def _keep_headers(self, response: aiohttp.ClientResponse) -> None:
        self.headers = {name.lower(): value for name, value in response.headers.items()}


async def main(base: str, user: str, system: str) -> dict[str, Any]:
    mine = Client(base, user)
    client = mine.with_headers()
    told: dict[str, Any] = {}

    described = await client.execute("metadata", method="get")
    told["metadata"] = described["fhirVersion"]

    patient = await client.reference("Patient", ADA).to_resource()
    told["read"] = patient["name"][0]["family"]

    found = await client.resources("Patient").search(family="Quill", birthdate="eq1980-02-29").fetch()
    told["search"] = [each["id"] for each in found]

    asked = {"resourceType": "Patient", "name": patient["name"][:1], "birthDate": patient["birthDate"]}
    parameters = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": asked}]}
    matches = await client.resources("Patient").execute("$match", data=parameters)
    told["match"] = [(each["resource"]["id"], each["search"]["score"]) for each in matches["entry"]]

    told["patch"] = await amend(mine, patient)
    told["pages"] = await work(client)
    told["export"] = await export(Client(base, system))
    return told


async def amend(mine: Client, patient: Any) -> list[Any]:
    """Give somebody a mobile: fhirpy merges, PDS patches, so the body is sent as it is with headers of its own."""
    version = int(patient["meta"]["versionId"])
    patching = mine.with_headers(Content_Type="application/json-patch+json", If_Match=f'W/"{version}"')
    mobile = {"system": "phone", "use": "mobile", "value": "07700900123", "period": {"start": "2026-01-01"}}
    body = {"patches": [{"op": "add", "path": "/telecom/-", "value": mobile}]}
    amended = await patching.execute(f"Patient/{patient['id']}", method="patch", data=body)
    values = [each["value"] for each in amended["telecom"]]
    return [int(amended["meta"]["versionId"]) - version, mobile["value"] in values]


async def work(client: AsyncFHIRClient) -> list[str]:
    """Every registration of the practice, two on a page: fhirpy follows the links."""
    episodes = client.resources("EpisodeOfCare").search(status="active").limit(2)
    return [each["patient"]["identifier"]["value"] async for each in episodes]


async def export(mine: Client) -> list[str]:
    """The whole list, as the practice's system fetches it by night."""
    started = mine.with_headers(Prefer="respond-async")
    await started.execute(f"Group/{PRACTICE}/$export", method="get", params={"_type": "Patient"})
    place = mine.headers["content-location"]
    for _ in range(100):
        manifest = await mine.with_headers().execute(place, method="get")
        if manifest is not None and "output" in manifest:
            break
        await asyncio.sleep(0.2)
    else:
        raise SystemExit("the export did not end")
    headers = {"Authorization": f"Bearer {mine.token}", "X-Request-ID": str(uuid4())}
    async with aiohttp.ClientSession(headers=headers) as session, session.get(manifest["output"][0]["url"]) as file:
        return [json.loads(line)["id"] async for line in file.content]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(*sys.argv[1:]))))
