"""The characters that GP Links carries: capitals, digits and some punctuation.

Source: the free text set of the GP systems specification (its Appendix K, as shown by the
public adaptor's full character set message). Wider than UNOA, so UNOA is not enforced.
"""

import re
import unicodedata

from registry.links.edifact.syntax import escape

_SAFE = re.compile(r"[A-Z0-9 .,\-()/=!\"%&*;<>]*\Z")
_FOREIGN = re.compile(r"[^A-Z0-9 .,\-()/=!\"%&*;<>'+:?]")

# What decomposition does not reach. Capitals only: the text is upper case by then.
_REPLACEMENTS = str.maketrans(
    {
        "Æ": "AE",
        "Œ": "OE",
        "Ø": "O",
        "Đ": "D",
        "Ð": "D",
        "Þ": "TH",
        "Ł": "L",
        "Ħ": "H",
        "Ŧ": "T",
        "\N{LATIN CAPITAL LETTER SCHWA}": "E",
        "\N{MODIFIER LETTER APOSTROPHE}": "'",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "`": "'",
        "\N{ACUTE ACCENT}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "_": "-",
        "[": "(",
        "]": ")",
        "{": "(",
        "}": ")",
    }
)


def wire_text(text: str, limit: int | None = None) -> str:
    """A value as it is written: transliterated to the set, cut to the limit, and released.

    Letters lose their accents and become capitals; what has no counterpart becomes a blank.
    """
    if _SAFE.match(text):
        return text if limit is None or len(text) <= limit else text[:limit].rstrip()
    return escape(_transliterated(text)[:limit].strip())


def _transliterated(text: str) -> str:
    capitals = text.upper().translate(_REPLACEMENTS)
    decomposed = unicodedata.normalize("NFKD", capitals).translate(_REPLACEMENTS).upper()
    base = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _FOREIGN.sub(" ", base)
