"""How assignments are shared out among practices: by the size of their lists. Pure.

Source: domain rules R3 (rotate, keep assignments per 1,000 of the list; none above twice its
weighted share without a recorded reason).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from registry.transactions.rules.assignment_facts import Standing


@dataclass(frozen=True, slots=True)
class Area:
    """The practices with open lists together: among them assignments are shared out by size of list."""

    list_size: int
    assigned: int

    @classmethod
    def of(cls, practices: Iterable[Standing]) -> "Area":
        open_ones = [each for each in practices if each.list_is_open]
        return cls(sum(each.list_size for each in open_ones), sum(each.assigned for each in open_ones))

    def share(self, list_size: int, more: int = 0) -> float:
        """How many of the assignments, and so many more, a list of a size would have by its weight."""
        return (self.assigned + more) * list_size / self.list_size if self.list_size else 0.0


def is_over_share(assigned: int, share: float, limit: float) -> bool:
    """Whether that is more than so many times the share. The first never is: one cannot be divided."""
    return assigned > max(1.0, limit * share)


@dataclass(frozen=True, slots=True)
class PracticeShare:
    """How one practice fared over a period. `flagged`: more than its share, and not every excess has a reason."""

    ods_code: str
    list_size: int
    assigned: int
    reasoned: int
    per_1000: float = 0.0
    share: float = 0.0
    ratio: float = 0.0
    flagged: bool = False


def shares(practices: Iterable[PracticeShare], limit: float) -> tuple[PracticeShare, ...]:
    """Each practice's share of all assignments by its list, with flags; those with the most come first.

    Practices are those that could take anybody: with an open list, or with an assignment in the period.
    """
    all_of_them = tuple(practices)
    area = Area(sum(each.list_size for each in all_of_them), sum(each.assigned for each in all_of_them))
    found: list[PracticeShare] = []
    for each in all_of_them:
        share = area.share(each.list_size)
        allowed = max(1.0, limit * share)
        found.append(
            replace(
                each,
                per_1000=round(1000 * each.assigned / each.list_size, 2) if each.list_size else 0.0,
                share=round(share, 2),
                ratio=round(each.assigned / share, 2) if share else 0.0,
                flagged=each.assigned - each.reasoned > allowed,
            )
        )
    return tuple(sorted(found, key=lambda each: (-each.ratio, each.ods_code)))
