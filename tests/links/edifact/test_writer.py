"""Writing is exact: what is read from our own texts is written to the same texts."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from registry.links.edifact.envelope import Envelope
from registry.links.edifact.interchange import Interchange, InterchangeCode, MessageCode, Receipt, ReceiptLine
from registry.links.edifact.receipts import write_receipt
from registry.links.edifact.writer import MessageToWrite, NumberedItems, write_interchange
from registry.links.items import ERASE, Items, TransactionType
from tests.links.edifact.examples import ACCEPTANCE, ALL, AMENDMENT, QUARTER, RECEIPT, TWO_DEDUCTIONS, only_items, read

AT = datetime(2026, 11, 2, 8, 45, tzinfo=UTC)
ENVELOPE = Envelope("ZZX1", "QQA5", 1, AT)
PERSON = Items(TransactionType.F9, "QQA5", "ZZX", gp_code="9990001,Y90001", number="9990000018", surname="OKAFOR")


def rewritten(interchange: Interchange) -> str:
    """An interchange as read, written again."""
    envelope = Envelope(
        interchange.sender,
        interchange.recipient,
        interchange.sequence,
        interchange.sent_at,
        interchange.application_reference,
        interchange.agreement,
    )
    if interchange.receipts:
        return write_receipt(envelope, interchange.receipts[0].reference, interchange.receipts[0])
    messages = [
        MessageToWrite(
            message.reference,
            message.document_time or interchange.sent_at,
            tuple(NumberedItems(each.number or 0, each.items) for each in message.transactions if each.items),
        )
        for message in interchange.messages
    ]
    return write_interchange(envelope, messages, pad_postcodes=False)


def written(items: Items, **options: bool) -> str:
    message = MessageToWrite(1, AT, (NumberedItems(1, items),))
    return write_interchange(ENVELOPE, [message], **options)


def line(text: str, start: str) -> str:
    """The one segment of a text that starts so."""
    (found,) = [each for each in text.split("'\n") if each.startswith(start)]
    return found.removesuffix("'")


@pytest.mark.parametrize("name", sorted(set(ALL) - {"two deductions"}))
def test_what_we_wrote_is_written_again(name: str) -> None:
    assert rewritten(read(ALL[name])) == ALL[name]


def test_several_transactions_and_messages() -> None:
    """Counts are those of what is written, empty elements at the end of a text are not repeated."""
    deductions = TWO_DEDUCTIONS.replace("HEXTON+++", "HEXTON")
    assert rewritten(read(TWO_DEDUCTIONS)) == deductions

    acceptance = ACCEPTANCE[ACCEPTANCE.index("UNH") : ACCEPTANCE.index("UNZ")]
    both = deductions.replace("UNZ+1", acceptance + "UNZ+2")
    assert rewritten(read(both)) == both


def test_long_header_and_summer_time() -> None:
    envelope = Envelope.for_registrations("ZZX1", "QQA5", 7, datetime(2026, 7, 1, 22, 59, tzinfo=UTC))
    message = MessageToWrite(9, datetime(2026, 7, 1, 23, 0, tzinfo=UTC), (NumberedItems(1, PERSON),))

    text = write_interchange(envelope, [message])

    assert line(text, "UNB") == "UNB+UNOA:2+ZZX1+QQA5+260701:2359+00000007++FHSREG+++FHSA EDI TRANSFERS"
    assert line(text, "DTM+137") == "DTM+137:202607020000:203"


@pytest.mark.parametrize(
    ("lines", "postcode", "segment"),
    [
        (("", "3 ELM COURT", "", "GREAT HEXTON", ""), None, "NAD+PAT++??:3 ELM COURT::GREAT HEXTON"),
        (("", "", "UPPER END", "", ""), None, "NAD+PAT++??::UPPER END"),
        (("THE GABLES", ERASE, "", "HEXTON", "KENT"), "ZZ1 9ZZ", "NAD+PAT++THE GABLES:%::HEXTON:KENT+++++ZZ1  9ZZ"),
        (("", "", "", "", ""), None, "NAD+PAT++??"),
        (None, "ZZ12 9ZZ", "NAD+PAT+++++++ZZ12 9ZZ"),
        (None, ERASE, "NAD+PAT+++++++%"),
    ],
)
def test_address_of_an_authority_stops_after_its_last_line(
    lines: tuple[str, ...] | None, postcode: str | None, segment: str
) -> None:
    text = written(replace(PERSON, type=TransactionType.F1, address=lines, postcode=postcode))

    assert line(text, "NAD+PAT") == segment


def test_address_of_a_practice_has_every_line() -> None:
    items = replace(PERSON, type=TransactionType.G2, address=("THE GABLES", "3 ELM COURT", "", "", ""))

    assert line(written(items), "NAD+PAT") == "NAD+PAT++THE GABLES:3 ELM COURT:::"


def test_postcodes_are_padded_or_carried() -> None:
    items = replace(PERSON, postcode="zz1 9zz")

    assert line(written(items), "NAD+PAT").endswith("+ZZ1  9ZZ")
    assert line(written(items, pad_postcodes=False), "NAD+PAT").endswith("+ZZ1 9ZZ")
    assert line(written(replace(PERSON, postcode="BFPO 1")), "NAD+PAT").endswith("+BFPO 1")


def test_long_values_are_cut() -> None:
    items = replace(PERSON, number="A" * 17, surname="B" * 40, address=("C" * 40, "", "", "D", ""))
    text = written(items)

    assert line(text, "PNA+PAT") == f"PNA+PAT+{'A' * 15}:OPI+++SU:{'B' * 35}"
    assert line(text, "NAD+PAT") == f"NAD+PAT++{'C' * 35}:::D"


def test_specials_are_released_and_accents_dropped() -> None:
    items = replace(PERSON, surname="O'Néill+Söhne", free_text="WHO? ME: YES+")
    text = written(items)

    assert line(text, "PNA+PAT").endswith("SU:O?'NEILL?+SOHNE")
    assert line(text, "FTX") == "FTX+RGI+++WHO?? ME?: YES?+"


def test_person_without_number_or_name_keeps_its_place() -> None:
    items = Items(TransactionType.G1, "QQA5", "ZZX", date_of_birth=date(1965, 3, 1))

    assert "S02+2'\nPNA+PAT'\nDTM+329:19650301:102'" in written(items)


def test_nothing_of_a_person_leaves_no_group() -> None:
    assert "S02" not in written(Items(TransactionType.F4, "QQA5", "ZZX", gp_code="9990001,Y90001"))


def test_new_number_and_former_name_share_a_group() -> None:
    items = replace(PERSON, type=TransactionType.F1, new_number="9990000026", previous_surname="BELLO")

    assert line(written(items), "PNA+PER") == "PNA+PER+9990000026:API+++SU:BELLO"
    assert line(written(replace(items, previous_surname=None)), "PNA+PER") == "PNA+PER+9990000026:API"


def test_drugs_marker_is_erased_only_by_an_amendment() -> None:
    assert "HEA+DM+%:ZZZ" in written(replace(only_items(AMENDMENT), drugs_dispensed=False))
    assert "HEA+DM" not in written(replace(only_items(ACCEPTANCE), drugs_dispensed=False))


@pytest.mark.parametrize(
    "transactions",
    [
        (),
        (NumberedItems(1, PERSON), NumberedItems(2, replace(PERSON, type=TransactionType.F10))),
        (NumberedItems(1, PERSON), NumberedItems(2, replace(PERSON, ha_cipher="ZZY"))),
        (NumberedItems(1, only_items(QUARTER)), NumberedItems(2, only_items(QUARTER))),
    ],
)
def test_message_has_one_type_and_one_authority(transactions: tuple[NumberedItems, ...]) -> None:
    with pytest.raises(ValueError, match="a message holds"):
        MessageToWrite(1, AT, transactions)


def test_receipt_without_a_doctor_and_with_the_count_of_its_messages() -> None:
    lines = (ReceiptLine(41, MessageCode.CP), ReceiptLine(42, MessageCode.CI))
    receipt = Receipt(31, InterchangeCode.NA, "ZZX", None, lines)

    text = write_receipt(Envelope.for_receipt("QQA5", "ZZX1", 5, AT), 6, receipt)

    assert text == (
        "UNB+UNOA:2+QQA5+ZZX1+261102:0845+00000005++RECEP+++EDIFACT TRANSFER'\n"
        "UNH+00000006+RECEP:0:2:FH'\n"
        "BGM++600+243:202611020845:306+64'\n"
        "NHS+ZZX:819:201+9999:814:202'\n"
        "DTM+815:202611020845:306'\n"
        "RFF+MIS:00000041 CP'\n"
        "RFF+MIS:00000042 CI'\n"
        "RFF+RIS:00000031 NA:2'\n"
        "UNT+8+00000006'\n"
        "UNZ+1+00000005'"
    )


def test_receipt_repeats_the_count_that_was_claimed() -> None:
    (receipt,) = read(RECEIPT).receipts

    assert "ER:9'" in write_receipt(ENVELOPE, 1, replace(receipt, count=9))
