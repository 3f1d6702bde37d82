"""The public GP Links examples: every interchange reads to its document and is written from it.

Fidelity is byte for byte once the segment counts of UNT, the last terminator and a trailing
line end are normalised, because some of the examples are wrong in these. Numbers, times and the
application reference are those of the example, since no document carries them.
"""

import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from registry.links.documents import from_document, normal_form, to_document
from registry.links.edifact.interchange import (
    Interchange,
    InterchangeCode,
    InterchangeKind,
    MessageCode,
    Receipt,
    ReceiptLine,
)
from registry.links.edifact.reader import read_interchange
from registry.links.edifact.show import receipt_document, show
from registry.links.edifact.write import write_file
from registry.links.items import Items, TransactionType

EXAMPLES = Path(os.environ.get("REGISTRY_SHARED", "../shared")) / "gp-links" / "examples"
RECEIVED_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not EXAMPLES.is_dir(), reason="the shared GP Links examples are not at hand (REGISTRY_SHARED)"
)


def cases(folder: str, suffix: str = ".edifact.dat") -> list[str]:
    return sorted(str(path.relative_to(EXAMPLES))[: -len(suffix)] for path in EXAMPLES.glob(f"{folder}/*/*{suffix}"))


def data_of(name: str) -> bytes:
    return (EXAMPLES / name).read_bytes()


def document_of(case: str) -> dict[str, Any]:
    return json.loads(data_of(f"{case}.fhir.json"))


def read(name: str) -> Interchange:
    return read_interchange(data_of(name), RECEIVED_AT)


def only_items(interchange: Interchange) -> Items:
    (message,) = interchange.messages
    (transaction,) = message.transactions
    assert transaction.items is not None
    return transaction.items


def normalised(text: str) -> str:
    """UNT counts, the last terminator and trailing line ends; the zero padding of a transaction number."""
    text = re.sub(r"UNT\+[0-9]+\+", "UNT+n+", text.replace("\r\n", "\n").rstrip("\n"))
    return re.sub(r"RFF\+TN:0+(?=[1-9])", "RFF+TN:", text if text.endswith("'") else text + "'")


def written_like(name: str, document: dict[str, Any]) -> str:
    """The document written with the numbers and times of an example."""
    like = read(name)
    (message,) = like.messages
    (transaction,) = message.transactions
    assert message.type is not None
    assert transaction.number is not None
    return write_file(
        document,
        message.type.value,
        like.sender,
        like.recipient,
        like.sequence,
        message.reference,
        transaction.number,
        like.sent_at,
        document_time=message.document_time,
        application_reference=like.application_reference,
    )


@pytest.mark.parametrize("case", cases("gp-to-ha"))
def test_practice_interchange_reads_to_its_document(case: str) -> None:
    (line,) = show(data_of(f"{case}.edifact.dat"), f"{case}.edifact.dat", RECEIVED_AT)

    assert line["problem"] is None
    assert line["warnings"] == []
    assert (line["kind"], line["sender"], line["recipient"]) == ("registration", "TES5", "XX11")
    assert (line["interchange"], line["message"], line["transaction"]) == (1, 1, 1)
    assert line["sent_at"] == "2020-06-10T13:38:00Z"
    assert normal_form(line["document"]) == normal_form(document_of(case))


@pytest.mark.parametrize("case", cases("gp-to-ha"))
def test_practice_document_is_written_to_its_interchange(case: str) -> None:
    written = written_like(f"{case}.edifact.dat", document_of(case))

    assert written == data_of(f"{case}.edifact.dat").decode()


@pytest.mark.parametrize("case", cases("gp-to-ha"))
def test_document_and_interchange_of_a_practice_hold_the_same_items(case: str) -> None:
    items = only_items(read(f"{case}.edifact.dat"))

    assert from_document(document_of(case), items.type) == items


FORWARDED = [case for case in cases("ha-to-gp") if "close_quarter" not in case]


@pytest.mark.parametrize("case", FORWARDED)
def test_authority_document_is_written_to_its_interchange(case: str) -> None:
    written = written_like(f"{case}.edifact.dat", document_of(case))

    assert normalised(written) == normalised(data_of(f"{case}.edifact.dat").decode())


