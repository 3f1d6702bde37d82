"""What a caller may send: real ids of the world, numbers old, new and unknown, days before and after.

**A new route or command that asks for something by a name that is not known here fails the walk.** Add the name
to ROWS (an id of a row), to NUMBERS (somebody's NHS number) or to WORDS (anything else).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from tests.leaks.cast import WILHELMARA
from tests.leaks.world import World

UNKNOWN_NUMBER = "9997770021"
"""A valid number that the register never held."""

NUMBERS = frozenset(
    {
        *("nhs_number", "nhs", "nhsNumber", "number", "right_number", "stated_number", "old_number", "new_number"),
        *("other_number", "with_number", "superseded_number", "retained", "survivor", "merged", "other", "first"),
        *("second",),
    }
)
"""Names under which an NHS number is asked for."""

ROWS: Mapping[str, str] = {
    "case_id": "anomalies",
    "matter_id": "matters",
    "letter_id": "letters",
    "file_id": "notice_files",
    "batch_id": "paper_batches",
    "transaction": "transactions",
    "transaction_id": "transactions",
    "handle": "transactions",
    "patient_id": "patients",
    "person_id": "patients",
    "id": "matters",
    "after": "matters",
    "case": "anomalies",
    "about_case": "anomalies",
    "about_matter": "matters",
    "question_id": "query_messages",
}
"""Names under which a row's id is asked for, and whose."""

_THEM = "select id from patients where nhs_number is null or nhs_number = any(:numbers)"
_BY_PERSON = f"patient_id is null or patient_id in ({_THEM})"

WHOSE: Mapping[str, str] = {
    "patients": "nhs_number = any(:numbers)",
    "transactions": _BY_PERSON,
    "matters": _BY_PERSON,
    "letters": _BY_PERSON,
    "anomalies": f"patient_ids = '{{}}' or patient_ids && array({_THEM})",
    "query_messages": _BY_PERSON,
    "notice_files": "true",
    "paper_batches": "true",
}
"""By table, the rows whose ids are sent: of people with the numbers or with none any more, and of nobody."""

_SOME = """
    select id::text from (
      (select id from {table} where {whose}) union (select id from {table} order by id desc limit 4)) chosen order by id
"""
"""Those, and a few of others."""

WORDS: Mapping[str, Any] = {
    "accepted_on": "2026-10-01",
    "address": "1 Larch Avenue,Nethermoor",
    "area": "XD1",
    "cause": "gone-away",
    "code": "4",
    "content": "reference,nhs_number,happened_on\nEND,0\n",
    "doctor": "9900001,1",
    "form": "F-9001",
    "gp_code": "9900001,1",
    "happened_at": "2026-10-01T10:00",
    "items": ["document:PACK-1"],
    "incident_number": "0417-070225",
    "lines": [{"reference": 1, "cause": "gone-away"}],
    "noticed_at": "2026-10-01T11:00",
    "people": [1],
    "reference": "1",
    "replaces": "F-9000",
    "residential_institute": "AB",
    "scans": ["BOX-1"],
    "sex": "2",
    "type": "3",
}
"""What a name asks for where its type does not tell."""

ELSEWHERE: Mapping[tuple[str, str], Any] = {
    ("paper key-deduction", "cause"): "13",
    ("confusions answer", "of"): "Y90001",
    # Asked as somebody would who knows her from before.
    ("match", "surname"): WILHELMARA.at_last.name.surname,
    ("match", "first_forename"): WILHELMARA.at_last.name.first_forename,
    ("match", "previous_surname"): WILHELMARA.at_first.name.surname,
    ("match", "date_of_birth"): str(WILHELMARA.at_last.date_of_birth),
    ("match", "postcode"): WILHELMARA.at_last.address.postcode,
}
"""The same where a name means something else: by the group and name of the act, and the field."""


