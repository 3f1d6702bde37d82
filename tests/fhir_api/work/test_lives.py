"""The life of each kind of work through the register, with its Task at every step."""

from datetime import date

from sqlalchemy import text

from registry.anomalies.open_case import open_case
from registry.database import Writes, unit_of_work
from registry.transactions.commands import TraceAnswer
from registry.transactions.fp69.acts import FP69
from registry.transactions.merges.acts import DUPLICATES
from registry.transactions.settle import Decision
from registry.values.period import start_of_day
from tests.fhir_api.conftest import code_of
from tests.fhir_api.population import ADA, BELLA, CARYS, ELSEWHERE, HERE, NOBODY, TOM
from tests.fhir_api.work.bodies import a_deduction, a_newcomer, a_removal, a_status, an_acceptance
from tests.fhir_api.work.conftest import Work, words

SET_FP69, AUTHORISE, _, CONFIRM, GONE_AWAY, _, CANCEL = FP69.acts
FLAG = {"code": "4", "letter_on": "2026-10-05", "reason": "a letter came back"}


async def flag(work: Work, number: str) -> str:
    """An FP69 of somebody; returns the id of its Task."""
    return str((await work.act(SET_FP69, nhs_number=number, **FLAG)).id)


async def test_an_acceptance_waits_for_its_number_and_is_registered(work: Work):
    task = await work.place(an_acceptance(patient=a_newcomer(NOBODY)))
    assert words(task) == ("in-progress", "awaiting-number")

    await work.office.answer(TraceAnswer("single", NOBODY))

    assert await work.task(task["id"]) == ("completed", "done")
    later = await work.get(f"Task/{task['id']}")
    assert int(later["meta"]["versionId"]) > int(task["meta"]["versionId"])
    [episode] = await work.found(f"EpisodeOfCare?patient={NOBODY}")
    assert episode["status"] == "active" and episode["managingOrganization"]["identifier"]["value"] == HERE


async def test_an_acceptance_that_a_clerk_refuses(work: Work):
    task = await work.place(an_acceptance(patient=a_newcomer(NOBODY)))
    await work.office.answer(TraceAnswer("none"))
    assert await work.task(task["id"]) == ("in-progress", "awaiting-office")

    [case] = await work.found("Task?code=anomaly", "office")
    assert words(case) == ("requested", "awaiting-office")
    assert case["reasonCode"]["coding"][0]["code"] == "trace-none"
    assert (await work.fhir.get(f"Task/{case['id']}")).status_code == 404, "cases are the office's"
    await work.office.settle(Decision("reject", 1, "no such person", code="7"))

    refused = await work.get(f"Task/{task['id']}")
    assert words(refused) == ("rejected", "refused") and refused["statusReason"]["text"]
    assert await work.task(case["id"], "office") == ("completed", "decided")


async def test_a_deduction_request_falls_due_and_is_told(work: Work):
    task = await work.place(a_deduction(ADA))
    assert words(task) == ("accepted", "awaiting-letter")

    async with work.office.at_work() as office:
        await office.post_leaves()
    assert await work.task(task["id"]) == ("accepted", "awaiting-day")
    work.office.on(date(2027, 1, 20))
    await work.office.fall_due()

    assert await work.task(task["id"]) == ("completed", "done")
    [told] = await work.found("Task?code=deduction")
    assert words(told) in {("requested", "not-sent"), ("requested", "sent")}
    assert told["owner"]["identifier"]["value"] == HERE
    answer = await work.patch(told["id"], a_status("received"))
    assert answer.status_code == 200, answer.text
    assert words(answer.json()) == ("received", "acknowledged")
    assert answer.headers["ETag"] != f'W/"{told["meta"]["versionId"]}"'
    assert (await work.patch(told["id"], a_status("received"))).status_code == 422
    assert await work.fhir.rows("select count(*) from practice_messages where position is null") == [(0,)]


async def test_a_removal_that_another_practice_overtakes(work: Work):
    task = await work.place(a_removal(CARYS))
    joined = a_newcomer(
        CARYS, name=[{"use": "usual", "family": "Crossley", "given": ["Carys"]}], birthDate="1977-08-30"
    )

    await work.place(an_acceptance("Y90102", patient=joined), "there")

    assert await work.task(task["id"]) == ("cancelled", "overtaken")


async def test_an_fp69_is_received_and_answered_by_its_practice(work: Work):
    task_id = await flag(work, BELLA)
    task = await work.get(f"Task/{task_id}")
    assert words(task) == ("requested", "fp69-notified")
    assert task["owner"]["identifier"]["value"] == HERE and task["restriction"]["period"]["end"] == "2027-02-02"
    [episode] = await work.found(f"EpisodeOfCare?patient={BELLA}")
    assert episode["status"] == "onhold"

    received = await work.patch(task_id, a_status("received"))
    assert received.status_code == 200 and words(received.json()) == ("received", "fp69-notified")
    unsaid = await work.patch(task_id, a_status("completed"))
    assert unsaid.status_code == 400 and code_of(unsaid) == "MISSING_VALUE"
    done = await work.patch(task_id, a_status("completed", "address-confirmed"))

    assert done.status_code == 200 and words(done.json()) == ("completed", "address-known")
    assert [kind for (kind,) in await work.fhir.rows("select kind from practice_messages order by id")] == ["F9", "F10"]
    [episode] = await work.found(f"EpisodeOfCare?patient={BELLA}")
    assert episode["status"] == "active"


