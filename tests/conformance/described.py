"""The population on which every example of the published description answers."""

from pathlib import Path
from typing import Any

from tests.fhir_api.population import at, named, people
from tests.support.fhir_patients import a_file, a_patient

PRACTICE, OTHER_PRACTICE = "Y90001", "Y90002"
EXAMPLE = "9990000018"
"""The number that the description takes for its examples."""


def described(folder: Path) -> Path:
    """A file with the person of the examples, and those of the other tests."""
    return a_file(folder, *described_people())


def described_people() -> list[dict[str, Any]]:
    """Their Patients, in an order in which they can be taken on."""
    return [*people(), _example()]


def _example() -> dict[str, Any]:
    return a_patient(
        EXAMPLE,
        PRACTICE,
        name=[named("Smith", "Jane", "Marie", id_="n1")],
        birthDate="2010-10-22",
        address=[at("1 Trevelyan Square", "Otterford", postcode="ZX1 6AE")],
    )
