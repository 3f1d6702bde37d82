"""Nothing is lost between items, text and documents, and no bytes make the reader fail."""

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.links.documents import from_document, normal_form, to_document
from registry.links.documents.json_shapes import is_list, is_object
from registry.links.edifact.envelope import Envelope
from registry.links.edifact.interchange import Interchange
from registry.links.edifact.reader import read_interchange
from registry.links.edifact.show import show
from registry.links.edifact.syntax import UnreadableInterchange
from registry.links.edifact.writer import MessageToWrite, NumberedItems, write_interchange
from registry.links.items import ERASE, Items, TextOrErase, TransactionType
from registry.values.person import Sex
from tests.links.edifact.examples import ALL, RECEIVED_AT

AT = datetime(2026, 11, 2, 8, 45, tzinfo=UTC)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-()/=!\"%&*;<>'+:?"
# The four specials often, side by side and at the ends.
CHARACTERS = st.sampled_from(ALPHABET + "'+:?" * 6)


def texts(longest: int = 35) -> st.SearchStrategy[str]:
    stripped = st.text(CHARACTERS, min_size=1, max_size=longest).map(str.strip)
    return stripped.filter(lambda text: text not in ("", "%"))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


NUMBERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789?/", min_size=1, max_size=15)
CODES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=3)
DAYS = st.dates(date(1880, 1, 1), date(2099, 12, 31))
REASONS = st.integers(1, 99).map(str)
# One question mark alone in the first line is the wire's sign for an empty one.
FIRST_LINES = st.just("") | texts().filter(lambda text: text != "?")
LINES = st.just("") | texts()
ADDRESSES = st.tuples(FIRST_LINES, LINES, LINES, LINES, LINES)

PERSON: dict[str, st.SearchStrategy[Any]] = {
    "gp_code": maybe(st.from_regex(r"[0-9]{7},[A-Z0-9]{1,6}", fullmatch=True)),
    "number": maybe(NUMBERS),
    "surname": maybe(texts()),
    "first_forename": maybe(texts()),
    "second_forename": maybe(texts()),
    "other_forenames": maybe(texts()),
    "title": maybe(texts()),
    "previous_surname": maybe(texts()),
    "date_of_birth": maybe(DAYS),
    "sex": maybe(st.sampled_from(Sex)),
    "address": maybe(ADDRESSES),
    "postcode": maybe(texts(8)),
    "residential_institute": maybe(texts(2)),
    "drugs_dispensed": maybe(st.just(True)),
    "free_text": maybe(texts(200) | st.just("%")),
}
REGISTRATION: dict[str, st.SearchStrategy[Any]] = {
    **PERSON,
    "previous_address": maybe(st.lists(texts(), min_size=1, max_size=5).map(tuple)),
    "place_of_birth": maybe(texts()),
    "previous_gp_name": maybe(texts()),
    "previous_ha_cipher": maybe(CODES),
    "new_ha_cipher": maybe(CODES),
    "acceptance_code": maybe(st.sampled_from("ADRIS")),
    "acceptance_type": maybe(st.sampled_from("12345")),
    "acceptance_date": maybe(DAYS),
    "date_of_uk_entry": maybe(DAYS),
    "date_of_uk_exit": maybe(DAYS),
    "deduction_reason": maybe(REASONS),
    "deduction_date": maybe(DAYS),
    "fp69_reason": maybe(REASONS),
    "fp69_expiry": maybe(DAYS),
}


def or_erased(values: st.SearchStrategy[TextOrErase]) -> st.SearchStrategy[Any]:
    return maybe(st.just(ERASE) | values)


ERASED_LINES = st.just(ERASE) | LINES
AMENDMENT: dict[str, st.SearchStrategy[Any]] = {
    **PERSON,
    "title": or_erased(texts()),
    "previous_surname": or_erased(texts()),
    "postcode": or_erased(texts(8)),
    "residential_institute": or_erased(texts(2)),
    "drugs_dispensed": maybe(st.booleans()),
    "address": maybe(st.tuples(st.just(ERASE) | FIRST_LINES, ERASED_LINES, ERASED_LINES, LINES, ERASED_LINES)),
}


def without_forenames(items: Items) -> Items:
    return replace(items, first_forename=ERASE, second_forename=None, other_forenames=None)


def amendments(kind: TransactionType) -> st.SearchStrategy[Items]:
    numbers = maybe(NUMBERS) if kind is TransactionType.F1 else st.none()
    items = st.builds(Items, st.just(kind), st.just("QQA5"), st.just("ZZX"), new_number=numbers, **AMENDMENT)
    return items | items.map(without_forenames)


