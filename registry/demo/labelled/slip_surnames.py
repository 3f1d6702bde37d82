"""Names that are true as well: of before or after a wedding, of another custom, half of a double one."""

import numpy as np

from registry.demo.labelled.naming import draw_surnames, of_custom
from registry.demo.labelled.people import FEMALE, MALE, People, Rows
from registry.demo.labelled.plan import TODAY
from registry.demo.labelled.pool import NamePool
from registry.demo.names import Custom

_CHANGING = (Custom.SHARED, Custom.GENDERED, Custom.MIXED)
_MARRYING = (19, 50)
_TELLS_FORMER_NAME = 0.4


def marry(rng: np.random.Generator, pool: NamePool, records: People, rows: Rows) -> None:
    """The surname before a marriage where there was one; else the one that a marriage has brought since."""
    age = (TODAY - records.born[rows]) / 365.2425
    suits = (records.sex[rows] == FEMALE) & (age >= _MARRYING[0]) & (age <= _MARRYING[1])
    rows = rows[suits & of_custom(records.community[rows], *_CHANGING)]
    before = rows[records.maiden[rows] != 0]
    records.surname[before] = records.maiden[before]
    records.previous[before] = 0
    since = rows[records.maiden[rows] == 0]
    told = rng.random(len(since)) < _TELLS_FORMER_NAME
    records.previous[since] = np.where(told, records.surname[since], 0)
    taken = draw_surnames(rng, pool, records.community[since])
    gendered = of_custom(records.community[since], Custom.GENDERED)
    records.surname[since] = np.where(gendered, pool.vocabulary.feminine[taken], taken)
    records.tag(rows, "married")


def bear_otherwise(rng: np.random.Generator, pool: NamePool, records: People, rows: Rows) -> None:
    """Names of other customs, put into an English form's fields in another way than the first time."""
    vocabulary = pool.vocabulary
    of, surname, middle, forename = records.community, records.surname, records.middle, records.forename

    def having(*customs: Custom) -> Rows:
        return rows[of_custom(of[rows], *customs)]

    doubled = having(Custom.DOUBLE)
    surname[doubled] = pool.add(text.split(" ")[0] for text in pool.texts(surname[doubled]))
    chained = having(Custom.CHAIN)
    chained = chained[middle[chained] != 0]
    surname[chained], middle[chained] = middle[chained], 0
    sikh = having(Custom.SIKH)
    title = np.where(records.sex[sikh] == FEMALE, vocabulary.kaur, vocabulary.singh)
    surname[sikh] = np.where(surname[sikh] == title, draw_surnames(rng, pool, of[sikh]), title)
    middle[sikh] = np.where(surname[sikh] == title, 0, title)
    religious = having(Custom.RELIGIOUS)
    women = religious[records.sex[religious] == FEMALE]
    surname[women] = draw_surnames(rng, pool, of[women])
    men = religious[(records.sex[religious] == MALE) & (middle[religious] != 0)]
    forename[men], middle[men] = middle[men], forename[men]
    single = having(Custom.MONONYM)
    surname[single] = np.where(surname[single] == forename[single], vocabulary.stand_in, forename[single])
    turned = having(Custom.KEPT, Custom.FATHERS_FORENAME)
    forename[turned], surname[turned] = surname[turned], forename[turned]
    changed = np.concatenate([doubled, chained, sikh, women, men, single, turned])
    records.tag(np.unique(changed), "custom")


def drop_a_surname(rng: np.random.Generator, pool: NamePool, records: People, rows: Rows) -> None:
    """One half of a double-barrelled surname alone."""
    texts = pool.texts(records.surname[rows])
    double = [place for place, text in enumerate(texts) if text.count("-") == 1]
    halves = rng.integers(0, 2, len(double)).tolist()
    rows = rows[double]
    records.surname[rows] = pool.add(texts[place].split("-")[half] for place, half in zip(double, halves, strict=True))
    records.tag(rows, "double-surname")
