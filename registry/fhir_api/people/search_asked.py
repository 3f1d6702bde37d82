"""A search for people, read from its parameters.

Source: Personal Demographics Service FHIR API, search.
"""

from dataclasses import dataclass

from registry.fhir import refusals
from registry.fhir_api.call import Call
from registry.fhir_api.people import search_values as values
from registry.fhir_api.people.search_parameters import FLAGS, LARGEST
from registry.fhir_api.people.search_values import Days, Pattern
from registry.values.nhs_number import NHSNumber

_LONGEST = 200
_MOST_GIVEN = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A search. `family_text` and `given_texts` are as sent, for the matcher, which normalises by itself."""

    family: Pattern | None
    given: tuple[Pattern, ...]
    sex: str | None
    born: Days | None
    died: Days | None
    postcode: Pattern | None
    practice: str | None
    email: str | None
    phone: str | None
    identifier: NHSNumber | None
    by_id: NHSNumber | None
    most: int
    family_text: str = ""
    given_texts: tuple[str, ...] = ()
    fuzzy: bool = False
    exact: bool = False
    history: bool = False

    @property
    def names_places(self) -> bool:
        """Whether it asks where somebody is: of the protected nobody is told then."""
        return any((self.postcode, self.practice, self.email, self.phone))

    @property
    def number(self) -> NHSNumber | None:
        return self.identifier or self.by_id

    @property
    def has_wildcard(self) -> bool:
        return any(each is not None and each.is_open for each in (self.family, self.postcode, *self.given))


def read_asked(call: Call) -> Asked:
    """What a request asks for. Raises RequestError that names the field."""
    if not call.query:
        raise refusals.refusal(400, "UNSUPPORTED_SERVICE", "A search needs parameters")
    for name, value in call.query:
        if not value.strip() or len(value) > _LONGEST or not value.isprintable():
            raise refusals.invalid(value, name)
    flags = {attribute: values.read_truth(call, name) for name, attribute in FLAGS.items()}
    family, given = call.one("family"), tuple(call.all("given"))
    if len(given) > _MOST_GIVEN:
        raise refusals.refusal(400, "TOO_MANY_VALUES_SUBMITTED", "Too many values submitted - 'given'", "given")
    return Asked(
        family=None if family is None else values.read_name(family, "family"),
        given=tuple(values.read_name(each, "given") for each in given),
        sex=values.read_sex(call),
        born=values.read_days(call, "birthdate"),
        died=values.read_days(call, "death-date"),
        postcode=values.read_postcode(call),
        practice=values.read_practice(call),
        email=values.read_email(call),
        phone=values.read_phone(call),
        identifier=values.read_identifier(call),
        by_id=values.read_number(call.one("_id"), "_id"),
        most=_most(call),
        family_text=family or "",
        given_texts=given,
        **flags,
    )


def _most(call: Call) -> int:
    """How many may be found: a system without a person at it is told of one person or of none."""
    asked, largest = call.one("_max-results"), 1 if call.caller.is_system else LARGEST
    if asked is None:
        return largest
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 9 and 1 <= int(asked) <= LARGEST):
        raise refusals.invalid(asked, "_max-results")
    if int(asked) > largest:
        error = refusals.refusal(
            403, "INVALID_VALUE", f"Invalid value - '{asked}' in field '_max-results'", "_max-results"
        )
        error.code = "forbidden"
        raise error
    return int(asked)
