"""Who is shown the trail of a person, what of it, and what it never tells."""

from typing import Any
from uuid import UUID, uuid4

from registry.audit.record import record, record_read
from registry.database import Writes
from registry.security.callers import OFFICE_PERMISSIONS, Permission, Role
from registry.transactions.acts.act import Done
from registry.transactions.trail.acts import AUDIT
from registry.values.actor import Actor, ActorKind
from tests.support.acts import do, done
from tests.support.case_office import SPECIALIST, CaseOffice
from tests.support.office import Office
from tests.transactions.protected_scene import build, plain, seen

TRAIL = next(act for act in AUDIT.acts if act.name == "trail")
REVIEWER = Actor(ActorKind.STAFF, "reviewer")


async def trail(office: Office, number: str, **what: Any) -> Any:
    answer = await done(office.connection, office.context(REVIEWER), TRAIL, nhs_number=number, **what)
    return answer.data


async def note(office: Office, patient_id: UUID, *actions: str, **subject: str) -> None:
    writes = Writes()
    for action in actions:
        record(writes, office.context().actor, action, office.clock.now(), patient_ids=[patient_id], subject=subject)
    await writes.flush(office.connection)


def test_only_who_reviews_is_shown_it():
    assert TRAIL.permission is Permission.READ_AUDIT
    assert [role for role, may in OFFICE_PERMISSIONS.items() if Permission.READ_AUDIT in may] == [Role.GOVERNANCE]


async def test_pages_follow_each_other_and_the_look_is_in_it(office: Office):
    patient_id, number = await office.person(await office.practice())
    await note(office, patient_id, *(f"thing.{each}" for each in "abcde"))
    first = await trail(office, number, limit=3)
    assert [each["action"] for each in first["events"]] == ["thing.a", "thing.b", "thing.c"]
    rest = await trail(office, number, limit=50, after=first["next_after"])
    assert [each["action"] for each in rest["events"]] == ["thing.d", "thing.e", "trail.read"]
    assert rest["next_after"] is None
    last = rest["events"][-1]
    assert (last["actor_name"], last["subject"]) == ("reviewer", {})


async def test_counter_fraud_is_never_told(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    case = CaseOffice(office, "counter-fraud")
    await case.begin(by=SPECIALIST, nhs_numbers=[number], practice=practice.ods_code)
    await case.ask("show", by=SPECIALIST, id=case.id, reason="to assess it")
    await case.on("annex", by=SPECIALIST, people=[1], reason="the specialist asks")
    await note(office, patient_id, "matter.went-on", matter=str(case.id))
    await note(office, patient_id, "letter.decided", kind="FRD-2")
    await note(office, patient_id, "counter-fraud-patterns.read")
    await note(office, patient_id, "thing.done", matter=str(uuid4()), letter="none of ours")
    told = await trail(office, number)
    assert [each["action"] for each in told["events"]] == ["thing.done"]
    assert "fraud" not in plain(told)


async def test_where_a_protected_person_is_is_not_told(office: Office):
    scene = await build(office)
    writes = Writes()
    at_hers = Actor(ActorKind.PRACTICE, scene.holding.ods_code, scene.holding.ods_code)
    record_read(writes, at_hers, "patient", office.clock.now(), [scene.patient_id])
    await writes.flush(office.connection)
    told = await trail(office, scene.number)
    read = next(each for each in told["events"] if each["action"] == "patient.read")
    assert (read["actor_name"], read["practice_ods"]) == (None, None)
    assert not seen(scene, plain(told))


async def test_a_record_out_of_use_has_no_trail(office: Office):
    patient_id, number = await office.person(None, status="invalidated")
    await note(office, patient_id, "thing.done")
    answer = await do(office.connection, office.context(REVIEWER), TRAIL, nhs_number=number)
    assert not isinstance(answer, Done) or answer.data["events"] == []
