"""Whom a search means: a person by NHS number, a practice by ODS code."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text

from registry.fhir import refusals
from registry.fhir_api.call import Call
from registry.fhir_api.interaction import Parameter
from registry.fhir_api.people.to_fhir import NHS_NUMBER, ODS_CODE
from registry.values.nhs_number import NHSNumber
from registry.values.organisation import is_ods_code

_NUMBER = r"(Patient/|https://fhir\.nhs\.uk/Id/nhs-number\|)?[0-9]{10}"
_ODS = r"(Organization/|https://fhir\.nhs\.uk/Id/ods-organization-code\|)?[0-9A-Z]{3,10}"

# A record that was merged away keeps its history; it is found by the number of either.
_PEOPLE = text(
    """
    with holder as (
      select coalesce(p.merged_into, p.id) as id from patients p where p.id = coalesce(
        (select id from patients where nhs_number = :number),
        (select patient_id from patient_numbers where nhs_number = :number)))
    select id from holder union select p.id from holder h join patients p on p.merged_into = h.id
    """
).bindparams(bindparam("number", type_=Text))
_PRACTICE = text("select id from practices where ods_code = :code").bindparams(bindparam("code", type_=Text))


def person_parameter(name: str) -> Parameter:
    """A person, by `system|number`, by `Patient/number`, or by the number alone."""
    return Parameter(name, "reference", "An NHS number, with its system, or as `Patient/…`.", "9990000018", _NUMBER)


def practice_parameter(name: str, text_: str) -> Parameter:
    """A practice, by `system|code`, by `Organization/code`, or by the code alone."""
    return Parameter(name, "reference", text_, "Y90001", _ODS)


def number_of(value: str, name: str) -> NHSNumber:
    """The NHS number in a parameter or a reference. Raises RequestError (400)."""
    try:
        return NHSNumber(value.removeprefix(f"{NHS_NUMBER}|").removeprefix("Patient/"))
    except ValueError:
        raise refusals.invalid(value, name) from None


def ods_code_of(value: str, name: str) -> str:
    """The ODS code in a parameter or a reference. Raises RequestError (400)."""
    code = value.removeprefix(f"{ODS_CODE}|").removeprefix("Organization/")
    if not is_ods_code(code):
        raise refusals.invalid(value, name)
    return code


def number_asked(call: Call, *names: str) -> NHSNumber | None:
    """The NHS number that one of some parameters gives, which mean the same. Raises RequestError (400)."""
    given = [(value, name) for name in names if (value := call.one(name)) is not None]
    if len(given) > 1:
        raise refusals.invalid_search(f"{' and '.join(names)} mean the same: give one")
    return number_of(*given[0]) if given else None


async def people_of(connection: AsyncConnection, number: NHSNumber) -> Sequence[UUID]:
    """The records of whoever has or had a number; none for nobody."""
    return list((await connection.execute(_PEOPLE, {"number": number.value})).scalars())


async def practice_of(connection: AsyncConnection, code: str) -> UUID | None:
    """The practice of an ODS code; None where no practice has it."""
    return (await connection.execute(_PRACTICE, {"code": code})).scalar_one_or_none()
