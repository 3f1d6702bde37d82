"""A form of paper whose acceptance is taken back: it keeps its answer by post, and what follows says more."""

from dataclasses import replace

from registry.transactions.taking_back.cancel_acceptance import CANCEL_ACCEPTANCE
from registry.transactions.taking_back.confirm import CONFIRM
from registry.transactions.taking_back.propose import PROPOSE
from registry.values.actor import Actor, ActorKind
from registry.values.address import Address
from tests.paper.post import Post, as_written
from tests.support.acts import done
from tests.support.office import ANNA
from tests.transactions.test_taking_back import letters, standing_messages

OTHER_ANNA = replace(ANNA, address=Address(("", "9 Sluice Row", "", "Saltholme", ""), "ZX9 1AA"))


async def test_a_cancelled_form_keeps_its_answer_and_then_comes_the_deduction(post: Post):
    office, former = post.office, await post.office.practice()
    anna, number = await office.person(former)
    await post.key(await post.batch(1), "A-1", as_written(number=number))
    asked = {"nhs_number": number, "practice": post.practice.ods_code}
    await done(office.connection, office.context(), CANCEL_ACCEPTANCE, **asked)
    assert await office.list_of(anna) == former.id
    assert await letters(office) == [("PAP-1", "queued")]
    assert await standing_messages(office, post.practice) == ["F2"]
    await office.post_leaves()
    assert await letters(office) == [("PAP-1", "posted")]


async def test_a_form_that_is_decided_anew_keeps_its_answer_and_the_practice_is_told_of_the_mistake(post: Post):
    office, former = post.office, await post.office.practice()
    wrong, wrong_number = await office.person(former)
    right, right_number = await office.person(None, like=OTHER_ANNA)
    await post.key(await post.batch(1), "A-1", as_written(OTHER_ANNA, wrong_number))
    assert await office.list_of(wrong) == post.practice.id
    asked = {"nhs_number": wrong_number, "practice": post.practice.ods_code, "right_number": right_number}
    proposed = await done(office.connection, office.context(), PROPOSE, **asked)
    colleague = office.context(Actor(ActorKind.STAFF, "colleague"))
    await done(office.connection, colleague, CONFIRM, id=proposed.id, version=1, reason="read the form")
    assert await office.list_of(wrong) == former.id and await office.list_of(right) == post.practice.id
    assert await letters(office) == [("PAP-1", "queued"), ("UND-2", "queued")]
    assert await standing_messages(office, post.practice) == ["F2", "F4"]
