"""Public sets with known truth: where they are, and which of their columns is what. Nothing else is told about them."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.matching.splink_library import ABSENT, is_installed
from benchmarks.matching.tools import OURS, REGISTRY, Tell, Tool, run_tools

_FEBRL = (
    "forename=given_name",
    "surname=surname",
    "date_of_birth=date_of_birth:%Y%m%d",
    "address_line_1=street_number",
    "address_line_2=address_1",
    "address_line_3=address_2",
    "locality=suburb",
    "postcode=postcode",
    "identifier=soc_sec_id",
)


@dataclass(frozen=True, slots=True)
class PublicSet:
    """One file to dedupe or two to link; what the matcher is told of it, and how SQL finds the truth."""

    name: str
    files: tuple[str, ...]
    id_column: str
    maps: tuple[str, ...]
    cluster: str
    """An SQL expression over the columns: the same for all records of one person."""
    extras: tuple[str, ...] = ()


_FEBRL_CLUSTER = "regexp_extract(rec_id, '^rec-[0-9]+')"

PUBLIC_SETS = (
    PublicSet("febrl4", ("febrl4a.parquet", "febrl4b.parquet"), "rec_id", _FEBRL, _FEBRL_CLUSTER, ("state:category",)),
    PublicSet(
        "fake_1000",
        ("fake_1000.parquet",),
        "unique_id",
        ("forename=first_name", "surname=surname", "date_of_birth=dob", "locality=city"),
        "cluster",
        ("email:email",),
    ),
    *(
        PublicSet(name, (f"{name}.parquet",), "rec_id", _FEBRL, _FEBRL_CLUSTER, ("state:category",))
        for name in ("febrl1", "febrl2", "febrl3")
    ),
)


def data_folder() -> Path | None:
    """Where the sets are, by REGISTRY_SHARED; None where that is not set."""
    shared = os.environ.get("REGISTRY_SHARED")
    return Path(shared) / "matching" / "data" if shared else None


def measure_set(public: PublicSet, data: Path | None, home: Path, tell: Tell) -> dict[str, Any]:
    """Both tools on a set; only the reason, under `absent`, where its files are not in `data`."""
    if data is None:
        return {"absent": "neither --public-data nor REGISTRY_SHARED names a folder"}
    files = [data / name for name in public.files]
    missing = [path.name for path in files if not path.exists()]
    if missing:
        return {"absent": f"{', '.join(missing)}: not among the public sets that are here"}
    folder = home / f"public-{public.name}"
    folder.mkdir(parents=True, exist_ok=True)
    _write_truth(public, files, folder / "truth.parquet")
    return run_tools([_splink(public, files), _ours(public, files)], folder / "truth.parquet", folder, tell)


def _write_truth(public: PublicSet, files: Sequence[Path], truth: Path) -> None:
    import duckdb

    parts = [f"select {public.id_column} as id, {public.cluster} as cluster from '{path}'" for path in files]
    duckdb.sql(f"copy ({' union all '.join(parts)}) to '{truth}' (format parquet)")


def _ours(public: PublicSet, files: Sequence[Path]) -> Tool:
    extras = [part for extra in public.extras for part in ("--extra", extra)]
    if len(files) == 1:
        maps = [part for each in public.maps for part in ("--map", each)]
        start = ["dedupe", str(files[0]), "--id", public.id_column, *maps]
    else:
        maps = [part for each in public.maps for side in ("left", "right") for part in (f"--map-{side}", each)]
        ids = ["--id-left", public.id_column, "--id-right", public.id_column]
        start = ["link", *map(str, files), *ids, *maps]
    return Tool(OURS, lambda pairs: [REGISTRY, "match", *start, *extras, "--out", str(pairs), "--json"])


def _splink(public: PublicSet, files: Sequence[Path]) -> Tool:
    module = "benchmarks.matching.splink_public"
    start = [sys.executable, "-m", module, public.name, *map(str, files)]
    return Tool("splink", lambda pairs: [*start, "--out", str(pairs)], "" if is_installed() else ABSENT)
