"""Titles, by sex, age and marriage."""

from random import Random

ADULT_FROM = 16


def title_of(rng: Random, is_female: bool, age: float, is_married: bool) -> str:
    """A title; about 4 % have none on the register."""
    chance = rng.random()
    if chance < 0.04:
        return ""
    if age < ADULT_FROM:
        return "Miss" if is_female else "Master"
    if chance > 0.998:
        return "Mx"
    if age > 27 and chance > 0.978:
        return "Dr" if chance < 0.993 else rng.choice(("Rev", "Prof"))
    if not is_female:
        return "Mr"
    return _womans(rng, age, is_married)


def _womans(rng: Random, age: float, is_married: bool) -> str:
    if is_married or (age > 72 and rng.random() < 0.8):
        return "Ms" if rng.random() < 0.12 else "Mrs"
    return "Ms" if rng.random() < (0.4 if age > 30 else 0.25) else "Miss"


def other_sex_title(title: str) -> str:
    """A title that disagrees with the sex; the same where it fits both."""
    opposite = {"Mr": "Mrs", "Mrs": "Mr", "Ms": "Mr", "Miss": "Mr", "Master": "Miss"}
    return opposite.get(title, title)
