"""Paper that nobody moves is chased: the batch within the office, the form with the practice."""

from datetime import timedelta

from sqlalchemy import text

from registry.paper.chase import chase_paper, next_paper
from registry.transactions.acts.act import Done
from tests.paper.post import Post, as_written
from tests.support.office import Office


async def test_a_late_batch_rises_and_has_one_case_until_it_is_closed(office: Office, post: Post):
    batch = await post.batch(1)
    due = await next_paper(office.connection)
    assert due is not None

    office.later(due - timedelta(seconds=1))
    assert not (await chase_paper(office.connection, office.context())).total()
    office.later(due)
    assert (await chase_paper(office.connection, office.context()))["batches late"] == 1
    assert await office.one("select owner from paper_batches") == "supervisor"
    again = await next_paper(office.connection)
    assert again is not None and again > due
    office.later(again)
    await chase_paper(office.connection, office.context())
    assert await office.one("select count(*) from anomalies where kind = 'paper-batch-unfinished'") == 1

    await post.done("reject", id=batch, form="F-1", reason="illegible")
    await post.done("close-batch", id=batch)
    assert await office.one("select count(*) from anomalies where state = 'open'") == 0


async def test_a_form_that_never_came_again_is_asked_for_on_the_day_and_not_before(office: Office, post: Post):
    batch = await post.batch(1)
    await post.done("return", id=batch, form="F-1", reason="no signature")
    await post.done("close-batch", id=batch)
    due = await next_paper(office.connection)
    # Five working days after Monday 2 November: until the end of Monday the 9th.
    assert due is not None and due.isoformat() == "2026-11-10T00:00:00+00:00"

    office.later(due - timedelta(seconds=1))
    assert not (await chase_paper(office.connection, office.context())).total()
    office.later(due)
    assert (await chase_paper(office.connection, office.context()))["forms chased"] == 1
    assert not (await chase_paper(office.connection, office.context())).total()
    kinds = await office.connection.execute(text("select kind from anomalies where state = 'open'"))
    assert list(kinds.scalars()) == ["paper-form-unmended"]

    _, number = await office.person(None)
    second = await post.batch(1)
    assert isinstance(await post.key(second, "F-1", as_written(number=number)), Done)
    assert await office.one("select count(*) from anomalies where state = 'open'") == 0
