"""What FHIR carries of a person beside what the register's rules read: the column `patients.elements`.

The columns of `patients` are the truth for the usual name, the home address, sex, birth and death. Beside them an
item of FHIR has an id, by which it is amended, and a period; and there are items that no rule reads. All of that
is one object, so that a version of a person is one row:

- `name`: of the usual name `id`, `period`, `suffix`, `prefix` where there are several, and `given` where the columns
  would part them otherwise;
- `address`: of the home address `id`, `period`, and `extension` (the PAF key);
- `generalPractitioner`: of the registration `id`;
- `names`, `addresses`: every other name and address, whole, as FHIR has them, addresses with five lines;
- `telecom`, `contact`: whole; `extension`: those that no column holds, whole, by url;
- `birthPlace`: the parts of the place of birth; `multipleBirthInteger`; `deathNoticeAt`: when death was notified.

What is absent was never said. An id that was never given is one of `DEFAULT_IDS`, or is made of the place in the list.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from registry.values.address import Address

Elements = dict[str, Any]

DEFAULT_IDS: Mapping[str, str] = {"name": "usual", "address": "home", "generalPractitioner": "gp"}
"""Ids of the items that columns hold, where nobody gave them one."""

KEPT_EXTENSIONS = frozenset(
    {
        "https://fhir.hl7.org.uk/structuredefinition/extension-ukcore-nominatedpharmacy",
        "https://fhir.hl7.org.uk/structuredefinition/extension-ukcore-preferreddispenserorganization",
        "https://fhir.hl7.org.uk/structuredefinition/extension-ukcore-medicalappliancesupplier",
        "https://fhir.hl7.org.uk/structuredefinition/extension-ukcore-nhscommunication",
        "https://fhir.hl7.org.uk/structuredefinition/extension-ukcore-contactpreference",
    }
)
"""Extensions of PDS that are kept as they are, in lower case."""


def read_elements(resource: Mapping[str, Any], usual: int | None, home: int | None) -> Elements:
    """The elements of a FHIR Patient whose shape was checked. `usual` and `home` are the places of the usual name and
    of the home address in their lists; None where there is none."""
    found: Elements = {}
    names, addresses = _items(resource, "name"), _items(resource, "address")
    if usual is not None:
        _put(found, "name", _beside_name(names[usual]))
    if home is not None:
        _put(found, "address", _only(addresses[home], ("id", "period", "extension")))
    _put(found, "names", [_with_id(each, "name", at) for at, each in enumerate(names) if at != usual])
    _put(
        found,
        "addresses",
        [_with_id(_five_lines(each), "address", at) for at, each in enumerate(addresses) if at != home],
    )
    for element in ("telecom", "contact"):
        _put(found, element, [_with_id(each, element, at) for at, each in enumerate(_items(resource, element))])
    practices = _items(resource, "generalPractitioner")
    if practices and practices[0].get("id"):
        found["generalPractitioner"] = {"id": practices[0]["id"]}
    _put(found, "extension", [each for each in _items(resource, "extension") if _is_kept(each)])
    _put(found, "birthPlace", _birth_place(resource))
    _put(found, "deathNoticeAt", _death_notice_at(resource))
    if type(resource.get("multipleBirthInteger")) is int:
        found["multipleBirthInteger"] = resource["multipleBirthInteger"]
    return found


def _items(resource: Mapping[str, Any], element: str) -> list[dict[str, Any]]:
    entries = resource.get(element)
    return (
        [each for each in cast(Sequence[Any], entries) if isinstance(each, dict)] if isinstance(entries, list) else []
    )


def _put(found: Elements, key: str, value: Any) -> None:
    if value:
        found[key] = value


def _only(item: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: item[key] for key in keys if item.get(key)}


def _beside_name(item: Mapping[str, Any]) -> dict[str, Any]:
    beside = _only(item, ("id", "period", "suffix"))
    prefix = item.get("prefix")
    if isinstance(prefix, list) and len(cast(list[Any], prefix)) > 1:
        beside["prefix"] = prefix
    return beside


def _with_id(item: Mapping[str, Any], element: str, at: int) -> dict[str, Any]:
    return {**item, "id": item.get("id") or f"{element}-{at}"}


def _five_lines(address: Mapping[str, Any]) -> dict[str, Any]:
    """An address whose lines stand in their five places, so that they go on doing so."""
    lines = [str(line) for line in address.get("line") or ()]
    if not lines or len(lines) == 5:
        return dict(address)
    return {**address, "line": list(Address.from_unpositioned(lines).lines)}


def _is_kept(extension: Mapping[str, Any]) -> bool:
    return str(extension.get("url")).lower() in KEPT_EXTENSIONS


def _birth_place(resource: Mapping[str, Any]) -> dict[str, Any] | None:
    for extension in _items(resource, "extension"):
        if str(extension.get("url")).lower() == "http://hl7.org/fhir/structuredefinition/patient-birthplace":
            return extension.get("valueAddress")
    return None


def _death_notice_at(resource: Mapping[str, Any]) -> str | None:
    for extension in _items(resource, "extension"):
        if str(extension.get("url")).lower().endswith("extension-ukcore-deathnotificationstatus"):
            for part in _items(extension, "extension"):
                if part.get("url") == "systemEffectiveDate":
                    return part.get("valueDateTime")
    return None
