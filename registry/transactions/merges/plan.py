"""A merge as it would be made now: who survives, what conflicts, on what it rests, and what was looked at.

Whoever proposes or approves names the fingerprint of the preview that they looked at. Where the facts
have moved since, they are shown it again.
"""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.facts import PersonFacts
from registry.transactions.merges.choose import Choice, choose, turned
from registry.transactions.merges.compare_records import Conflict, conflicts
from registry.transactions.merges.destinies import destinies
from registry.transactions.merges.places import Places
from registry.transactions.merges.snapshot import Rows, lock_shared, look
from registry.transactions.sweep.case import POSSIBLE_DUPLICATE

_IN_THE_WAY = "Work is open about one of the two that must be settled first; whoever works on it knows which."
_GONE = Conflict("record", "One of the two records stands for nobody any more: withdraw this.", blocks=True)


@dataclass(frozen=True, slots=True)
class Plan:
    """A merge as it would be made now."""

    choice: Choice
    places: Places
    rows: Rows
    conflicts: tuple[Conflict, ...]
    fingerprint: str

    @property
    def blocked(self) -> Conflict | None:
        """The first thing that stands in the way; None where nothing does."""
        return next((each for each in self.conflicts if each.blocks), None)


@dataclass(frozen=True, slots=True)
class Approved:
    """Who wants a merge, who approved it, and on what it rests."""

    author: str
    reason: str
    case_reference: str
    national_ruling: bool
    death_stands: bool
    matter_id: UUID


async def plan_merge(
    connection: AsyncConnection,
    one: PersonFacts,
    other: PersonFacts,
    *,
    retained: UUID | None = None,
    national_ruling: bool = False,
    death_stands: bool = False,
    own: UUID | None = None,
) -> Plan:
    """Plan the merge of two people, who are locked. `own` is the matter about the pair, which moves by being worked on.

    With a ruling the record named survives, and takes the other's place on a list where that one
    is the record with the person's present practice.
    """
    by_rule = choose(one, other)
    choice = by_rule if retained is None else turned(by_rule, retained)
    transfers = choice is not by_rule and national_ruling and _has_another_place(choice)
    await lock_shared(connection, [one.id, other.id])
    rows = await look(connection, [one.id, other.id])
    holder = choice.loser.membership if transfers else choice.survivor.membership
    places = Places(choice.survivor, choice.loser, holder.practice_id if holder else None, transfers)
    found = [
        *(_GONE for each in (one, other) if each.status in ("invalidated", "superseded")),
        *_of_choice(by_rule, choice, national_ruling),
        *(Conflict("open-work", _IN_THE_WAY, blocks=True) for each in destinies(places, rows) if each.fate == "blocks"),
        *conflicts(choice.survivor, choice.loser, death_stands=death_stands),
    ]
    ordered = tuple(sorted(dict.fromkeys(found), key=lambda each: not each.blocks))
    return Plan(choice, places, rows, ordered, _fingerprint(one, other, rows, own))


def _has_another_place(choice: Choice) -> bool:
    """Whether the loser is on a list on which the survivor is not."""
    theirs, mine = choice.loser.membership, choice.survivor.membership
    return theirs is not None and (mine is None or mine.practice_id != theirs.practice_id)


def _of_choice(by_rule: Choice, choice: Choice, national_ruling: bool) -> tuple[Conflict, ...]:
    if choice is by_rule or not by_rule.binding:
        return ()
    if national_ruling:
        return (Conflict("retained", "The other record survives than by the rule: the National Back Office ruled so."),)
    sentence = "By the rule the other record survives. The contrary needs the National Back Office's ruling."
    return (Conflict("retained", sentence, blocks=True),)


def _fingerprint(one: PersonFacts, other: PersonFacts, rows: Rows, own: UUID | None) -> str:
    """Of what both records are and of the open work about them, in whichever order the two come."""
    people = [
        [
            str(each.id), each.version, each.last_movement, each.membership and str(each.membership.id),
            sorted(map(str, each.absorbed)), sorted(each.superseded_numbers), each.unworked,
        ]
        for each in sorted((one, other), key=lambda each: each.id)
    ]  # fmt: skip
    work = [
        [table, key, row["version"]]
        for table in ("anomalies", "transactions", "pending_deductions", "matters")
        for key, row in sorted(rows[table].items())
        if key != str(own) and row.get("kind") != POSSIBLE_DUPLICATE
    ]
    return sha256(orjson.dumps([people, work])).hexdigest()[:16]
