"""Particulars at random: what letters, lists and the national side say, in any order, and the nightly rules."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from random import Random
from typing import Any

from registry.transactions.acts.act import Done
from registry.transactions.particulars.acts import CHANGE, HISTORY, NATIONAL
from registry.transactions.quality.night import strike_quality
from tests.invariants.town import Town
from tests.support.acts import do

Act = Callable[[Town, Random], Coroutine[Any, Any, None]]

_ITEMS: tuple[dict[str, str], ...] = (
    {"title": "Rev"},
    {"surname": "Vane"},
    {"surname": "Ashdown"},
    {"forenames": "Ann,Maud"},
    {"address": ",7 Ferry Row,,Saltholme,", "postcode": "ZX9 1AB"},
    {"address": ",8 Ferry Row,,Saltholme,", "postcode": "ZZ99 3VZ"},
    {"date_of_birth": "1901-05-18"},
    {"sex": "9"},
    {"surname": "Thorne", "date_of_birth": "1984-05-19"},
    {"surname": "Sm1th"},
)
_SOURCES = (
    "patient-letter",
    "patient-letter",
    "practice-letter",
    "national-back-office",
    "council",
    "office-correction",
)


async def _say(town: Town, chance: Random, *, national: bool) -> None:
    person = town.person(chance.randrange(3))  # few, so that one is spoken of by many
    details: dict[str, Any] = {
        "nhs_number": person.number,
        "effective_on": town.office.today - timedelta(days=chance.choice([0, 0, 1, 30])),
        **(chance.choice(_ITEMS) if chance.random() < 0.6 else _ITEMS[1 + chance.randrange(2)]),
    }
    act: Any = NATIONAL
    if not national:
        act = CHANGE
        source = chance.choice(_SOURCES)
        told_by = town.practice(chance.randrange(4)).ods_code if source == "practice-letter" else ""
        details |= {"source": source, "told_by": told_by, "evidence": chance.choice(["none", "certificate"])}
        if source == "national-back-office":
            details["reference"] = "NBO-1"
    context = town.office.plan.context()
    answer = await town.office.act(lambda connection: do(connection, context, act, **details))
    town.reached[f"particulars {answer.data['outcome'] if isinstance(answer, Done) else 'impossible'}"] += 1


async def _history(town: Town, chance: Random) -> None:
    number = town.person(chance.randrange(12)).number
    context = town.office.plan.context()
    answer = await town.office.act(lambda connection: do(connection, context, HISTORY, nhs_number=number))
    town.reached[f"particulars history {type(answer).__name__.lower()}"] += 1


async def _night(town: Town, chance: Random) -> None:
    done = await strike_quality(town.office.engine, town.office.plan.context())
    for name, count in done.items():
        town.reached[name] += count


ACTS: dict[str, tuple[int, Act]] = {
    "particulars change": (4, lambda town, chance: _say(town, chance, national=False)),
    "particulars national": (3, lambda town, chance: _say(town, chance, national=True)),
    "particulars history": (1, _history),
    "quality night": (2, _night),
}

TO_BE_REACHED: set[str] = {
    "particulars particulars-taken",
    "particulars particulars-kept",
    "particulars particulars-conflict",
    "particulars particulars-known",
    "particulars impossible",
    "particulars history done",
    "quality findings",
    "quality cases",
}
