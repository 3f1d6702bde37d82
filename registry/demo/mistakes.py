"""Mistakes that people make when they write down who somebody is."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from registry.values.address import Address
from registry.values.person import Name

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def misspell(rng: Random, text: str) -> str:
    """One edit: a letter replaced by its neighbour on the keyboard, left out, doubled, or two exchanged.

    The first character stays. A text without further letters is returned with its last character doubled.
    """
    letters = [position for position in range(1, len(text)) if text[position].isalpha()]
    if not letters:
        return text + text[-1:]
    position = rng.choice(letters)
    letter, before = text[position], text[position - 1]
    kind = rng.randrange(4) if len(text) > 2 else 3
    if kind == 0:
        return text[:position] + _neighbour(rng, letter) + text[position + 1 :]
    if kind == 1:
        return text[:position] + text[position + 1 :]
    if kind == 2 and position > 1 and before != letter and before.isalpha():
        return text[: position - 1] + letter + before + text[position + 1 :]
    return text[:position] + letter + text[position:]


def _neighbour(rng: Random, letter: str) -> str:
    """A letter beside this one on the keyboard; `e` for what is not on it."""
    for row in _KEYBOARD:
        found = row.find(letter.lower())
        if found >= 0:
            return row[found + 1] if found == 0 or (found + 1 < len(row) and rng.random() < 0.5) else row[found - 1]
    return "e"


def transpose_birth_date(rng: Random, born_on: date, today: date) -> date:
    """Day and month the other way round where that is another date in the past, else a slip in one digit."""
    if born_on.day <= 12 and born_on.day != born_on.month:
        swapped = date(born_on.year, born_on.day, born_on.month)
        if swapped <= today:
            return swapped
    if rng.random() < 0.5 and born_on.year % 10 != born_on.year // 10 % 10:
        year = born_on.year // 100 * 100 + born_on.year % 10 * 10 + born_on.year // 10 % 10
        if abs(year - born_on.year) <= 30 and year < today.year:
            return date(year, born_on.month, min(born_on.day, 28))
    return born_on - timedelta(days=rng.choice((1, 3, 10, 30)))


def swap_forenames(name: Name) -> Name:
    """First and second forename exchanged; forename and surname where there is no second."""
    if name.second_forename:
        return replace(name, first_forename=name.second_forename, second_forename=name.first_forename)
    return replace(name, first_forename=name.surname, surname=name.first_forename)


def mistype_address(rng: Random, address: Address) -> Address:
    """A road misspelt, a number's digits exchanged, or two letters of the postcode."""
    house, road, locality, town, county = address.lines
    number, _, street = road.partition(" ")
    kind = rng.randrange(3)
    if kind == 0 and len(number) > 1 and number.isdigit() and number[0] != number[1]:
        road = f"{number[1]}{number[0]}{number[2:]} {street}"
    elif kind == 1 and address.postcode and address.postcode[-1] != address.postcode[-2]:
        swapped = address.postcode[:-2] + address.postcode[-1] + address.postcode[-2]
        return replace(address, postcode=swapped)
    else:
        road = f"{number} {misspell(rng, street)}" if number[:1].isdigit() and street else misspell(rng, road)
    return Address((house, road, locality, town, county), address.postcode)
