"""The two directions as commands use them: lines about a file, and a file from a document."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from registry.links.edifact.show import show
from registry.links.edifact.write import write_file
from tests.links.edifact.examples import ACCEPTANCE, AMENDMENT, QUARTER, RECEIPT, RECEIVED_AT, TWO_DEDUCTIONS, read

AT = datetime(2026, 11, 2, 8, 45, tzinfo=UTC)
DRAWN = datetime(2026, 11, 2, 8, 40, tzinfo=UTC)
RECEIPT_DOCUMENT = {
    "interchange": 7,
    "code": "ER",
    "haCipher": "ZZX",
    "gpCode": "9990001,Y90001",
    "messages": [{"reference": 11, "code": "CP"}, {"reference": 12, "code": "CA"}],
}


def lines_of(text: str) -> list[dict[str, Any]]:
    lines = show(text.encode(), "one.dat", RECEIVED_AT)
    json.dumps(lines)  # nothing in them that JSON has no form for
    return lines


def test_a_line_for_each_transaction() -> None:
    first, second = lines_of(TWO_DEDUCTIONS)

    assert {key: value for key, value in first.items() if key != "document"} == {
        "file": "one.dat",
        "kind": "registration",
        "sender": "QQA5",
        "recipient": "ZZX1",
        "interchange": 8,
        "message": 12,
        "transaction": 24,
        "type": "G5",
        "sent_at": "2026-07-01T11:00:00Z",
        "warnings": [],
        "problem": None,
    }
    assert second["transaction"] == 25
    assert {"name": "freeText", "valueString": "MOVED TO HEXTON"} in second["document"]["parameter"]


def test_defects_and_warnings_are_told() -> None:
    (line,) = lines_of(ACCEPTANCE.replace("PDI+2", "PDI+7").replace("UNT+28", "UNT+27").replace("UNZ+1", "UNZ+2"))

    assert line["warnings"] == [
        "UNZ claims 2 messages, there are 1",
        "UNT claims 27 segments, there are 28",
        "patient.gender: not one of 0, 1, 2, 9",
    ]
    assert line["document"] is not None


def test_unreadable_transactions_and_messages_have_a_line() -> None:
    unreadable, readable = lines_of(TWO_DEDUCTIONS.replace("RFF+TN:24", "RFF+TN:X"))
    assert (unreadable["transaction"], unreadable["document"]) == (None, None)
    assert unreadable["problem"] == "the transaction number (RFF+TN) is not a whole number"
    assert readable["problem"] is None

    (empty,) = lines_of("UNB+UNOA:2+QQA5+ZZX1+261102:0845+00000007'UNZ+0+00000007'")
    assert (empty["message"], empty["problem"]) == (None, "the interchange holds no message")


def test_receipt_has_the_document_it_is_written_from() -> None:
    (line,) = lines_of(RECEIPT)

    assert (line["kind"], line["type"], line["message"], line["transaction"]) == ("receipt", "RECEP", 42, None)
    assert line["document"] == RECEIPT_DOCUMENT
    assert lines_of(RECEIPT.replace("ER:2", "ER:3"))[0]["document"] == {**RECEIPT_DOCUMENT, "count": 3}


@pytest.mark.parametrize("text", [ACCEPTANCE, AMENDMENT])
def test_a_shown_document_is_written_to_its_interchange(text: str) -> None:
    (line,) = lines_of(text)

    written = write_file(
        line["document"],
        line["type"],
        line["sender"],
        line["recipient"],
        line["interchange"],
        line["message"],
        line["transaction"],
        AT,
        document_time=DRAWN,
    )

    assert written == text


def test_application_reference_of_a_practice_and_of_an_authority() -> None:
    (practice,) = lines_of(AMENDMENT)
    written = write_file(practice["document"], "G2", "QQA5", "ZZX1", 1, 1, 1, AT, application_reference="FHSREG")
    assert written.startswith("UNB+UNOA:2+QQA5+ZZX1+261102:0845+00000001++FHSREG'\n")

    written = write_file(practice["document"], "F1", "ZZX1", "QQA5", 1, 1, 1, AT, application_reference="FHSREG")
    assert written.startswith("UNB+UNOA:2+ZZX1+QQA5+261102:0845+00000001++FHSREG+++FHSA EDI TRANSFERS'\n")


@pytest.mark.parametrize("document", [{"quarterEndDate": "2026-09-30"}, lines_of(QUARTER)[0]["document"]])
def test_close_of_quarter_from_either_form(document: dict[str, Any]) -> None:
    at = datetime(2026, 10, 1, 0, 0, tzinfo=UTC)
    written = write_file(document, "F8", "ZZX1", "QQA5", 31, 41, 10817565, at, application_reference="FHSREG")

    assert written == QUARTER


def test_cipher_of_two_letters_is_told_by_the_link_code() -> None:
    written = write_file({"quarterEndDate": "2026-09-30"}, "F8", "QQ01", "QQA5", 1, 1, 1, AT)

    assert read(written).ha_cipher == "QQ"


def test_receipt_is_written_from_its_document() -> None:
    at = datetime(2026, 11, 2, 8, 46, tzinfo=UTC)

    assert write_file(RECEIPT_DOCUMENT, "RECEP", "ZZX1", "QQA5", 32, 42, 0, at) == RECEIPT
    later = write_file(RECEIPT_DOCUMENT, "RECEP", "ZZX1", "QQA5", 32, 42, 0, at, document_time=AT)
    assert "DTM+815:202611020845:306'" in later
    assert "261102:0846" in later


@pytest.mark.parametrize(
    ("document", "kind", "message"),
    [
        ({}, "G4", "type: not one of G1, "),
        ({}, "F4", "parameter: must be a list"),
        ({}, "F8", "quarterEndDate: missing"),
        ({"quarterEndDate": "30 September"}, "F8", r"quarterEndDate: not a date"),
        ({"patches": [{"op": "remove", "path": "/gender"}]}, "F1", r"patches\[0\].op: this item may not be"),
        ({**RECEIPT_DOCUMENT, "code": "FINE"}, "RECEP", "code: not one of OK, ER, NA"),
        ({**RECEIPT_DOCUMENT, "interchange": "7"}, "RECEP", "interchange: must be a number"),
        ({**RECEIPT_DOCUMENT, "messages": {}}, "RECEP", "messages: must be a list"),
        (
            {**RECEIPT_DOCUMENT, "messages": [{"reference": 1, "code": "OK"}]},
            "RECEP",
            r"messages\[0\].code: not one of",
        ),
        ({**RECEIPT_DOCUMENT, "messages": [{"code": "CP"}]}, "RECEP", r"messages\[0\].reference: must be a number"),
        ({**RECEIPT_DOCUMENT, "gpCode": 1}, "RECEP", "gpCode: must be text"),
    ],
)
def test_document_that_cannot_be_written_is_refused(document: dict[str, Any], kind: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        write_file(document, kind, "ZZX1", "QQA5", 1, 1, 1, AT)
