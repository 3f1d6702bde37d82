"""Reading: what is taken, what is told, what spoils an item, a transaction, a message or everything."""

from datetime import UTC, date, datetime

import pytest

from registry.links.edifact.interchange import InterchangeKind
from registry.links.edifact.reader import read_interchange
from registry.links.edifact.syntax import UnreadableInterchange
from registry.links.items import ERASE, Defect, Items, TransactionType
from registry.values.person import Sex
from tests.links.edifact.examples import (
    ACCEPTANCE,
    AMENDMENT,
    QUARTER,
    RECEIPT,
    RECEIVED_AT,
    TWO_DEDUCTIONS,
    only_items,
    only_transaction,
    read,
)


def test_envelope() -> None:
    interchange = read(TWO_DEDUCTIONS)

    assert (interchange.sender, interchange.recipient, interchange.sequence) == ("QQA5", "ZZX1", 8)
    assert interchange.sent_at == datetime(2026, 7, 1, 11, 0, tzinfo=UTC)  # summer time in London
    assert (interchange.kind, interchange.application_reference) == (InterchangeKind.REGISTRATION, "FHSREG")
    assert (interchange.ha_cipher, interchange.gp_code) == ("ZZX", "9990001,Y90001")
    assert interchange.claimed_messages == 1
    assert interchange.warnings == ()


def test_every_item_of_an_acceptance() -> None:
    assert only_transaction(ACCEPTANCE).number == 23
    assert only_items(ACCEPTANCE) == Items(
        TransactionType.G1,
        "QQA5",
        "ZZX",
        gp_code="9990001,Y90001",
        number="9990000018",
        surname="O'NEILL",
        first_forename="ADA",
        second_forename="JOY",
        other_forenames="MAY JUNE",
        title="DR",
        previous_surname="BELLO",
        date_of_birth=date(1965, 3, 1),
        sex=Sex.FEMALE,
        address=("", "12 FERN ROAD", "", "LITTLE HEXTON", "KENT"),
        postcode="ZZ1  9ZZ",
        previous_address=("4 PALM CLOSE", "LAGOS"),
        residential_institute="RT",
        drugs_dispensed=True,
        place_of_birth="LAGOS",
        previous_gp_name="DR O'HARA",
        previous_ha_cipher="ZZY",
        acceptance_code="A",
        acceptance_type="4",
        acceptance_date=date(2026, 10, 30),
        date_of_uk_entry=date(2026, 10, 1),
        date_of_uk_exit=date(2019, 3, 1),
        free_text="IS THIS HER NAME? YES: IT IS",
    )


def test_erasures_of_an_amendment() -> None:
    items = only_items(AMENDMENT)

    assert items.defects == ()
    assert items.first_forename is items.title is items.previous_surname is items.postcode is ERASE
    assert items.residential_institute is ERASE
    assert items.drugs_dispensed is False
    assert items.address == (ERASE, "3 ELM COURT", ERASE, "GREAT HEXTON", "")
    assert items.sex is Sex.NOT_SPECIFIED


def test_quarter_has_its_items_at_the_level_of_the_message() -> None:
    transaction = only_transaction(QUARTER)

    assert (transaction.number, transaction.warnings) == (10817565, ())
    assert only_items(QUARTER) == Items(TransactionType.F8, "QQA5", "ZZX", quarter_end=date(2026, 9, 30))


