"""Public files with a known truth, told apart by naming their columns and nothing else."""

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
import pytest

from registry.matching.batch.make_records import read_people, read_two
from registry.matching.batch.read_file import mapping_of
from registry.matching.batch.records import Records
from registry.matching.batch.run import search
from registry.matching.evaluate.measures import Measures, measure
from registry.matching.model.load import SHIPPED

DATA = Path(os.environ.get("REGISTRY_SHARED", "../shared")) / "matching" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the shared matching data are not at hand (REGISTRY_SHARED)")


def measured(records: Records, person: npt.NDArray[np.int64], true_pairs: int) -> Measures:
    found = search(records, SHIPPED, fitted=True)
    return measure(found.score, person[found.left] == person[found.right], true_pairs)


def test_febrl4_is_linked() -> None:
    """The best published figure here is an F1 of 0.9996; 5,000 people, one true link each."""
    fields = (
        "forename=given_name",
        "surname=surname",
        "address_line_1=street_number",
        "address_line_2=address_1",
        "address_line_3=address_2",
        "locality=suburb",
        "postcode=postcode",
        "date_of_birth=date_of_birth:%Y%m%d",
        "identifier=soc_sec_id",
    )
    mapping = mapping_of("rec_id", fields)
    records = read_two((DATA / "febrl4a.parquet", mapping), (DATA / "febrl4b.parquet", mapping)).records
    person = np.array([int(name.split("-")[1]) for name in records.ids.to_pylist()])
    assert measured(records, person, 5_000).f1 >= 0.999


def test_fake_1000_is_deduplicated() -> None:
    """The best published figure here is an F1 of 0.861; many blanks, 2,031 true pairs."""
    fields = ("forename=first_name", "surname=surname", "date_of_birth=dob", "locality=city")
    records = read_people(DATA / "fake_1000.parquet", mapping_of("unique_id", fields, ["email:email"])).records
    person = np.array([int(name) for name in pq.read_table(DATA / "fake_1000.parquet")["cluster"].to_pylist()])
    assert measured(records, person, 2_031).f1 > 0.9
