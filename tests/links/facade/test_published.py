"""What the published description says of the façade is true."""

from datetime import date

import pytest
from fastapi import FastAPI

from registry.links.facade.acknowledge import read_message_name
from registry.links.facade.api import OPERATIONS
from registry.links.facade.published import EXAMPLES
from registry.links.facade.read_request import read_amendment, read_operation
from registry.links.items import Items

TODAY = date(2026, 11, 2)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_example_of_an_operation_is_a_right_request(name: str):
    assert isinstance(read_operation(OPERATIONS[name], EXAMPLES[name], TODAY), Items)


def test_the_examples_of_an_amendment_and_an_acknowledgement_are_right():
    body = EXAMPLES["amendment"]
    assert isinstance(read_amendment(body["nhsNumber"], body, TODAY), Items)
    assert not isinstance(read_message_name(EXAMPLES["acknowledge"]), list)


def test_every_route_is_described_with_its_example_and_its_token(app: FastAPI):
    paths = {path: item for path, item in app.openapi()["paths"].items() if path.startswith("/fhir/")}
    assert {path: set(item) for path, item in paths.items()} == {
        "/fhir/Patient/$nhais.acceptance": {"post"},
        "/fhir/Patient/$nhais.removal": {"post"},
        "/fhir/Patient/$nhais.deduction": {"post"},
        "/fhir/Patient/{nhsNumber}": {"patch"},
        "/fhir/$nhais.inbox": {"get"},
        "/fhir/$nhais.acknowledge": {"post"},
    }
    for item in paths.values():
        for method, operation in item.items():
            assert operation["security"]
            assert operation["summary"]
            if method != "get":
                assert operation["requestBody"]["content"]["application/json"]["example"]
    taken = paths["/fhir/Patient/{nhsNumber}"]["patch"]["responses"]["202"]
    assert set(taken["headers"]) == {"OperationId", "ConversationId"}
    assert "content" not in taken
