"""What a change of identity does to screening, and what the practice is told of it. Pure.

Call and recall go by the sex that is registered: whoever is registered as male is called for neither
cervical nor breast screening, and the practice arranges what is needed (domain rules R5, C1, B1; the
programmes' guidance for trans and non-binary people).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registry.transactions.identities.rules import age_on
from registry.values.person import Sex

PROGRAMMES = ("cervical", "breast")


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of a programme's call: `withdrawn`, `begins` or `carried-over`. `task` is for the office."""

    programme: str
    becomes: str
    task: str


_TASKS = {
    "withdrawn": "The call has ended with the registered sex: make sure that the practice arranges it from now on, and"
    " that the date at which it was next due has reached it.",
    "begins": "The programme calls from now on: make sure that the practice says whether it should.",
    "carried-over": "Have the date at which it was next due carried over to the new record.",
}


def effects(
    before: Sex, after: Sex, born_on: date | None, today: date, ages: Mapping[str, Sequence[int]]
) -> tuple[Effect, ...]:
    """What follows in each programme for whose age it is; `ages` are those from and until which each one calls."""
    found: list[Effect] = []
    for programme in _for_age(born_on, today, ages):
        becomes = _BECOMES.get((is_called(before), is_called(after)))
        if becomes is not None:
            found.append(Effect(programme, becomes, _TASKS[becomes]))
    return tuple(found)


_BECOMES = {(True, False): "withdrawn", (False, True): "begins", (True, True): "carried-over"}


def lines_for_practice(
    sex: Sex, born_on: date | None, today: date, ages: Mapping[str, Sequence[int]]
) -> dict[str, list[str]]:
    """What ID-1 says of screening: by the new record alone, and so the same to everybody with such a record."""
    programmes = _for_age(born_on, today, ages)
    if not programmes:
        return {}
    return {"called": programmes} if is_called(sex) else {"practice_arranges_if_needed": programmes}


def is_called(sex: Sex) -> bool:
    """Whether somebody registered so is called for cervical and breast screening."""
    return sex is Sex.FEMALE


def _for_age(born_on: date | None, today: date, ages: Mapping[str, Sequence[int]]) -> list[str]:
    if born_on is None:
        return []
    age = age_on(born_on, today)
    return [name for name in PROGRAMMES if ages[name][0] <= age < ages[name][1]]