@pytest.mark.parametrize("case", FORWARDED)
def test_authority_interchange_reads_to_exactly_its_document(case: str) -> None:
    """Not only the same content but the adaptor's order of parameters and patches."""
    made = to_document(only_items(read(f"{case}.edifact.dat")))
    expected = document_of(case)

    assert normal_form(made) == normal_form(expected)
    if "patches" in expected:
        assert list(made) == list(expected)
        assert made["patches"] == expected["patches"]
    else:
        assert made["parameter"] == expected["parameter"]


def test_close_of_quarter_is_written_from_quarter_end_and_number() -> None:
    name = "ha-to-gp/close_quarter_notification/close-quarter-notification.edifact.dat"
    items = only_items(read(name))

    assert (items.type.value, str(items.quarter_end), items.ha_cipher) == ("F8", "1991-12-31", "XX1")
    for document in ({"quarterEndDate": "1991-12-31"}, to_document(items)):
        assert normalised(written_like(name, document)) == normalised(data_of(name).decode())


RECEIPTS = cases("ha-to-gp", ".recep.dat")


@pytest.mark.parametrize("case", RECEIPTS)
def test_receipt_is_written_from_the_facts_of_the_interchange_it_answers(case: str) -> None:
    received = read(f"{case}.edifact.dat")
    example = read(f"{case}.recep.dat")
    facts = Receipt(
        received.sequence,
        InterchangeCode.OK,
        received.ha_cipher,
        received.gp_code,
        tuple(ReceiptLine(message.reference, MessageCode.CP) for message in received.messages),
        received.claimed_messages,
    )

    written = write_file(
        receipt_document(facts), "RECEP", received.recipient, received.sender, 1, 1, 0, example.sent_at
    )

    assert written == data_of(f"{case}.recep.dat").decode()


@pytest.mark.parametrize("case", RECEIPTS)
def test_receipt_reads_to_the_facts(case: str) -> None:
    received = read(f"{case}.edifact.dat")
    (receipt,) = read(f"{case}.recep.dat").receipts

    assert receipt.warnings == ()
    assert (receipt.interchange, receipt.code, receipt.count) == (received.sequence, InterchangeCode.OK, 1)
    assert (receipt.ha_cipher, receipt.gp_code) == (received.ha_cipher, received.gp_code or "9999")
    assert receipt.messages == (ReceiptLine(received.messages[0].reference, MessageCode.CP),)


def test_receipt_with_a_message_that_was_not_translated() -> None:
    (line,) = show(data_of("recep/recep.dat"), "recep.dat", RECEIVED_AT)

    assert line["kind"] == "receipt"
    assert line["type"] == "RECEP"
    assert line["message"] == 28
    assert line["warnings"] == ["UNT claims 10 segments, there are 8"]
    assert line["document"] == {
        "interchange": 1,
        "code": "OK",
        "haCipher": "FHS",
        "gpCode": "123456",
        "messages": [{"reference": 100, "code": "CP"}, {"reference": 200, "code": "CA"}],
    }
    written = write_file(line["document"], "RECEP", "FHS1", "GP05", 64, 28, 0, read("recep/recep.dat").sent_at)
    clock = re.compile(r"(BGM\+\+600\+243:|DTM\+815:)[0-9]{12}")
    original = data_of("recep/recep.dat").decode()
    assert clock.sub("", normalised(written)) == clock.sub("", normalised(original))


def test_skeleton_of_two_messages() -> None:
    interchange = read("gp-to-ha/skeleton/inbound_example.txt")

    numbers = [transaction.number for message in interchange.messages for transaction in message.transactions]
    assert (interchange.sequence, interchange.claimed_messages, interchange.warnings) == (45, 2, ())
    assert [message.reference for message in interchange.messages] == [56, 57]
    assert numbers == [5174, 5175]
    assert interchange.messages[0].transactions[0].items == Items(TransactionType.G1, "GP123", "HA456")


