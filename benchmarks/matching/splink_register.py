"""Splink over a register of our generator, a process of its own.

Run as `python -m benchmarks.matching.splink_register PEOPLE.parquet --way notebooks --out PAIRS.parquet`;
prints JSON: the seconds of each step.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.matching.splink_library import splink
from benchmarks.matching.splink_register_settings import PREPARED, WAYS, Way, blocking_rules, comparisons

PAIRS_FOR_U = 1e7
LEAST_WEIGHT = -10.0
CLUSTERED_AT = 0.95
RECALL_OF_RULES = 0.6
"""How much of the truth the deterministic rules are thought to find, which only sets the prior."""
SEED = 1


def run(way: Way, people: Path, out: Path, clusters: Path) -> dict[str, float]:
    """Read, train without labels, predict, cluster and write; returns the seconds of each step."""
    told: dict[str, float] = {}
    clock = time.perf_counter()

    def step(name: str) -> None:
        nonlocal clock
        now = time.perf_counter()
        told[name], clock = now - clock, now

    linker = _linker(way, people)
    step("read")
    _train_prior(linker)
    step("prior")
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS_FOR_U, seed=SEED)
    step("u")
    _train_m(linker, way)
    step("em")
    predicted = linker.inference.predict(threshold_match_weight=LEAST_WEIGHT)
    step("predict")
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predicted, threshold_match_probability=CLUSTERED_AT
    )
    step("cluster")
    write_pairs(predicted, out)
    found.to_parquet(str(clusters), overwrite=True)
    step("write")
    return told


def write_pairs(predicted: Any, out: Path, id_column: str = "unique_id") -> None:
    """Splink's scored pairs in the columns of our own pairs files."""
    predicted.db_api.duckdb_con.execute(
        f"copy (select {id_column}_l as id_left, {id_column}_r as id_right, match_weight as score,"
        f" match_probability as probability from {predicted.physical_name}) to '{out}' (format parquet)"
    )


def _linker(way: Way, people: Path) -> Any:
    connection = duckdb.connect()
    columns = [row[0] for row in connection.execute(f"describe select * from read_parquet('{people}')").fetchall()]
    lines = ", ".join(column for column in columns if column.startswith("address_line_"))
    connection.execute(PREPARED.format(path=people, lines=lines))
    api = splink().DuckDBAPI(connection=connection)
    settings = splink().SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=blocking_rules(),
        comparisons=comparisons(way),
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
    return splink().Linker(api.register("people"), settings)


def _train_prior(linker: Any) -> None:
    block_on = splink().block_on
    linker.training.estimate_probability_two_random_records_match(
        [
            block_on("nhs_number"),
            block_on("forename", "surname", "dob", "postcode"),
            block_on("forename", "middle_name", "surname", "dob"),
        ],
        recall=RECALL_OF_RULES,
    )


def _train_m(linker: Any, way: Way) -> None:
    """A session that Splink gives up, as it does where no pair is seen at some level, is left out; others remain."""
    for columns in way.trained_on:
        rule = splink().block_on(*columns)
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=True
            )
        except (ValueError, splink("internals.exceptions").EMTrainingException) as trouble:
            print(f"EM on {', '.join(columns)} was given up: {trouble}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=Path)
    parser.add_argument("--way", choices=list(WAYS), default="notebooks")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    clusters = chosen.out.with_suffix(".clusters.parquet")
    print(json.dumps(run(WAYS[chosen.way], chosen.people, chosen.out, clusters)))


if __name__ == "__main__":
    main()
