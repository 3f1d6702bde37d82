"""A Task that somebody posts: what every kind has in common. Each thing missing or wrong is told by its field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.fhir import refusals
from registry.fhir.check_resource import check_resource
from registry.fhir.outcomes import Json
from registry.fhir_api.people.to_fhir import NHS_NUMBER, ODS_CODE
from registry.fhir_api.work.tasks.codes import CODES, INPUT, WORK
from registry.fhir_api.work.tasks.inputs import INPUTS
from registry.fhir_api.work.whom import number_of, ods_code_of
from registry.values.nhs_number import NHSNumber

_READ = frozenset(
    {
        "resourceType", "id", "meta", "implicitRules", "language", "text", "contained", "status", "intent", "priority",
        "code", "focus", "for", "authoredOn", "lastModified", "requester", "owner", "reasonCode", "input",
    }
)  # fmt: skip
"""Elements that are read, or mean nothing to a register. Any other would be lost, so it is refused."""
_INTENTS = ("order", "proposal")


@dataclass(frozen=True, slots=True)
class Given:
    """A value as it was given, and the path of its field."""

    value: Any
    field: str


@dataclass(frozen=True, slots=True)
class PlacedTask:
    """What a posted Task says, whatever its kind. `inputs` are by name."""

    code: str
    task: Json
    practice: str
    number: NHSNumber | None
    inputs: Mapping[str, Given]

    def field_of(self, name: str) -> str:
        """The path of an input: as it was given, or by its name where it is missing."""
        given = self.inputs.get(name)
        return f"input/{name}" if given is None else given.field

    def text(self, name: str) -> str | None:
        given = self.inputs.get(name)
        return None if given is None else str(given.value)


def read_task(body: Any) -> PlacedTask:
    """What a posted Task says. Raises RequestError (400, 422) that names the field."""
    check_resource(_with_full_lines(body), "Task")
    task: Json = body
    unread = sorted(name for name in task if name.lstrip("_") not in _READ)
    if unread:
        raise refusals.additional(*unread)
    code = _code(task)
    if task["status"] != "requested":
        raise refusals.invalid(task["status"], "status")
    if task["intent"] not in _INTENTS:
        raise refusals.invalid(task["intent"], "intent")
    return PlacedTask(code, task, _requester(task), _number(task), read_inputs(task, code))


def _with_full_lines(body: Any) -> Any:
    """With something on every line of an address: FHIR knows no empty text, and five lines have their places."""
    if isinstance(body, list):
        return [_with_full_lines(each) for each in body]
    if not isinstance(body, dict):
        return body
    return {
        name: ["-" if line == "" else line for line in value]
        if name == "line" and isinstance(value, list)
        else _with_full_lines(value)
        if name in _HOLD_ADDRESSES
        else value
        for name, value in body.items()
    }


_HOLD_ADDRESSES = frozenset({"contained", "address", "input", "valueAddress"})


def _code(task: Json) -> str:
    code, field = coded(task.get("code"), WORK, "code")
    if code not in CODES:
        raise refusals.invalid(code, field)
    if code == "amendment":
        raise refusals.invalid_resource("An amendment is sent as PATCH Patient/{nhs-number}", field)
    if not CODES[code].placed:
        raise refusals.invalid_resource(f"Work of the kind {code} is not placed here", field)
    return code


def coded(concept: Any, system: str, field: str) -> tuple[str, str]:
    """The code of a system in a CodeableConcept, and its path. Raises RequestError (400)."""
    codings = concept.get("coding") if isinstance(concept, dict) else None
    if not codings:
        raise refusals.missing(f"{field}/coding")
    for index, coding in enumerate(codings):
        if coding.get("system") in (system, None):
            if not coding.get("code"):
                raise refusals.missing(f"{field}/coding/{index}/code")
            return coding["code"], f"{field}/coding/{index}/code"
    raise refusals.invalid(codings[0].get("system"), f"{field}/coding/0/system")


def _requester(task: Json) -> str:
    return _referred(task, "requester", ODS_CODE, "Organization/", ods_code_of) or _absent("requester")


def _number(task: Json) -> NHSNumber | None:
    return _referred(task, "for", NHS_NUMBER, "Patient/", number_of)


def _absent(field: str) -> Any:
    raise refusals.missing(f"{field}/identifier/value")


def _referred(task: Json, name: str, system: str, prefix: str, read: Any) -> Any:
    """What a Reference names, by identifier or by its address; None where it is not there or is contained."""
    reference: Json = task.get(name) or {}
    identifier: Json = reference.get("identifier") or {}
    if identifier:
        if identifier.get("system") != system:
            raise refusals.invalid(identifier.get("system"), f"{name}/identifier/system")
        if not identifier.get("value"):
            raise refusals.missing(f"{name}/identifier/value")
        return read(identifier["value"], f"{name}/identifier/value")
    address = reference.get("reference")
    if address is None or address.startswith("#"):
        return None
    if not address.startswith(prefix):
        raise refusals.invalid(address, f"{name}/reference")
    return read(address, f"{name}/reference")


def read_inputs(task: Json, code: str) -> dict[str, Given]:
    """The inputs by name. Raises RequestError (400) for a name that this kind of work has not, or a wrong value."""
    found: dict[str, Given] = {}
    entries: Sequence[Json] = task.get("input") or ()
    for index, entry in enumerate(entries):
        name, field = coded(entry.get("type"), INPUT, f"input/{index}/type")
        known = INPUTS[code].get(name)
        if known is None or name in found:
            raise refusals.invalid(name, field)
        values = [key for key in entry if key.startswith("value")]
        if values != [known.value]:
            if not values:
                raise refusals.missing(f"input/{index}/{known.value}")
            raise refusals.invalid(values[0], f"input/{index}/{values[0]}")
        found[name] = Given(entry[known.value], f"input/{index}/{known.value}")
    return found
