"""What becomes of a piece of open work of the record that is merged away, by its kind. Pure.

Source: domain rules R8; what is about a place on a list ends with the place.
"""

from typing import Literal

Fate = Literal["close", "re-point", "blocks"]

_WITH_THE_LIST = frozenset({"fp69", "fp69-request"})
"""About a place on a list: they go on only where the survivor is on the same one."""
_SCHEME = frozenset({"special-allocation", "scheme-appeal"})
_ABOUT_IDENTITY = frozenset({"confusion"})
_ENDS: dict[str, tuple[str, ...]] = {
    "fp69": ("moved",),
    "fp69-request": ("moved",),
    "reversal": ("overtake",),
    "assignment": ("register",),
    "temporary-residence": ("register",),
    "violence-notice": ("overtaken", "followed"),
}
_USUAL_ENDS = ("overtake", "overtaken", "withdraw", "decline", "lapse")


def ending_events(kind: str) -> tuple[str, ...]:
    """The events by which an open matter of a kind may end because its record was merged away, best first."""
    return _ENDS.get(kind, _USUAL_ENDS)


def fate_of(
    kind: str, *, can_end: bool, survivor_has_one: bool, same_list: bool, survivor_listed: bool, of_survivors_list: bool
) -> Fate:
    """What becomes of an open matter of the record that is merged away.

    `can_end`: its state knows an event that ends it. `same_list`: both were on one list, or the survivor
    takes the place. `of_survivors_list`: the practice that it concerns holds the survivor afterwards.
    """
    if kind in _ABOUT_IDENTITY:
        return "blocks"
    if kind in _SCHEME and (survivor_has_one or (survivor_listed and not of_survivors_list)):
        return "blocks"
    over = (
        kind == "reversal"
        or (kind in _WITH_THE_LIST and not same_list)
        or (kind == "assignment" and survivor_listed)
        or (kind == "temporary-residence" and of_survivors_list)
    )
    if over or survivor_has_one:
        return "close" if can_end else "blocks"
    return "re-point"
