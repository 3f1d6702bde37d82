"""How often what is written of a person differs from what is true, slip by slip."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rates:
    """The share of records on which each slip is tried; some cannot be made on every record.

    `married` is of women from 19 to 50, `custom` of people whose community's names are not forename and inherited
    surname, `no_forename` of children under one.
    """

    typo_forename: float
    typo_surname: float
    nickname: float
    initial: float
    married: float
    date_slip: float
    date_swapped: float
    first_of_january: float
    swapped_names: float
    no_middle_name: float
    custom: float
    double_surname: float
    other_sex: float
    no_sex: float
    no_forename: float
    address_otherwise: float
    postcode_typo: float


DUPLICATES = Rates(
    typo_forename=0.055,
    typo_surname=0.055,
    nickname=0.135,
    initial=0.025,
    married=0.17,
    date_slip=0.038,
    date_swapped=0.05,
    first_of_january=0.004,
    swapped_names=0.008,
    no_middle_name=0.3,
    custom=0.16,
    double_surname=0.3,
    other_sex=0.003,
    no_sex=0.004,
    no_forename=0.35,
    address_otherwise=0.15,
    postcode_typo=0.01,
)
"""Between two records of one person: their rates are those that the design of the matcher was measured with."""

REGISTRATIONS = Rates(
    typo_forename=0.016,
    typo_surname=0.018,
    nickname=0.05,
    initial=0.006,
    married=0.05,
    date_slip=0.009,
    date_swapped=0.012,
    first_of_january=0.001,
    swapped_names=0.005,
    no_middle_name=0.35,
    custom=0.05,
    double_surname=0.12,
    other_sex=0.0015,
    no_sex=0.004,
    no_forename=0.0,
    address_otherwise=0.2,
    postcode_typo=0.006,
)
"""On forms that come in: people write their own names, and mostly rightly."""
