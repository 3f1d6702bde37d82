"""A model from its document and back. Names of fields and levels, never their order, tie a figure to its meaning.

So a scale that was reordered, or got another level, is noticed when the model is read.
"""

from collections.abc import Callable, Mapping, Sequence
from math import isclose, isfinite
from typing import Any, TypeVar

from registry.matching.levels import FIELDS, LEVELS_OF, Field
from registry.matching.model.parts import (
    EXTRA_KINDS,
    EXTRA_LEVELS,
    RATED_FIELDS,
    SET_NAMES,
    ExtraModel,
    Model,
    WeightSet,
    word,
)

_V = TypeVar("_V")


class UnusableModel(ValueError):
    """A document that is no model. Its text is a sentence that names the place."""


def model_from(document: object) -> Model:
    """The model that a document (JSON, already read) describes. Raises `UnusableModel` for the first fault met.

    Only the shape is looked at here: whether the figures may be used is asked of `bounds`.
    """
    parts = _parts(
        document,
        "the model",
        ("version", "normaliser_version", "weight_sets", "average_rates", "extras", "provenance"),
    )
    sets = _parts(parts["weight_sets"], "weight_sets", SET_NAMES)
    rates = _parts(parts["average_rates"], "average_rates", [word(field) for field in RATED_FIELDS])
    extras = _parts(parts["extras"], "extras", EXTRA_KINDS)
    if not isinstance(parts["provenance"], dict):
        raise UnusableModel("provenance is no object: it tells how the model was made, and on what")
    return Model(
        version=_text(parts["version"], "version"),
        normaliser_version=_text(parts["normaliser_version"], "normaliser_version"),
        incoming=_weight_set("incoming", sets["incoming"]),
        batch=_weight_set("batch", sets["batch"]),
        average_rates={field: _share(rates[word(field)], f"average_rates.{word(field)}") for field in RATED_FIELDS},
        random=_random("batch", sets["batch"]),
        random_incoming=_random("incoming", sets["incoming"]),
        extras={kind: _extra(extras[kind], f"extras.{kind}") for kind in EXTRA_KINDS},
        provenance=parts["provenance"],
    )


def document_of(model: Model) -> dict[str, Any]:
    """The document of a model: `model_from` gives the same model back."""
    return {
        "version": model.version,
        "normaliser_version": model.normaliser_version,
        "provenance": dict(model.provenance),
        "weight_sets": {
            each.name: {
                "matches_per_person": each.matches_per_person,
                "housemates_per_person": each.housemates_per_person,
                "same": _named(each.same),
                "household": _named(each.household),
                "random": _named(model.random_of(each.name)),
            }
            for each in (model.incoming, model.batch)
        },
        "average_rates": {word(field): model.average_rates[field] for field in RATED_FIELDS},
        "extras": {
            kind: {
                "same": dict(zip(EXTRA_LEVELS, model.extras[kind].same, strict=True)),
                "household": dict(zip(EXTRA_LEVELS, model.extras[kind].household, strict=True)),
            }
            for kind in EXTRA_KINDS
        },
    }


def _named(figures: Mapping[Field, Sequence[float]]) -> dict[str, dict[str, float]]:
    return {
        word(field): {word(level): figure for level, figure in zip(LEVELS_OF[field], figures[field], strict=True)}
        for field in FIELDS
    }


def _weight_set(name: str, document: object) -> WeightSet:
    place = f"weight_sets.{name}"
    parts = _parts(document, place, ("matches_per_person", "housemates_per_person", "same", "household", "random"))
    return WeightSet(
        name,
        same=_by_field(parts["same"], f"{place}.same", _weights),
        household=_by_field(parts["household"], f"{place}.household", _weights),
        matches_per_person=_positive(parts["matches_per_person"], f"{place}.matches_per_person"),
        housemates_per_person=_positive(parts["housemates_per_person"], f"{place}.housemates_per_person"),
    )


def _random(name: str, document: dict[str, Any]) -> dict[Field, tuple[float, ...]]:
    return _by_field(document["random"], f"weight_sets.{name}.random", _distribution)


def _by_field(document: object, place: str, read: Callable[[object, str, Field], _V]) -> dict[Field, _V]:
    parts = _parts(document, place, [word(field) for field in FIELDS])
    return {field: read(parts[word(field)], f"{place}.{word(field)}", field) for field in FIELDS}


def _weights(document: object, place: str, field: Field) -> tuple[float, ...]:
    names = [word(level) for level in LEVELS_OF[field]]
    parts = _parts(document, place, names)
    return tuple(_number(parts[name], f"{place}.{name}") for name in names)


def _distribution(document: object, place: str, field: Field) -> tuple[float, ...]:
    return _shares(document, place, [word(level) for level in LEVELS_OF[field]])


def _extra(document: object, place: str) -> ExtraModel:
    parts = _parts(document, place, ("same", "household"))
    same = _shares(parts["same"], f"{place}.same", EXTRA_LEVELS)
    household = _shares(parts["household"], f"{place}.household", EXTRA_LEVELS)
    return ExtraModel((same[0], same[1], same[2]), (household[0], household[1], household[2]))


def _shares(document: object, place: str, names: Sequence[str]) -> tuple[float, ...]:
    parts = _parts(document, place, names)
    shares = tuple(_share(parts[name], f"{place}.{name}") for name in names)
    if not isclose(sum(shares), 1, abs_tol=0.001):
        raise UnusableModel(f"the probabilities of {place} sum to {sum(shares):.4f}: they must sum to 1")
    return shares


def _parts(document: object, place: str, names: Sequence[str]) -> dict[str, Any]:
    """An object with just these names."""
    if not isinstance(document, dict):
        raise UnusableModel(f"{place} is no object: it must have {', '.join(names)}")
    missing = [name for name in names if name not in document]
    if missing:
        raise UnusableModel(f"{place} has no {', '.join(missing)}")
    unknown = [str(name) for name in document if name not in names]
    if unknown:
        raise UnusableModel(f"{place} has {', '.join(unknown)}, which is unknown: known are {', '.join(names)}")
    return document


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UnusableModel(f"{place} must be a text that is not empty")
    return value


def _number(value: object, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise UnusableModel(f"{place} must be a number, and is {value!r}")
    return float(value)


def _positive(value: object, place: str) -> float:
    number = _number(value, place)
    if number <= 0:
        raise UnusableModel(f"{place} must be more than 0, and is {number:g}")
    return number


def _share(value: object, place: str) -> float:
    number = _number(value, place)
    if not 0 < number < 1:
        raise UnusableModel(f"{place} must be more than 0 and less than 1, and is {number:g}")
    return number
