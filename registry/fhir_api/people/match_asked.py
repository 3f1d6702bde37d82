"""The body of `$match`: Parameters, or a Patient by itself. What cannot be read is refused by its path."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from registry.fhir import refusals
from registry.fhir.check_resource import check_resource
from registry.fhir.outcomes import Json
from registry.fhir_api.people.to_fhir import GENDERS, NHS_NUMBER
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex

_SEXES = {gender: Sex(code) for code, gender in GENDERS.items()}
_VALUES = {"resource": "resource", "onlyCertainMatches": "valueBoolean", "count": "valueInteger"}
"""The parameters of the operation, and the element in which each has its value."""
_NAME_ORDER = ("usual", "official", None, "nickname", "temp", "anonymous")
_FORMER = ("old", "maiden")
_HOMES = ("home", None)


@dataclass(frozen=True, slots=True)
class AskedMatch:
    """Who is meant, whether only a certain match will do, and how many are wanted at most (None: not said)."""

    person: Demographics
    names_places: bool
    only_certain: bool = False
    count: int | None = None


def read_match(body: Any) -> AskedMatch:
    """What a body asks for. Raises RequestError (400)."""
    kind = cast(Json, body).get("resourceType") if isinstance(body, dict) else None
    if kind == "Patient":
        return _asked(check_resource(body, "Patient"), "", {})
    parameters = check_resource(body, "Parameters")
    _refuse_modifiers(parameters, "")
    given = _given(parameters)
    if "resource" not in given:
        raise refusals.missing("parameter/resource")
    at, resource = given["resource"]
    return _asked(check_resource(resource, "Patient", f"{at}/"), f"{at}/", given)


def _given(parameters: Json) -> dict[str, tuple[str, Any]]:
    """The values by name, each with its path."""
    found: dict[str, tuple[str, Any]] = {}
    for index, each in enumerate(cast(Sequence[Json], parameters.get("parameter") or ())):
        name = each.get("name")
        if name not in _VALUES:
            raise refusals.additional(str(name))
        if name in found:
            raise refusals.refusal(400, "TOO_MANY_VALUES_SUBMITTED", f"Too many values submitted - '{name}'", name)
        element = _VALUES[name]
        if each.get(element) is None:
            raise refusals.missing(f"parameter/{index}/{element}")
        found[name] = (f"parameter/{index}/{element}", each[element])
    return found


def _asked(patient: Json, at: str, given: Mapping[str, tuple[str, Any]]) -> AskedMatch:
    _refuse_modifiers(patient, at)
    where, count = given.get("count", ("", None))
    if count is not None and (type(count) is not int or count < 1):
        raise refusals.invalid(count, where)
    return AskedMatch(
        _demographics(patient, at),
        any(patient.get(each) for each in ("address", "telecom", "generalPractitioner", "contact")),
        given.get("onlyCertainMatches", ("", False))[1] is True,
        count,
    )


def _refuse_modifiers(part: Any, at: str) -> None:
    """What changes the meaning of an element and is not known: the element cannot be read as if it were not there."""
    for path in _modifiers(part, at):
        raise refusals.refusal(400, "UNSUPPORTED_VALUE", f"'{path}' is not understood here", path)


def _modifiers(part: Any, at: str) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in cast(Json, part).items():
            if name in ("modifierExtension", "implicitRules"):
                yield at + name
            yield from _modifiers(value, f"{at}{name}/")
    elif isinstance(part, list):
        for index, each in enumerate(cast(list[Any], part)):
            yield from _modifiers(each, f"{at}{index}/")


def _demographics(patient: Json, at: str) -> Demographics:
    names = cast(list[Json], patient.get("name") or [])
    usual = _first(names, _NAME_ORDER) or {}
    former = [str(each["family"]) for each in names if each.get("use") in _FORMER and each.get("family")]
    first, second, *others = [*map(str, usual.get("given") or ()), "", ""]
    addresses = cast(list[Json], patient.get("address") or [])
    numbers = [each.get("value") for each in patient.get("identifier") or () if each.get("system") == NHS_NUMBER]
    described = Demographics(
        Name(str(usual.get("family") or ""), first, second, " ".join(others).strip()),
        _SEXES.get(str(patient.get("gender"))),
        _born(patient, at),
        str(numbers[0]) if numbers else None,
        former[-1] if former else None,
        _address(_first(addresses, _HOMES)),
        _address(_first(addresses, ("old",))),
    )
    if not (described.number or usual.get("family") or usual.get("given")):
        raise refusals.missing(f"{at}name")
    return described


def _first(items: Sequence[Json], uses: Sequence[str | None]) -> Json | None:
    """The item whose use stands first."""
    ranked = [each for each in items if each.get("use") in uses]
    return min(ranked, key=lambda each: uses.index(each.get("use")), default=None)


def _born(patient: Json, at: str) -> date | None:
    """The birth date. A year or a month alone is one that nobody can be compared by."""
    text = patient.get("birthDate")
    if text is None:
        return None
    try:
        return date.fromisoformat(str(text)) if len(str(text)) == 10 else _partial(text, at)
    except ValueError:
        return _partial(text, at)


def _partial(text: Any, at: str) -> None:
    raise refusals.invalid(text, f"{at}birthDate")


def _address(item: Json | None) -> Address:
    if item is None:
        return Address()
    lines = [str(line) for line in item.get("line") or ()]
    town = [str(item[part]) for part in ("city", "district") if item.get(part)]
    postcode = str(item["postalCode"]) if item.get("postalCode") else None
    placed = Address.of if len(lines) == 5 and not town else Address.from_unpositioned
    return placed([*lines, *town][:5], postcode)
