"""What a practice's text says of somebody whose address is in doubt. Pure.

Sources: domain rules R17; PCSE deductions help (FP69 answered with "Gone away / address
unknown": deducted at once; with an address out of the area: the thirty days).
"""

import re

_UNKNOWN = re.compile(
    r"(?<!NOT )(?<!NEVER )\bGONE[ -]?AWAY\b"
    r"|\bADDRESS (?:IS )?(?:UNKNOWN|NOT KNOWN)\b"
    r"|\bWHEREABOUTS (?:ARE )?(?:UNKNOWN|NOT KNOWN)\b"
    r"|\bNOT KNOWN AT (?:THIS )?ADDRESS\b"
)
_LEADS_ELSEWHERE = re.compile(
    r"\bOUT(?:SIDE)? (?:OF )?(?:OUR |THE |PRACTICE )?AREA\b|\bMOVED TO\b|\bNOW (?:LIVES|LIVING|AT)\b|\bNEW ADDRESS\b"
)


def says_gone_away(text: str | None) -> bool:
    """Whether the text says that nobody knows where the person is.

    One that names a place, or an area that was left, is not such: then the person is written to.
    """
    said = " ".join((text or "").upper().split())
    unknown = _UNKNOWN.search(said) is not None
    return unknown and _LEADS_ELSEWHERE.search(_UNKNOWN.sub(" ", said).replace("NEW  ", " ")) is None


def may_confirm(text: str | None) -> bool:
    """Whether a text that a clerk has read and followed can be the practice's word that the person
    lives where the register says: any text but one that says the contrary."""
    said = " ".join((text or "").upper().split())
    return bool(said) and not _UNKNOWN.search(said) and not _LEADS_ELSEWHERE.search(said)
