"""What an undo gives back by itself, what stays, and what somebody must be asked about. Pure.

A row that still says what the merge left it saying is given back as it was. One that came to its end
since is history, and stays with the survivor. Of what goes on and says something else by now, of a
number that was used since, and of a place on a list that the survivor has left, a person decides.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

KEEP, GIVE_BACK = "keep", "give-back"
CHOICES = (KEEP, GIVE_BACK)
PLACE = "place"
"""The name under which the place on a list is asked about; rows are named by their item's number."""

_GOES_ON: Mapping[str, tuple[str, Collection[Any]]] = {
    "anomalies": ("state", ("open",)),
    "pending_deductions": ("state", ("pending",)),
    "transactions": ("state", ("waiting-for-trace", "in-queue", "pending")),
    "letters": ("state", ("queued", "handed-over")),
    "national_requests": ("state", ("P", "E", "U")),
    "matters": ("closed_at", (None,)),
}


_NOTICE = "violence-notice"
_OF_WHAT_HAPPENED = frozenset({("special-allocation", "awaiting-allocation"), ("special-allocation", "suspended")})
"""Matters that stand for an incident of one record and for no place on a list are that one's, whatever came since."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row that a merge touched. `unchanged` while it says what the merge left it saying; `now` None: it is gone."""

    id: int
    table: str
    key: str
    how: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    unchanged: bool
    now: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Question:
    """Something that changed since, and of which a person says whether the survivor keeps it."""

    item: str
    what: str
    sentence: str


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """By item: what is done. `questions` have no answer yet."""

    given_back: tuple[Item, ...]
    kept: tuple[Item, ...]
    questions: tuple[Question, ...]
    columns: Mapping[str, Any]
    """What is written to the survivor's row."""
    place_given_back: bool


def plan_undo(
    items: Sequence[Item],
    source: UUID,
    target: UUID,
    answers: Mapping[str, str],
    *,
    used: Collection[str],
    letters_gone: Collection[str],
    survivor_left_the_place: bool,
) -> UndoPlan:
    """Sort the items of a merge. `used` are numbers used since, `letters_gone` ids of letters that wait no more."""
    given: list[Item] = []
    kept: list[Item] = []
    questions: list[Question] = []
    columns: dict[str, Any] = {}
    removals = {
        str((each.now or {}).get("transaction_id")): each for each in items if each.table == "pending_deductions"
    }
    fates: dict[int, bool | None] = {}
    for each in items:
        if each.table == "patients" and each.key == str(target):
            columns |= _columns(each, answers, used, questions)
            continue
        fates[each.id] = _fate(each, answers, used, letters_gone, questions)
    for each in items:
        if each.id not in fates:
            continue
        removal = removals.get(each.key) if each.table == "transactions" else None
        fate = fates[each.id] if removal is None else fates[removal.id]
        if fate is not None:
            (given if fate else kept).append(each)
    given, kept = _flags_with_their_notice(given, kept)
    return UndoPlan(
        tuple(given), tuple(kept), tuple(questions + _of_place(survivor_left_the_place, answers)), columns,
        not survivor_left_the_place or answers.get(PLACE) == GIVE_BACK,
    )  # fmt: skip


def _of_place(survivor_left: bool, answers: Mapping[str, str]) -> list[Question]:
    if not survivor_left or PLACE in answers:
        return []
    sentence = "The survivor took the place on the list by ruling, and has left it since: is it the other's again?"
    return [Question(PLACE, "place on a list", sentence)]


def _fate(
    item: Item,
    answers: Mapping[str, str],
    used: Collection[str],
    letters_gone: Collection[str],
    questions: list[Question],
) -> bool | None:
    """True: given back. False: kept. None: it waits for an answer, or goes with something else."""
    name = str(item.id)
    if item.table == "patient_numbers" and item.key in used:
        return _asked(item, name, "A practice has used this number since, for the survivor.", answers, questions)
    if item.unchanged:
        waits = item.before.get("waits_for", (item.now or {}).get("waits_for"))
        letter = str((item.now or {}).get("letter_id"))
        # Its days begin with a letter that will never be posted: the practice has to ask again.
        return not (item.table == "pending_deductions" and waits == "letter" and letter in letters_gone)
    if item.table in ("match_keys", "patients", "practice_messages") or item.now is None or not goes_on(item):
        return False
    if item.table == "transactions" and item.now.get("state") == "pending":
        return None  # it goes with its removal
    if (item.now.get("kind"), item.now.get("state")) in _OF_WHAT_HAPPENED or item.now.get("kind") == _NOTICE:
        return True
    return _asked(item, name, "It has changed since, and goes on.", answers, questions)


def _asked(item: Item, name: str, sentence: str, answers: Mapping[str, str], questions: list[Question]) -> bool | None:
    if name in answers:
        return answers[name] == GIVE_BACK
    questions.append(Question(name, item.table.replace("_", " "), sentence))
    return None


def goes_on(item: Item) -> bool:
    """Whether what a row stands for is not at its end."""
    column, values = _GOES_ON.get(item.table, ("", ()))
    return item.now is not None and item.now.get(column) in values


def _columns(
    item: Item, answers: Mapping[str, str], used: Collection[str], questions: list[Question]
) -> dict[str, Any]:
    """Of the survivor's row: each column that the merge filled goes back, unless somebody changed it since."""
    now, name = item.now or {}, str(item.id)
    changed = [column for column in item.after if now.get(column) != item.after[column]]
    if item.after.get("nhs_number") in used and "nhs_number" not in changed:
        changed.append("nhs_number")
    back = {column: was for column, was in item.before.items() if column not in changed}
    if not changed:
        return back
    if name not in answers:
        said = ", ".join(sorted(column for column in changed if column != "apart")) or "a marking"
        questions.append(Question(name, "particulars", f"Taken over by the merge, and changed or used since: {said}."))
        return back
    return dict(item.before) if answers[name] == GIVE_BACK else back


def _flags_with_their_notice(given: list[Item], kept: list[Item]) -> tuple[list[Item], list[Item]]:
    """The F9 of an FP69 names whom the FP69 is about."""
    back = {
        (each.now or {}).get("facts", {}).get("notice")
        for each in given
        if each.table == "matters" and (each.now or {}).get("kind") == "fp69"
    }
    stay = [each for each in given if each.table == "practice_messages" and (each.now or {}).get("uuid") not in back]
    return [each for each in given if each not in stay], [*kept, *stay]


def swapped(names: Sequence[str], target: UUID, source: UUID, before: Sequence[str]) -> list[str]:
    """People named, with the one who is given back in the survivor's place, or beside them where both were."""
    both = str(target) in before
    found = [each for name in names for each in (_in_place(name, target, source, both))]
    return list(dict.fromkeys(found))


def _in_place(name: str, target: UUID, source: UUID, both: bool) -> tuple[str, ...]:
    if name != str(target):
        return (name,)
    return (str(source), name) if both else (str(source),)
