"""A set of weights learnt from a register or file without labels, and whether it may be used."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from registry.matching.levels import FIELDS, Field, Place
from registry.matching.model.bounds import Breach, breaches, matches_breach
from registry.matching.model.chance import chance_rates
from registry.matching.model.households import NOT_TOLD, Households, household_rates
from registry.matching.model.parse import document_of
from registry.matching.model.parts import RATED_FIELDS, SET_NAMES, Model, WeightSet
from registry.matching.model.patterns import Floats, Patterns
from registry.matching.model.persons import Persons, Priors, person_rates
from registry.matching.model.rates import Rates, implied, weights_of
from registry.matching.normalise import NORMALISER_VERSION

DUPLICATE_RATE = 0.002
"""The share of records that are a second one of somebody, where nobody configures another."""

NOT_ON_FORMS = (Field.PLACE, Field.NUMBER)
"""Duplicates of a register say nothing of these for a form: a stated number is nearly always right, and whoever
registers has mostly moved. Only decided cases teach them for the incoming set."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is learnt from: pairs of a register or file, counted by pattern."""

    people: int
    random: Patterns
    """Pairs drawn at random."""
    candidates: Patterns
    """Pairs that blocking found."""
    same_address: Patterns | None = None
    """Pairs at one address, or None where the file has no addresses."""
    share_looked_at: float = 1.0
    """The share of people among whom those pairs were looked for."""


@dataclass(frozen=True, slots=True)
class Training:
    """A model with one set learnt anew, and the bounds that it is outside of: none where it may be used."""

    model: Model
    matches_expected: float
    matches_configured: float
    household_pairs: float
    breaches: tuple[Breach, ...]


def learn(
    evidence: Evidence,
    shipped: Model,
    *,
    set_name: str = "batch",
    duplicate_rate: float = DUPLICATE_RATE,
    version: str = "",
    provenance: Mapping[str, Any] | None = None,
) -> Training:
    """Learn one set of weights around the shipped ones.

    What is met by chance and in households belongs to the register, so that both sets get it; how
    records of one person agree is learnt for the set named. Without a version, the model's is made
    from its figures.
    """
    before, chance = shipped.weight_set(set_name), shipped.random_of(set_name)
    random = chance_rates(evidence.random, _arrays(chance))
    same = implied(chance, before.same)
    households = _households(evidence, same, implied(chance, before.household))
    housemates = _housemates(evidence, households, before)
    persons = person_rates(
        evidence.candidates,
        random=random,
        household=_at_home(shipped, before, random, households),
        shipped=same,
        priors=Priors(2 * duplicate_rate / evidence.people, housemates / evidence.people),
        fixed=NOT_ON_FORMS if set_name == "incoming" else (),
    )
    model = _model(shipped, random, households, housemates, {set_name: persons.rates})
    if set_name == "batch":
        model = replace(model, batch=replace(model.batch, matches_per_person=2 * duplicate_rate))
    told = {**_told(evidence, households, persons, duplicate_rate), "set": set_name, "from": shipped.version}
    model = named(replace(model, provenance={**told, **(provenance or {})}), set_name, version)
    configured = duplicate_rate * evidence.people
    flood = matches_breach(persons.matches, configured)
    found = (*([flood] if flood else []), *breaches(model, shipped))
    return Training(model, persons.matches, configured, households.pairs, found)


def named(model: Model, made: str, version: str = "") -> Model:
    """The model under a version of its own: the one given, or one made from how it was made and its figures."""
    if not version:
        figures = json.dumps(document_of(replace(model, version="-")), sort_keys=True, default=str)
        version = f"{made}-{hashlib.sha256(figures.encode()).hexdigest()[:10]}"
    return replace(model, version=version)


def _model(
    shipped: Model, random: Rates, households: Households, housemates: float, learnt: Mapping[str, Rates]
) -> Model:
    """The shipped model with a register's own rates; sets that were not learnt keep their rates for one person."""
    sets: dict[str, WeightSet] = {}
    for name in SET_NAMES:
        before = shipped.weight_set(name)
        persons = learnt.get(name) or implied(shipped.random_of(name), before.same)
        same, at_home = weights_of(persons, _at_home(shipped, before, random, households), random)
        sets[name] = replace(before, same=same, household=at_home, housemates_per_person=housemates)
    chance = {field: tuple(float(rate) for rate in random[field]) for field in FIELDS}
    return replace(
        shipped,
        normaliser_version=NORMALISER_VERSION,
        incoming=sets["incoming"],
        batch=sets["batch"],
        random=chance,
        random_incoming=chance,
        average_rates=_average_rates(random),
    )


def _told(evidence: Evidence, households: Households, persons: Persons, duplicate_rate: float) -> dict[str, Any]:
    return {
        "people": evidence.people,
        "random_pairs": int(evidence.random.pairs),
        "candidate_pairs": int(evidence.candidates.pairs),
        "household_pairs": round(households.pairs),
        "matches_expected": round(persons.matches),
        "duplicate_rate": duplicate_rate,
    }


def _households(evidence: Evidence, same: Rates, shipped: Rates) -> Households:
    if evidence.same_address is None:
        return Households(shipped, 0.0, 0.0)
    return household_rates(evidence.same_address, same, shipped)


def _at_home(shipped: Model, before: WeightSet, random: Rates, households: Households) -> Rates:
    """The rates of a household in one set.

    Number and place are not learnt and keep their weights. Only an equal address keeps its rate,
    so that it weighs more in a larger register, as it must.
    """
    rates = dict(households.rates)
    for field in NOT_TOLD:
        rates[field] = random[field] * 2.0 ** np.array(before.household[field])
    shipped_rates = implied(shipped.random_of(before.name), before.household)
    rates[Field.PLACE][Place.SAME_ADDRESS] = shipped_rates[Field.PLACE][Place.SAME_ADDRESS]
    return rates


def _housemates(evidence: Evidence, households: Households, before: WeightSet) -> float:
    if not households.pairs:
        return before.housemates_per_person
    return round(2 * households.pairs / (evidence.people * evidence.share_looked_at), 3)


def _average_rates(random: Rates) -> dict[Field, float]:
    """The rate of a value is that of the level at which it is equal; an equal address has an equal postcode too."""
    place = random[Field.PLACE]
    return {
        **{field: float(random[field][0]) for field in RATED_FIELDS},
        Field.PLACE: float(place[Place.SAME_ADDRESS] + place[Place.SAME_POSTCODE]),
    }


def _arrays(rates: Mapping[Field, tuple[float, ...]]) -> dict[Field, Floats]:
    return {field: np.array(rates[field]) for field in FIELDS}