async def test_an_fp69_of_somebody_gone_away_ends_the_registration(work: Work):
    task_id = await flag(work, TOM)

    done = await work.patch(task_id, a_status("completed", "gone-away"))

    assert done.status_code == 200, done.text
    assert words(done.json()) == ("completed", "gone-away")
    [episode] = await work.found(f"EpisodeOfCare?patient={TOM}")
    assert episode["status"] == "finished" and episode["period"]["end"]


async def test_an_fp69_in_error_is_the_offices_to_take_back(work: Work):
    task_id = await flag(work, BELLA)
    assert (await work.patch(task_id, a_status("entered-in-error"))).status_code == 422
    assert (await work.patch(task_id, a_status("entered-in-error"), "office")).status_code == 403

    await work.act(CANCEL, id=task_id, version=1, reason="wrong barcode")

    assert await work.task(task_id) == ("entered-in-error", "cancelled")


async def test_a_possible_duplicate_is_the_offices(work: Work):
    people = sorted(row[0] for row in await work.fhir.rows("select id from patients where sex = '1' limit 2"))
    async with unit_of_work(work.fhir.database.engine) as connection:
        writes = Writes()
        context = work.office.plan.context()
        case = open_case(
            writes, kind="possible-duplicate", sentence="Two records may be of one person.", evidence={},
            opened_at=context.now, due_at=context.after_working_days(5), patient_ids=people,
        )  # fmt: skip
        await writes.flush(connection)

    task = await work.get(f"Task/{case}", "office")

    assert words(task) == ("requested", "possible-duplicate")
    assert len(task["input"]) == 2
    refused = await work.patch(str(case), a_status("completed"), "office")
    assert refused.status_code == 422 and "/api/anomalies" in refused.json()["issue"][0]["diagnostics"]
    assert (await work.fhir.get(f"Task/{case}")).status_code == 404
    assert DUPLICATES.name == "duplicates", "named in the table of what is done elsewhere"


async def test_a_stale_version_changes_nothing(work: Work):
    task_id = await flag(work, BELLA)

    stale = await work.patch(task_id, a_status("received"), version='W/"7"')
    missing = await work.fhir.ask("PATCH", f"Task/{task_id}", json={"patches": a_status("received")})

    assert (stale.status_code, code_of(stale)) == (409, "RESOURCE_VERSION_MISMATCH")
    assert (missing.status_code, code_of(missing)) == (412, "PRECONDITION_FAILED")
    assert await work.task(task_id) == ("requested", "fp69-notified")


async def test_work_of_the_scheme_of_fraud_and_of_identity_is_no_task(work: Work):
    """Matters of these kinds stand in the table of the office, and no token is shown one of them."""
    now, due = work.office.plan.context().now, start_of_day(date(2027, 1, 1))
    kinds = ("counter-fraud", "violence-notice", "special-allocation", "scheme-appeal", "protection")
    async with unit_of_work(work.fhir.database.engine) as connection:
        for kind in kinds:
            await connection.execute(
                text(
                    "insert into matters (id, kind, state, owner, trigger_on, opened_at, expects, due_at, practice_id)"
                    " select gen_random_uuid(), :kind, 'open', 'scheme', :now, :now, 'x', :due, id from practices"
                    " where ods_code = :ods"
                ).bindparams(kind=kind, now=now, due=due, ods=HERE)
            )

    for who in ("staff", "office"):
        assert await work.found("Task", who) == []
    for (matter,) in await work.fhir.rows("select id from matters"):
        assert (await work.fhir.get(f"Task/{matter}", "office")).status_code == 404


async def test_a_transfer_leaves_a_finished_spell_and_begins_another(work: Work):
    joan = a_newcomer(ELSEWHERE, name=[{"use": "usual", "family": "Ingham", "given": ["Joan"]}], birthDate="1950-03-04")
    await work.place(an_acceptance(patient=joan))

    there = await work.found(f"EpisodeOfCare?patient={ELSEWHERE}", "there")
    here = await work.found(f"EpisodeOfCare?patient={ELSEWHERE}")

    assert [(each["status"], each["period"]) for each in there] == [
        ("finished", {"start": "2015-01-01", "end": "2026-11-01"})
    ]
    assert [(each["status"], each["period"]) for each in here] == [("active", {"start": "2026-11-02"})]
    assert len(await work.found(f"EpisodeOfCare?patient={ELSEWHERE}", "office")) == 2


async def test_an_amendment_by_patch_that_waits_is_found_under_its_location(work: Work):
    patches = [
        {"op": "replace", "path": "/name/0/id", "value": "n1"},
        {"op": "replace", "path": "/name/0/family", "value": "Larkspur"},
        {"op": "replace", "path": "/birthDate", "value": "1962-02-12"},
        {"op": "replace", "path": "/gender", "value": "male"},
    ]

    answer = await work.fhir.patch(BELLA, patches)

    assert answer.status_code == 202, answer.text
    task = await work.get(answer.headers["Location"].partition("/FHIR/R4/")[2])
    assert task["code"]["coding"][0]["code"] == "amendment"
    assert words(task) == ("in-progress", "awaiting-office")
    assert task["requester"]["identifier"]["value"] == HERE
