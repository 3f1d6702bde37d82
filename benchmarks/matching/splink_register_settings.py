"""How Splink is set for registers of our generator: what somebody who knows both it and the data would write.

The blocking rules are those of our own search; the comparisons follow Splink's example
notebooks for people, with levels for former names and addresses, and term frequencies wherever
Splink can use them. It is measured in two ways: as the notebooks do it, and tuned to this data.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.matching.splink_library import splink

PREPARED = """
create or replace table people as
with cleaned as (
    select
        "id" as unique_id,
        nullif(regexp_replace(upper(strip_accents(forename)), '[^A-Z ]', '', 'g'), '') as forename,
        nullif(regexp_replace(upper(strip_accents(middle_name)), '[^A-Z ]', '', 'g'), '') as middle_name,
        nullif(regexp_replace(upper(strip_accents(surname)), '[^A-Z ]', '', 'g'), '') as surname,
        nullif(regexp_replace(upper(strip_accents(previous_surname)), '[^A-Z ]', '', 'g'), '') as previous_surname,
        try_cast(date_of_birth as date) as born,
        nullif(lower(cast(sex as varchar)), '') as sex,
        nullif(replace(upper(postcode), ' ', ''), '') as postcode,
        nullif(replace(upper(previous_postcode), ' ', ''), '') as previous_postcode,
        nullif(regexp_replace(upper(concat_ws(' ', {lines})), '[^A-Z0-9]', '', 'g'), '') as address,
        nullif(regexp_replace(cast(nhs_number as varchar), '[^0-9]', '', 'g'), '') as nhs_number
    from read_parquet('{path}')
)
select
    *,
    strftime(born, '%Y%m%d') as dob,
    year(born) as birth_year,
    strftime(born, '%m%d') as birth_day,
    left(forename, 1) as initial,
    left(surname, 2) as surname_start,
    left(postcode, length(postcode) - 2) as sector,
    left(postcode, length(postcode) - 3) as district,
    regexp_extract(postcode, '^[A-Z]+') as area
