"""What may be said in a query. Pure.

Source: the free text set of GP Links (its specification's Appendix K): capitals, digits and some punctuation. A
practice's system may show nothing else; small letters have their capitals.
"""

import re

_FOREIGN = re.compile(r"[^A-Za-z0-9 .,\-()/=!\"%&*;<>'+:?]")


def text_fault(text: str, longest: int) -> str | None:
    """Why a text may not be sent to or by a practice, or None. Blanks at its ends do not count."""
    said = text.strip()
    if not said:
        return "it says nothing"
    if len(said) > longest:
        return f"it is longer than {longest} characters"
    if _FOREIGN.search(said):
        return "it holds a character that GP Links does not carry"
    return None
