"""How two records compare: how well they agree, in what they conflict, and what of it stands in the way. Pure.

Source: NHAIS registration manual (merge guard).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from registry.matching.compare import compare_records, described_by
from registry.matching.frequencies import Population
from registry.matching.keys import MatchKey, number_key
from registry.matching.levels import FIELDS, Field
from registry.matching.normalise import address_key, normal_name, plain_postcode
from registry.matching.weigh import USUAL_REGISTER, weigh
from registry.matching.weights import BATCH
from registry.transactions.facts import PersonFacts
from registry.values.person import Sex


def agreement(one: PersonFacts, other: PersonFacts, known: Population | None = None) -> dict[str, Any]:
    """How two records agree, field by field: words and a score, and no values. For the office alone.

    The order of the two makes no difference. The score is that of two records of the register.
    """
    comparison = compare_records(_keys(one), _keys(other))
    items = {
        field.value: "not known on one side" if level is None else level.sentence
        for field, level in zip(FIELDS, comparison.levels, strict=True)
        if field is not Field.NUMBER
    }
    weighing = weigh(
        comparison,
        described_by(one.keys),
        weights=BATCH,
        register_size=USUAL_REGISTER if known is None else known.size,
        frequencies=None if known is None else known.frequencies,
    )
    return {"score": round(weighing.score, 2), "items": items}


def _keys(person: PersonFacts) -> list[MatchKey]:
    return [*person.keys, *(number_key(person.id, number) for number in sorted(person.superseded_numbers))]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something in which two records disagree. One that `blocks` stands in the way of a merge."""

    item: str
    sentence: str
    blocks: bool = False


def conflicts(survivor: PersonFacts, loser: PersonFacts, *, death_stands: bool = False) -> tuple[Conflict, ...]:
    """In what two records disagree, those that block first. Words only: no value of either is in them."""
    found = [
        *_of_life(survivor, loser, death_stands),
        *(Conflict(item, sentence) for item, sentence, differs in _ITEMS if differs(survivor, loser)),
    ]
    return tuple(sorted(found, key=lambda each: not each.blocks))


def _of_life(survivor: PersonFacts, loser: PersonFacts, death_stands: bool) -> tuple[Conflict, ...]:
    dead = [each for each in (survivor, loser) if each.is_dead]
    if not dead or (len(dead) == 2 and survivor.date_of_death == loser.date_of_death):
        return ()
    if any(each.membership is not None for each in (survivor, loser)):
        sentence = (
            "One is recorded as dead, and the other is on a practice's list: reverse the death, or record it of the"
            " other too, before they are merged."
        )
        return (Conflict("death", sentence, blocks=True),)
    alive = "Only one is recorded as dead." if len(dead) == 1 else "They are recorded as dead on different days."
    if death_stands:
        return (Conflict("death", f"{alive} The death stands, as was said."),)
    return (Conflict("death", f"{alive} Say that the death stands, or reverse it first.", blocks=True),)


def _text(value: str | None) -> str:
    return normal_name(value or "")


def _differ(one: str, other: str) -> bool:
    return bool(one) and bool(other) and one != other


def _home(each: PersonFacts) -> str:
    return address_key(each.address) + plain_postcode(each.address.postcode)


_ITEMS: tuple[tuple[str, str, Callable[[PersonFacts, PersonFacts], bool]], ...] = (
    ("sex", "The sex differs.", lambda s, o: len({s.sex, o.sex} - {Sex.UNKNOWN}) == 2),
    (
        "date_of_birth",
        "The dates of birth differ.",
        lambda s, o: None not in (s.date_of_birth, o.date_of_birth) and s.date_of_birth != o.date_of_birth,
    ),
    ("surname", "The surnames differ.", lambda s, o: _differ(_text(s.name.surname), _text(o.name.surname))),
    (
        "forenames",
        "The first forenames differ.",
        lambda s, o: _differ(_text(s.name.first_forename), _text(o.name.first_forename)),
    ),
    ("address", "The addresses differ.", lambda s, o: _differ(_home(s), _home(o))),
    (
        "place_of_birth",
        "The places of birth differ.",
        lambda s, o: _differ(_text(s.place_of_birth), _text(o.place_of_birth)),
    ),
    (
        "list",
        "Both are on a practice's list; one place ends.",
        lambda s, o: s.membership is not None and o.membership is not None,
    ),
    (
        "restricted",
        "Only one is marked as restricted: the survivor will be.",
        lambda s, o: s.restricted != o.restricted,
    ),
    ("pending", "A removal is pending.", lambda s, o: bool(s.pending or o.pending)),
    ("unread", "Cases are open that nobody has settled.", lambda s, o: bool(s.unworked or o.unworked)),
)