@dataclass
class Values:
    """What may be sent in one world, by name."""

    world: World
    rows: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Ids of every row of each table in ROWS, as text; with one that is nobody's."""
    versions: dict[str, int] = field(default_factory=dict[str, int])
    kinds: list[str] = field(default_factory=list[str])
    references: list[int] = field(default_factory=list[int])
    cases: list[str] = field(default_factory=list[str])
    """Cases of identity change, whose table nobody may read."""
    numbers: list[str] = field(default_factory=list[str])
    """Old, superseded, new, and unknown."""
    unknown: set[str] = field(default_factory=set[str])
    """What was asked for under a name that is not known here."""

    @classmethod
    async def of(cls, world: World, numbers: list[str]) -> "Values":
        found = cls(world, numbers=[*numbers, UNKNOWN_NUMBER])
        async with world.engine.connect() as connection:
            for table, whose in WHOSE.items():
                query = _SOME.format(table=table, whose=whose)
                rows = await connection.execute(text(query), {"numbers": numbers} if ":numbers" in whose else {})
                found.rows[table] = [*rows.scalars(), str(uuid4())]
            found.rows["patients"] = [*(str(each) for each in world.people.values()), *found.rows["patients"]]
            for table in ("matters", "anomalies", "paper_batches"):
                rows = await connection.execute(text(f"select id::text, version from {table}"))
                found.versions |= {row[0]: row[1] for row in rows}
            letters = text("select reference from letters where id::text = any(:ids) order by reference")
            found.references += (await connection.execute(letters, {"ids": found.rows["letters"]})).scalars()
            for table in ("anomalies", "matters", "letters"):
                found.kinds += (await connection.execute(text(f"select distinct kind from {table}"))).scalars()
        return found

    @property
    def days(self) -> list[str]:
        """A day before everything, every seventh of the story, and those around today."""
        today = self.world.today
        story = [today - timedelta(days=back) for back in (*range(4), *range(7, 36, 7))]
        return [date(2024, 5, 7).isoformat(), *(day.isoformat() for day in story)]

    @property
    def practices(self) -> list[str]:
        return [each.ods_code for each in self.world.practices.values()]

    def named(self, name: str, schema: Mapping[str, Any], act: str = "") -> list[Any]:
        """Everything worth sending under a name; the first is the usual one. Unknown names are noted."""
        if (act, name) in ELSEWHERE:
            return [ELSEWHERE[act, name]]
        if name == "id" and act.startswith("identities ") and self.cases:
            return self.cases
        if name == "nhs_numbers":
            return [[each] for each in self.numbers]
        if name in NUMBERS:
            return list(self.numbers)
        if name in ROWS:
            return self._ids(name)
        if name in ("practice", "by_practice", "ods", "to_practice", "practice_code"):
            return self.practices
        return list(self._by_schema(name, schema))

    def _ids(self, name: str) -> list[str]:
        if name == "id":
            return [*self.rows["matters"], *self.rows["paper_batches"][:-1], *self.rows["patients"][:2]]
        return self.rows[ROWS[name]]

    def _by_schema(self, name: str, schema: Mapping[str, Any]) -> Iterator[Any]:
        one = next((each for each in schema.get("anyOf", []) if each.get("type") != "null"), schema)
        if "enum" in one:
            yield from one["enum"]
        elif "const" in one:
            yield one["const"]
        elif name in WORDS:
            yield WORDS[name]
        elif one.get("format") == "uuid":
            self.unknown.add(name)
        elif one.get("format") == "date":
            yield from self.days[1:3]
        elif one.get("format") == "date-time":
            yield self.world.clock.now().isoformat()
        else:
            yield from self._by_type(name, one)

    def _by_type(self, name: str, one: Mapping[str, Any]) -> Iterator[Any]:
        match one.get("type"):
            case "boolean":
                yield from (True, False)
            case "integer" | "number":
                yield from self.references if name == "letter" else (1, 2)
            case "array":
                yield []
            case "object":
                yield {}
            case "string" if any(hint in name for hint in ("number", "nhs", "person", "patient", "survivor")):
                self.unknown.add(name)
            case _:
                yield "because it was asked for"
