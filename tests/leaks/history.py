"""What happened to a marked person before their identity was changed: everything by which an office leaves traces.

Each step is done by the public act, route, file or command, so that what it leaves is what work leaves.
"""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from registry.links.receive_interchange import receive
from registry.transactions.notices.load import load_notices
from registry.transactions.settle import Decision
from registry.transactions.take_on.import_people import Listener, import_people
from registry.values.organisation import link_code
from tests.leaks.cast import PIMWINNICK, THEODWYNA, WILHELMARA, Marked
from tests.leaks.world import SECOND, World
from tests.links import traffic
from tests.links.facade import bodies
from tests.paper.post import as_written
from tests.support.fhir_patients import a_file, replaced_by
from tests.support.judging import offered
from tests.support.office import CLERK, Practice
from tests.support.sweeping import found_alike

ONE = WILHELMARA
WORDS = ONE.words


async def live(world: World) -> None:
    """Everything, in the order of the days."""
    one = await world.holds(ONE, None)
    await applies_for_a_practice(world)
    await letter_comes_back(world, one)
    await facade_amends(world)
    await moves_by_file(world)
    await is_looked_at(world, one)
    await notices_come(world)
    await forms_on_paper(world)
    await notice_of_violence(world)
    await child_is_born(world)
    await another_marries_and_moves(world)
    await pairs_are_judged(world, one)
    await pairs_are_found(world, one)
    await practice_refuses(world)
    await is_to_be_removed(world)
    await stays_open(world)
    await world.statistics_are_taken()


async def applies_for_a_practice(world: World) -> None:
    """Turned away by one practice, not known at first, identified, assigned to another."""
    like, here, there = ONE.at_last, world.practices["here"], world.practices["there"]
    refused = {"practice": here.ods_code, "refused_on": world.today, "ground": "list-full"}
    await world.act("assignments", "refusal", nhs_number=ONE.number, reason=WORDS["reason of a clerk"], **refused)
    applied = await world.act(
        "assignments",
        "apply-unknown",
        surname=like.name.surname,
        first_forename=like.name.first_forename,
        date_of_birth=like.date_of_birth,
        sex="2",
        house=like.address.lines[0],
        road=like.address.lines[1],
        town=like.address.lines[3],
        postcode=like.address.postcode,
        reason=WORDS["reason of a clerk"],
    )
    await world.on_matter("assignments", "identify", applied.id, nhs_number=ONE.number)
    await world.on_matter("assignments", "find-eligible", applied.id)
    chosen = {"practice": there.ods_code, "reason": WORDS["reason of a clerk"]}
    await world.on_matter("assignments", "assign", applied.id, **chosen)
    await world.days(world.today + timedelta(days=1))


async def letter_comes_back(world: World, one: UUID) -> None:
    """What was posted comes back, an FP69 is set, and the practice confirms where she lives."""
    [[reference]] = await world.rows(
        "select max(reference) from letters where patient_id = :id and kind = 'ASG-1' and state = 'posted'", id=one
    )
    await world.act("returned-mail", "scan", reference=reference, cause="gone-away")
    [[flag]] = await world.rows("select id from matters where kind = 'fp69' and patient_id = :id", id=one)
    await world.on_matter("fp69", "confirm", flag, reason=WORDS["reason of a clerk"])


async def facade_amends(world: World) -> None:
    """The practice tells of a marriage, and of a move with a text that a clerk reads; the bodies are kept."""
    there, last = world.practices["there"], ONE.at_last
    married = bodies.amendment(there, ONE.number, bodies.replacing("/name/0/family", last.name.surname.upper()))
    await _taken(await world.call("there app", "PATCH", f"/fhir/Patient/{ONE.number}", married))
    lines = [line.upper() or None for line in last.address.lines]
    moved = bodies.amendment(
        there,
        ONE.number,
        *bodies.address(*lines),
        bodies.replacing("/address/0/postalCode", last.address.postcode),
    )
    moved["freeText"] = WORDS["text of an amendment"]
    await _taken(await world.call("there app", "PATCH", f"/fhir/Patient/{ONE.number}", moved))
    await settle_last(world, "accept", number=ONE.number)


async def moves_by_file(world: World) -> None:
    """Accepted elsewhere by interchange: refused once, taken once, repeated, and under a merged number; kept raw."""
    here = world.practices["here"]
    await world.national_side_knows(ONE.superseded, ONE.at_last, superseded_by=ONE.number)
    await accept_by_file(world, here, ONE.number, previous_gp=None)
    await accept_by_file(world, here, ONE.number, text=WORDS["text of an acceptance"])
    await settle_last(world, "accept", number=ONE.number)
    await accept_by_file(world, here, None)
    await accept_by_file(world, here, ONE.superseded)
    await number_is_merged(world)
    await world.post_is_delivered()


