"""Write which rows belong together."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from registry.matching.batch.clusters import clusters_of
from registry.matching.batch.records import Records
from registry.matching.batch.run import ScoredPairs
from registry.matching.batch.write_pairs import write_table

AT_A_TIME = 1_000_000


def write_clusters(records: Records, found: ScoredPairs, path: Path, least_score: float) -> None:
    """Every row: its id, its cluster (the id of the first row in it), and whether its links need checking one by one.

    Pairs that score at least `least_score` join their rows.
    """
    joined = found.score >= least_score
    verified = np.where(records.number_is_valid, records.number, 0)
    made = clusters_of(len(records), found.left[joined], found.right[joined], found.score[joined], verified)

    def tables() -> Iterator[Any]:
        for start in range(0, len(records), AT_A_TIME):
            part = slice(start, start + AT_A_TIME)
            yield pa.table(
                {
                    "id": records.ids[part].combine_chunks(),
                    "cluster": records.ids.take(pa.array(made.cluster[part])).combine_chunks(),
                    "check_links": made.check_links[part],
                }
            )

    write_table(path, tables())
