"""Makes the slips on records, as often as rates say."""

import numpy as np

from registry.demo.labelled.people import FEMALE, MALE, People, Rows
from registry.demo.labelled.pool import NamePool
from registry.demo.labelled.slip_dates import first_of_january, slip_in_date, swap_day_and_month
from registry.demo.labelled.slip_forenames import (
    call_by_short_form,
    leave_infants_unnamed,
    misspelt,
    swap_names,
    write_initial,
)
from registry.demo.labelled.slip_rates import Rates
from registry.demo.labelled.slip_surnames import bear_otherwise, drop_a_surname, marry


def make_slips(rng: np.random.Generator, pool: NamePool, records: People, rates: Rates) -> None:
    """Changes records as the rates say, and marks what was changed."""
    count = len(records)

    def some(rate: float) -> Rows:
        return np.flatnonzero(rng.random(count) < rate)

    marry(rng, pool, records, some(rates.married))
    bear_otherwise(rng, pool, records, some(rates.custom))
    drop_a_surname(rng, pool, records, some(rates.double_surname))
    call_by_short_form(rng, pool, records, some(rates.nickname))
    leave_infants_unnamed(rng, pool, records, some(rates.no_forename))
    write_initial(pool, records, some(rates.initial))
    for rows, column, tag in (
        (some(rates.typo_forename), records.forename, "typo-forename"),
        (some(rates.typo_surname), records.surname, "typo-surname"),
    ):
        rows = rows[column[rows] != 0]
        column[rows] = pool.add(misspelt(rng, pool.texts(column[rows])))
        records.tag(rows, tag)
    swap_names(records, some(rates.swapped_names))
    slip_in_date(rng, records, some(rates.date_slip))
    swap_day_and_month(records, some(rates.date_swapped))
    first_of_january(records, some(rates.first_of_january))
    without = some(rates.no_middle_name)
    without = without[records.middle[without] != 0]
    records.middle[without] = 0
    records.tag(without, "no-middle-name")
    records.tag(some(rates.postcode_typo), "postcode-typo")
    otherwise = some(rates.address_otherwise)
    records.style[otherwise] = rng.integers(1, 4, len(otherwise))
    records.tag(otherwise, "address-otherwise")
    _other_sex(records, some(rates.other_sex), some(rates.no_sex))


def _other_sex(records: People, other: Rows, none: Rows) -> None:
    records.sex[other] = MALE + FEMALE - records.sex[other]
    records.tag(other, "other-sex")
    records.sex[none] = 0
    records.tag(none, "no-sex")