@pytest.mark.parametrize(
    ("before", "after", "defect"),
    [
        ("DTM+329:19650301:102", "DTM+329:19651332:102", Defect("patient.birthDate", "not a date (CCYYMMDD)")),
        ("DTM+956:20261030:102", "DTM+956:30/10/26:102", Defect("acceptanceDate", "not a date (CCYYMMDD)")),
        ("PDI+2", "PDI+7", Defect("patient.gender", "not one of 0, 1, 2, 9")),
        ("HEA+ATP+4", "HEA+ATP+Z", Defect("acceptanceType", "not one of 1, 2, 3, 4, 5")),
        ("HEA+ACD+A", "HEA+ACD+Q", Defect("acceptanceCode", "not one of A, D, R, I, S")),
        ("HEA+DM+Y", "HEA+DM+%", Defect("patient.extension(DrugsDispensedMarker)", "only an amendment may erase")),
        ("HEA+DM+Y", "HEA+DM+J", Defect("patient.extension(DrugsDispensedMarker)", "not Y")),
        ("SU:O?'NEILL", "SU:%", Defect("patient.name[0].family", "only an amendment may erase")),
        ("+++++ZZ1  9ZZ", "+++++%", Defect("patient.address[0].postalCode", "only an amendment may erase")),
        ("LITTLE HEXTON:", "%:", Defect("patient.address[0].line[3]", "only an amendment may erase")),
        (":KENT+", ":KENT:ENGLAND+", Defect("patient.address[0].line", "more than five lines")),
        ("9990000018:OPI", "X" * 18 + ":OPI", Defect("patient.identifier[0].value", "longer than 17 characters")),
        ("PDI+2'", "PDI+2'PDI+1'", Defect("patient.gender", "given twice and differently (PDI)")),
    ],
)
def test_value_that_cannot_be_taken_is_a_defect(before: str, after: str, defect: Defect) -> None:
    items = only_items(ACCEPTANCE.replace(before, after))

    assert items.defects == (defect,)


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("SU:OKAFOR", "SU:%", "patient.name[0].family"),
        ("GREAT HEXTON", "%", "patient.address[0].line[3]"),
        ("FO:%", "FO:ADA", None),
        ("FO:%+TI:%", "FO:%+TI:%+MI:%", None),  # one sign already covers all forenames
        ("FO:%+TI:%", "FO:%+TI:%+MI:JOY", "patient.name[0].given[1]"),
        ("FO:%+TI:%", "FO:ADA+TI:%+MI:%", "patient.name[0].given[1]"),
    ],
)
def test_what_an_amendment_may_not_erase(before: str, after: str, field: str | None) -> None:
    items = only_items(AMENDMENT.replace(before, after))

    assert [defect.field for defect in items.defects] == ([] if field is None else [field])


def test_no_defect_repeats_what_was_sent() -> None:
    """Defects reach logs; a mistyped date of birth must not."""
    items = only_items(ACCEPTANCE.replace("19650301", "1965/3/1").replace("PDI+2", "PDI+ADA"))

    assert len(items.defects) == 2
    assert not any("1965" in defect.problem or "ADA" in defect.problem for defect in items.defects)


@pytest.mark.parametrize("number", ["SU123", "FO:OPI", "FS123", "N/10/10", "TI?+9"])
def test_old_numbers_that_begin_like_name_parts(number: str) -> None:
    items = only_items(ACCEPTANCE.replace("9990000018:OPI", f"{number.replace(':OPI', '')}:OPI"))

    assert items.number == number.replace(":OPI", "").replace("?+", "+")
    assert (items.surname, items.first_forename) == ("O'NEILL", "ADA")


def test_name_parts_without_their_empty_places_are_found_by_their_marks() -> None:
    transaction = only_transaction(ACCEPTANCE.replace("+FO:ADA+TI:DR+MI:JOY+FS:MAY JUNE", "+TI:DR"))

    assert transaction.items is not None
    assert (transaction.items.title, transaction.items.first_forename) == ("DR", None)
    assert transaction.warnings == ("name part at the place of FO is not marked so",)


def test_type_5_and_foreign_ciphers_are_read() -> None:
    items = only_items(
        ACCEPTANCE.replace("HEA+ATP+4", "HEA+ATP+5").replace("FHS+ZZX", "FHS+QQQQQQ").replace(",Y90001", "")
    )

    assert (items.acceptance_type, items.ha_cipher, items.gp_code) == ("5", "QQQQQQ", "9990001")
    assert items.defects == ()


def test_address_of_the_first_lines_only_and_without_its_placeholder() -> None:
    assert only_items(ACCEPTANCE.replace("??:12 FERN ROAD::LITTLE HEXTON:KENT", ":12 FERN ROAD")).address == (
        "",
        "12 FERN ROAD",
        "",
        "",
        "",
    )


def test_postcode_without_lines() -> None:
    items = only_items(AMENDMENT.replace("%:3 ELM COURT:%:GREAT HEXTON:+++++%", "+++++ZZ1 9ZZ"))

    assert (items.address, items.postcode) == (None, "ZZ1 9ZZ")


