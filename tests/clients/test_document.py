"""The examples of docs/fhir.md are sent as they stand, and answered as they say."""

import re
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.clients.conftest import Supplier

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "fhir.md").read_text()
EXAMPLES = re.findall(
    r"```http\n([A-Z]+) (\S+)\n((?:[A-Z][A-Za-z-]+: .*\n)*)((?:.*\n)*?)→ (\d+) ?([A-Z_]*)\n```", DOCUMENT
)


def test_there_are_examples():
    assert len(EXAMPLES) == DOCUMENT.count("```http") > 5


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: f"{each[0]} {each[1]}")
async def test_an_example_answers_as_it_says(supplier: Supplier, example: tuple[str, ...]):
    method, path, headers, body, status, code = example
    sent = dict(line.split(": ", 1) for line in headers.splitlines())
    sent |= {"Authorization": f"Bearer {supplier.user}", "X-Request-ID": str(uuid4())}
    sent["Content-Type"] = "application/json-patch+json" if method == "PATCH" else "application/fhir+json"
    url = f"{supplier.register.base}/{path}"
    async with httpx.AsyncClient(timeout=60) as client:
        if "If-Match" in sent:
            sent["If-Match"] = (await client.get(url, headers=sent)).headers["etag"]
        answer = await client.request(method, url, headers=sent, content=body or None)
    assert answer.status_code == int(status), answer.text
    assert not code or answer.json()["issue"][0]["details"]["coding"][0]["code"] == code
