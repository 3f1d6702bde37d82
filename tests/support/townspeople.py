"""Twelve invented people whom a matcher finds hard or easy: among them twins, a father and a son of one name."""

from dataclasses import replace
from datetime import date

from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex


def _person(surname: str, forename: str, sex: Sex, born: date, road: str, postcode: str) -> Demographics:
    return Demographics(
        Name(surname, forename),
        sex,
        born,
        address=Address(("", road, "", "Nethermoor", ""), postcode),
        place_of_birth="NETHERMOOR",
    )


_MILL = ("7 Mill Race", "ZX4 1AA")
_COURT = ("2 Tanner Court", "ZX4 2BB")

STRANGERS = (
    _person("Harrowgate", "Anna", Sex.FEMALE, date(1984, 5, 17), "12 Quillet Lane", "ZX4 7QP"),
    _person("Okonkwo", "Chidi", Sex.MALE, date(1999, 12, 1), "4 Elm Way", "ZX5 3CD"),
    _person("Winterbourne", "Iris", Sex.FEMALE, date(1951, 1, 9), "9 Ferry Row", "ZX9 1AB"),
    _person("Rahman", "Tariq", Sex.MALE, date(1972, 8, 23), "31 Cooper Street", "ZX2 6TT"),
    _person("Kowalczyk", "Zofia", Sex.FEMALE, date(2003, 2, 28), "Flat 3, 18 Dock Road", "ZX1 1LP"),
    _person("Baptiste", "Leon", Sex.MALE, date(1938, 11, 5), "1 Chapel Yard", "ZX7 9NN"),
    _person("Nakamura", "Emi", Sex.FEMALE, date(1990, 6, 30), "54 Station Parade", "ZX3 4RS"),
    _person("Llewellyn", "Gwen", Sex.FEMALE, date(1965, 3, 14), "Hill Farm", "ZX8 8WE"),
)
"""Eight who have nothing in common."""

TWINS = (
    _person("Ashdown", "Clara", Sex.FEMALE, date(2019, 4, 2), *_MILL),
    _person("Ashdown", "Dora", Sex.FEMALE, date(2019, 4, 2), *_MILL),
)
FATHER = _person("Pemberton", "Hugh", Sex.MALE, date(1958, 9, 9), *_COURT)
SON = replace(FATHER, date_of_birth=date(1989, 7, 21))

TOWNSPEOPLE = (*STRANGERS, *TWINS, FATHER, SON)
