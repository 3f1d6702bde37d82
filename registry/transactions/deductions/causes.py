"""The causes for which somebody is deducted by notice, as one table: what each is told as, from when it counts.

Sources: domain rules R7 with 1.3 and 1.4 (General Medical Services Contracts Regulations 2015
Schedule 3, paragraphs 26 to 31; NHAIS deduction types; PCSE removals help). Standard library only.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from registry.transactions.outside import Outside
from registry.transactions.rules.removal_reasons import RemovalReason

Way = Literal["deduct", "after-notice", "after-inquiry", "return", "elsewhere"]
"""`deduct` on its day; `after-notice` and `after-inquiry` when days have passed; `return` ends a
service; `elsewhere`: another procedure is the lawful one."""

RunsFrom = Literal["notification", "later-of-event-and-notification", "event"]


class Cause(Enum):
    """The value is what a clerk types and a file says."""

    DEATH = "death"
    EMIGRATION = "emigration"
    ABSENCE = "absence"
    ENLISTMENT = "enlistment"
    DISCHARGE = "discharge"
    SERVICES_DEPENDANT = "services-dependant"
    PRISON = "prison"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"
    OTHER_REGISTER = "other-register"
    TEMPORARY_RESIDENT = "temporary-resident"
    SCHOOL_LIST = "school-list"
    MENTAL_HOSPITAL = "mental-hospital"
    GONE_AWAY = "gone-away"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table.

    `reason` is the removal reason recorded, with its GP Links reason and list outside, for which
    `told_as` and `to_list` may stand. `by_forces` is the reason where the forces say it themselves.
    """

    cause: Cause
    meaning: str
    reason: RemovalReason
    runs_from: RunsFrom
    way: Way = "deduct"
    told_as: str | None = None
    to_list: Outside | None = None
    by_forces: RemovalReason | None = None
    needs_day: bool = True
    """Whether the day of the event must be said."""

    @property
    def f2_reason(self) -> str:
        """The GP Links reason of the F2."""
        return self.told_as or self.reason.value.told_as

    @property
    def leads_to(self) -> Outside:
        """The list outside."""
        return self.to_list or self.reason.value.to_list


_LATER: RunsFrom = "later-of-event-and-notification"

ROWS = (
    Row(Cause.DEATH, "Died; the date of death is kept apart", RemovalReason.DEA, "notification"),
    Row(Cause.EMIGRATION, "Left the country, to stay away three months or more", RemovalReason.EMB, _LATER),
    Row(Cause.ABSENCE, "Has been out of the country for more than three months", RemovalReason.EMB, "notification"),
    Row(Cause.ENLISTMENT, "Joined the armed forces", RemovalReason.AFL, _LATER, by_forces=RemovalReason.AFN),
    Row(
        Cause.DISCHARGE,
        "Left the armed forces; they register where they live",
        RemovalReason.ORR,
        _LATER,
        way="return",
    ),
    Row(
        Cause.SERVICES_DEPENDANT,
        "Dependant of somebody in the forces, in the care of their doctors",
        RemovalReason.SDL,
        _LATER,
        by_forces=RemovalReason.SDN,
    ),
    Row(
        Cause.PRISON,
        "Imprisoned for more than two years in all",
        RemovalReason.ORR,
        _LATER,
        to_list=Outside.PRISON,
    ),
    Row(Cause.SCOTLAND, "Registered in Scotland, as confirmed from there", RemovalReason.SCT, "event"),
    Row(Cause.NORTHERN_IRELAND, "Registered in Northern Ireland, as confirmed from there", RemovalReason.NIT, "event"),
    Row(
        Cause.OTHER_REGISTER,
        "Registered where another register is kept, as confirmed from there",
        RemovalReason.ORR,
        "event",
        told_as="2",
        to_list=Outside.ELSEWHERE,
    ),
    Row(
        Cause.TEMPORARY_RESIDENT,
        "Temporary resident elsewhere for more than three months, and not returned",
        RemovalReason.TRA,
        "notification",
        way="after-inquiry",
    ),
    Row(Cause.SCHOOL_LIST, "Left the school whose pupils' list ends", RemovalReason.RFI, _LATER, way="after-notice"),
    Row(
        Cause.MENTAL_HOSPITAL,
        "Long-stay patient of a mental hospital",
        RemovalReason.ORR,
        _LATER,
        told_as="4",
    ),
    Row(
        Cause.GONE_AWAY,
        "Address unknown",
        RemovalReason.CGA,
        "notification",
        way="elsewhere",
        needs_day=False,
    ),
    Row(Cause.OTHER, "Another reason, which is said", RemovalReason.ORR, _LATER, needs_day=False),
)
"""Every cause, in the order of the rules."""

_BY_CAUSE = {row.cause: row for row in ROWS}


def row_of(cause: Cause) -> Row:
    """The row of a cause."""
    return _BY_CAUSE[cause]