ORIGINALS: dict[str, tuple[str, int, str | None]] = {
    "acceptance-type1-birth01": ("acceptance/type1-birth-app-j", 17, "N/10/10"),
    "acceptance-type3-transferin01": ("acceptance/type3-transferin-app-j", 19, None),
    "acceptance-type4-immigrant01": ("acceptance/type4-immigrant-app-j", 20, None),
    "amendment01": ("amendment/app-j-1", 22, "SEQ12"),
    "amendment03": ("amendment/app-j-3", 25, "ABCDE1234"),
}


@pytest.mark.parametrize("name", sorted(ORIGINALS))
def test_original_samples_hold_what_the_later_ones_hold(name: str) -> None:
    """They were sent in 1992, obsolete segments and remarks beside them included; the numbers of people differ."""
    later, transaction, number = ORIGINALS[name]
    interchange = read(f"gp-to-ha/appendix-j-original/{name}.dat")

    assert interchange.sent_at.year == 1992
    assert interchange.messages[0].transactions[0].number == transaction
    assert only_items(interchange) == replace(only_items(read(f"gp-to-ha/{later}.edifact.dat")), number=number)


def test_obsolete_segments_are_told() -> None:
    interchange = read("gp-to-ha/appendix-j-original/amendment01.dat")

    assert interchange.messages[0].transactions[0].warnings == (
        "obsolete QTY+951 was ignored",
        "obsolete QTY+952 was ignored",
        "obsolete HEA+BM was ignored",
    )


def test_live_amendment_with_application_reference_is_written_again() -> None:
    name = "gp-to-ha/appendix-j-original/amendment04.dat"
    interchange = read(name)

    assert (interchange.sequence, interchange.application_reference) == (104262, "FHSREG")
    assert only_items(interchange).address == ("", "19 ZZZZZZZZ HOUSE", "ZZZZZ DRIVE", "ZZZZZZZZZZ", "KENT")
    assert written_like(name, to_document(only_items(interchange))) + "\n" == data_of(name).decode()


def test_early_practice_interchange() -> None:
    """Carriage returns, numbers of six digits, an empty first line without its placeholder."""
    interchange = read("gp-to-ha/early-python-adaptor/birth.edifact.txt")
    items = only_items(interchange)

    assert (interchange.sequence, interchange.warnings) == (1, ())
    assert items.address == ("", "1 SPIDER WAY", "", "SPIDEY TOWN", "")
    assert (items.number, items.surname, items.first_forename, items.title) == ("NHSNO11111", "PARKER", "PETER", "MR")
    assert items.postcode == "SP1 1AA"


def test_early_authority_interchange_with_wrong_counts_and_references() -> None:
    interchange = read("ha-to-gp/early-python-adaptor/edifact-for-GP05.txt")
    deductions, approvals = interchange.messages

    assert interchange.kind is InterchangeKind.REGISTRATION
    assert interchange.warnings == ("UNZ claims 1 messages, there are 2",)
    assert deductions.warnings == ("UNT does not repeat the message reference of UNH",)
    assert [(each.number, each.items and each.items.number) for each in deductions.transactions] == [
        (19, "NHSNO222222"),
        (20, "NHSNO33333"),
    ]
    assert [(each.number, each.items and each.items.ha_cipher) for each in approvals.transactions] == [
        (21, "SO"),
        (22, "SO"),
    ]


def test_request_of_the_successor_system_is_read() -> None:
    document = json.loads(data_of("gp-to-ha/pcrm/acceptance-approval.json").replace(b"%%TODAY%%", b"2026-11-02"))

    items = from_document(document, TransactionType.G1)

    assert items.defects == ()
    assert items.acceptance_type == "2"
    assert items.ha_cipher == "BAA"
    assert normal_form(to_document(items)) == normal_form(document)


def test_nothing_was_passed_over() -> None:
    """The counts that the examples' own list gives: a missing file would otherwise go unnoticed."""
    assert (len(cases("gp-to-ha")), len(cases("ha-to-gp")), len(RECEIPTS)) == (21, 11, 11)