def test_obsolete_and_unknown_segments_are_told_and_ignored() -> None:
    plain = only_transaction(ACCEPTANCE)
    transaction = only_transaction(
        ACCEPTANCE.replace("HEA+ACD", "QTY+951:7'QTY+952:6'HEA+BM+S:ZZZ'DTM+959:19800101:102'XYZ+1'PDI+2'HEA+ACD")
    )

    assert transaction.items == plain.items
    assert transaction.warnings == (
        "obsolete QTY+951 was ignored",
        "obsolete QTY+952 was ignored",
        "obsolete HEA+BM was ignored",
        "obsolete DTM+959 was ignored",
        "unknown segment XYZ was ignored",
        "a repeated PDI was ignored",
    )


@pytest.mark.parametrize("kept", [0.3, 0.5, 0.9])
def test_half_a_message_is_not_taken_for_the_whole(kept: float) -> None:
    (message,) = read(ACCEPTANCE[: int(len(ACCEPTANCE) * kept)]).messages

    assert message.problem == "the message has no trailer UNT: it was cut short"
    assert all(transaction.items is None for transaction in message.transactions)


@pytest.mark.parametrize(
    ("before", "after", "warning"),
    [
        ("UNT+28", "UNT+99", "UNT claims 99 segments, there are 28"),
        ("UNT+28", "UNT+", "UNT claims no number of segments, there are 28"),
        ("UNT+28+00000011", "UNT+28+00000012", "UNT does not repeat the message reference of UNH"),
        ("DTM+137:202611020840", "DTM+137:202613020840", "DTM+137: no legible document time"),
        ("S01+1'\n", "", "the transaction has no S01"),
    ],
)
def test_faults_of_a_message_are_warnings(before: str, after: str, warning: str) -> None:
    (message,) = read(ACCEPTANCE.replace(before, after)).messages

    assert message.problem is None
    assert message.transactions[0].items == only_items(ACCEPTANCE)
    assert warning in message.warnings


@pytest.mark.parametrize(
    ("before", "after", "warning"),
    [
        ("UNZ+1+00000007", "UNZ+3+00000007", "UNZ claims 3 messages, there are 1"),
        ("UNZ+1+00000007", "UNZ+1+00000070", "UNZ does not repeat the interchange number of UNB"),
        ("\nUNZ+1+00000007'", "", "the trailer UNZ is missing"),
        ("261102:0845", "261302:0845", "UNB: no legible time, the time of receipt stands in"),
        ("UNZ+1+00000007'", "UNZ+1+00000007'UNB+UNOA:2'", "segments after the trailer UNZ were ignored"),
        ("UNZ+1+00000007'", "UNB+UNOA:2'UNZ+1+7'", "a second interchange in the same file was ignored"),
        ("UNH+", "BGM+++507'UNH+", "a BGM segment outside any message was ignored"),
    ],
)
def test_faults_of_the_envelope_are_warnings(before: str, after: str, warning: str) -> None:
    interchange = read(ACCEPTANCE.replace(before, after))

    assert warning in interchange.warnings
    assert interchange.messages[0].transactions[0].items == only_items(ACCEPTANCE)


@pytest.mark.parametrize("text", [ACCEPTANCE.replace("\n", "\r\n") + "\r\n", ACCEPTANCE.replace("\n", " \n  ")])
def test_line_ends_and_blanks_change_nothing(text: str) -> None:
    assert read(text) == read(ACCEPTANCE)


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("RFF+TN:24'", "", "no transaction number (RFF+TN)"),
        ("RFF+TN:24'", "RFF+TN:'", "no transaction number (RFF+TN)"),
        ("RFF+TN:24'", "RFF+TN:2A'", "the transaction number (RFF+TN) is not a whole number"),
        ("RFF+TN:24'", "RFF+TN:\u0662'", "the transaction number (RFF+TN) is not a whole number"),
        ("RFF+TN:24'", "RFF+TN:24'RFF+TN:26'", "more than one transaction number (RFF+TN)"),
    ],
)
def test_unreadable_transaction_does_not_stop_its_neighbour(before: str, after: str, problem: str) -> None:
    (message,) = read(TWO_DEDUCTIONS.replace(before, after)).messages
    unreadable, neighbour = message.transactions

    assert message.problem is None
    assert (unreadable.number, unreadable.items, unreadable.problem) == (None, None, problem)
    assert neighbour == read(TWO_DEDUCTIONS).messages[0].transactions[1]
    assert neighbour.number == 25


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("RFF+950:G5'", "", "no known transaction type (RFF+950)"),
        ("RFF+950:G5'", "RFF+950:G4'", "no known transaction type (RFF+950)"),
        ("RFF+950:G5'", "RFF+950:G5'RFF+950:G1'", "more than one transaction type (RFF+950) in one message"),
        ("NAD+FHS+ZZX:954'", "", "no authority (NAD+FHS)"),
        ("FHSREG:0:1", "PAXLST:0:1", "the message is neither FHSREG nor RECEP"),
        ("UNH+00000012", "UNH+TWELVE", "the message header UNH has no reference of up to eight digits"),
    ],
)
def test_unreadable_message_keeps_its_transaction_numbers(before: str, after: str, problem: str) -> None:
    other = ACCEPTANCE[ACCEPTANCE.index("UNH") : ACCEPTANCE.index("UNZ")]
    text = TWO_DEDUCTIONS.replace(before, after).replace("UNZ+1", other + "UNZ+2")
    unreadable, neighbour = read(text).messages

    assert unreadable.problem == problem
    assert [(each.number, each.items) for each in unreadable.transactions] == [(24, None), (25, None)]
    assert neighbour.transactions[0].items == only_items(ACCEPTANCE)
    assert read(text).gp_code == "9990001,Y90001"


