"""A form is considered as a message is, once, and answered by post."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from registry.transactions.acts.act import Done, Impossible
from registry.values.period import london_date
from tests.paper.post import ACTS, Post, as_written
from tests.support.office import Office
from tests.support.townspeople import STRANGERS


async def letters(office: Office) -> list[str]:
    rows = await office.connection.execute(text("select kind from letters order by reference"))
    return list(rows.scalars())


async def test_a_form_registers_somebody_and_its_answer_goes_by_post(office: Office, post: Post):
    former = await office.practice()
    anna, number = await office.person(former)
    batch = await post.batch(1)

    answer = await post.key(batch, "BOX-1/001", as_written(number=number))

    assert isinstance(answer, Done) and answer.state == "accepted"
    assert answer.data == {"form": "BOX-1/001", "outcome": "registered", "left": 0, "warnings": ()}
    assert await office.list_of(anna) == post.practice.id
    # F4 carries the practice's own number, and the form has none; the former practice is told as ever.
    assert await office.inbox(post.practice) == [] and [kind for kind, _ in await office.inbox(former)] == ["F2"]
    row = (
        await office.connection.execute(text("select kind, route, practice_id, patient_id, content from letters"))
    ).one()
    assert (row.kind, row.route, row.practice_id, row.patient_id) == ("PAP-1", "practice", post.practice.id, anna)
    assert row.content == {}


async def test_numbers_of_paper_are_beyond_what_a_practice_can_give(office: Office, post: Post):
    batch = await post.batch(2)
    for form, like in zip(("F-1", "F-2"), STRANGERS, strict=False):
        _, number = await office.person(None, like=like)
        await post.key(batch, form, as_written(like, number))
    rows = await office.connection.execute(text("select transaction_number, source from transactions"))
    assert all(row.transaction_number > 9_999_999 and row.source == "paper" for row in rows)


async def test_a_form_that_is_refused_is_answered_by_post_and_chased(office: Office, post: Post):
    batch = await post.batch(1)
    answer = await post.key(batch, "F-1", {**as_written(), "surname": ""})

    assert isinstance(answer, Done) and answer.state == "refused"
    assert await letters(office) == ["PAP-2"] and await office.inbox(post.practice) == []
    chase = "select expects from open_work where kind = 'rejection'"
    assert await office.one(chase) == "acceptance again"


async def test_what_is_written_beside_brings_a_form_before_a_person(office: Office, post: Post):
    _, number = await office.person(None)
    batch = await post.batch(1)
    answer = await post.key(batch, "F-1", as_written(number=number), notes="SEE LETTER")
    assert isinstance(answer, Done) and answer.state == "in-queue"
    assert await letters(office) == []


async def test_three_dates_stay_three(office: Office, post: Post):
    """The acceptance date, the day the form came, and the day the office acted (corrections, 5)."""
    anna, number = await office.person(None)
    came, signed = office.today - timedelta(days=5), office.today - timedelta(days=9)
    batch = await post.batch(1, received_on=came.isoformat())
    await post.key(
        batch, "F-1", as_written(number=number), accepted_on=signed.isoformat(), written_on=signed.isoformat()
    )
    row = (
        await office.connection.execute(
            text("select accepted_on, received_at, document_at, posted_at from transactions")
        )
    ).one()
    assert (row.accepted_on, *(london_date(at) for at in (row.received_at, row.document_at, row.posted_at))) == (
        signed, came, signed, office.today,
    )  # fmt: skip
    since: date = await office.one("select lower(period) from list_memberships where patient_id = :id", id=anna)
    assert since == office.today


async def test_the_second_keying_of_a_form_is_refused_in_whichever_batch(office: Office, post: Post):
    _, number = await office.person(None)
    first, second = await post.batch(2), await post.batch(2)
    await post.key(first, "F-1", as_written(number=number))

    for batch in (first, second):
        again = await post.key(batch, "f-1", as_written(number=number))
        assert isinstance(again, Impossible) and again.field == "form" and "keyed before, in batch" in again.sentence
    turned = await post.do("reject", id=second, form="F-1", reason="already there")
    assert isinstance(turned, Impossible)
    assert await office.one("select count(*) from transactions") == 1
    assert await post.counts(second) == (2, 0, 0, 0)


async def test_a_form_that_was_returned_may_come_again(office: Office, post: Post):
    first = await post.batch(2)
    await post.done("return", id=first, form="F-1", reason="no date of birth")
    await post.done("reject", id=first, form="F-2", reason="cannot be read")
    assert await letters(office) == ["PAP-3", "PAP-3"]
    waiting = await office.one("select count(*) from open_work where kind = 'paper-form' and owner = 'practice'")
    assert waiting == 2

    # The same sheet comes back, and a new sheet stands for the other one.
    second = await post.batch(3)
    for form, like, replaces in (("F-1", STRANGERS[0], None), ("F-9", STRANGERS[1], "F-2")):
        _, number = await office.person(None, like=like)
        answer = await post.key(second, form, as_written(like, number), replaces=replaces)
        assert isinstance(answer, Done), answer
    assert await office.one("select count(*) from open_work where kind = 'paper-form'") == 0

    _, number = await office.person(None, like=STRANGERS[2])
    for replaces in ("F-2", "F-77"):
        wrong = await post.key(second, "F-10", as_written(STRANGERS[2], number), replaces=replaces)
        assert isinstance(wrong, Impossible) and wrong.field == "replaces"


async def test_every_kind_of_form_is_keyed_into_its_command(office: Office, post: Post):
    _, number = await office.person(post.practice)
    _, other = await office.person(post.practice, like=STRANGERS[1])
    _, third = await office.person(post.practice, like=STRANGERS[2])
    batch = await post.batch(3)

    amended = await post.done(
        "key-amendment", id=batch, form="F-1", number=number, surname="VANE", forenames="ANNA,ROSE",
        address="5 New Row,Saltholme", postcode="ZX9 9ZZ",
    )  # fmt: skip
    asked = await post.done(
        "key-deduction", id=batch, form="F-2", number=other, cause="5", happened_on=office.today.isoformat()
    )
    left = await post.done("key-removal", id=batch, form="F-3", number=third)

    assert (amended.state, asked.state, left.state) == ("accepted", "accepted", "pending")
    kinds = await office.connection.execute(text("select kind from paper_forms order by reference"))
    assert list(kinds.scalars()) == ["amendment", "deduction-request", "removal"]
    assert await office.one(
        "select surname || ' ' || line_2 || ' ' || line_4 from patients where surname = 'VANE'"
    ) == ("VANE 5 New Row Saltholme")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("form", "no spaces please"),
        ("address", "a,b,c,d,e,f"),
        ("address", "Flat 1, 2 High Street;b;c;d;e;f"),
        ("forenames", "a,b,c,d"),
        ("sex", "F"),
        ("date_of_birth", "1984-02-30"),
        ("accepted_on", "yesterday"),
    ],
)
def test_what_cannot_be_read_is_named(field: str, value: str):
    said = {"id": "0190d9b2-6f3e-7c35-8a5a-3f1f6f0d9c11", "form": "F-1", **as_written(), field: value}
    with pytest.raises(ValidationError) as raised:
        ACTS["key-acceptance"].asked.model_validate(said)
    assert [each["loc"][0] for each in raised.value.errors()] == [field]


async def test_a_form_cannot_be_signed_tomorrow_and_a_closed_batch_takes_none(office: Office, post: Post):
    batch = await post.batch(1)
    tomorrow = (office.today + timedelta(days=1)).isoformat()
    early = await post.key(batch, "F-1", as_written(), written_on=tomorrow)
    assert isinstance(early, Impossible) and early.field == "written_on"
    await post.done("reject", id=batch, form="F-1", reason="illegible")
    await post.done("close-batch", id=batch)
    assert isinstance(await post.key(batch, "F-2", as_written()), Impossible)
