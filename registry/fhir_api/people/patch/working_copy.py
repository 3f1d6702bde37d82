"""The Patient that operations are applied to: as it was answered, but that lines of addresses have their places."""

from collections.abc import Mapping
from typing import Any

import orjson

from registry.fhir.outcomes import Json
from registry.fhir_api.people.patch.lines import Lines
from registry.fhir_api.people.patch.paths import LISTS
from registry.fhir_api.people.to_fhir import patient_resource
from registry.values.address import Address


def working_copy(row: Mapping[str, Any]) -> Json:
    """A Patient of its own, of a row of `people.store.FACTS`. Every list of items is there, be it empty."""
    patient: Json = orjson.loads(orjson.dumps(patient_resource(row)))
    addresses: list[Json] = patient.get("address", [])
    for address, lines in zip(addresses, _places(row, len(addresses)), strict=True):
        if "line" in address:
            address["line"] = lines
    return patient | {base: patient.get(base, []) for base in sorted(LISTS)}


def home_id(row: Mapping[str, Any]) -> str | None:
    """The id of the address that the columns of a row hold; None where there is none to be seen."""
    addresses: list[Json] = patient_resource(row).get("address", [])
    others: list[Json] = [] if row["whereabouts_hidden"] else (row["elements"] or {}).get("addresses", [])
    return str(addresses[0]["id"]) if len(addresses) > len(others) else None


def _places(row: Mapping[str, Any], count: int) -> list[Lines]:
    """The five lines of each address, the home one first, as `to_fhir.addresses_of` has them."""
    others: list[Json] = [] if row["whereabouts_hidden"] else (row["elements"] or {}).get("addresses", [])
    found = [_five(each.get("line") or ()) for each in others]
    if count > len(others):
        found.insert(0, Lines(row[f"line_{number}"] for number in range(1, 6)))
    return found


def _five(lines: Any) -> Lines:
    texts = [str(line) for line in lines]
    return Lines(texts if len(texts) == 5 else Address.from_unpositioned(texts).lines)
