"""Interchanges from practices: what is taken, what is answered, and what a person hears of."""

from dataclasses import replace
from datetime import date

import pytest

from registry.links.edifact.interchange import InterchangeCode, MessageCode
from registry.values.person import Name
from tests.links.traffic import UNREADABLE, Exchange, acceptance, deduction, interchange, message
from tests.support.office import ANNA

IRIS = replace(ANNA, name=Name("Winterbourne", "Iris"), date_of_birth=date(1951, 1, 9))


async def test_a_transfer_is_receipted_approved_and_told_to_the_former_practice(exchange: Exchange):
    old, new = await exchange.practices("", "")
    (number,) = await exchange.people(old, ANNA)

    received = await exchange.receive(exchange.transfer(new, 7, number, tn=23))

    (line,) = received.lines
    assert (received.state, line.state, line.outcome, line.transaction) == ("processed", "accepted", "registered", 23)
    assert await exchange.list_of(number) == new.id
    receipt = await exchange.receipt(received)
    assert (receipt.interchange, receipt.code, receipt.count) == (7, InterchangeCode.OK, 1)
    assert [(each.reference, each.code) for each in receipt.messages] == [(7, MessageCode.CP)]
    assert (receipt.ha_cipher, receipt.gp_code) == (new.cipher, new.gp_code)

    sent = {each.practice_id: each for each in await exchange.send()}
    approval = await exchange.written(sent[new.id])
    ((approved,),) = [each.transactions for each in approval.messages]
    assert (approval.sender, approval.recipient, approval.sequence) == ("XD11", new.partner_code, 2)
    assert (approved.items.type.value, approved.number) == ("F4", 23)
    told = await exchange.written(sent[old.id])
    assert (told.sequence, told.messages[0].type.value) == (1, "F2")
    assert told.messages[0].transactions[0].items.number == number


async def test_the_bytes_are_kept_as_they_came(exchange: Exchange):
    (practice,) = await exchange.practices("")
    data = exchange.transfer(practice, 1, None).replace(b"\n", b"\r\n") + b"\r\n\r\n"

    received = await exchange.receive(data)

    assert received.state == "processed"
    assert await exchange.one("select content from interchanges where id = :id", id=received.id) == data


async def test_an_unreadable_transaction_does_not_stop_its_neighbours(exchange: Exchange):
    (practice,) = await exchange.practices("")
    known = await exchange.people(None, ANNA, IRIS)
    good = [acceptance(tn, practice.gp_code, number, like) for tn, number, like in zip((1, 2), known, (ANNA, IRIS))]  # noqa: B905
    messages = (
        message(11, practice.cipher, "G1", good[0], UNREADABLE, good[1]),
        message(12, practice.cipher, "G5", UNREADABLE),
    )

    received = await exchange.receive(exchange.from_practice(practice, 1, *messages))

    assert [line.state for line in received.lines] == ["accepted", "unreadable", "accepted", "unreadable"]
    receipt = await exchange.receipt(received)
    assert receipt.code is InterchangeCode.ER
    assert [(each.reference, each.code) for each in receipt.messages] == [(11, MessageCode.CP), (12, MessageCode.CA)]
    assert await exchange.cases() == ["transaction-unreadable"] * 2
    assert await exchange.one("select count(distinct practice_id) from anomalies where practice_id is not null") == 1


async def test_an_interchange_of_which_nothing_can_be_read_gets_na(exchange: Exchange):
    (practice,) = await exchange.practices("")

    received = await exchange.receive(
        exchange.from_practice(practice, 1, message(11, practice.cipher, "G1", UNREADABLE))
    )
    empty = await exchange.receive(exchange.from_practice(practice, 2))

    assert (await exchange.receipt(received)).code is InterchangeCode.NA
    assert (await exchange.receipt(empty)).code is InterchangeCode.NA
    assert empty.lines[0].problem == "the interchange holds no message"
    assert await exchange.cases() == ["transaction-unreadable"] * 2


async def test_several_messages_and_transactions_are_done_in_order(exchange: Exchange):
    (practice,) = await exchange.practices("")
    (number,) = await exchange.people(None, ANNA)
    messages = (
        message(11, practice.cipher, "G1", acceptance(1, practice.gp_code, number)),
        message(
            12, practice.cipher, "G5", deduction(2, practice.gp_code, number), deduction(3, "9900001,1", "9990000026")
        ),
    )

    received = await exchange.receive(exchange.from_practice(practice, 1, *messages))

    assert [(line.type, line.transaction, line.state) for line in received.lines] == [
        ("G1", 1, "accepted"),
        ("G5", 2, "pending"),
        ("G5", 3, "refused"),
    ]
    (sent,) = await exchange.send()
    written = await exchange.written(sent)
    assert [(each.type.value, len(each.transactions)) for each in written.messages] == [("F4", 1), ("F11", 2)]
    assert [each.reference for each in written.messages] == [2, 3]


