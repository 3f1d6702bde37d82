"""Splink over public sets, set as its own example notebooks set it for them; a process of its own.

Run as `python -m benchmarks.matching.splink_public SET FILE… --out PAIRS.parquet`; prints JSON.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.matching.splink_library import splink
from benchmarks.matching.splink_register import LEAST_WEIGHT, write_pairs

_PAIRS_FOR_U = 1e6
_SWAPPED = "l.given_name = r.surname and l.surname = r.given_name"


@dataclass(frozen=True, slots=True)
class Example:
    """What a notebook says for a set. Rules are columns that must agree, or conditions in SQL."""

    link_type: str
    id_column: str
    blocked_on: tuple[tuple[str, ...] | str, ...]
    comparisons: Callable[[], list[Any]]
    deterministic: tuple[tuple[str, ...] | str, ...]
    recall: float
    trained_on: tuple[tuple[str, ...], ...]
    seed: int | None = None


def _fake_1000() -> list[Any]:
    library = splink("comparison_library")
    return [
        library.ForenameSurnameComparison("first_name", "surname"),
        library.DateOfBirthComparison("dob", input_is_string=True),
        library.ExactMatch("city").configure(term_frequency_adjustments=True),
        library.EmailComparison("email"),
    ]


def _febrl(number_slips: list[int], postcode_slips: list[int]) -> Callable[[], list[Any]]:
    def comparisons() -> list[Any]:
        library = splink("comparison_library")
        if postcode_slips:
            postcode = library.DamerauLevenshteinAtThresholds("postcode", postcode_slips)
        else:
            postcode = library.ExactMatch("postcode")
        return [
            library.NameComparison("given_name").configure(term_frequency_adjustments=True),
            library.NameComparison("surname").configure(term_frequency_adjustments=True),
            library.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            library.DamerauLevenshteinAtThresholds("soc_sec_id", number_slips),
            library.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            postcode.configure(term_frequency_adjustments=True),
        ]

    return comparisons


_FEBRL_DEDUPE = Example(
    "dedupe_only",
    "rec_id",
    (("soc_sec_id",), ("given_name",), ("surname",), ("date_of_birth",), ("postcode",)),
    _febrl([2], []),
    (
        ("soc_sec_id",),
        ("given_name", "surname", "date_of_birth"),
        f"{_SWAPPED} and l.date_of_birth = r.date_of_birth",
    ),
    0.9,
    (("date_of_birth",), ("postcode",)),
    seed=2,
)

EXAMPLES = {
    "fake_1000": Example(
        "dedupe_only",
        "unique_id",
        (("first_name",), ("surname",), ("dob",), ("email",)),
        _fake_1000,
        (
            "l.first_name = r.first_name and levenshtein(r.dob, l.dob) <= 1",
            "l.surname = r.surname and levenshtein(r.dob, l.dob) <= 1",
            "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
            ("email",),
        ),
        0.7,
        (("dob",), ("email",), ("first_name", "surname")),
        seed=5,
    ),
    "febrl4": Example(
        "link_only",
        "rec_id",
        (
            ("given_name", "surname"),
            _SWAPPED,
            ("date_of_birth",),
            ("soc_sec_id",),
            ("state", "address_1"),
            ("street_number", "address_1"),
            ("postcode",),
        ),
        _febrl([1, 2], [1, 2]),
        (("soc_sec_id",), ("given_name", "surname", "date_of_birth")),
        0.8,
        (("date_of_birth",), ("postcode",)),
    ),
    "febrl1": _FEBRL_DEDUPE,
    "febrl2": _FEBRL_DEDUPE,
    "febrl3": _FEBRL_DEDUPE,
}


def run(example: Example, files: Sequence[Path], out: Path) -> float:
    """Train, predict and write; returns the seconds."""
    started = time.perf_counter()
    connection = duckdb.connect()
    api = splink().DuckDBAPI(connection=connection)
    tables = []
    for number, path in enumerate(files):
        # The column `cluster`, where there is one, is the answer.
        given = f"select columns(lambda c: c <> 'cluster') from read_parquet('{path}')"
        connection.execute(f"create table given_{number} as {given}")
        tables.append(api.register(f"given_{number}"))
    settings = splink().SettingsCreator(
        link_type=example.link_type,
        unique_id_column_name=example.id_column,
        blocking_rules_to_generate_predictions=[_rule(each) for each in example.blocked_on],
        comparisons=example.comparisons(),
    )
    linker = splink().Linker(tables if len(tables) > 1 else tables[0], settings)
    rules = [_rule(each) for each in example.deterministic]
    linker.training.estimate_probability_two_random_records_match(rules, recall=example.recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=_PAIRS_FOR_U, seed=example.seed)
    for columns in example.trained_on:
        linker.training.estimate_parameters_using_expectation_maximisation(
            splink().block_on(*columns), estimate_without_term_frequencies=True
        )
    write_pairs(linker.inference.predict(threshold_match_weight=LEAST_WEIGHT), out, example.id_column)
    return time.perf_counter() - started


def _rule(rule: tuple[str, ...] | str) -> Any:
    return rule if isinstance(rule, str) else splink().block_on(*rule)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", choices=list(EXAMPLES))
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    print(json.dumps({"seconds": run(EXAMPLES[chosen.set], chosen.files, chosen.out)}))


if __name__ == "__main__":
    main()
