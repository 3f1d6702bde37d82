"""Does a form agree with the person for whom it is to be decided anew? Pure.

One mistyped number is a valid number of somebody else: nobody is registered by a number alone.
Levels only, in the matcher's own words; no name, date or address of anybody is in what is said here.
Sources: domain rules R2 (confusions), R7; the matcher's scales (`registry/matching/levels.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from registry.matching.compare import Comparison, compare
from registry.matching.incoming import incoming_from
from registry.matching.levels import FIELDS, DateOfBirth, Field, Forename, SexAgreement, Surname
from registry.transactions.facts import PersonFacts
from registry.values.person import Demographics

_OTHER_FORENAME = frozenset({Forename.SAME_INITIAL, Forename.DIFFERENT})
_OTHER_BIRTHDAY = frozenset({DateOfBirth.SAME_YEAR, DateOfBirth.GENERATION, DateOfBirth.DIFFERENT})
"""Too far apart for a slip of the pen: a twin, a parent, a namesake."""
_OWN_FORENAME = frozenset({Forename.EQUAL, Forename.OTHER_FORM, Forename.SIMILAR})
_OWN_BIRTHDAY = frozenset({DateOfBirth.EQUAL, DateOfBirth.EQUAL_FIRST_OF_JANUARY})


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a form agrees with somebody. `items` says it level by level, `against` which items speak clearly against."""

    items: Mapping[str, str]
    against: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Which items disagree, and how; for the office."""
        said = "; ".join(f"{item}: {self.items[item]}" for item in self.against)
        return f"The form is not of the person who has the NHS number: {said}."


def agreement(form: Demographics, person: PersonFacts) -> Agreement:
    """Compare a form with the person who has the number that the office found.

    The form's own number is left out: it may be the wrong person's, which is how it came to this.
    """
    return agreement_of(compare(incoming_from(replace(form, number=None)), person.keys))


def agreement_of(found: Comparison) -> Agreement:
    """The same of a comparison that was made. An item that a side lacks speaks neither for nor against."""
    items = {
        field.value: "not known on one side" if level is None else level.sentence
        for field, level in zip(FIELDS, found.levels, strict=True)
        if field is not Field.NUMBER
    }
    # A surname changes by marriage: it speaks against somebody only where the rest does not speak for them.
    changed_name = found.forename in _OWN_FORENAME and found.date_of_birth in _OWN_BIRTHDAY
    against = {
        Field.FORENAME: found.forename in _OTHER_FORENAME,
        Field.SURNAME: found.surname is Surname.DIFFERENT and not changed_name,
        Field.DATE_OF_BIRTH: found.date_of_birth in _OTHER_BIRTHDAY,
        Field.SEX: found.sex is SexAgreement.DIFFERENT,
    }
    return Agreement(items, tuple(field.value for field, speaks in against.items() if speaks))
