"""The form of a file of notices, as data: its kinds, their columns, and what each may say.

docs/notice-files.md describes the same form for whoever sends such files.
"""

from dataclasses import dataclass

from registry.transactions.deductions.causes import Cause
from registry.transactions.deductions.notice import By

TRAILER = "END"
"""The first value of the last line; the second is how many notices the file holds."""

QUERY = "query"
"""A notice of the National Back Office that asks about a person, and changes nothing."""

BIRTH = "birth"

_PERSON = ("date_of_birth", "sex", "surname")
OPTIONAL = (*_PERSON, "notified_on", "until")


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file. `notices` are what its column `notice` may say; where it has one only, there is no column."""

    kind: str
    meaning: str
    by: By
    notices: tuple[str, ...]
    needs: tuple[str, ...] = ("reference", "nhs_number", "happened_on")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it must name."""
        return (*self.needs, *(("notice",) if len(self.notices) > 1 else ()))

    @property
    def known(self) -> frozenset[str]:
        """The columns that it may name."""
        return frozenset({*self.columns, *OPTIONAL})


FORMS = {
    form.kind: form
    for form in (
        Form("deaths", "Deaths as registered: the registrar's word", "registrar", (Cause.DEATH.value,)),
        Form(
            "births",
            "Births, with the NHS numbers given to the children",
            "registrar",
            (BIRTH,),
            ("reference", "nhs_number", "date_of_birth", "sex"),
        ),
        Form(
            "forces",
            "Enlistments, discharges, and dependants",
            "forces",
            (Cause.ENLISTMENT.value, Cause.DISCHARGE.value, Cause.SERVICES_DEPENDANT.value),
        ),
        Form(
            "nations",
            "Registrations confirmed by Scotland, Northern Ireland, or where another register is kept",
            "other-nation",
            (Cause.SCOTLAND.value, Cause.NORTHERN_IRELAND.value, Cause.OTHER_REGISTER.value),
        ),
        Form(
            "nbo",
            "Lists of the National Back Office",
            "national-back-office",
            (
                Cause.DEATH.value,
                Cause.EMIGRATION.value,
                Cause.ABSENCE.value,
                Cause.ENLISTMENT.value,
                Cause.SCOTLAND.value,
                Cause.NORTHERN_IRELAND.value,
                Cause.OTHER_REGISTER.value,
                QUERY,
            ),
        ),
    )
}
"""By kind."""
