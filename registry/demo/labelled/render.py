"""People as Arrow tables: the columns that a matcher reads, and beside them what is true."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from registry.demo.labelled.addresses import address_columns, postcode_column
from registry.demo.labelled.people import NOBODY, TAGS, People, Rows
from registry.demo.labelled.plan import TODAY
from registry.demo.labelled.pool import NamePool
from registry.demo.labelled.vocabulary import COMMUNITY_KEYS
from registry.demo.labelled.world import World

_SEX = pa.array([None, "male", "female"], type=pa.string())
_FIRST_DAY = np.datetime64("1900-01-01").astype("datetime64[D]").astype(np.int64)
_DAYS = pa.array(np.arange(_FIRST_DAY, TODAY + 1).astype("datetime64[D]").astype(str))
_BANDS = (0, 1, 5, 18, 30, 45, 65, 80)
_BAND_NAMES = pa.array(["0", "1-4", "5-17", "18-29", "30-44", "45-64", "65-79", "80+"])
_PRACTICES = 10_000
_YEARS_ON_THE_LIST = 9.0

ABOUT = pa.schema(
    [
        ("id", pa.int64()),
        ("kind", pa.string()),
        ("tags", pa.string()),
        ("community", pa.string()),
        ("age_band", pa.string()),
        ("area", pa.string()),
        ("sex", pa.string()),
    ]
)
TRUTH = pa.schema([("id", pa.int64()), ("cluster", pa.int64())])


def scattered(positions: Rows, size: int, salt: int) -> Rows:
    """A number from 1 to `size` for each position below it, none twice: neighbours lie far apart."""
    step = round(size * 0.6180339887) + salt
    while np.gcd(step, size) != 1:
        step += 1
    return 1 + (positions * step + salt) % size


def person_columns(
    world: World, rng: np.random.Generator, pool: NamePool, people: People, numbers: pa.Array
) -> dict[str, pa.Array]:
    """The columns by which people are known; what is not known is null."""
    country = world.country
    postcode = postcode_column(country, people.dwelling, people.has("postcode-typo"))
    return {
        "forename": pool.column(people.forename),
        "middle_name": pool.column(people.middle),
        "surname": pool.column(people.surname),
        "previous_surname": pool.column(people.previous),
        "date_of_birth": day_column(people.born),
        "sex": _SEX.take(pa.array(people.sex)),
        "postcode": postcode,
        "previous_postcode": postcode_column(country, people.previous_dwelling),
        **address_columns(country, people),
        "nhs_number": numbers,
        "practice_code": _practices(world, rng, people),
        "accepted_on": day_column(_accepted(rng, people)),
    }


def number_column(world: World, people: People) -> pa.Array:
    """NHS numbers as text; null where somebody has none."""
    has = people.number != NOBODY
    numbers = world.numbers.at(np.where(has, people.number, 0))
    return pc.cast(pa.array(numbers, mask=~has), pa.string())


def day_column(days: "npt.NDArray[np.integer]") -> pa.Array:
    """Days since 1970 as ISO text."""
    return _DAYS.take(pa.array(days.astype(np.int64) - _FIRST_DAY))


def about_columns(world: World, people: People, kind: str) -> dict[str, pa.Array]:
    """What a record is like, for evaluation by group."""
    country = world.country
    band = np.searchsorted(_BANDS, (TODAY - people.born) / 365.2425, side="right") - 1
    area = country.areas[country.area[country.postcode_of(people.dwelling)]]
    return {
        "kind": pa.array([kind]).take(pa.array(np.zeros(len(people), dtype=np.int8))),
        "tags": tag_column(people.tags),
        "community": pa.array(COMMUNITY_KEYS).take(pa.array(people.community)),
        "age_band": _BAND_NAMES.take(pa.array(band)),
        "area": pa.array(area, type=pa.string()),
        "sex": _SEX.take(pa.array(people.sex)),
    }


def tag_column(tags: Rows) -> pa.Array:
    """The names of tags with blanks between them; empty where there are none."""
    kinds, places = np.unique(tags, return_inverse=True)
    names = [" ".join(name for bit, name in enumerate(TAGS) if kind >> bit & 1) for kind in kinds.tolist()]
    return pa.array(names, type=pa.string()).take(pa.array(places))


def _practices(world: World, rng: np.random.Generator, people: People) -> pa.Array:
    """Three sectors have two practices; one person in six has the neighbours'."""
    sector = world.country.sector[world.country.postcode_of(people.dwelling)]
    near = rng.choice(np.array([-1, 0, 0, 0, 0, 1]), len(people)) + sector * 2 // 3
    codes = pa.array([f"Y9{number:04d}" for number in range(_PRACTICES)])
    return codes.take(pa.array(np.abs(near) % _PRACTICES))


def _accepted(rng: np.random.Generator, people: People) -> "npt.NDArray[np.int64]":
    years = rng.exponential(_YEARS_ON_THE_LIST, len(people))
    born = np.maximum(people.born.astype(np.int64), _FIRST_DAY)
    return np.minimum(np.maximum(TODAY - (years * 365.2425).astype(np.int64), born), TODAY)