async def accept_by_file(
    world: World, practice: Practice, number: str | None, marked: Marked = ONE, **items: Any
) -> None:
    """A practice accepts somebody in an interchange of its own, and what follows is done."""
    sequence = next(world.sequences)
    usual = {
        "accepted": world.today.strftime("%Y%m%d"),
        "previous_gp": f"DR {WORDS['doctor before']}",
        "previous": ":".join(line.upper() for line in marked.at_first.address.lines if line),
        "birthplace": marked.at_last.place_of_birth,
    }
    one = traffic.acceptance(sequence, practice.gp_code, number, marked.at_last, **{**usual, **items})
    message = traffic.message(sequence, practice.cipher, "G1", one)
    data = traffic.interchange(practice.partner_code, link_code(practice.cipher), sequence, message)
    received = await receive(world.engine, world.clock, world.policies(), data)
    assert received.state == "processed", received
    await world.jobs_are_done()


async def number_is_merged(world: World) -> None:
    """An import says that another number of hers was merged into this one."""
    listener = Listener(lambda refused: None, lambda differing: None)
    with TemporaryDirectory() as folder:
        path = a_file(Path(folder), replaced_by(ONE.superseded, ONE.number))
        report = await import_people(world.engine, path, actor=CLERK, clock=world.clock, listener=listener)
    assert report.superseded == 1, report


async def is_looked_at(world: World, one: UUID) -> None:
    """Clerks and practices look, so that the audit knows of it."""
    for path in ("/api/anomalies?state=any", "/api/matters?closed=true", "/api/letters", "/api/removals"):
        assert (await world.call("office staff", "GET", path)).status_code == 200, path
    assert (await world.call("there app", "GET", "/fhir/$nhais.inbox")).status_code == 200
    [[case]] = await world.rows("select id from anomalies where :id = any(patient_ids) order by id limit 1", id=one)
    assert (await world.call("office staff", "GET", f"/api/anomalies/{case}")).status_code == 200


async def notices_come(world: World) -> None:
    """The registrar's file names her in error, and the National Back Office asks about her."""
    died = world.today - timedelta(days=4)
    heading = "reference,nhs_number,happened_on,date_of_birth,sex,surname"
    reference, surname = WORDS["reference of a notice"], ONE.at_last.name.surname
    await load(world, "deaths", heading, f"{reference},{ONE.number},{died},1901-01-01,female,{surname}")
    await settle_last(world, "reject")


async def load(world: World, kind: str, heading: str, *lines: str) -> None:
    """A file of notices comes in the morning's post."""
    content = "\n".join([heading, *lines, f"END,{len(lines)}", ""]).encode()
    name = f"{kind}-{next(world.sequences)}.csv"
    await load_notices(world.engine, world.office.plan.context(), kind, name, lambda: BytesIO(content))


async def forms_on_paper(world: World) -> None:
    """An acceptance and an amendment by post; one of them with a note."""
    here = world.practices["here"]
    batch = await world.act(
        "paper",
        "open-batch",
        practice=here.ods_code,
        received_on=world.today.isoformat(),
        forms=3,
        scans=["BOX-7"],
    )
    keyed = as_written(ONE.at_last, ONE.number) | {"accepted_on": world.today.isoformat()}
    await world.act("paper", "key-acceptance", id=batch.id, form="F-4711", **keyed)
    amended = {"number": ONE.number, "title": "Dr", "notes": WORDS["note on paper"]}
    await world.act("paper", "key-amendment", id=batch.id, form="F-4712", **amended)
    await settle_last(world, "accept", number=ONE.number)
    await world.act("paper", "return", id=batch.id, form="F-4713", reason="no signature")


async def notice_of_violence(world: World) -> None:
    """Her practice tells of an incident without the police's number, and the commissioner turns it down."""
    noticed = await world.act(
        "scheme",
        "notice",
        nhs_number=ONE.number,
        practice=world.practices["here"].ods_code,
        happened_at=world.clock.now() - timedelta(hours=1),
        narrative=WORDS["narrative"],
        notifier=WORDS["notifier"],
        reason=WORDS["scheme note"],
    )
    await world.on_matter("scheme", "refuse", noticed.id, SECOND, reason=WORDS["scheme note"])


