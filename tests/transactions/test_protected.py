"""Protecting somebody: what changes at once, who may look behind, and how it ends."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from registry.audit.trail import trail_of
from registry.database import Writes, unit_of_work
from registry.monitoring.check import check
from registry.security.callers import OFFICE_PERMISSIONS, PRACTICE_PERMISSIONS, Permission, Role
from registry.security.tokens import issue
from registry.transactions.acts.act import Done, Impossible, Stale
from registry.transactions.commands import Changes
from registry.transactions.fp69.flag import set_flag
from registry.transactions.fp69.guards import Guard, Limits, Past, Proposed, guard_against
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.matters.read import read_matter
from registry.transactions.messages import Addressee, amend, deduct
from registry.transactions.protected.acts import (
    CONFIRM_LIFT,
    DECLINE_LIFT,
    KEEP,
    LIFT,
    LIST,
    LOOK,
    OPENINGS,
    REROUTE,
    REVIEW,
    SET,
)
from registry.transactions.protected.rules import by_way_of, told_reason, without_whereabouts
from registry.transactions.settle import Decision, settle
from registry.values.actor import Actor, ActorKind
from registry.values.clock import FixedClock
from tests.support.acts import do, done
from tests.support.databases import Database
from tests.support.office import OTHER_CIPHER, Office
from tests.transactions.protected_scene import REASON, build, seen

ANOTHER = Actor(ActorKind.STAFF, "second-clerk")
EVERYTHING = {"scope_all": True, "scope_practice_id": None}
WHY = "ticket 77: an envelope came back"


async def protect(office: Office, number: str, **details: Any) -> Done:
    asked = {"nhs_number": number, "on_the_word_of": "practice", "reason": REASON, **details}
    return await done(office.connection, office.context(), SET, **asked)


async def person(office: Office, patient_id: Any) -> Any:
    await lock_people(office.connection, [patient_id])
    return await gather_person(office.connection, patient_id)


# Rules


def test_reasons_that_tell_where_read_alike():
    neutral = {"2": "13", "3": "13", "15": "13"}
    assert [told_reason(each, neutral, restricted=True) for each in ("1", "2", "3", "15")] == ["1", "13", "13", "13"]
    assert told_reason("2", neutral, restricted=False) == "2"


def test_items_without_whereabouts():
    items = {"number": "1", "address": ["x"], "postcode": "y", "new_ha_cipher": "z", "title": "Dr"}
    assert without_whereabouts(items) == {"number": "1", "title": "Dr"}


@pytest.mark.parametrize(
    ("wanted", "on_a_list", "way"),
    [(None, True, "practice"), (None, False, "office"), ("practice", False, "office"), ("office", True, "office")],
)
def test_ways_of_the_post(wanted: str | None, on_a_list: bool, way: str):
    assert by_way_of(wanted, on_a_list=on_a_list) == way


# Setting it


async def test_setting_hides_opens_a_matter_and_tells_the_national_side(office: Office):
    practice = await office.practice()
    she, number = await office.person(practice)
    set_ = await protect(office, number, reference="S-12")
    assert await office.one("select restricted from patients where id = :id", id=she)
    assert await office.one("select count(*) from patient_versions where patient_id = :id", id=she) == 1
    assert await office.one("select count(*) from national_requests where kind = 'update'") == 1
    due_at = await office.one("select due_at from matters where id = :id", id=set_.id)
    assert (due_at - office.clock.now()).days in (364, 365)
    row = (await office.connection.execute(text("select facts::text, practice_id from matters"))).one()
    assert row.practice_id is None and practice.ods_code not in row.facts and "usband" not in row.facts
    assert "S-12" in await office.one("select words from protection_words")
    again = await do(
        office.connection, office.context(), SET, nhs_number=number, on_the_word_of="pds", reason="said it once more"
    )
    assert isinstance(again, Impossible) and "already" in again.sentence


async def test_whoever_came_restricted_is_taken_into_review(office: Office):
    _, number = await office.person(await office.practice(), restricted=True)
    await protect(office, number, on_the_word_of="pds")
    assert await office.one("select count(*) from patient_versions") == 0
    listed = await done(office.connection, office.context(), LIST)
    assert listed.data["count"] == 1 and listed.data["people"][0]["state"] == "protected"
    assert number not in str(listed.data)


async def test_nobody_protects_a_record_that_is_no_longer_in_use(office: Office):
    _, number = await office.person(None, status="invalidated")
    refused = await do(
        office.connection, office.context(), SET, nhs_number=number, on_the_word_of="pds", reason="PDS says restricted"
    )
    assert isinstance(refused, Impossible)


async def test_why_stands_in_no_event_audit_or_matter(office: Office):
    she, number = await office.person(await office.practice())
    set_ = await protect(office, number)
    assert set_.id is not None
    trail = await trail_of(office.connection, she)
    assert "matter.opened" in [each.action for each in trail] and "usband" not in str(trail)
    shown = await read_matter(office.connection, EVERYTHING, set_.id)
    assert "usband" not in str(shown)


async def test_an_open_fp69_is_lifted_and_none_is_set_again(office: Office):
    practice = await office.practice()
    she, number = await office.person(practice)
    writes = Writes()
    set_flag(writes, office.context(), await person(office, she), Proposed("1"))
    await writes.flush(office.connection)
    set_ = await protect(office, number)
    assert set_.data["fp69_lifted"] and set_.data["messages_rewritten"] == 1
    assert await office.one("select state from matters where kind = 'fp69'") == "cancelled"
    told = await office.inbox(practice)
    assert [kind for kind, _ in told] == ["F9", "F10"]
    assert not {"address", "postcode"} & told[0][1].keys()
    guard = guard_against(
        await person(office, she), Proposed("1"), Past(None, None, None, 0), Limits(9, (), ()), office.today
    )
    assert guard is Guard.EXCLUDED


async def test_nobody_who_is_apart_is_flagged(office: Office):
    she, _ = await office.person(await office.practice(), apart=True)
    guard = guard_against(
        await person(office, she), Proposed("1"), Past(None, None, None, 0), Limits(9, (), ()), office.today
    )
    assert guard is Guard.EXCLUDED


# Messages that have not left


async def test_what_waits_for_practices_is_rewritten(office: Office):
    former, holding = await office.practice(), await office.practice(cipher=OTHER_CIPHER)
    she, number = await office.person(former)
    await office.send(office.acceptance(holding, number=number))
    writes = Writes()
    to = Addressee(holding.id, holding.gp_code, patient_id=she)
    amend(writes, office.context(), to, number, {"address": ["", "1 Row", "", "Town", ""], "postcode": "ZX1 1AA"})
    amend(writes, office.context(), to, number, {"postcode": "ZX1 1AA", "title": "Dr"})
    await writes.flush(office.connection)
    assert (await office.inbox(former))[0][1]["new_ha_cipher"] == OTHER_CIPHER

    set_ = await protect(office, number)

    assert (set_.data["messages_rewritten"], set_.data["messages_withdrawn"]) == (2, 1)
    [(kind, told)] = await office.inbox(former)
    assert kind == "F2" and told["deduction_reason"] == "13" and "new_ha_cipher" not in told
    waiting = await office.connection.execute(
        text("select content from practice_messages where kind = 'F1' and withdrawn_at is null")
    )
    assert [each.content["title"] for each in waiting] == ["Dr"]


async def test_an_answer_that_says_nothing_but_a_place_is_not_sent_and_breaks_no_promise(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    asked = office.amendment(practice, number, Changes(address=("", "5 New Row", "", "Saltholme", "")))
    outcome = await office.send(replace(asked, free_text="PLEASE READ"))
    case = await office.one("select id from anomalies where transaction_id = :id", id=outcome.transaction_id)
    await settle(office.connection, office.context(), case, Decision("reject", 1, "not there"))
    [(kind, _)] = await office.inbox(practice)
    assert kind == "F1"

    set_ = await protect(office, number)

    assert set_.data["messages_withdrawn"] == 1
    assert await check(office.connection) == []


async def test_what_a_practice_was_given_stays_given(office: Office):
    former, holding = await office.practice(), await office.practice(cipher=OTHER_CIPHER)
    _, number = await office.person(former)
    await office.send(office.acceptance(holding, number=number))
    await office.connection.execute(text("update practice_messages set position = 1, transaction_number = 1"))
    set_ = await protect(office, number)
    assert set_.data["messages_rewritten"] == 0
    assert (await office.inbox(former))[0][1]["new_ha_cipher"] == OTHER_CIPHER


async def test_no_producer_can_put_a_place_into_a_message(connection: Any, clock: FixedClock):
    """Whoever writes past the rules is stopped by the database."""
    office = Office(connection, clock)
    practice = await office.practice()
    she, number = await office.person(practice, restricted=True)
    writes = Writes()
    to = Addressee(practice.id, practice.gp_code, patient_id=she)
    items = {"address": ["a"], "postcode": "b", "new_ha_cipher": "c", "residential_institute": "d", "title": "Dr"}
    amend(writes, office.context(), to, number, items)
    deduct(
        writes, office.context(), to, number=number, reason="2", on=office.today, restricted=False, new_authority="C"
    )
    await writes.flush(office.connection)
    assert [set(content) for _, content in await office.inbox(practice)] == [
        {"gp_code", "number", "title"},
        {"gp_code", "number", "deduction_reason", "deduction_date"},
    ]


async def test_an_amendment_by_the_office_does_not_carry_the_address(office: Office):
    from registry.transactions.amend import amend_by_office

    practice = await office.practice()
    _, number = await office.person(practice, restricted=True)
    place = Changes(address=("", "9 New Row", "", "Saltholme", ""), postcode="ZX9 9ZZ")
    await amend_by_office(office.connection, office.context(), number, place, "rang")
    assert await office.inbox(practice) == []
    await amend_by_office(office.connection, office.context(), number, Changes(title="Dr", postcode="ZX8 8ZZ"), "rang")
    assert [set(content) for _, content in await office.inbox(practice)] == [{"gp_code", "number", "title"}]


# Post


async def test_post_goes_by_way_of_the_practice_or_the_office(office: Office):
    practice = await office.practice()
    she, number = await office.person(practice)
    writes = Writes()
    write_letter(writes, office.context(), Letter.INQUIRY, await person(office, she), {})
    await writes.flush(office.connection)
    assert await office.letters() == [("DED-1", "queued", "home")]
    set_ = await protect(office, number)
    assert set_.data["letters_redirected"] == 1
    assert await office.letters() == [("DED-1", "queued", "practice")]
    assert await office.one("select practice_id from letters") == practice.id
    await done(
        office.connection, office.context(), REROUTE, id=set_.id, version=1, route="office", reason="the practice asked"
    )
    assert await office.letters() == [("DED-1", "queued", "office")]
    writes = Writes()
    write_letter(writes, office.context(), Letter.INQUIRY, await person(office, she), {})
    await writes.flush(office.connection)
    await office.post_leaves()
    assert {route for _, _, route in await office.letters()} == {"office"}


async def test_the_second_look_sends_by_the_practice_that_holds_them_now(office: Office):
    """Protected and moved between the decision and the evening: nothing to the home or the former practice."""
    former, holding = await office.practice(), await office.practice()
    she, number = await office.person(former)
    writes = Writes()
    letter = write_letter(writes, office.context(), Letter.REMOVAL_CANCELLED, await person(office, she), {})
    await writes.flush(office.connection)
    await office.connection.execute(text("update patients set restricted = true"))
    await office.send(office.acceptance(holding, number=number))
    await office.post_leaves()
    row = (
        await office.connection.execute(
            text("select route, practice_id, state from letters where id = :id"), {"id": letter}
        )
    ).one()
    assert (row.route, row.practice_id, row.state) == ("practice", holding.id, "posted")


async def test_a_letter_about_a_former_practice_goes_by_the_present_one(office: Office):
    former, holding = await office.practice(), await office.practice()
    she, _ = await office.person(holding, restricted=True)
    writes = Writes()
    somebody = await person(office, she)
    write_letter(writes, office.context(), Letter.OWN_REMOVAL_REFUSED, somebody, {}, practice_id=former.id)
    write_letter(writes, office.context(), Letter.ON_THE_LIST_AFTER_ALL, somebody, {}, practice_id=former.id)
    await writes.flush(office.connection)
    rows = await office.connection.execute(text("select kind, practice_id from letters order by reference"))
    assert [tuple(row) for row in rows] == [("REM-7", holding.id), ("UND-1", former.id)]


async def test_letters_at_the_print_room_are_named(office: Office):
    practice = await office.practice()
    she, number = await office.person(practice)
    writes = Writes()
    write_letter(writes, office.context(), Letter.INQUIRY, await person(office, she), {})
    await writes.flush(office.connection)
    await office.connection.execute(
        text("with b as (insert into letter_batches (handed_over_at, letters, suppressed, due_at)"
             " values (:now, 1, 0, :now) returning id)"
             " update letters set state = 'handed-over', due_at = null, batch_id = b.id from b"),
        {"now": office.clock.now()},
    )  # fmt: skip
    office.later(office.clock.now() + timedelta(minutes=5))
    set_ = await protect(office, number)
    [reference] = set_.data["letters_at_the_print_room"]
    case = (await office.connection.execute(text("select kind, evidence, patient_ids from anomalies"))).one()
    assert (case.kind, case.evidence["letters"], case.patient_ids) == ("protected-post", [reference], [])


# Looking behind


async def test_looking_shows_everything_and_is_kept(office: Office):
    scene = await build(office)
    looked = await done(
        office.connection, office.context(), LOOK, nhs_number=scene.number, code="post-returned", reason=WHY
    )
    data = looked.data
    assert data["address"]["postcode"] == "ZX7 7QM" and data["former_addresses"][0]["postcode"] == "ZX6 6PM"
    assert data["registration"]["practice"] == scene.holding.ods_code
    assert {each["practice"] for each in data["stays"]} == {scene.former.ods_code, scene.holding.ods_code}
    assert data["open_forms"] and "usband" in data["words"][0]["words"]
    event = [each for each in await trail_of(office.connection, scene.patient_id) if each.action == "protected.opened"]
    assert len(event) == 1 and set(event[0].subject) == {"opening", "code"} and WHY not in str(event)
    listed = await done(office.connection, office.context(ANOTHER), OPENINGS)
    assert [(each["reason"], each["nhs_number"]) for each in listed.data] == [(WHY, scene.number)]
    assert seen(scene, str(listed.data)) == []


async def test_looking_needs_somebody_protected_and_a_reason(office: Office):
    _, number = await office.person(await office.practice())
    plain = await do(office.connection, office.context(), LOOK, nhs_number=number, code="legal-order", reason=WHY)
    assert isinstance(plain, Impossible) and "not protected" in plain.sentence
    with pytest.raises(ValueError, match="reason"):
        LOOK.asked.model_validate({"nhs_number": number, "code": "legal-order", "reason": "because"})
    assert await office.one("select count(*) from protected_openings") == 0


async def test_a_record_out_of_use_has_nothing_behind_it(office: Office):
    _, number = await office.person(None, restricted=True, status="invalidated")
    answer = await do(office.connection, office.context(), LOOK, nhs_number=number, code="identity", reason=WHY)
    assert isinstance(answer, Impossible)


async def test_an_opening_is_reviewed_once_by_somebody_else(office: Office):
    scene = await build(office)
    await done(office.connection, office.context(), LOOK, nhs_number=scene.number, code="identity", reason=WHY)
    [opening] = (await done(office.connection, office.context(), OPENINGS, unreviewed=True)).data
    own = await do(office.connection, office.context(), REVIEW, id=opening["id"], finding="justified")
    assert isinstance(own, Impossible)
    silent = await do(office.connection, office.context(ANOTHER), REVIEW, id=opening["id"], finding="questioned")
    assert isinstance(silent, Impossible) and silent.field == "remark"
    await done(office.connection, office.context(ANOTHER), REVIEW, id=opening["id"], finding="justified")
    twice = await do(office.connection, office.context(ANOTHER), REVIEW, id=opening["id"], finding="justified")
    assert isinstance(twice, Impossible)
    assert (await done(office.connection, office.context(), OPENINGS, unreviewed=True)).data == []


async def test_the_table_lets_nobody_look_without_a_reason(connection: Any, clock: FixedClock):
    she, _ = await Office(connection, clock).person(None)
    with pytest.raises(IntegrityError, match="opening_says_why"):
        await connection.execute(
            text("insert into protected_openings (id, patient_id, opened_at, opened_by, code, reason)"
                 " values (gen_random_uuid(), :id, now(), 'x', 'identity', '  short  ')"),
            {"id": she},
        )  # fmt: skip


# The end


async def test_two_people_end_it(office: Office):
    she, number = await office.person(await office.practice())
    set_ = await protect(office, number)
    why = {"reason": "National Back Office, reference 5"}
    asked = await done(office.connection, office.context(), LIFT, id=set_.id, version=1, **why)
    assert await office.one("select restricted from patients where id = :id", id=she)
    same = await do(office.connection, office.context(), CONFIRM_LIFT, id=set_.id, version=asked.version, **why)
    assert isinstance(same, Impossible)
    declined = await done(office.connection, office.context(ANOTHER), DECLINE_LIFT, id=set_.id, version=2, **why)
    stale = await do(office.connection, office.context(ANOTHER), LIFT, id=set_.id, version=2, **why)
    assert isinstance(stale, Stale) and stale.version == declined.version == 3
    assert stale.facts["last_event"]["by"] is None
    await done(office.connection, office.context(), LIFT, id=set_.id, version=3, **why)
    await done(office.connection, office.context(ANOTHER), CONFIRM_LIFT, id=set_.id, version=4, **why)
    assert not await office.one("select restricted from patients where id = :id", id=she)
    assert await office.one("select count(*) from national_requests where kind = 'update'") == 2
    # She may be protected again.
    await protect(office, number)


async def test_a_review_sets_the_next(office: Office):
    _, number = await office.person(await office.practice())
    set_ = await protect(office, number)
    office.on(office.today + timedelta(days=366))
    kept = await done(
        office.connection, office.context(), KEEP, id=set_.id, version=1, reason="spoke to the practice today"
    )
    assert kept.state == "protected"
    assert (await office.one("select due_at from matters")) > office.clock.now() + timedelta(days=360)


async def test_a_move_or_death_ends_no_protection(office: Office):
    former, holding = await office.practice(), await office.practice()
    she, number = await office.person(former)
    await protect(office, number)
    await office.send(office.acceptance(holding, number=number))
    await office.send(office.deduction(holding, number, reason="1", happened_on=office.today))
    assert await office.one("select restricted from patients where id = :id", id=she)
    assert await office.one("select state from matters where kind = 'protection'") == "protected"


# Who may


def test_nobody_looks_by_being_of_the_office_or_a_practice():
    may = {role for role in Role if Permission.READ_PROTECTED in OFFICE_PERMISSIONS[role]}
    assert may == {Role.IDENTITY, Role.GOVERNANCE}
    assert not any(Permission.READ_PROTECTED in granted for granted in PRACTICE_PERMISSIONS.values())


async def test_looking_by_api(client: httpx.AsyncClient, database: Database, clock: FixedClock):
    async with unit_of_work(database.engine) as connection:
        scene = await build(Office(connection, clock))
        tokens = {role: await issue(connection, role.value, role, clock.now(), practice_id=None) for role in Role}
        theirs = await issue(connection, "practice", Role.STAFF, clock.now(), practice_id=scene.holding.id)
    body = {"nhs_number": scene.number, "code": "identity", "reason": WHY}
    for role, token in tokens.items():
        answer = await client.post("/api/protected/look", headers={"Authorization": f"Bearer {token}"}, json=body)
        assert answer.status_code == (200 if role in (Role.IDENTITY, Role.GOVERNANCE) else 403), role
        assert ("Secretmark" in answer.text) == (answer.status_code == 200)
    refused = await client.post("/api/protected/look", headers={"Authorization": f"Bearer {theirs}"}, json=body)
    assert refused.status_code == 403 and seen(scene, refused.text) == []
    async with database.engine.connect() as connection:
        openers = (
            await connection.execute(text("select opened_by from protected_openings order by opened_by"))
        ).scalars()
        assert list(openers) == ["governance", "identity"]
