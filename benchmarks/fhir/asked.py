"""What is asked: reads, searches, matches and acceptances of people of the register, each as a practice sends it.

Always the same people in the same order. Every request has an X-Request-ID of its own; an acceptance is of somebody
who is on another practice's list, and of each person there is one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid5

import orjson

from benchmarks.service import HOST
from benchmarks.stage import Stage
from registry.fhir_api.people.to_fhir import GENDERS, ODS_CODE
from registry.fhir_api.work.tasks.examples import ACCEPTANCE
from registry.http.answers import FHIR_BASE, FHIR_JSON

_NAMESPACE = UUID("5f0c2a3e-7d0b-4c7e-9f55-0f6a5a1f7d11")
_PEOPLE = """
    select p.nhs_number, p.surname, p.first_forename, p.sex, p.date_of_birth, p.postcode,
      array[p.line_1, p.line_2, p.line_3, p.line_4, p.line_5] as lines, r.ods_code
    from patients p join list_memberships m on m.patient_id = p.id and upper_inf(m.period)
    join practices r on r.id = m.list_id
    where p.status = 'live' and not p.restricted and p.nhs_number is not null and p.date_of_birth is not null
      and length(p.first_forename) > 1 and p.surname <> '' and p.line_4 <> '' and p.sex in ('1', '2')
    order by hashtext(p.nhs_number) limit {limit}
"""
_PRACTICES = "select ods_code from practices where list_state = 'open' order by ods_code"


@dataclass(frozen=True, slots=True)
class Request:
    """One request, by a caller of a practice."""

    method: str
    path: str
    practice: str
    id: UUID
    body: bytes = b""

    def headers(self, token: str) -> Mapping[str, str]:
        told = {"Authorization": f"Bearer {token}", "X-Request-ID": str(self.id), "Accept": FHIR_JSON}
        return {**told, "Content-Type": FHIR_JSON} if self.body else told

    def on_the_wire(self, token: str) -> bytes:
        lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers(token).items())
        head = f"{self.method} {FHIR_BASE}/{self.path} HTTP/1.1\r\nHost: {HOST}\r\n{lines}"
        return f"{head}Content-Length: {len(self.body)}\r\n\r\n".encode() + self.body


Person = Mapping[str, Any]


async def people(stage: Stage, limit: int) -> list[Person]:
    """At most so many people of the register, spread over all of it."""
    return [dict(row) for row in await stage.run(_PEOPLE.format(limit=limit), stage.template)]


async def open_practices(stage: Stage) -> list[str]:
    """The ODS codes of practices whose list is open."""
    return [row["ods_code"] for row in await stage.run(_PRACTICES, stage.template)]


def _read(person: Person, practice: str, _today: date) -> tuple[str, str, bytes]:
    return "GET", f"Patient/{person['nhs_number']}", b""


def _search(person: Person, practice: str, _today: date) -> tuple[str, str, bytes]:
    asked = {
        "family": person["surname"],
        "given": person["first_forename"],
        "gender": GENDERS[person["sex"]],
        "birthdate": f"eq{person['date_of_birth']}",
    }
    return "GET", f"Patient?{urlencode(asked)}", b""


def _match(person: Person, practice: str, _today: date) -> tuple[str, str, bytes]:
    patient = {
        "resourceType": "Patient",
        "name": [{"family": person["surname"], "given": [person["first_forename"]]}],
        "gender": GENDERS[person["sex"]],
        "birthDate": person["date_of_birth"],
        "address": [{"postalCode": person["postcode"]}] if person["postcode"] else [],
    }
    asked = {"name": "resource", "resource": {name: value for name, value in patient.items() if value}}
    return "POST", "Patient/$match", orjson.dumps({"resourceType": "Parameters", "parameter": [asked]})


def _accept(person: Person, practice: str, today: date) -> tuple[str, str, bytes]:
    number = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": person["nhs_number"]}
    home = {"use": "home", "line": [*person["lines"]], "postalCode": person["postcode"]}
    patient = {
        "resourceType": "Patient",
        "id": "p1",
        "identifier": [number],
        "name": [{"use": "usual", "family": person["surname"], "given": [person["first_forename"]]}],
        "gender": GENDERS[person["sex"]],
        "birthDate": person["date_of_birth"],
        "address": [
            {name: value for name, value in home.items() if value},
            {"use": "old", "line": [line for line in person["lines"] if line]},
        ],
    }
    dated = [each | ({"valueDate": today.isoformat()} if "valueDate" in each else {}) for each in ACCEPTANCE["input"]]
    task = ACCEPTANCE | {
        "contained": [patient],
        "for": {"identifier": number},
        "requester": {"identifier": {"system": ODS_CODE, "value": practice}},
        "input": dated,
    }
    return "POST", "Task", orjson.dumps(task)


KINDS: Mapping[str, Callable[[Person, str, date], tuple[str, str, bytes]]] = {
    "Patient read": _read,
    "Patient search": _search,
    "Patient $match": _match,
    "Task create": _accept,
}
"""What is measured, by name."""
ONCE = frozenset({"Task create"})
"""What can be asked once of a person."""


def requests(
    kind: str, some: Sequence[Person], practices: Sequence[str], today: date, salt: str = ""
) -> Iterator[Request]:
    """A request about each of some people, by a practice that is not theirs."""
    for place, person in enumerate(some):
        practice = practices[place % len(practices)]
        if practice == person["ods_code"]:
            practice = practices[(place + 1) % len(practices)]
        method, path, body = KINDS[kind](person, practice, today)
        yield Request(method, path, practice, uuid5(_NAMESPACE, f"{salt}{kind}{place}"), body)
