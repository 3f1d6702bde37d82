"""Codes of organisations and doctors. One vocabulary, because the exchange uses four."""

import re
from dataclasses import dataclass

_CIPHER = re.compile(r"[A-Z0-9]{2,3}\Z")
_GP_CODE = re.compile(r"([0-9]{7}),([A-Z0-9]{1,6})\Z")
_ODS_CODE = re.compile(r"[A-Z0-9]{3,10}\Z")
_PARTNER_CODE = re.compile(r"[A-Z0-9]{4}\Z")


def is_cipher(text: str) -> bool:
    """Whether the text has the shape of an authority's cipher: two or three characters."""
    return bool(_CIPHER.match(text))


def is_ods_code(text: str) -> bool:
    return bool(_ODS_CODE.match(text))


def is_partner_code(text: str) -> bool:
    """Whether the text has the shape of a practice's trading partner code: four characters."""
    return bool(_PARTNER_CODE.match(text))


def link_code(cipher: str) -> str:
    """The trading partner code of an authority: cipher and `1`, or `01` after two letters."""
    return cipher + ("01" if len(cipher) == 2 else "1")


@dataclass(frozen=True, slots=True)
class GPCode:
    """A doctor as messages name them: GMC number, comma, the authority's local code."""

    gmc_number: str
    local_code: str

    @classmethod
    def parse(cls, text: str) -> "GPCode | None":
        """The code in a text, or None where it has another shape."""
        found = _GP_CODE.match(text.strip().upper())
        return cls(found[1], found[2]) if found else None

    def __str__(self) -> str:
        return f"{self.gmc_number},{self.local_code}"