async def test_the_same_interchange_again_gets_a_fresh_receipt_and_has_no_effect(exchange: Exchange):
    old, new = await exchange.practices("", "")
    (number,) = await exchange.people(old, ANNA)
    data = exchange.transfer(new, 7, number)
    first = await exchange.receive(data)

    again = await exchange.receive(data.replace(b"\n", b"\r\n"))

    assert (again.state, again.considered_id, again.lines) == ("repeated", first.id, first.lines)
    assert again.receipt_id not in (None, first.receipt_id)
    assert replace(await exchange.receipt(again), reference=0) == replace(await exchange.receipt(first), reference=0)
    assert await exchange.one("select count(*) from transactions") == 1
    assert await exchange.one("select count(*) from list_movements where reason <> 'take-on'") == 1
    assert await exchange.one("select count(*) from practice_messages") == 2
    assert await exchange.one("select count(*) from interchanges where direction = 'in'") == 2
    assert await exchange.cases() == []


async def test_used_numbers_with_other_content_are_a_conflict_until_they_may_come_again(exchange: Exchange):
    (practice,) = await exchange.practices("")
    anna, iris = await exchange.people(None, ANNA, IRIS)
    await exchange.receive(exchange.transfer(practice, 7, anna))
    other = exchange.transfer(practice, 7, iris, tn=2, like=IRIS)

    refused = await exchange.receive(other)
    exchange.later(days=3)
    await exchange.receive(other)

    assert (refused.state, refused.problem) == (
        "conflicting",
        "UNB: the interchange number was used for another interchange",
    )
    assert (await exchange.receipt(refused)).code is InterchangeCode.NA
    assert await exchange.one("select count(*) from transactions") == 1
    assert await exchange.cases() == ["interchange-conflict"]

    exchange.later(days=28)
    rolled_over = await exchange.receive(other)

    assert rolled_over.state == "processed"
    assert await exchange.list_of(iris) == practice.id


async def test_what_is_no_interchange_is_kept_and_told_once(exchange: Exchange):
    for _ in range(2):
        received = await exchange.receive(b"\x00\xff not an interchange")
        assert (received.state, received.receipt_id) == ("unreadable", None)
    endless = await exchange.receive(b"UNB+UNOA:2+" + b"A" * 5000 + b"+XD11+261102:0905+00000001'UNZ+0+00000001'")

    assert endless.state == "unreadable"
    assert await exchange.one("select count(*) from interchanges where kind = 'unreadable'") == 3
    assert await exchange.cases() == ["interchange-unreadable"] * 2


async def test_a_zero_byte_inside_is_no_hindrance(exchange: Exchange):
    (practice,) = await exchange.practices("")
    (number,) = await exchange.people(None, ANNA)
    data = exchange.transfer(practice, 7, number).replace(b"HARROWGATE", b"HARROWGATE\x00")

    received = await exchange.receive(data)

    assert received.lines[0].state == "accepted"


async def test_an_unknown_sender_is_refused_and_told(exchange: Exchange):
    await exchange.practices("")
    data = interchange("ZZ95", "XD11", 1, message(1, "XD1", "G1", acceptance(1, "9900001,1", None)))

    received = await exchange.receive(data)

    assert (received.state, received.problem) == ("refused", "UNB: the sender is not a linked practice")
    assert (await exchange.receipt(received)).code is InterchangeCode.NA
    assert await exchange.cases() == ["interchange-refused"]
    assert await exchange.one("select count(*) from transactions") == 0


async def test_a_sender_whose_code_is_no_address_is_not_answered(exchange: Exchange):
    await exchange.practices("")
    data = interchange("../X", "XD11", 1, message(1, "XD1", "G1", acceptance(1, "9900001,1", None)))

    received = await exchange.receive(data)

    assert (received.state, received.receipt_id) == ("refused", None)


async def test_an_interchange_for_another_authority_is_refused_by_the_practices_own(exchange: Exchange):
    (practice,) = await exchange.practices("")
    one = message(1, "ZZ9", "G1", acceptance(1, practice.gp_code, None))

    received = await exchange.receive(interchange(practice.partner_code, "ZZ91", 1, one))

    assert (received.state, received.problem) == ("refused", "UNB: the recipient is not an authority of this office")
    row = (await exchange.all("select sender, recipient from interchanges where id = :id", id=received.receipt_id))[0]
    assert tuple(row) == ("XD11", practice.partner_code)


async def test_a_refused_interchange_is_taken_once_its_sender_is_known(exchange: Exchange):
    one = message(1, "XD1", "G1", acceptance(1, "9900001,1", None, birthplace="HEXTON"))
    data = interchange("T015", "XD11", 1, one)
    assert (await exchange.receive(data)).state == "refused"

    await exchange.practices("")

    assert (await exchange.receive(data)).state == "processed"


