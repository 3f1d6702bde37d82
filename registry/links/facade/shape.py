"""Whether a document has the shape of FHIR R4 Parameters with a Patient, beyond the items that are read from it.

The judge is the FHIR library. It takes half a millisecond, so what GP systems really send is
recognised first by a narrower schema of its most usual elements: what that accepts the library
accepts too (a test proves it), and only the rest is put before the judge.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, NotRequired

from fhir.resources.R4B.parameters import Parameters
from pydantic import Discriminator, StringConstraints, Tag, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from registry.links.documents.json_shapes import as_list, as_object, is_list
from registry.links.facade.faults import Fault

_Text = Annotated[str, StringConstraints(min_length=1, pattern=r"^\S")]
_Uri = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9./_:#-]+$")]
_Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
_exact = with_config({"extra": "forbid", "strict": True})


@_exact
class _Identifier(TypedDict):
    system: NotRequired[_Uri]
    value: NotRequired[_Text]


@_exact
class _Reference(TypedDict):
    identifier: _Identifier


@_exact
class _Name(TypedDict):
    family: NotRequired[_Text]
    given: NotRequired[list[_Text]]
    prefix: NotRequired[list[_Text]]


@_exact
class _Address(TypedDict):
    line: NotRequired[list[_Text | None]]
    postalCode: NotRequired[_Text]


@_exact
class _Marker(TypedDict):
    url: _Uri
    valueBoolean: bool


@_exact
class _TextExtension(TypedDict):
    url: _Uri
    valueString: _Text


@_exact
class _Patient(TypedDict):
    resourceType: Literal["Patient"]
    identifier: NotRequired[list[_Identifier]]
    name: NotRequired[list[_Name]]
    gender: NotRequired[Literal["male", "female", "other", "unknown"]]
    birthDate: NotRequired[_Day]
    address: NotRequired[list[_Address]]
    extension: NotRequired[list[_TextExtension | _Marker]]
    generalPractitioner: NotRequired[list[_Reference]]
    managingOrganization: NotRequired[_Reference]


@_exact
class _TextParameter(TypedDict):
    name: _Text
    valueString: _Text


@_exact
class _PatientParameter(TypedDict):
    name: Literal["patient"]
    resource: _Patient


def _which(parameter: Any) -> str:
    return "resource" if "resource" in as_object(parameter) else "text"


_Parameter = Annotated[
    Annotated[_TextParameter, Tag("text")] | Annotated[_PatientParameter, Tag("resource")], Discriminator(_which)
]


@_exact
class _Parameters(TypedDict):
    resourceType: Literal["Parameters"]
    parameter: list[_Parameter]


_USUAL: TypeAdapter[_Parameters] = TypeAdapter(_Parameters)


def is_usual(document: dict[str, object]) -> bool:
    """Whether a document, already put right, consists of the usual elements only, and is well formed."""
    try:
        _USUAL.validate_python(document)
    except ValidationError:
        return False
    return True


def faulty_shape(document: dict[str, object]) -> Iterator[Fault]:
    """The first place where a document is not FHIR R4, once the known lapses of GP systems are put right."""
    right = put_right(document)
    if is_usual(right):
        return
    try:
        Parameters.model_validate(right)
    except ValidationError as error:
        yield _fault_of(error)
    except Exception:
        # Resources are looked up by the name that the caller gives, which can fail in many ways.
        yield Fault("structure", "parameter", "not as FHIR R4 has it")


def put_right(document: dict[str, object]) -> dict[str, object]:
    """A copy in which the authority's identifier is an object, as FHIR wants it, and not a list of one."""
    return {**document, "parameter": [_parameter(as_object(each)) for each in as_list(document.get("parameter"))]}


def _parameter(parameter: dict[str, object]) -> dict[str, object]:
    patient = as_object(parameter.get("resource"))
    authority = as_object(patient.get("managingOrganization"))
    identifiers = authority.get("identifier")
    if not (is_list(identifiers) and len(identifiers) == 1):
        return parameter
    return {**parameter, "resource": {**patient, "managingOrganization": {**authority, "identifier": identifiers[0]}}}


def _fault_of(error: ValidationError) -> Fault:
    """Where the library objects. The name of an element that FHIR does not have is the caller's, and is left out."""
    first = error.errors(include_input=False, include_context=False, include_url=False)[0]
    place = first["loc"]
    if first["type"] == "extra_forbidden":
        return Fault("structure", _path(place[:-1]), "holds an element that FHIR R4 does not have here")
    return Fault("structure", _path(place), "not as FHIR R4 has it")


def _path(place: tuple[int | str, ...]) -> str:
    path = ""
    for part in place:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path or "parameter"
