"""Control totals: received = keyed + rejected + returned, or the batch stays open and somebody owns it."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from registry.transactions.acts.act import Done, Impossible, Nothing
from tests.paper.post import Post, as_written
from tests.support.office import Office


async def test_an_open_batch_has_an_owner_an_event_and_a_day(office: Office, post: Post):
    batch = await post.batch(3, scans=["BOX-7", "box-8"])

    row = (await office.connection.execute(text("select owner, expects, due_at, scans from paper_batches"))).one()
    assert (row.owner, row.expects, row.scans) == ("registration", "keying", ["BOX-7", "BOX-8"])
    # Monday 2 November and two working days: until the end of Wednesday.
    assert row.due_at.isoformat() == "2026-11-05T00:00:00+00:00"
    assert await post.counts(batch) == (3, 0, 0, 0)


async def test_a_batch_is_closed_when_it_balances_and_not_before(office: Office, post: Post):
    batch = await post.batch(3)
    anna, number = await office.person(None)
    await post.key(batch, "F-1", as_written(number=number))
    await post.done("reject", id=batch, form="F-2", reason="a prescription, not a form")

    early = await post.do("close-batch", id=batch)
    assert isinstance(early, Impossible) and "1 keyed, 1 rejected and 0 returned: 1 to be dealt with" in early.sentence

    await post.done("return", id=batch, form="F-3", reason="no signature")
    closed = await post.done("close-batch", id=batch)
    assert closed.state == "closed" and await post.counts(batch) == (3, 1, 1, 1)
    assert await office.list_of(anna) == post.practice.id
    assert isinstance(await post.do("close-batch", id=batch), Impossible)


async def test_postgresql_itself_refuses_to_close_what_does_not_balance(office: Office, post: Post):
    await post.batch(2)
    close = "update paper_batches set closed_at = now(), closed_by = 'me', due_at = null, expects = null"
    with pytest.raises(IntegrityError, match="closed_batch_balances"):
        async with office.connection.begin_nested():
            await office.connection.execute(text(close))
    with pytest.raises(IntegrityError, match="no_more_than_received"):
        async with office.connection.begin_nested():
            await office.connection.execute(text("update paper_batches set rejected = 3"))


async def test_no_more_forms_are_dealt_with_than_were_counted(post: Post):
    batch = await post.batch(1)
    await post.done("reject", id=batch, form="F-1", reason="illegible")

    answer = await post.do("return", id=batch, form="F-2", reason="no signature")
    assert isinstance(answer, Impossible) and "recount" in answer.sentence

    await post.done("recount", id=batch, forms=2, reason="two stuck together")
    await post.done("return", id=batch, form="F-2", reason="no signature")
    below = await post.do("recount", id=batch, forms=1, reason="wrong again")
    assert isinstance(below, Impossible) and below.field == "forms"
    await post.done("close-batch", id=batch)
    assert isinstance(await post.do("recount", id=batch, forms=3, reason="later"), Impossible)


async def test_what_cannot_be_opened_says_why(office: Office, post: Post):
    tomorrow = (office.today + timedelta(days=1)).isoformat()
    early = await post.do("open-batch", practice=post.practice.ods_code, received_on=tomorrow, forms=1)
    assert isinstance(early, Impossible) and early.field == "received_on"
    unknown = await post.do("open-batch", practice="Y99999", received_on=office.today.isoformat(), forms=1)
    assert isinstance(unknown, Impossible) and unknown.field == "practice"
    nothing = await post.do("close-batch", id="0190d9b2-6f3e-7c35-8a5a-3f1f6f0d9c11")
    assert isinstance(nothing, Nothing)


async def test_a_batch_of_last_week_that_is_opened_today_is_late_from_the_start(office: Office, post: Post):
    """Its days run from its coming: a box that was forgotten is seen at once."""
    long_ago = (office.today - timedelta(days=10)).isoformat()
    opened = await post.done("open-batch", practice=post.practice.ods_code, received_on=long_ago, forms=1)
    assert isinstance(opened, Done)
    assert await office.one("select due_at < :now from open_work where kind = 'paper-batch'", now=office.clock.now())
