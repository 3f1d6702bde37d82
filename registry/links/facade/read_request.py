"""From the body of a request to the items of a transaction, or to what is wrong with it.

Everything that can be said without the register is said here, all of it at once. The order
of the faults decides which code is given: what is absent or broken before what is wrong.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from registry.links.documents import from_document
from registry.links.documents.json_shapes import as_list, as_object, is_object
from registry.links.documents.read_patches import BODY_FIELDS
from registry.links.facade.amendment_rules import broken_rules, plain_number
from registry.links.facade.check_values import faulty_values
from registry.links.facade.faults import Code, Fault
from registry.links.facade.required import missing
from registry.links.facade.shape import faulty_shape
from registry.links.items import FIELDS, Defect, Items, TransactionType

_VALUE_PROBLEMS = ("not one of", "not a whole", "not a date", "longer than", "only an amendment", "may not be")
"""How a reader's problem begins when the item is there and well formed, and only its value is none."""
_HEADER = frozenset({*BODY_FIELDS, "destinationHaCipher"})


def read_operation(kind: TransactionType, document: object, today: date) -> Items | list[Fault]:
    """The items of an acceptance, removal or deduction from its Parameters."""
    if not is_object(document) or document.get("resourceType") != "Parameters":
        return [Fault("structure", "resourceType", "the body must be a FHIR resource Parameters")]
    if document.get("parameter") in (None, []):
        return [Fault("structure", "parameter", "no parameter was sent")]
    items = _tidied(from_document(document, kind))
    faults = [*_misplaced(document), *_faults_of(items, today)]
    return faults or list(faulty_shape(document)) or items


def read_amendment(path_number: str, document: object, today: date) -> Items | list[Fault]:
    """The items of an amendment from its patch body, sent to the address of a number."""
    if not is_object(document):
        return [Fault("structure", "patches", "the body must be a JSON object with patches")]
    items = _tidied(from_document(document, TransactionType.G2))
    header = [fault for fault in _unreadable(items) if fault.field in _HEADER]
    others = [fault for fault in _unreadable(items) if fault.field not in _HEADER]
    faults = [
        *header,
        *_missing(items, "invalid"),
        *others,
        *broken_rules(document, items, path_number),
        *faulty_values(items, today),
    ]
    return faults or items


def _faults_of(items: Items, today: date) -> Iterator[Fault]:
    yield from _unreadable(items)
    yield from _missing(items, "structure")
    if items.address is not None and not any(items.address[:2]):
        yield Fault("structure", FIELDS["address"], "needs its first or second line: house name, or number and road")
    yield from faulty_values(items, today)


def _misplaced(document: dict[str, object]) -> Iterator[Fault]:
    """A patient that is another resource, and an authority that is several."""
    for element in as_list(document.get("parameter")):
        parameter = as_object(element)
        resource = as_object(parameter.get("resource"))
        if parameter.get("name") != "patient" or not resource:
            continue
        if resource.get("resourceType") != "Patient":
            yield Fault("structure", "patient", "must be a Patient resource")
        authority = as_object(resource.get("managingOrganization"))
        if len(as_list(authority.get("identifier"))) > 1:
            yield Fault("structure", FIELDS["ha_cipher"], "one identifier only")


def _unreadable(items: Items) -> list[Fault]:
    return [Fault(_code_of(defect, items.type), defect.field, defect.problem) for defect in items.defects]


def _code_of(defect: Defect, kind: TransactionType) -> Code:
    if kind.is_amendment and defect.field in _HEADER:
        return "invalid"
    is_value = defect.problem.startswith(_VALUE_PROBLEMS) and not defect.field.endswith((".op", ".path"))
    return "invalid" if is_value else "structure"


def _missing(items: Items, code: Code) -> list[Fault]:
    """What is not there, unless it has been told that it is there and unreadable."""
    told = [defect.field for defect in items.defects]
    return [
        Fault(code, field, problem)
        for field, problem in missing(items)
        if not any(name == field or name.startswith(f"{field}[") for name in told)
    ]


def _tidied(items: Items) -> Items:
    """The number as it is carried, and a free text on one line."""
    return replace(
        items,
        number=None if items.number is None else plain_number(items.number),
        free_text=None if items.free_text is None else " ".join(items.free_text.split()),
    )