async def child_is_born(world: World) -> None:
    """The child's birth is notified, and a practice accepts him."""
    child = PIMWINNICK
    await world.national_side_knows(child.number, child.at_last)
    born = child.at_last.date_of_birth
    await load(world, "births", "reference,nhs_number,date_of_birth,sex", f"B-1,{child.number},{born},male")
    form = world.office.plan.acceptance(world.practices["here"], child.at_last, child.number, acceptance_type="1")
    await world.office.send(form)
    await world.jobs_are_done()
    [[world.people[child.number]]] = await world.rows(
        "select id from patients where nhs_number = :number", number=child.number
    )


async def another_marries_and_moves(world: World) -> None:
    """Another woman marries, and moves to the practice here, which writes a text with it."""
    here, there, who = world.practices["here"], world.practices["there"], THEODWYNA
    await world.holds(who, there)
    surname = bodies.replacing("/name/0/family", who.at_last.name.surname.upper())
    married = bodies.amendment(there, who.number, surname)
    await _taken(await world.call("there app", "PATCH", f"/fhir/Patient/{who.number}", married))
    await accept_by_file(world, here, who.number, who, text=who.words["text of an acceptance"])
    await settle_last(world, "accept", number=who.number)


async def pairs_are_judged(world: World, one: UUID) -> None:
    """A sweep finds her and others alike: of one a clerk judges, in two steps; of her child nobody has judged yet."""
    for marked in (THEODWYNA, PIMWINNICK):
        async with world.office.at_work() as office:
            assert await offered(office, one, world.people[marked.number]) is not None
        if marked is THEODWYNA:
            await settle_last(world, "undecided")
            await settle_last(world, "household")


async def pairs_are_found(world: World, one: UUID) -> None:
    """A sweep keeps that she and others may be one person, more pairs than are before a clerk."""
    async with world.office.at_work() as office:
        await found_alike(office, [(one, world.people[marked.number]) for marked in (THEODWYNA, PIMWINNICK)])


async def practice_refuses(world: World) -> None:
    """A third practice turned her away by the façade's acceptance that it sent in error, and that was rejected."""
    third = world.practices["third"]
    document = bodies.acceptance(
        third, ONE.number, ONE.at_last, accepted_on=world.today + timedelta(days=20), freeText="SENT IN ERROR"
    )
    await _taken(await world.call("third app", "POST", "/fhir/Patient/$nhais.acceptance", document))


async def is_to_be_removed(world: World) -> None:
    """Her practice says that she moved away: a removal waits for its day, and letters are written."""
    form = world.office.plan.removal(world.practices["here"], ONE.number, free_text=WORDS["text of a removal"])
    await world.office.send(form)
    await world.jobs_are_done()
    await world.post_is_delivered()
    await world.days(world.today + timedelta(days=2))


async def stays_open(world: World) -> None:
    """What nobody has dealt with when the identity changes: a case with evidence, unread messages, queued letters."""
    there = world.practices["there"]
    await accept_by_file(world, there, ONE.number, text=WORDS["text of an acceptance"])
    await accept_by_file(world, there, ONE.number, previous_gp=None)
    await world.act(
        "assignments",
        "refusal",
        nhs_number=ONE.number,
        practice=there.ods_code,
        refused_on=world.today,
        ground="outside-area",
        reason=WORDS["reason of a clerk"],
    )
    await world.act(
        "queries",
        "ask",
        practice=there.ods_code,
        nhs_number=ONE.number,
        question=f"IS SHE {ONE.at_last.name.surname.upper()} OR {ONE.at_first.name.surname.upper()}",
        reason=WORDS["reason of a clerk"],
    )


async def forms_without_number(world: World) -> None:
    """A practice describes her and gives no number: one form waits with a text, one is refused before anybody looks
    who is meant. Neither names a record of the register."""
    there = world.practices["there"]
    await accept_by_file(world, there, None, text=WORDS["text of an acceptance"])
    await accept_by_file(world, there, None, previous_gp=None)


async def settle_last(world: World, action: Any, number: str | None = None) -> None:
    """A clerk decides the case that was opened last."""
    cases = await world.office.cases()
    version = await world.office.one("select version from anomalies where id = :id", id=cases[-1])
    decision = Decision(action, version, WORDS["reason of a clerk"], number=number)
    answer = await world.office.settle(decision, cases[-1])
    assert type(answer).__name__ == "Settled", answer
    await world.jobs_are_done()


async def _taken(answer: Any) -> None:
    assert answer.status_code == 202, answer.text
