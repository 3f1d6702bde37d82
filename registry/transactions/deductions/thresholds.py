"""The numbers that the rules of notices use."""

from dataclasses import dataclass
from datetime import date

from registry.policies.store import Policies


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The numbers that the rules use, as in force on the day of the notice."""

    abroad_months: int
    prison_months: int
    stay_months: int
    inquiry_days: int
    list_ends_days: int
    back_debit_months: int
    days_ahead: int
    """How far ahead the day of an event may be."""

    @classmethod
    def of(cls, policies: Policies, day: date) -> "Thresholds":
        """Those in force on a day: that of the notice."""
        return cls(
            abroad_months=policies.on("abroad_months", day),
            prison_months=policies.on("prison_months", day),
            stay_months=policies.on("temporary_stay_months", day),
            inquiry_days=policies.on("inquiry_days", day),
            list_ends_days=policies.on("school_list_days", day),
            back_debit_months=policies.on("back_debit_months", day),
            days_ahead=policies.on("notice_days_ahead", day),
        )