from cleaned
"""
"""Everything that a comparison would otherwise work out for each pair is worked out once for each record."""

SWAPPED = "l.forename = r.surname and l.surname = r.forename and l.birth_year = r.birth_year"
MOVED = "l.postcode = r.previous_postcode and l.forename = r.forename"
MOVED_BACK = "l.previous_postcode = r.postcode and l.forename = r.forename"

_DAY_AND_MONTH_SWAPPED = (
    "left(dob_l, 4) = left(dob_r, 4) and substr(dob_l, 5, 2) = substr(dob_r, 7, 2)"
    " and substr(dob_l, 7, 2) = substr(dob_r, 5, 2)"
)
_TWO_PARTS_OF_THREE = (
    "(left(dob_l, 4) = left(dob_r, 4))::int + (substr(dob_l, 5, 2) = substr(dob_r, 5, 2))::int"
    " + (right(dob_l, 2) = right(dob_r, 2))::int >= 2"
)


@dataclass(frozen=True, slots=True)
class Way:
    """What differs between the two ways: how slips are found in dates and numbers, and what EM is trained on."""

    slip_in_date: Callable[[str], Any]
    slip_in_number: Callable[[str], Any]
    trained_on: tuple[tuple[str, ...], ...]
    """The columns that the pairs of each EM session have in common."""


def _damerau_levenshtein(column: str) -> Any:
    return splink("comparison_level_library").DamerauLevenshteinLevel(column, 1)


def _levenshtein(column: str) -> Any:
    return splink("comparison_level_library").LevenshteinLevel(column, 1)


WAYS = {
    "notebooks": Way(
        _damerau_levenshtein,
        _damerau_levenshtein,
        (("forename", "surname", "dob"), ("dob", "postcode"), ("forename", "surname", "postcode")),
    ),
    "tuned": Way(_levenshtein, _levenshtein, (("nhs_number",),)),
}
"""`notebooks`: edit distances as in Splink's examples with numbers (febrl), and the three EM sessions that did best of
six sets at 1,000,000 people; blocking them on fewer columns fails there, for too few of the pairs are matches.
`tuned`: Levenshtein distances, which DuckDB counts nine times as fast as Damerau's, and EM on the pairs that share an
NHS number, which a file without such numbers does not allow."""


def blocking_rules() -> list[Any]:
    """The pairs that are scored."""
    block_on = splink().block_on
    return [
        block_on("nhs_number"),
        block_on("surname", "dob"),
        block_on("forename", "dob"),
        block_on("postcode", "dob"),
        block_on("postcode", "forename"),
        MOVED,
        MOVED_BACK,
        block_on("surname", "forename", "birth_year"),
        block_on("surname", "forename", "area"),
        block_on("surname", "forename", "birth_day"),
        block_on("dob", "surname_start", "initial"),
        block_on("postcode", "surname", "birth_year"),
        SWAPPED,
    ]


def comparisons(way: Way) -> list[Any]:
    """Forename, surname, birth, place, sex, number and middle name."""
    return [_forename(), _surname(), _birth(way), _place(), _sex(), _number(way), _middle()]


def _custom(name: str, description: str, levels: list[Any]) -> Any:
    library = splink("comparison_library")
    return library.CustomComparison(
        output_column_name=name, comparison_description=description, comparison_levels=levels
    )


def _forename() -> Any:
    levels = splink("comparison_level_library")
    return _custom(
        "forename",
        "forename",
        [
            levels.NullLevel("forename"),
            levels.ExactMatchLevel("forename", term_frequency_adjustments=True),
            levels.JaroWinklerLevel("forename", 0.92),
            levels.JaroWinklerLevel("forename", 0.86),
            levels.CustomLevel("forename_l = middle_name_r or forename_r = middle_name_l", "the other's middle name"),
            levels.CustomLevel("initial_l = initial_r", "the same initial"),
            levels.ElseLevel(),
        ],
    )


def _surname() -> Any:
    levels = splink("comparison_level_library")
    return _custom(
        "surname",
        "surname",
        [
            levels.NullLevel("surname"),
            levels.ExactMatchLevel("surname", term_frequency_adjustments=True),
            levels.CustomLevel("surname_l = previous_surname_r or previous_surname_l = surname_r", "a former surname"),
            levels.CustomLevel("forename_l = surname_r and surname_l = forename_r", "names swapped"),
            levels.JaroWinklerLevel("surname", 0.92),
            levels.JaroWinklerLevel("surname", 0.85),
            levels.ElseLevel(),
        ],
    )


def _birth(way: Way) -> Any:
    levels = splink("comparison_level_library")
    return _custom(
        "birth",
        "date of birth",
        [
            levels.NullLevel("dob"),
            levels.ExactMatchLevel("dob"),
            levels.CustomLevel(_DAY_AND_MONTH_SWAPPED, "day and month swapped"),
            way.slip_in_date("dob"),
            levels.CustomLevel(_TWO_PARTS_OF_THREE, "two parts of three"),
            levels.CustomLevel("left(dob_l, 4) = left(dob_r, 4)", "the same year"),
            levels.ElseLevel(),
        ],
    )


def _place() -> Any:
    levels = splink("comparison_level_library")
    return _custom(
        "place",
        "address and postcode",
        [
            levels.NullLevel("postcode"),
            levels.CustomLevel("postcode_l = postcode_r and address_l = address_r", "the same address"),
            levels.ExactMatchLevel("postcode", term_frequency_adjustments=True),
            levels.CustomLevel("postcode_l = previous_postcode_r or previous_postcode_l = postcode_r", "moved"),
            levels.CustomLevel("sector_l = sector_r", "the same sector"),
            levels.CustomLevel("district_l = district_r", "the same district"),
            levels.CustomLevel("area_l = area_r", "the same area"),
            levels.ElseLevel(),
        ],
    )


def _sex() -> Any:
    return splink("comparison_library").ExactMatch("sex")


def _number(way: Way) -> Any:
    levels = splink("comparison_level_library")
    return _custom(
        "nhs_number",
        "NHS number",
        [
            levels.NullLevel("nhs_number"),
            levels.ExactMatchLevel("nhs_number"),
            way.slip_in_number("nhs_number"),
            levels.ElseLevel(),
        ],
    )


def _middle() -> Any:
    levels = splink("comparison_level_library")
    return _custom(
        "middle_name",
        "middle name",
        [
            levels.NullLevel("middle_name"),
            levels.ExactMatchLevel("middle_name"),
            levels.CustomLevel("left(middle_name_l, 1) = left(middle_name_r, 1)", "the same initial"),
            levels.ElseLevel(),
        ],
    )
