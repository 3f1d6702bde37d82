"""A posted Task as the items of a transaction: everything that can be said without the register is said here.

What each kind must bring, and which values are wrong by themselves, is the same as by the other ways in
(`registry.links.facade.required`, `check_values`); only the names of the fields are a Task's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.fhir import refusals
from registry.fhir_api.work.tasks.codes import ACCEPTANCE_CODE, ACCEPTANCE_TYPE, DEDUCTION_REASON
from registry.fhir_api.work.tasks.inputs import INPUTS
from registry.fhir_api.work.tasks.read_patient import contained_patient, items_of_patient
from registry.fhir_api.work.tasks.read_task import Given, PlacedTask, coded
from registry.links.facade.check_values import faulty_values
from registry.links.facade.required import field_of, required_items
from registry.links.items import Items, TransactionType, code_problem
from registry.patients.read_fhir_parts import MISSHAPEN

TYPES: Mapping[str, TransactionType] = {
    "acceptance": TransactionType.G1,
    "deduction-request": TransactionType.G5,
    "removal": TransactionType.G3,
}
"""The transaction that each kind of work stands for."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The practice that places it: its names on GP Links, and the doctor under whom, unless the Task names one."""

    partner_code: str
    authority_cipher: str
    gp_code: str


def read_items(placed: PlacedTask, sender: Sender, today: date) -> Items:
    """The items of a Task. Raises RequestError (400) that names the first field that is missing or wrong."""
    kind = TYPES[placed.code]
    items, paths = _of_inputs(placed)
    if placed.code == "acceptance":
        _take_patient(placed, items, paths, today)
    elif placed.number is None:
        raise refusals.missing("for/identifier/value")
    else:
        items["number"], paths["number"] = placed.number.value, "for/identifier/value"
    _take_reasons(placed, items, paths)
    items.setdefault("gp_code", sender.gp_code)
    if items.get("free_text"):
        items["free_text"] = " ".join(items["free_text"].split())
    whole = Items(kind, sender.partner_code, sender.authority_cipher, **{k: v for k, v in items.items() if v != ""})
    _require(whole, paths)
    for fault in faulty_values(whole, today):
        item = _ITEM_OF.get(fault.field, fault.field)
        path = paths.get(item, item)
        raise refusals.refusal(400, "INVALID_VALUE", f"Invalid value - '{path}' {fault.problem}", path)
    return whole


def _of_inputs(placed: PlacedTask) -> tuple[dict[str, Any], dict[str, str]]:
    items: dict[str, Any] = {}
    paths = {each.item: placed.field_of(name) for name, each in INPUTS[placed.code].items()}
    for name, given in placed.inputs.items():
        known = INPUTS[placed.code][name]
        items[known.item] = _READERS[known.value](given)
    return items, paths


def _day(given: Given) -> date:
    try:
        return date.fromisoformat(given.value) if len(given.value) == 10 else _wrong(given)
    except (ValueError, TypeError):
        return _wrong(given)


def _text(given: Given) -> str:
    return given.value.strip() if isinstance(given.value, str) else _wrong(given)


def _truth(given: Given) -> bool:
    return given.value if isinstance(given.value, bool) else _wrong(given)


def _lines(given: Given) -> tuple[str, ...]:
    try:
        lines = [*(given.value.get("line") or ()), given.value.get("city"), given.value.get("district")]
        return tuple(line.strip() for line in lines if line and line.strip())
    except MISSHAPEN:
        return _wrong(given)


def _wrong(given: Given) -> Any:
    raise refusals.invalid(given.value if isinstance(given.value, str) else "…", given.field)


_READERS = {"valueDate": _day, "valueString": _text, "valueBoolean": _truth, "valueAddress": _lines}


def _take_patient(placed: PlacedTask, items: dict[str, Any], paths: dict[str, str], today: date) -> None:
    """What an input says stands before what the Patient says of the same."""
    patient, at = contained_patient(placed)
    found, where = items_of_patient(patient, at, today)
    number = None if placed.number is None else placed.number.value
    if number is not None and found.get("number", number) != number:
        raise refusals.invalid(found["number"], where["number"])
    for item, path in where.items():
        if item not in items:
            paths[item] = path
            if item in found:
                items[item] = found[item]
    if number is not None:
        items["number"] = number


def _take_reasons(placed: PlacedTask, items: dict[str, Any], paths: dict[str, str]) -> None:
    wanted = _REASONS.get(placed.code, {})
    if not wanted:
        return
    concepts = placed.task.get("reasonCode")
    for item, system in wanted.items():
        code, path = coded(_with_system(concepts, system), system, "reasonCode")
        problem = code_problem(item, code)
        if problem is not None:
            raise refusals.refusal(400, "INVALID_VALUE", f"Invalid value - '{path}' {problem}", path)
        items[item], paths[item] = code, path


def _with_system(concept: Any, system: str) -> Any:
    """The concept, if it has a coding of the system; one without any is missing it."""
    codings = (concept or {}).get("coding") or ()
    return concept if any(each.get("system") == system for each in codings) else _absent(system)


def _absent(system: str) -> Any:
    raise refusals.missing(f"reasonCode/coding({system.rpartition('/')[2]})")


_REASONS: Mapping[str, Mapping[str, str]] = {
    "acceptance": {"acceptance_type": ACCEPTANCE_TYPE, "acceptance_code": ACCEPTANCE_CODE},
    "deduction-request": {"deduction_reason": DEDUCTION_REASON},
}


def _require(items: Items, paths: Mapping[str, str]) -> None:
    for item in required_items(items):
        if getattr(items, item) is None:
            raise refusals.missing(paths.get(item, item))
    if items.address is not None and not any(items.address[:2]):
        raise refusals.missing(paths["address"])
    if items.acceptance_type in ("2", "3", "4") and items.number is None and items.place_of_birth is None:
        text = "Missing value - an NHS number or a place of birth is needed"
        raise refusals.refusal(400, "MISSING_VALUE", text, paths["number"])


_ITEM_OF = {
    field_of(name, TransactionType.G1): name for name in Items.__dataclass_fields__ if name not in ("type", "defects")
}
"""The item of each field's name on the other ways in."""
