"""Facts of a person in the form in which they are compared and looked up.

Pure and total: any text gives a result, and what cannot be read gives an empty text, which
counts as missing and never as agreement. The version is stored with every decision, so that
a decision can be replayed: change a rule here, raise the version, rebuild the keys.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from registry.values.address import Address, normal_postcode
from registry.values.person import Sex

NORMALISER_VERSION = "1"

LONGEST_NAME = 70
"""What is longer is no name: GP Links carries 35 letters, and a field filled to its brim agrees with its like."""

# Removed before NFKD, because that turns an acute accent standing alone into a blank.
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʼʻʹ′"))
# Letters that are letters of their own, so that NFKD leaves them as they are.
_LETTERS = str.maketrans(
    {"Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "Æ": "AE", "Œ": "OE", "Ħ": "H", "Ŋ": "N", "Ŧ": "T", "Ə": "A"}
)
_SEPARATORS = re.compile(r"[-‐-―.,/_&()\s]+")
_NOT_A_LETTER = re.compile(r"[^A-Z ]+")
_WORD = re.compile(r"[A-Z0-9]+")

_FILLED_IN = """
BABY,BABY BOY,BABY GIRL,BOY,GIRL,INFANT,MALE,FEMALE,TWIN,TWIN ONE,TWIN TWO,TWIN I,TWIN II,UNKNOWN,NOT KNOWN,
NOT GIVEN,NK,NOT APPLICABLE,NA,NONE,NULL,NO NAME,NFN,NMN,XX,XXX,XXXX
"""
_STAND_IN_NAMES = frozenset(name.strip() for name in _FILLED_IN.split(","))
_STAND_IN_DATES = frozenset({date(1900, 1, 1), date(1901, 1, 1), date(1899, 12, 30), date(1899, 12, 31)})
_EARLIEST_YEAR = 1890

_NO_PLACE = "ZZ99"
"""Pseudo-postcodes of the NHS Postcode Directory: no fixed abode, abroad, unknown."""

_UNTOLD = """
FLAT APARTMENT APT UNIT ROOM NO NUMBER THE ROAD RD STREET ST AVENUE AVE AV LANE LN CLOSE CL DRIVE DR COURT CT
CRESCENT CRES GARDENS GDNS GROVE GR PLACE PL TERRACE TERR SQUARE SQ WAY WALK
"""
_STREET_WORDS = frozenset(_UNTOLD.split())


@lru_cache(maxsize=20_000)
def normal_name(text: str) -> str:
    """A name in A to Z and single blanks: accents stripped, hyphens as blanks, apostrophes gone.

    At most 70 characters. Names written in another script, longer ones, and stand-ins such as BABY
    or XX, give an empty text.
    """
    plain = letters_of(text)
    return "" if plain in _STAND_IN_NAMES or len(plain) > LONGEST_NAME else plain


def letters_of(text: str) -> str:
    """Text in A to Z and single blanks, stand-ins too: the beginning of a name may look like one."""
    if text.isascii() and text.isalpha():
        return text.upper()
    spread = unicodedata.normalize("NFKD", text[:300].translate(_APOSTROPHES)).upper().translate(_LETTERS)
    return " ".join(_NOT_A_LETTER.sub("", _SEPARATORS.sub(" ", spread)).split())


def normal_forenames(first: str, second: str, others: str) -> tuple[str, str]:
    """First forename and first middle name.

    Two words in the first field and nothing in the second are two names; a hyphen keeps them one.
    """
    words = first.split()
    if len(words) > 1 and not second.strip():
        first, second = words[0], words[1]
    middle = normal_name(second) or normal_name(others)
    return normal_name(first), middle.split(" ", 1)[0]


@lru_cache(maxsize=20_000)
def plain_postcode(text: str | None) -> str:
    """A postcode without blanks; empty where there is none, or one that stands for no place."""
    compact = "".join(_WORD.findall((text or "")[:20].upper()))
    return "" if len(compact) > 8 or compact.startswith(_NO_PLACE) else compact


@lru_cache(maxsize=20_000)
def postcode_parts(postcode: str) -> tuple[str, str, str] | None:
    """Area, district and sector of a postcode without blanks, or None where it has no known shape."""
    whole = normal_postcode(postcode)
    if whole is None:
        return None
    outward = whole.split(" ")[0]
    area = outward[:2] if outward[1].isalpha() else outward[:1]
    return area, outward, whole[:-2]


def address_key(address: Address) -> str:
    """The dwelling within its postcode, as `NUMBERS|WORDS`; empty for an address without lines.

    Numbers of the first two lines in order, then the words beside the last number: so a house
    name before a numbered road, and ROAD or RD, make no difference. `3 12|HIGH` is flat 3 of
    12 High Street.
    """
    lines = address.lines
    told = [words for line in lines[:2] if line and (words := _words(line))] or [_words(lines[2])]
    numbers: list[str] = []
    beside: list[str] = []
    every: list[str] = []
    for words in told:
        plain: list[str] = []
        has_number = False
        for word in words:
            if not word.isalpha():
                numbers.append(word)
                has_number = True
            elif word not in _STREET_WORDS:
                plain.append(word)
        if has_number and plain:
            beside = plain
        every += plain
    return f"{' '.join(numbers)}|{' '.join(beside or every)}"[:LONGEST_NAME] if numbers or every else ""


def known_date(day: date | None) -> date | None:
    """A date of birth, or None for one that only fills the field (1 January 1900 and its like)."""
    if day is None or day.year < _EARLIEST_YEAR or day in _STAND_IN_DATES:
        return None
    return day


def known_sex(sex: Sex | None) -> Sex | None:
    """Male or female; indeterminate and not specified say nothing about who somebody is."""
    return sex if sex in (Sex.MALE, Sex.FEMALE) else None


def _words(line: str) -> list[str]:
    if line.isascii():
        return _WORD.findall(line[:100].replace("'", "").upper())
    plain = unicodedata.normalize("NFKD", line[:100].translate(_APOSTROPHES)).upper()
    return _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
