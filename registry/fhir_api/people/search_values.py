"""The values of a search's parameters: names, postcodes, days, numbers. Each is refused by the name of its field.

Names and postcodes are compared in the matcher's form, so that case, accents, hyphens and blanks make no difference.
"""

import re
from dataclasses import dataclass
from datetime import date

from registry.fhir import refusals
from registry.fhir_api.call import Call
from registry.fhir_api.people.to_fhir import GENDERS, NHS_NUMBER
from registry.matching.normalise import letters_of, normal_name
from registry.values.nhs_number import NHSNumber

_OLD_NUMBER_SYSTEM = "https://fhir.hl7.org.uk/Id/nhs-number"
_ODS_CODE = "https://fhir.nhs.uk/Id/ods-organization-code"
_DATE = re.compile(r"(eq|ge|le)?([0-9]{4}-[0-9]{2}-[0-9]{2})\Z")
_ODS = re.compile(r"[0-9A-Z]{3,10}\Z")
_POSTCODE = re.compile(r"[A-Z0-9]{5,8}\Z")
_POSTCODE_PART = re.compile(r"[A-Z0-9]{0,8}\Z")
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}\Z")
_PHONE = re.compile(r"\+?[0-9]{3,25}\Z")
_LEAST_BEFORE_WILDCARD = 2
_SEXES = {gender: sex for sex, gender in GENDERS.items()}


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a name or postcode must be like. `like` is a pattern of SQL over the normalised form; `start` what stands
    before the first wildcard; `raw` the whole name in capitals where the normalised form cannot hold it."""

    start: str
    like: str
    raw: str | None = None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """Days from one to another, both included."""

    since: date
    until: date

    @property
    def is_one(self) -> bool:
        return self.since == self.until


def read_truth(call: Call, name: str) -> bool:
    """Whether a parameter is `true`; absent is false."""
    value = call.one(name)
    if value not in (None, "true", "false"):
        raise refusals.invalid(value, name)
    return value == "true"


def read_name(value: str, field: str) -> Pattern:
    """What a name must be like; a wildcard stands after at least two letters."""
    if "*" not in value:
        plain = normal_name(value)
        return Pattern(plain, plain, None if plain else value.strip().upper())
    parts = [letters_of(part) for part in value.split("*")]
    # A blank before the star parts two words: "St J*" and "St *" go on where the blank stands.
    start = parts[0] + (" " if value.partition("*")[0].endswith((" ", "-")) else "")
    return Pattern(start, "%".join([_long_enough(start, value, field), *parts[1:]]), is_open=True)


def _long_enough(start: str, value: str, field: str) -> str:
    if len(start.strip()) < _LEAST_BEFORE_WILDCARD:
        raise refusals.invalid(value, field)
    return start


def read_sex(call: Call) -> str | None:
    """The register's code for `gender`, where it is sent."""
    value = call.one("gender")
    if value is None:
        return None
    if value not in _SEXES:
        raise refusals.invalid(value, "gender")
    return _SEXES[value]


def read_days(call: Call, name: str) -> Days | None:
    """The days that all values leave. Raises RequestError: unreadable, or none is left."""
    values = call.all(name)
    if not values:
        return None
    if len(values) > 2:
        raise refusals.refusal(400, "TOO_MANY_VALUES_SUBMITTED", f"Too many values submitted - '{name}'", name)
    since, until = date.min, date.max
    for value in values:
        prefix, day = _day(value, name)
        since = max(since, day) if prefix != "le" else since
        until = min(until, day) if prefix != "ge" else until
    if since > until:
        raise refusals.invalid_search(f"No day is within the range of '{name}'")
    return Days(since, until)


def _day(value: str, name: str) -> tuple[str, date]:
    found = _DATE.match(value)
    try:
        if found is not None:
            return found[1] or "eq", date.fromisoformat(found[2])
    except ValueError:
        pass
    raise refusals.invalid(value, name)


def read_postcode(call: Call) -> Pattern | None:
    """What the postcode must be like, by either of its names; by both is contradictory."""
    new, old = call.one("address-postalcode"), call.one("address-postcode")
    if new is not None and old is not None:
        raise refusals.invalid_search("'address-postcode' is the old name of 'address-postalcode': send one of them")
    value, field = (new, "address-postalcode") if new is not None else (old, "address-postcode")
    if value is None:
        return None
    compact = value.replace(" ", "").upper()
    if "*" not in compact:
        if not _POSTCODE.match(compact):
            raise refusals.invalid(value, field)
        return Pattern(compact, compact)
    parts = compact.split("*")
    if not all(_POSTCODE_PART.match(part) for part in parts):
        raise refusals.invalid(value, field)
    return Pattern(parts[0], "%".join([_long_enough(parts[0], value, field), *parts[1:]]), is_open=True)


def read_practice(call: Call) -> str | None:
    """The ODS code of `general-practitioner`, bare or as a token or reference."""
    value = call.one("general-practitioner")
    if value is None:
        return None
    code = value.removeprefix(f"{_ODS_CODE}|").removeprefix("Organization/").upper()
    if not _ODS.match(code):
        raise refusals.invalid(value, "general-practitioner")
    return code


def read_email(call: Call) -> str | None:
    """The e-mail address in small letters."""
    value = call.one("email")
    if value is not None and not _EMAIL.match(value):
        raise refusals.invalid(value, "email")
    return None if value is None else value.lower()


def read_phone(call: Call) -> str | None:
    """The telephone number as `plain_phone` has it."""
    value = call.one("phone")
    if value is None:
        return None
    # A plus that stood unescaped in an address arrives as a blank.
    compact = re.sub(r"[\s().-]", "", "+" + value[1:] if value.startswith(" ") else value)
    if not _PHONE.match(compact):
        raise refusals.invalid(value, "phone")
    return plain_phone(compact)


def plain_phone(text: str) -> str:
    """The digits of a telephone number, as they are dialled within the country."""
    digits = re.sub(r"[^0-9+]", "", text).replace("+", "00")
    return "0" + digits[4:] if digits.startswith("0044") else digits


def read_identifier(call: Call) -> NHSNumber | None:
    """The NHS number of `system|value`; without a system it is taken for one."""
    value = call.one("identifier")
    if value is None:
        return None
    system, _, number = value.rpartition("|")
    if system not in ("", NHS_NUMBER, _OLD_NUMBER_SYSTEM):
        raise refusals.invalid(value, "identifier")
    return read_number(number, "identifier")


def read_number(value: str | None, field: str) -> NHSNumber | None:
    """A valid NHS number, where one is sent."""
    if value is None:
        return None
    try:
        return NHSNumber(value)
    except ValueError:
        raise refusals.invalid(value, field) from None