def test_message_without_transactions() -> None:
    start, end = ACCEPTANCE.index("S01"), ACCEPTANCE.index("UNT")
    (message,) = read(ACCEPTANCE[:start] + ACCEPTANCE[end:]).messages

    assert message.problem == "the message holds no transaction"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "does not begin with a UNB segment"),
        (b" \r\n\t", "does not begin with a UNB segment"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "does not begin with a UNB segment"),
        (b"<html><body>It's down</body></html>", "does not begin with a UNB segment"),
        (ACCEPTANCE.encode("utf-16"), "does not begin with a UNB segment"),
        (b"UNB+UNOA:2+QQA5++261102:0845+00000007'", "no sender or no recipient"),
        (b"UNB+UNOA:2+QQA5+ZZX1+261102:0845+SEVEN'", "no number"),
        (b"UNB+UNOA:2+QQA5+ZZX1+261102:0845+123456789'", "no number"),
        (b"UNB'", "no sender or no recipient"),
    ],
)
def test_what_is_no_interchange_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableInterchange, match=reason):
        read_interchange(data, RECEIVED_AT)


@pytest.mark.parametrize(
    ("received", "written", "year"),
    [
        (2026, "920113", 1992),
        (2026, "261102", 2026),
        (2026, "750101", 2075),
        (2026, "770101", 1977),
        (2099, "000101", 2100),
    ],
)
def test_two_digits_mean_the_year_nearest_to_the_receipt(received: int, written: str, year: int) -> None:
    data = ACCEPTANCE.replace("261102:0845", f"{written}:0845").encode()

    assert read_interchange(data, datetime(received, 6, 1, tzinfo=UTC)).sent_at.year == year


def test_receipt() -> None:
    interchange = read(RECEIPT)
    (receipt,) = interchange.receipts

    assert interchange.kind is InterchangeKind.RECEIPT
    assert interchange.messages == ()
    assert (receipt.interchange, receipt.code.value, receipt.count, receipt.reference) == (7, "ER", 2, 42)
    assert (receipt.ha_cipher, receipt.gp_code) == ("ZZX", "9990001,Y90001")
    assert [(line.reference, line.code.value) for line in receipt.messages] == [(11, "CP"), (12, "CA")]
    assert receipt.at == datetime(2026, 11, 2, 8, 46, tzinfo=UTC)
    assert receipt.warnings == ()


def test_receipt_for_no_interchange_is_a_message_with_a_problem() -> None:
    interchange = read(RECEIPT.replace("RFF+RIS:00000007 ER:2'", "RFF+RIS:00000007 XX:2'"))

    assert interchange.kind is InterchangeKind.RECEIPT
    assert interchange.receipts == ()
    assert interchange.messages[0].problem == "the receipt does not say which interchange it is for (RFF+RIS)"


def test_illegible_line_of_a_receipt_is_told() -> None:
    (receipt,) = read(RECEIPT.replace("00000012 CA", "00000012 ZZ")).receipts

    assert [line.reference for line in receipt.messages] == [11]
    assert receipt.warnings == ("a message reference (RFF+MIS) is not legible",)
