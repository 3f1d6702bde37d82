"""The segments of one transaction into its items.

A transaction is unreadable only without a transaction number, or with two.
"""

from collections.abc import Sequence

from registry.links.edifact.interchange import Transaction
from registry.links.edifact.read_segment import READERS, Draft
from registry.links.edifact.syntax import Segment
from registry.links.items import ERASE, FIELDS, Items, TransactionType

_STRUCTURE = frozenset({"S01", "S02", "RFF+TN"})
_OBSOLETE = frozenset({"QTY+951", "QTY+952", "HEA+BM", "DTM+959", "DTM+960"})


def read_number(segments: Sequence[Segment]) -> tuple[int | None, str | None]:
    """The transaction number among segments, and why there is none."""
    texts = [segment.component(1, 1) for segment in segments if segment.key == "RFF+TN"]
    if not texts or not texts[0]:
        return None, "no transaction number (RFF+TN)"
    if len(texts) > 1:
        return None, "more than one transaction number (RFF+TN)"
    text = texts[0]
    # No upper limit is agreed; eighteen digits are what a database's integer holds for certain.
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        return None, "the transaction number (RFF+TN) is not a whole number"
    return int(text), None


def read_transaction(
    kind: TransactionType, gp_trading_partner_code: str, ha_cipher: str, segments: Sequence[Segment]
) -> Transaction:
    """One transaction from the segments of its group."""
    number, problem = read_number(segments)
    if problem is not None:
        return Transaction(number, None, problem)
    draft = Draft(kind)
    seen: dict[str, Segment] = {}
    for segment in segments:
        key = segment.key
        if key in READERS:
            item, reader = READERS[key]
            first = seen.setdefault(key, segment)
            if first is segment:
                reader(segment, draft)
            elif first.elements == segment.elements:
                draft.warnings.append(f"a repeated {key} was ignored")
            else:
                draft.refuse(item, f"given twice and differently ({key})")
        elif key in _OBSOLETE:
            draft.warnings.append(f"obsolete {key} was ignored")
        elif key not in _STRUCTURE:
            draft.warnings.append(f"unknown segment {segment.tag} was ignored")
    _settle_forenames(draft)
    items = Items(kind, gp_trading_partner_code, ha_cipher, defects=tuple(draft.defects), **draft.values)
    return Transaction(number, items, None, tuple(draft.warnings))


def _settle_forenames(draft: Draft) -> None:
    """Forenames are erased as a group: one sign covers them all, and none may be given beside it."""
    if draft.values.get("first_forename") is not ERASE:
        return
    covered = {FIELDS["second_forename"], FIELDS["other_forenames"]}
    draft.defects = [defect for defect in draft.defects if defect.field not in covered]
    for item in ("second_forename", "other_forenames"):
        if draft.values.pop(item, None) is not None:
            draft.refuse(item, "given although all forenames are erased")
