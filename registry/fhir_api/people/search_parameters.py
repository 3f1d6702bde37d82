"""The parameters of a search for people: those of the Personal Demographics Service, and FHIR's two by number."""

from collections.abc import Mapping

from registry.fhir_api.interaction import Parameter

LARGEST = 50
"""What `_max-results` may ask for at most, and what is given where it is not sent."""

_TRUTH = ("true", "false")
_DAY = "(eq|ge|le)?[0-9]{4}-[0-9]{2}-[0-9]{2}"

PARAMETERS: tuple[Parameter, ...] = (
    Parameter("family", "string", "The surname. `*` stands for any letters, after at least two.", "Barraclough"),
    Parameter("given", "string", "A forename, each one apart. `*` as in `family`.", "Hol*", repeats=True),
    Parameter("gender", "token", "As it is recorded.", "female", choices=("male", "female", "other", "unknown")),
    Parameter(
        "birthdate",
        "date",
        "A whole date: eq (or nothing), or a range of ge and le.",
        "eq1962-02-11",
        _DAY,
        repeats=True,
    ),
    Parameter("death-date", "date", "A whole date, as in `birthdate`.", None, _DAY, repeats=True),
    Parameter("address-postalcode", "string", "The postcode of the home address. `*` as in `family`."),
    Parameter("address-postcode", "string", "The old name of `address-postalcode`; never both."),
    Parameter("general-practitioner", "reference", "The ODS code of the practice on whose list somebody is."),
    Parameter("email", "token", "An e-mail address."),
    Parameter("phone", "token", "A telephone number; blanks and how the country is written make no difference."),
    Parameter("identifier", "token", "The NHS number, as `system|value`, with something of who bears it."),
    Parameter("_id", "token", "The NHS number."),
    Parameter(
        "_fuzzy-match", "boolean", "Also who is called or written alike, now or formerly.", choices=_TRUTH, search=False
    ),
    Parameter("_exact-match", "boolean", "Only who fits entirely.", choices=_TRUTH, search=False),
    Parameter("_history", "boolean", "Also former names, genders and places.", choices=_TRUTH, search=False),
    Parameter(
        "_max-results",
        "number",
        "More than this many are not told of: 1 to 50; for a system without a person 1.",
        "50",
        "[0-9]{1,2}",
        search=False,
    ),
)

FLAGS: Mapping[str, str] = {"_fuzzy-match": "fuzzy", "_exact-match": "exact", "_history": "history"}
"""What is asked by `true` or `false`, and what `Asked` calls it."""