def items_of(kind: TransactionType) -> st.SearchStrategy[Items]:
    """Items that a transaction of this type can carry on the wire, whether or not the rules want them."""
    if kind.is_amendment:
        return amendments(kind)
    if kind is TransactionType.F8:
        return st.builds(Items, st.just(kind), st.just("QQA5"), st.just("ZZX"), quarter_end=DAYS)
    return st.builds(Items, st.just(kind), st.just("QQA5"), st.just("ZZX"), **REGISTRATION)


ANY_ITEMS = st.sampled_from(TransactionType).flatmap(items_of)
NUMBER = st.integers(1, 99_999_999)


def written(items: Items, number: int) -> str:
    ends = ("QQA5", "ZZX1") if items.type.is_from_practice else ("ZZX1", "QQA5")
    message = MessageToWrite(number, AT, (NumberedItems(number, items),))
    return write_interchange(Envelope(*ends, number, AT), [message], pad_postcodes=False)


@settings(deadline=None)
@given(ANY_ITEMS, NUMBER)
def test_items_to_text_and_back(items: Items, number: int) -> None:
    interchange = read_interchange(written(items, number).encode(), RECEIVED_AT)
    (message,) = interchange.messages
    (transaction,) = message.transactions

    assert (interchange.warnings, message.warnings, transaction.warnings) == ((), (), ())
    assert (interchange.sequence, message.reference, transaction.number) == (number, number, number)
    assert transaction.items == items


@settings(deadline=None)
@given(ANY_ITEMS, st.booleans())
def test_items_to_document_and_back(items: Items, released: bool) -> None:
    document = json.loads(json.dumps(to_document(items, released=released)))

    again = from_document(document, items.type, released=released)

    assert again == items
    assert normal_form(to_document(again, released=released)) == normal_form(document)


def result_of(data: bytes) -> Interchange | None:
    """What reading makes of any bytes: a result that can be shown, or the one documented refusal."""
    try:
        interchange = read_interchange(data, RECEIVED_AT)
    except UnreadableInterchange:
        return None
    json.dumps(show(data, "any", RECEIVED_AT))
    for message in interchange.messages:
        for transaction in message.transactions:
            assert (transaction.items is None) == (transaction.problem is not None)
            assert message.problem is None or transaction.items is None
    return interchange


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    result_of(data)
    result_of(b"UNB+UNOA:2+QQA5+ZZX1+261102:0845+00000007'UNH+1+FHSREG'" + data)


def mutated(text: str, seed: int) -> str:
    """A text with a few pieces cut out, doubled, moved or overwritten."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.choice((1, 1, 1, 2, 5, 30)))
        piece = chance.choice(("", "", text[start:end] * 2, "".join(chance.choices("?'+:%\n\x00é0A9", k=3)), "?"))
        text = text[:start] + piece + text[end:]
        if chance.random() < 0.3:
            segments = text.split("'")
            place = chance.randrange(len(segments))
            text = "'".join([*segments[:place], *segments[place + 1 :], segments[place]])
        text = text or "'"
    return text


@settings(deadline=None)
@given(st.sampled_from(sorted(ALL)), st.integers(0, 2**32))
def test_spoilt_interchanges_are_read_or_refused(name: str, seed: int) -> None:
    for shift in range(5):
        result_of(mutated(ALL[name], seed + shift).encode("utf-8"))


@settings(deadline=None)
@given(st.data())
def test_spoiling_one_transaction_leaves_its_neighbour(data: st.DataObject) -> None:
    """Whatever stands between two S01 that is itself no segment of structure touches only its own group."""
    text = ALL["two deductions"]
    start, end = text.index("RFF+TN:24"), text.index("S01+1'\nRFF+TN:25")
    spoilt = data.draw(st.text("ABX019+:%?. ", max_size=60)).rstrip("?")
    interchange = result_of((text[:start] + spoilt + "'\n" + text[end:]).encode())

    assert interchange is not None
    assert interchange.messages[0].transactions[-1].number == 25
    assert interchange.messages[0].transactions[-1].problem is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def spoilt(document: object, chance: random.Random, value: object) -> object:
    """A document in which something, anywhere, is another value."""
    if not document or chance.random() < 0.15:
        return value
    if is_object(document):
        name = chance.choice(sorted(document))
        return {**document, name: spoilt(document[name], chance, value)}
    if is_list(document):
        place = chance.randrange(len(document))
        return [*document[:place], spoilt(document[place], chance, value), *document[place + 1 :]]
    return value


@settings(deadline=None)
@given(ANY_ITEMS, st.integers(0, 2**32), JSON)
def test_spoilt_documents_are_read_with_defects(items: Items, seed: int, value: object) -> None:
    document = spoilt(to_document(items), random.Random(seed), value)
    if not is_object(document):
        document = {"parameter": document, "patches": document}

    again = from_document(document, items.type)

    assert all(defect.field and defect.problem for defect in again.defects)
    hash(normal_form(document))
