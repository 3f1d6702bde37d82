"""The segments of one message into its type and its transactions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from registry.links.edifact.interchange import Message, Transaction
from registry.links.edifact.read_transaction import read_number, read_transaction
from registry.links.edifact.syntax import Segment
from registry.links.edifact.wire_time import read_minute, read_sequence
from registry.links.items import TransactionType

_TYPES = {each.value: each for each in TransactionType}
_MESSAGE_LEVEL = frozenset({"BGM", "NAD+FHS", "DTM+137", "RFF+950"})
_QUARTER_LEVEL = frozenset({"DTM+206", "GIS"})


@dataclass(slots=True)
class RawMessage:
    """A message as cut: its header UNH, what follows, and its trailer UNT unless that is missing."""

    opening: Segment
    body: list[Segment] = field(default_factory=lambda: list[Segment]())
    closing: Segment | None = None

    @property
    def kind(self) -> str:
        """FHSREG or RECEP, or whatever the header says."""
        return self.opening.component(2)

    @property
    def reference(self) -> int | None:
        return read_sequence(self.opening.component(1))

    def warnings(self) -> list[str]:
        """What is wrong with the trailer."""
        if self.closing is None:
            return []
        warnings: list[str] = []
        claimed, real = read_sequence(self.closing.component(1)), len(self.body) + 2
        if claimed != real:
            told = "no number of" if claimed is None else claimed
            warnings.append(f"UNT claims {told} segments, there are {real}")
        if read_sequence(self.closing.component(2)) != self.reference:
            warnings.append("UNT does not repeat the message reference of UNH")
        return warnings


def read_message(sender: str, recipient: str, raw: RawMessage) -> Message:
    """A registration message. It has a problem, and no transaction has items, where its
    reference, kind, type or authority is missing or unknown, or where it holds no transaction.
    """
    warnings = raw.warnings()
    header, groups = _group(raw.body, warnings)
    values = _values(header)
    kind = _TYPES.get(next(iter(values["RFF+950"]), ""))
    cipher = next(iter(values["NAD+FHS"]), None)
    document_time = read_minute(next(iter(values["DTM+137"]), ""))
    if document_time is None:
        warnings.append("DTM+137: no legible document time")
    expected = _MESSAGE_LEVEL | _QUARTER_LEVEL if kind is TransactionType.F8 else _MESSAGE_LEVEL
    warnings += [f"unknown segment {segment.tag} was ignored" for segment in header if segment.key not in expected]
    problem = _problem(raw, values, kind, groups)
    if problem is not None or kind is None or cipher is None:
        transactions = tuple(Transaction(read_number(group)[0], None, problem) for group in groups)
    else:
        partner = sender if kind.is_from_practice else recipient
        # A quarter's end may stand at the level of the message.
        shared = [each for each in header if each.key == "DTM+206"] if kind is TransactionType.F8 else []
        transactions = tuple(read_transaction(kind, partner, cipher, [*shared, *group]) for group in groups)
    return Message(raw.reference or 0, kind, cipher, document_time, transactions, tuple(warnings), problem)


def _group(body: Sequence[Segment], warnings: list[str]) -> tuple[list[Segment], list[list[Segment]]]:
    """The message's own segments, and one group for each transaction.

    A group begins at S01. Without any, everything that is not the message's own belongs to one
    transaction: so it is in a close quarter notification, and so we take a sender who forgot S01.
    """
    starts = [position for position, segment in enumerate(body) if segment.tag == "S01"]
    if starts:
        ends = [*starts[1:], len(body)]
        return list(body[: starts[0]]), [list(body[start:end]) for start, end in zip(starts, ends, strict=True)]
    header = [segment for segment in body if segment.key in _MESSAGE_LEVEL]
    group = [segment for segment in body if segment.key not in _MESSAGE_LEVEL]
    if not any(segment.key == "RFF+TN" for segment in group):
        return list(body), []
    if not any(segment.component(1, 1) == "F8" for segment in header):
        warnings.append("the transaction has no S01")
    return header, [group]


def _values(header: Sequence[Segment]) -> dict[str, list[str]]:
    """The values of the segments that say what the message is."""
    values: dict[str, list[str]] = {"RFF+950": [], "NAD+FHS": [], "DTM+137": []}
    for segment in header:
        if segment.key in values:
            text = segment.component(2) if segment.tag == "NAD" else segment.component(1, 1)
            if text:
                values[segment.key].append(text)
    return values


def _problem(
    raw: RawMessage, values: dict[str, list[str]], kind: TransactionType | None, groups: Sequence[object]
) -> str | None:
    if raw.closing is None:
        # Cut short on its way: the half of it must not be taken for the whole.
        return "the message has no trailer UNT: it was cut short"
    if raw.reference is None:
        return "the message header UNH has no reference of up to eight digits"
    if raw.kind != "FHSREG":
        return "the message is neither FHSREG nor RECEP"
    if len(set(values["RFF+950"])) > 1:
        return "more than one transaction type (RFF+950) in one message"
    if len(set(values["NAD+FHS"])) > 1:
        return "more than one authority (NAD+FHS) in one message"
    if kind is None:
        return "no known transaction type (RFF+950)"
    if not values["NAD+FHS"]:
        return "no authority (NAD+FHS)"
    return None if groups else "the message holds no transaction"
