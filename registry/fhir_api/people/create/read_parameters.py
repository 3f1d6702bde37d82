"""What `$allocate` is asked with: a Patient, the numbers that were looked at, and why they are others."""

from dataclasses import dataclass
from typing import Any, cast

from registry.fhir import refusals
from registry.fhir.check_resource import check_resource
from registry.fhir.outcomes import Json
from registry.fhir_api.people.create.fields import Item, too_many
from registry.patients.read_fhir import NHS_NUMBER
from registry.transactions.newcomers.newcomer import Acknowledged
from registry.values.nhs_number import NHSNumber

MOST_ACKNOWLEDGED = 50
_LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class AllocateAsked:
    """A Patient that is not checked yet, with its path, and who was acknowledged."""

    patient: Any
    at: str
    acknowledged: Acknowledged


def read_parameters(body: Any) -> AllocateAsked:
    """The parameters of `$allocate`. Raises RequestError (400) that names the field."""
    _check_shape(body)
    parameters = Item(body, "").items("parameter", MOST_ACKNOWLEDGED + 2)
    patient: Item | None = None
    reason = ""
    numbers: set[str] = set()
    for parameter in parameters:
        match parameter.value.get("name"):
            case "patient" if patient is None:
                patient = parameter
            case "acknowledgedMatches":
                numbers.add(_number(parameter))
            case "reason" if not reason:
                reason = _reason(parameter)
            case "patient" | "reason" as name:
                raise too_many(f"parameter/{name}")
            case name:
                raise refusals.additional(str(name))
    if patient is None:
        raise refusals.missing("parameter/patient")
    if not reason:
        raise refusals.missing("parameter/reason")
    return AllocateAsked(patient.needed("resource"), patient.at("resource"), Acknowledged(frozenset(numbers), reason))


def _check_shape(body: Any) -> None:
    """Whether it is Parameters. The Patient in it is looked at by itself: its empty lines are none of FHIR's."""
    if not isinstance(body, dict):
        check_resource(body, "Parameters")
    content = cast(Json, body)
    parameters = content.get("parameter")
    if not isinstance(parameters, list) or not all(isinstance(each, dict) for each in cast(list[Any], parameters)):
        check_resource(content, "Parameters")
        raise refusals.missing("parameter")
    without = [
        {key: value for key, value in each.items() if key != "resource"} for each in cast(list[Json], parameters)
    ]
    check_resource({**content, "parameter": without}, "Parameters")


def _number(parameter: Item) -> str:
    value, field = parameter.value.get("valueString"), parameter.at("valueString")
    identifier = parameter.value.get("valueIdentifier")
    if isinstance(identifier, dict):
        field = parameter.at("valueIdentifier/value")
        system = cast(Json, identifier).get("system", NHS_NUMBER)
        if system != NHS_NUMBER:
            raise refusals.invalid(system, parameter.at("valueIdentifier/system"))
        value = cast(Json, identifier).get("value")
    if value is None:
        raise refusals.missing(field)
    number = NHSNumber.parse(str(value))
    if number is None:
        raise refusals.invalid(value, field)
    return number.value


def _reason(parameter: Item) -> str:
    text = str(parameter.needed("valueString")).strip()
    if not text:
        raise refusals.missing(parameter.at("valueString"))
    if len(text) > _LONGEST_REASON:
        raise refusals.invalid(f"{len(text)} characters", parameter.at("valueString"))
    return text
