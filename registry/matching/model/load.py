"""The shipped model, and models read from files."""

import json
from importlib.resources import files
from pathlib import Path

from registry.matching.model.bounds import breaches
from registry.matching.model.parse import UnusableModel, document_of, model_from
from registry.matching.model.parts import ExtraModel, Model
from registry.settings import BadSettings

__all__ = ["SHIPPED", "ExtraModel", "Model", "UnusableModel", "load_model", "model_in_use", "save_model"]

_LARGEST = 1_000_000


def load_model(path: Path) -> Model:
    """The model in a file. Raises `UnusableModel`, with a sentence, where it cannot be read or may not be used."""
    try:
        if path.stat().st_size > _LARGEST:
            raise UnusableModel(f"{path.name} is no model: it has more than {_LARGEST:,} bytes")
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise UnusableModel(f"{path.name} cannot be read: {told}") from None
    try:
        model = parse_model(text)
    except UnusableModel as error:
        raise UnusableModel(f"{path.name}: {error}") from None
    found = breaches(model, SHIPPED)
    if found:
        told = "; ".join(breach.sentence for breach in found[:3])
        more = f"; and {len(found) - 3} more" if len(found) > 3 else ""
        raise UnusableModel(f"{path.name} is outside the bounds of a model: {told}{more}")
    return model


def parse_model(text: str) -> Model:
    """The model that a text of JSON describes, whatever its figures. Raises `UnusableModel`."""
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        place = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        raise UnusableModel(f"this is no JSON ({place}): give a file that `registry match train` wrote") from None
    return model_from(document)


def save_model(model: Model, path: Path) -> None:
    """Write a model to a file, for people to read too."""
    path.write_text(json.dumps(document_of(model), indent=2, ensure_ascii=False) + "\n", "utf-8")


def model_in_use(path: Path | None) -> Model:
    """The model by which the register matches: the one in a file that the settings name, or the shipped one.

    Raises `BadSettings` where it may not be used: nothing is matched by another model than was asked for.
    """
    if path is None:
        return SHIPPED
    try:
        return load_model(path)
    except UnusableModel as error:
        raise BadSettings(f"REGISTRY_MODEL: {error}") from None


SHIPPED: Model = parse_model(files("registry.matching.model").joinpath("shipped.json").read_text("utf-8"))
"""The model that comes with the register."""
