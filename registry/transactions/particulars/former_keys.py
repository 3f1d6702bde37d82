"""The keys by which somebody is found who has these former names and addresses."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from registry.matching.keys import MatchKey, keys_of
from registry.patients.record import FormerAddress, FormerName
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex

_LINES = ("line_1", "line_2", "line_3", "line_4", "line_5")


def keys_with(
    patient_id: UUID,
    row: Mapping[str, Any],
    names: Iterable[Mapping[str, Any]],
    addresses: Iterable[Mapping[str, Any]],
    more: Iterable[FormerName | FormerAddress],
) -> list[MatchKey]:
    """The keys of a person's row with former ones: rows of names and of addresses, and `more` of either kind.

    The present one is the first. A former key of the same content as the present one is left out.
    """
    extra = list(more)
    former_names = [_name(each) for each in names] + [each.name for each in extra if isinstance(each, FormerName)]
    former_addresses = [_address(each) for each in addresses]
    former_addresses += [each.address for each in extra if isinstance(each, FormerAddress)]
    born = date.fromisoformat(row["date_of_birth"]) if row["date_of_birth"] else None
    described = Demographics(
        _name(row), Sex(row["sex"]), born, row["nhs_number"], row["previous_surname"], _address(row)
    )
    return keys_of(patient_id, described, former_names=former_names, former_addresses=former_addresses)


def name_of(key: MatchKey) -> tuple[str, str, str]:
    """The name in a key."""
    return key.surname, key.first_forename, key.second_forename


def place_of(key: MatchKey) -> tuple[str, str]:
    """The place in a key."""
    return key.postcode, key.address_key


def _name(row: Mapping[str, Any]) -> Name:
    return Name(row["surname"], row["first_forename"], row["second_forename"], row["other_forenames"])


def _address(row: Mapping[str, Any]) -> Address:
    return Address.of([row[line] for line in _LINES], row["postcode"])
