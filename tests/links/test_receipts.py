"""Receipts that practices send for what they were sent."""

from dataclasses import replace
from datetime import date

from registry.links.send import Sent
from registry.values.person import Name
from tests.links.traffic import Exchange, acceptance, deduction, message, their_receipt
from tests.support.office import ANNA, Practice

IRIS = replace(ANNA, name=Name("Winterbourne", "Iris"), date_of_birth=date(1951, 1, 9))


async def told(exchange: Exchange) -> tuple[Practice, Sent]:
    """A practice that has been sent an F4 in one message and an F11 in the next."""
    (practice,) = await exchange.practices("")
    (number,) = await exchange.people(None, ANNA)
    messages = (
        message(1, practice.cipher, "G1", acceptance(1, practice.gp_code, number)),
        message(2, practice.cipher, "G5", deduction(2, practice.gp_code, number)),
    )
    await exchange.receive(exchange.from_practice(practice, 1, *messages))
    (sent,) = await exchange.send()
    assert (sent.sequence, sent.messages) == (2, 2)
    return practice, sent


async def open_messages(exchange: Exchange) -> list[str]:
    rows = await exchange.all("select kind from practice_messages where closed_at is null order by id")
    return [row[0] for row in rows]


async def state_of(exchange: Exchange, sent: Sent) -> str:
    return await exchange.one("select state from interchanges where id = :id", id=sent.interchange_id)


async def test_a_receipt_closes_what_it_names_and_is_not_receipted(exchange: Exchange):
    practice, sent = await told(exchange)

    received = await exchange.receive(
        their_receipt(practice.partner_code, "XD11", 2, sent.sequence, "OK", (2, "CP"), (3, "CP"))
    )

    assert (received.kind, received.state, received.receipt_id) == ("receipt", "processed", None)
    assert [(line.type, line.state, line.outcome) for line in received.lines] == [("RECEP", "closed", "OK")]
    assert await open_messages(exchange) == []
    assert await exchange.one("select count(*) from practice_messages where due_at is not null") == 0
    assert await state_of(exchange, sent) == "receipted"
    assert await exchange.cases() == []


async def test_a_message_that_was_not_translated_stays_open_and_is_put_before_a_person(exchange: Exchange):
    practice, sent = await told(exchange)

    await exchange.receive(their_receipt(practice.partner_code, "XD11", 2, sent.sequence, "ER", (2, "CP"), (3, "CA")))

    assert await open_messages(exchange) == ["F11"]
    assert await exchange.cases() == ["message-not-translated"]
    (case,) = await exchange.all("select evidence, practice_id from anomalies")
    assert case.practice_id == practice.id
    assert case.evidence["messages"] == {"2": "CP", "3": "CA"} and len(case.evidence["open"]) == 1


async def test_na_closes_nothing(exchange: Exchange):
    practice, sent = await told(exchange)

    await exchange.receive(their_receipt(practice.partner_code, "XD11", 2, sent.sequence, "NA", (2, "CP"), (3, "CP")))

    assert await open_messages(exchange) == ["F4", "F11"]
    assert await exchange.cases() == ["message-not-translated"]


async def test_the_same_receipt_again_does_nothing_and_is_not_answered(exchange: Exchange):
    practice, sent = await told(exchange)
    data = their_receipt(practice.partner_code, "XD11", 2, sent.sequence, "ER", (2, "CP"), (3, "CA"))
    await exchange.receive(data)

    again = await exchange.receive(data)
    under_another_number = await exchange.receive(
        their_receipt(practice.partner_code, "XD11", 3, sent.sequence, "ER", (2, "CP"), (3, "CP"))
    )

    assert (again.state, again.receipt_id) == ("repeated", None)
    assert under_another_number.lines[0].state == "repeated"
    assert await open_messages(exchange) == []  # what came through in the end is closed
    assert await exchange.cases() == ["message-not-translated"]
    assert await exchange.one("select count(*) from interchanges where kind = 'receipt' and direction = 'out'") == 1


async def test_a_receipt_for_what_was_never_sent_is_put_before_a_person(exchange: Exchange):
    practice, _ = await told(exchange)

    received = await exchange.receive(their_receipt(practice.partner_code, "XD11", 2, 77, "OK", (5, "CP")))

    assert received.lines[0].state == "unmatched"
    assert await exchange.cases() == ["receipt-unmatched"]


async def test_a_receipt_that_does_not_say_for_what_is_put_before_a_person_and_not_answered(exchange: Exchange):
    practice, sent = await told(exchange)
    data = their_receipt(practice.partner_code, "XD11", 2, sent.sequence, "OK", (2, "CP")).replace(
        b"RFF+RIS", b"RFF+XXX"
    )

    received = await exchange.receive(data)

    assert (received.lines[0].state, received.receipt_id) == ("unreadable", None)
    assert await exchange.cases() == ["transaction-unreadable"]
