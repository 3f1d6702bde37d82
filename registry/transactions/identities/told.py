"""Who somebody is to be, as it is kept in a case."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from registry.transactions.facts import PersonFacts
from registry.transactions.identities.asked import Number
from registry.transactions.identities.kinds import IdentityChange
from registry.values.address import Address
from registry.values.person import Demographics, Name

_JSON: TypeAdapter[Demographics] = TypeAdapter(Demographics)


def particulars(kind: IdentityChange, what: Number, number: str, person: PersonFacts) -> Demographics:
    """The new identity as told; what is left out is as before, where that does not lead from one to the other.

    Nothing is ever taken over of a former name or of the place of birth, and for a protected person
    nothing at all.
    """
    protected = kind is IdentityChange.PROTECTED
    named = bool(what.address or what.postcode)
    address = Address.of(what.address, what.postcode) if named or protected else person.address
    return Demographics(
        name=Name(what.surname, what.first_forename, what.second_forename, what.other_forenames, what.title),
        sex=what.sex or person.sex,
        date_of_birth=what.date_of_birth or (None if protected else person.date_of_birth),
        number=number,
        address=address,
    )


def stored(told: Demographics) -> dict[str, Any]:
    """As JSON."""
    return _JSON.dump_python(told, mode="json")


def from_stored(facts: Mapping[str, Any]) -> Demographics:
    """From the facts of a case whose number has come."""
    return _JSON.validate_python(facts["told"])
