"""The reference of an outside case, without which no identity is joined or taken apart."""

import re
from datetime import date

from registry.transactions.acts.act import Impossible
from registry.transactions.context import Context


def is_reference(context: Context, text: str, day: date) -> bool:
    """Whether a text, as it is written, is a case reference by the format in force on a day."""
    form: str = context.policies.on("case_reference_format", day)
    return re.fullmatch(form, text) is not None


def case_reference(context: Context, text: str, field: str = "reference") -> str | Impossible:
    """A reference as it is kept, in upper case; or why it is none by the format in force.

    Source: NHAIS registration manual (a merge needs the ticket of the national service desk).
    """
    compact = " ".join(text.upper().split())
    if not is_reference(context, compact, context.today):
        return Impossible(
            "Give the reference of the outside case, as the other body wrote it: letters, then digits.", field
        )
    return compact
