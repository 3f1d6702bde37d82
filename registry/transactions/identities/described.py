"""What names no record and describes somebody all the same: forms without a number, and words about forms on paper.

A form that is refused before anybody looks who is meant names nobody's id, and so does one that waits
for a clerk or the national side. They are found by birth date and name, as the matcher reads names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid

from registry.matching.normalise import normal_forenames, normal_name, plain_postcode
from registry.values.person import Demographics

_PEOPLE = bindparam("people", type_=ARRAY(Uuid))

_KNOWN = text(
    """
    select surname, previous_surname, first_forename, date_of_birth::text as born, postcode
    from patients where id = any(:people)
    union select surname, null, first_forename, null, null from patient_former_names where patient_id = any(:people)
    union select '', null, '', null, postcode from patient_former_addresses where patient_id = any(:people)
    union select facts ->> 'surname', facts ->> 'previous_surname', facts ->> 'first_forename',
      facts ->> 'date_of_birth', facts ->> 'postcode' from patient_versions where patient_id = any(:people)
    """
).bindparams(_PEOPLE)

# Answered by `ix_transactions_described`.
_FORMS = text(
    """
    select id, command -> 'demographics' -> 'name' ->> 'surname' as surname,
      command -> 'demographics' ->> 'previous_surname' as previous_surname,
      command -> 'demographics' -> 'name' ->> 'first_forename' as first_forename,
      command -> 'demographics' -> 'address' ->> 'postcode' as postcode
    from transactions where patient_id is null and kind = 'acceptance'
      and command -> 'demographics' ->> 'date_of_birth' = any(:born)
    """
).bindparams(bindparam("born", type_=ARRAY(Text)))

_TURNED_AWAY = text(
    """
    select f.id, f.reason from paper_forms f join paper_batches b on b.id = f.batch_id
    where f.reason <> '' and b.practice_id in (
      select list_id from list_memberships where patient_id = any(:people)
      union select practice_id from transactions where id = any(:transactions))
    """
).bindparams(_PEOPLE, bindparam("transactions", type_=ARRAY(Uuid)))


@dataclass(frozen=True, slots=True)
class Described:
    """How forms have described somebody: each name and birth date that the register has known, as the matcher writes
    it. `new_surname` and `new_forename` are of the new identity: a form by that name is not about the old one."""

    born: tuple[str, ...] = ()
    surnames: tuple[str, ...] = ()
    forenames: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    new_surname: str = ""
    new_forename: str = ""

    def is_meant(self, surname: str, previous_surname: str, first_forename: str, postcode: str) -> bool:
        """Whether a form by a known birth date is about them: by any surname, or by an address, of theirs, and by a
        forename that may be one of theirs (none, or an initial, may be anybody's). In doubt, it is."""
        forename = normal_forenames(first_forename, "", "")[0]
        named = {normal_name(surname), normal_name(previous_surname)} - {""}
        if normal_name(surname) == self.new_surname and self.new_forename.startswith(forename):
            return False
        if not _may_be(forename, self.forenames):
            return False
        lives_there = bool(forename) and plain_postcode(postcode) in self.postcodes
        return lives_there or not named.isdisjoint(self.surnames)

    def is_named(self, words: str) -> bool:
        """Whether a text says a surname of theirs."""
        padded = f" {' '.join(normal_name(word) for word in words.split())} "
        return any(f" {surname} " in padded for surname in self.surnames)


_JSON: TypeAdapter[Described] = TypeAdapter(Described)


def _may_be(forename: str, known: Sequence[str]) -> bool:
    return not (forename and known) or any(each.startswith(forename) or forename.startswith(each) for each in known)


async def described(connection: AsyncConnection, people: Sequence[UUID], told: Demographics) -> Described:
    """By what forms about people are recognised; to be asked before they are sealed."""
    rows = (await connection.execute(_KNOWN, {"people": list(people)})).all()
    surnames = {normal_name(each or "") for row in rows for each in (row.surname, row.previous_surname)}
    return Described(
        tuple(sorted({row.born for row in rows if row.born})),
        tuple(sorted(surnames - {""})),
        tuple(sorted({normal_forenames(row.first_forename or "", "", "")[0] for row in rows} - {""})),
        tuple(sorted({plain_postcode(row.postcode) for row in rows} - {""})),
        normal_name(told.name.surname),
        normal_forenames(told.name.first_forename, "", "")[0],
    )


def to_facts(known: Described) -> dict[str, Any]:
    """As JSON, for the case."""
    return _JSON.dump_python(known, mode="json")


def from_facts(facts: Mapping[str, Any]) -> Described:
    """From the facts of a case; nothing where its old record was sealed before such facts were kept."""
    return _JSON.validate_python(facts.get("described") or {})


async def forms_about(connection: AsyncConnection, known: Described) -> list[UUID]:
    """Acceptances that name no record and describe somebody, the dealt with and the open ones."""
    if not known.born:
        return []
    rows = (await connection.execute(_FORMS, {"born": list(known.born)})).all()
    return [
        row.id
        for row in rows
        if known.is_meant(row.surname or "", row.previous_surname or "", row.first_forename or "", row.postcode or "")
    ]


async def paper_about(
    connection: AsyncConnection,
    known: Described,
    people: Sequence[UUID],
    numbers: Sequence[str],
    transactions: Sequence[UUID],
) -> list[UUID]:
    """Forms on paper, of practices that had to do with people, that were turned away with words that name them."""
    asked = {"people": list(people), "transactions": list(transactions)}
    rows = (await connection.execute(_TURNED_AWAY, asked)).all()
    return [row.id for row in rows if known.is_named(row.reason) or _holds(row.reason, numbers)]


def _holds(words: str, numbers: Sequence[str]) -> bool:
    digits = "".join(filter(str.isdigit, words))
    return any(number in digits for number in numbers)