REFUSALS = {
    "another authority's cipher": ({"cipher": "ZZ9"}, {}, "wrong-authority"),
    "type 5": ({}, {"type": "5"}, "type-retired"),
    "no previous address": ({}, {"previous": None}, "previous-address-missing"),
    "no acceptance date": ({}, {"accepted": None}, "acceptance-date-missing"),
    "wrong check digit": ({}, {"number": "9990000019"}, "number-wrong"),
    "future birth": ({}, {"born": "20261201"}, "birth-in-future"),
    "a day that is none": ({}, {"born": "20260231"}, "unreadable-item"),
    "an erased surname": ({}, {"surname": "%"}, "unreadable-item"),
}


@pytest.mark.parametrize("fault", REFUSALS)
async def test_what_a_practice_can_mend_is_rejected_with_its_own_number(exchange: Exchange, fault: str):
    head, items, outcome = REFUSALS[fault]
    (practice,) = await exchange.practices("")
    (number,) = await exchange.people(None, ANNA)
    given = {"number": number, **items}
    one = message(1, head.get("cipher", practice.cipher), "G1", acceptance(41, practice.gp_code, **given))

    received = await exchange.receive(exchange.from_practice(practice, 1, one))

    assert [(line.state, line.outcome) for line in received.lines] == [("refused", outcome)]
    assert (await exchange.receipt(received)).code is InterchangeCode.OK
    (sent,) = await exchange.send()
    ((rejected,),) = [each.transactions for each in (await exchange.written(sent)).messages]
    assert (rejected.items.type.value, rejected.number) == ("F3", 41)
    assert rejected.items.free_text[0].isdigit()


async def test_wrong_counts_are_taken_with_a_warning(exchange: Exchange):
    (practice,) = await exchange.practices("")
    (number,) = await exchange.people(None, ANNA)
    data = exchange.transfer(practice, 1, number).replace(b"UNZ+1", b"UNZ+4").replace(b"UNT+", b"UNT+9")

    received = await exchange.receive(data)

    assert received.lines[0].state == "accepted"
    assert any("UNZ claims 4" in each for each in received.warnings)
    assert any("UNT claims" in each for each in received.lines[0].warnings)
    assert (await exchange.receipt(received)).count == 4


async def test_a_transaction_number_used_twice_in_a_message(exchange: Exchange):
    (practice,) = await exchange.practices("")
    anna, iris = await exchange.people(None, ANNA, IRIS)
    one, other = acceptance(1, practice.gp_code, anna), acceptance(1, practice.gp_code, iris, IRIS)

    received = await exchange.receive(
        exchange.from_practice(practice, 1, message(1, practice.cipher, "G1", one, one, other))
    )

    assert [line.state for line in received.lines] == ["accepted", "repeated", "unreadable"]
    assert (await exchange.receipt(received)).code is InterchangeCode.ER
    assert await exchange.cases() == ["transaction-unreadable"]


async def test_a_transaction_that_practices_do_not_send_is_not_considered(exchange: Exchange):
    (practice,) = await exchange.practices("")
    approval = "S01+1'\nRFF+TN:5'\nNAD+GP+9900001,1:900"

    received = await exchange.receive(exchange.from_practice(practice, 1, message(1, practice.cipher, "F4", approval)))

    assert received.lines[0].problem == "F4 is not a transaction that practices send"
    assert (await exchange.receipt(received)).code is InterchangeCode.NA


@pytest.mark.parametrize("number", [12_345_678, 10**17])
async def test_transaction_numbers_of_any_length_are_taken(exchange: Exchange, number: int):
    (practice,) = await exchange.practices("")
    (anna,) = await exchange.people(None, ANNA)

    received = await exchange.receive(exchange.transfer(practice, 1, anna, tn=number))

    assert received.lines[0].state == "accepted"
    (sent,) = await exchange.send()
    assert (await exchange.written(sent)).messages[0].transactions[0].number == number


async def test_a_fault_of_ours_is_told_and_the_neighbour_is_done(exchange: Exchange, monkeypatch: pytest.MonkeyPatch):
    (practice,) = await exchange.practices("")
    anna, iris = await exchange.people(None, ANNA, IRIS)
    from registry.links import consider_interchange
    from registry.transactions.receive import consider

    async def faulty(connection, context, command):
        if command.origin.transaction_number == 1:
            raise ZeroDivisionError
        return await consider(connection, context, command)

    monkeypatch.setattr(consider_interchange, "consider", faulty)
    both = acceptance(1, practice.gp_code, anna), acceptance(2, practice.gp_code, iris, IRIS)
    received = await exchange.receive(exchange.from_practice(practice, 1, message(1, practice.cipher, "G1", *both)))

    assert [line.state for line in received.lines] == ["failed", "accepted"]
    assert await exchange.cases() == ["transaction-failed"]
    assert (await exchange.receipt(received)).code is InterchangeCode.ER
