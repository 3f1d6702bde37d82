"""What a client of another hand does with the register: one program each, run whole."""

import sys
from typing import Any

import pytest

from tests.clients.conftest import Supplier
from tests.clients.node import folder_for
from tests.fhir_api.population import ADA, BELLA, CARYS, OTHER_TWIN, RESTRICTED, SURVIVOR, TOM, TWIN

ON_THE_LIST = {ADA, BELLA, CARYS, RESTRICTED, TOM, SURVIVOR, TWIN, OTHER_TWIN}


@pytest.mark.parametrize("script", ["with_fhirpy.py", "with_fhirclient.py"])
async def test_a_client_of_pypi(supplier: Supplier, script: str):
    expect_whole(supplier.runs(sys.executable, script))


async def test_a_client_of_npm(supplier: Supplier):
    folder = folder_for("with_fhir_kit.mjs")
    expect_whole(supplier.runs("node", "with_fhir_kit.mjs", folder=folder))


def expect_whole(told: dict[str, Any]) -> None:
    """Every script does the same."""
    assert told["metadata"] == "4.0.1"
    assert told["read"] == "Quill"
    assert told["search"] == [ADA]
    [[number, score], *_] = told["match"]
    assert number == ADA and 0.9 < score <= 1
    assert told["patch"] == [1, True]
    # Where a restricted person is registered is told to nobody by searching.
    assert sorted(told["pages"]) == sorted(ON_THE_LIST - {RESTRICTED})
    assert sorted(told["export"]) == sorted(ON_THE_LIST)
