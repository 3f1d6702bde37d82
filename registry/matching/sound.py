"""How a name sounds, as four characters.

Soundex with the first letter evened out, so that Philips meets Filips and Catherine meets
Kathryn. It only brings names together that are then compared properly; it decides nothing.
Computed here and stored, so that PostgreSQL needs no extension and online and batch agree.
"""

from functools import lru_cache

_OPENINGS = (
    ("KN", "N"), ("GN", "N"), ("PN", "N"), ("WR", "R"), ("WH", "W"), ("PS", "S"), ("TS", "S"),
    ("CZ", "C"), ("SC", "S"), ("K", "C"), ("Q", "C"), ("Z", "S"), ("X", "S"), ("V", "F"), ("J", "G"),
)  # fmt: skip
_SILENT = (("TCH", "CH"), ("GHT", "T"), ("DG", "G"), ("PH", "F"))
_VOWELS = frozenset("AEIOUY")
_CLASSES = {
    letter: digit
    for letters, digit in (("BFPV", "1"), ("CGJKQSXZ", "2"), ("DT", "3"), ("L", "4"), ("MN", "5"), ("R", "6"))
    for letter in letters
}


@lru_cache(maxsize=20_000)
def sound_code(name: str) -> str:
    """The code of a normalised name: a letter (any vowel is `A`) and three digits; empty for an empty name."""
    letters = name.replace(" ", "")
    for written, sounded in _SILENT:
        letters = letters.replace(written, sounded)
    if not letters:
        return ""
    opening, rest = _open(letters)
    code = ""
    last = _CLASSES.get(opening, "")
    for letter in rest:
        digit = _CLASSES.get(letter, "")
        if digit and digit != last:
            code += digit
            if len(code) == 3:
                break
        if letter not in "HW":  # H and W do not part two consonants of one class
            last = digit
    return opening + code.ljust(3, "0")


def _open(letters: str) -> tuple[str, str]:
    for written, sounded in _OPENINGS:
        if letters.startswith(written):
            return sounded, letters[len(written) :]
    return ("A" if letters[0] in _VOWELS else letters[0]), letters[1:]
