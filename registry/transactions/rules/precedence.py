"""Which source wins: not whoever comes last.

An item that moves (an address) is decided by the day from which it holds, then by the rank of who says
it. One that lasts (a date of birth) is decided by rank, then by the day. So the end is the same in
whatever order two of them come, but where both are equal: then a person is asked, with both shown.

1. What an identity ruling or the National Back Office set, only another such ruling changes.
2. Some items need evidence, whoever says them; what has none is asked about.
3. Some sources are hearsay of an item (a council, the post): they are always asked about.
4. The same speaker corrects himself.

Source: domain rules R15 (no last write wins; per-field provenance and effective date). The ranks and the
lists are the policy `particulars_precedence`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal

from registry.transactions.rules.provenance import FIELD_OF, FIELDS, Held, Said, Source, fields_of, held
from registry.values.period import london_date

RULINGS = frozenset({Source.IDENTITY_RULING, Source.NATIONAL_BACK_OFFICE, Source.SPLIT})
"""Those whose word about who somebody is ends the matter."""


class Why(Enum):
    """Why an item is not simply taken. The value is the sentence that whoever sent or keyed it reads."""

    RULED = "A ruling on who this person is set it; only another ruling changes it."
    OLDER = "The register holds something newer."
    OUTRANKED = "The register holds it on better authority."
    SAME_DAY = "Another source says otherwise, of the same day and with as good authority."
    BEFORE_RECORD = "It is older than the record, and who said what the record held at first is not known."
    NEEDS_EVIDENCE = "It needs evidence: a document that was seen."
    TWO_AT_ONCE = "Two of surname, sex and date of birth would change at once: two people may be confused."
    HEARSAY = "This source does not change it by itself."
    RESTRICTED = "Where they are is protected: a person of the office looks at every change."
    OUTSIDE_AREA = "The new address lies far from the practice: it may be outside its area."
    RECORDED_DEAD = "They are recorded as dead."

    @property
    def label(self) -> str:
        """The stored name."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Take:
    """The register says so from now on."""


@dataclass(frozen=True, slots=True)
class Keep:
    """The register stands by its own."""

    why: Why


@dataclass(frozen=True, slots=True)
class Ask:
    """A person decides, with both in view."""

    why: Why


Verdict = Take | Keep | Ask
TAKE = Take()


@dataclass(frozen=True, slots=True)
class Precedence:
    """How one field is decided. A source without a rank ranks below all that have one."""

    by: Literal["day", "rank"]
    ranks: Mapping[str, int]
    needs_evidence: frozenset[str] = frozenset()
    """The evidence of which one is needed; empty: none is."""
    hearsay: frozenset[str] = frozenset()

    def rank(self, source: Source) -> int:
        """The higher the better."""
        return self.ranks.get(source.value, 0)


def precedence_of(policy: Mapping[str, Any], field: str) -> Precedence:
    """How a field is decided, by the policy `particulars_precedence`."""
    row = {**policy["usual"], **policy["fields"].get(field, {})}
    tiers: list[list[str]] = row["ranks"]
    ranks = {source: len(tiers) - place for place, tier in enumerate(tiers) for source in tier}
    return Precedence(row["by"], ranks, frozenset(row["needs_evidence"]), frozenset(row["hearsay"]))


def wins(said: Said, now: Held | None, made_on: date, rule: Precedence) -> Verdict:
    """Whether what is said of a field takes the place of what is held, which says otherwise.

    `now` is None where it came with the record, which was made on the day given.
    """
    if now is not None and now.said.source in RULINGS and said.source not in RULINGS:
        return Keep(Why.RULED)
    if said.source in RULINGS:
        return TAKE
    if rule.needs_evidence and said.evidence.value not in rule.needs_evidence:
        return Ask(Why.NEEDS_EVIDENCE)
    if said.source.value in rule.hearsay:
        return Ask(Why.HEARSAY)
    if now is None:
        return _against_the_record(said, made_on, rule)
    if _same_speaker(said, now.said):
        return TAKE if said.effective_on >= now.said.effective_on else Keep(Why.OLDER)
    days = (said.effective_on - now.said.effective_on).days
    better = rule.rank(said.source) - rule.rank(now.said.source)
    if rule.by == "day":
        return _decided(days, better, Why.OLDER, Why.OUTRANKED)
    return _decided(better, days, Why.OUTRANKED, Why.OLDER)


def weigh(
    columns: Mapping[str, Any], row: Mapping[str, Any], said: Said, policy: Mapping[str, Any]
) -> dict[str, Verdict]:
    """The verdict on each field in which changed columns say something else than a person's row.

    `policy` is `particulars_precedence`. What differs in case or blanks alone is taken: it says the same.
    """
    provenance: Mapping[str, Any] = row.get("provenance") or {}
    made_on = london_date(datetime.fromisoformat(str(row["created_at"])))
    found: dict[str, Verdict] = {}
    for field in fields_of(column for column, value in columns.items() if row.get(column) != value):
        differs = any(_word(columns[each]) != _word(row.get(each)) for each in FIELDS[field] if each in columns)
        rule = precedence_of(policy, field)
        found[field] = wins(said, held(provenance, field), made_on, rule) if differs else TAKE
    if "surname" in found and columns.get("previous_surname") == row["surname"]:
        # It became the previous one only because another takes its place.
        found["previous_surname"] = found["surname"]
    return found


def without(columns: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any]:
    """Changed columns but those of some fields."""
    return {column: value for column, value in columns.items() if FIELD_OF.get(column) not in fields}


def asked(verdicts: Mapping[str, Verdict]) -> dict[str, Why]:
    """The fields about which a person is asked, with the reasons."""
    return {field: each.why for field, each in verdicts.items() if isinstance(each, Ask)}


def kept(verdicts: Mapping[str, Verdict], *, ruled: bool = False) -> dict[str, Why]:
    """The fields in which the register stands by its own, with the reasons. Once a person has `ruled` that the
    change holds, these are only what such a person cannot change."""
    found = {field: each.why for field, each in verdicts.items() if isinstance(each, Keep)}
    return {field: why for field, why in found.items() if why is Why.RULED} if ruled else found


def _word(value: object) -> str:
    return " ".join(str("" if value is None else value).upper().split())


def _decided(first: int, second: int, lost_by_first: Why, lost_by_second: Why) -> Verdict:
    if first:
        return TAKE if first > 0 else Keep(lost_by_first)
    if second:
        return TAKE if second > 0 else Keep(lost_by_second)
    return Ask(Why.SAME_DAY)


def _against_the_record(said: Said, made_on: date, rule: Precedence) -> Verdict:
    """What came with the record has no day of its own. A practice that has the person since is always newer:
    what it wrote before it had them is looked at elsewhere."""
    if rule.by == "rank" or said.source in (Source.AMENDMENT, Source.ACCEPTANCE) or said.effective_on >= made_on:
        return TAKE
    return Ask(Why.BEFORE_RECORD)


def _same_speaker(one: Said, other: Said) -> bool:
    return one.by == other.by and (one.source is other.source or {one.source, other.source} <= _PRACTICES)


_PRACTICES = frozenset({Source.ACCEPTANCE, Source.AMENDMENT, Source.PRACTICE_LETTER})
