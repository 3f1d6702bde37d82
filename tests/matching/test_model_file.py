"""A model file is read by names, and each fault of it is told with its place."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from registry.matching.levels import FIELDS, LEVELS_OF
from registry.matching.model.load import (
    SHIPPED,
    UnusableModel,
    load_model,
    model_in_use,
    parse_model,
    save_model,
)
from registry.matching.model.parse import document_of, model_from
from registry.matching.model.parts import EXTRA_KINDS
from registry.matching.weights import AVERAGE_RATES, BATCH, INCOMING, MODEL_VERSION
from registry.settings import BadSettings


def test_the_weights_are_those_of_the_shipped_file() -> None:
    assert INCOMING is SHIPPED.incoming
    assert BATCH is SHIPPED.batch
    assert AVERAGE_RATES is SHIPPED.average_rates
    assert SHIPPED.version == MODEL_VERSION
    assert all(len(BATCH.same[field]) == len(LEVELS_OF[field]) for field in FIELDS)
    assert set(SHIPPED.extras) == set(EXTRA_KINDS)


def test_a_saved_model_is_read_back_the_same(tmp_path: Path) -> None:
    save_model(SHIPPED, tmp_path / "model.json")
    assert load_model(tmp_path / "model.json") == SHIPPED


def _set(*path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        for name in path[:-1]:
            document = document[name]
        document[path[-1]] = value

    return change


def _drop(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        for name in path[:-1]:
            document = document[name]
        del document[path[-1]]

    return change


SAME = ("weight_sets", "batch", "same")
FAULTS = [
    (_drop("version"), "the model has no version"),
    (_set("version", value=" "), "version must be a text"),
    (_set("colour", value=1), "the model has colour, which is unknown"),
    (_set("weight_sets", value=[]), "weight_sets is no object: it must have incoming, batch"),
    (_drop(*SAME, "surname"), "weight_sets.batch.same has no surname"),
    (_drop(*SAME, "surname", "close"), "weight_sets.batch.same.surname has no close"),
    (_set(*SAME, "surname", "closer", value=1), "weight_sets.batch.same.surname has closer, which is unknown"),
    (_set(*SAME, "shoe_size", value={}), "weight_sets.batch.same has shoe_size, which is unknown"),
    (_set(*SAME, "sex", "equal", value="1"), "weight_sets.batch.same.sex.equal must be a number, and is '1'"),
    (_set(*SAME, "sex", "equal", value=float("nan")), "weight_sets.batch.same.sex.equal must be a number"),
    (_set(*SAME, "sex", "equal", value=True), "weight_sets.batch.same.sex.equal must be a number"),
    (_set("average_rates", "surname", value=1.5), "average_rates.surname must be more than 0 and less than 1"),
    (_set("weight_sets", "batch", "random", "sex", "equal", value=0.6), "weight_sets.batch.random.sex sum to 1.1"),
    (_set("extras", "email", "same", "equal", value=0.1), "the probabilities of extras.email.same sum to"),
    (_set("weight_sets", "incoming", "matches_per_person", value=0), "matches_per_person must be more than 0"),
    (_set("provenance", value="by hand"), "provenance is no object"),
]


@pytest.mark.parametrize(("change", "told"), FAULTS, ids=[told for _, told in FAULTS])
def test_a_fault_is_told_with_its_place(change: Callable[[dict[str, Any]], None], told: str) -> None:
    document = json.loads(json.dumps(document_of(SHIPPED)))
    change(document)
    with pytest.raises(UnusableModel) as fault:
        model_from(document)
    assert told in str(fault.value)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "id,cluster\n1,2\n"])
def test_what_is_no_json_is_told(text: str) -> None:
    with pytest.raises(UnusableModel, match="no JSON"):
        parse_model(text)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnusableModel, match=r"nowhere.json cannot be read"):
        load_model(tmp_path / "nowhere.json")
    (tmp_path / "latin.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(UnusableModel, match=r"latin.json cannot be read: it is not text in UTF-8"):
        load_model(tmp_path / "latin.json")


def test_a_model_outside_its_bounds_is_not_loaded(tmp_path: Path) -> None:
    document = document_of(SHIPPED)
    document["normaliser_version"] = "0"
    (tmp_path / "old.json").write_text(json.dumps(document), "utf-8")
    with pytest.raises(UnusableModel, match=r"old.json is outside the bounds.*normaliser 0"):
        load_model(tmp_path / "old.json")


def _told(model: Path | None) -> subprocess.CompletedProcess[str]:
    """What a process of its own says its model is."""
    code = "from registry.matching.weights import BATCH, MODEL_VERSION; print(MODEL_VERSION, BATCH.same)"
    given = {} if model is None else {"REGISTRY_MODEL": str(model)}
    everything = {**{k: v for k, v in os.environ.items() if k != "REGISTRY_MODEL"}, **given}
    return subprocess.run([sys.executable, "-c", code], env=everything, capture_output=True, text=True, check=False)


def test_the_register_matches_by_the_model_that_the_settings_name(tmp_path: Path) -> None:
    save_model(replace(SHIPPED, version="ours-1"), tmp_path / "ours.json")
    assert _told(None).stdout.startswith(SHIPPED.version)
    assert _told(tmp_path / "ours.json").stdout.startswith("ours-1 ")


def test_a_model_that_cannot_be_used_is_no_reason_to_match_by_another(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"REGISTRY_MODEL: nowhere.json cannot be read"):
        model_in_use(tmp_path / "nowhere.json")
    assert model_in_use(None) is SHIPPED
