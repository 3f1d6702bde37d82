"""Reading whoever left, whose number is nobody's any more, and whose record went into another."""

from datetime import date

import pytest
from sqlalchemy import text

from registry.database import Writes, unit_of_work
from registry.patients.invalidated import invalidate
from registry.settings import settings
from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.population import ALONE, HERE, NOBODY, OLD_NUMBER, SURVIVOR, TWIN

REMOVAL = "https://fhir.nhs.uk/StructureDefinition/Extension-PDS-RemovalFromRegistration"


async def moved(fhir: Fhir, to: str, on: str, removal: str | None = None, *, taking_back: bool = False) -> None:
    """A movement of ALONE, from where the last one led; `taking_back` takes the last one back."""
    async with fhir.database.engine.begin() as connection:
        await connection.execute(
            text(
                "insert into list_movements (patient_id, from_list, to_list, effective_on, effective_at, reason,"
                " removal, reverses) select m.patient_id, m.to_list, l.id, cast(:on as date), cast(:on as date),"
                " 'tested', :removal, case when :back then m.id end from list_movements m"
                " join patients p on p.id = m.patient_id cross join lists l"
                " where p.nhs_number = :who and l.code = :to order by m.id desc limit 1"
            ),
            {"on": date.fromisoformat(on), "removal": removal, "back": taking_back, "who": ALONE, "to": to},
        )


async def removal_of(fhir: Fhir, who: str = "staff") -> tuple[str, str] | None:
    """The exit code, and since when."""
    person = (await fhir.get(f"Patient/{ALONE}", who)).json()
    for extension in person.get("extension", ()):
        if extension["url"] == REMOVAL:
            code, period = extension["extension"]
            return code["valueCodeableConcept"]["coding"][0]["code"], period["valuePeriod"]["start"][:10]
    return None


@pytest.mark.parametrize(
    ("removal", "told"),
    [("EMB", "EMB"), ("SCT", "SCT"), ("AFN", "ORR"), ("SDN", "ORR"), ("LDN", "ORR"), ("OPA", "ORR"), ("VIO", "ORR")],
)
async def test_why_somebody_left_is_told_by_an_exit_code_or_masked(fhir: Fhir, removal: str, told: str):
    await moved(fhir, HERE, "2020-01-01")
    await moved(fhir, "unregistered", "2021-05-04", removal)
    for who in ("staff", "there", "app", "office"):
        assert await removal_of(fhir, who) == (told, "2021-05-04")
        answer = await fhir.get(f"Patient/{ALONE}", who)
        assert removal == told or removal not in answer.text
    found = await fhir.get(f"Patient?_id={ALONE}")
    assert REMOVAL not in found.text


async def test_a_removal_that_was_taken_back_is_none(fhir: Fhir):
    """They left, came back, and that they came back was taken back: the first removal stands, of its own day."""
    await moved(fhir, HERE, "2020-01-01")
    await moved(fhir, "unregistered", "2021-05-04", "EMB")
    await moved(fhir, HERE, "2022-01-01")
    await moved(fhir, "unregistered", "2022-01-01", "SCT", taking_back=True)
    assert await removal_of(fhir) == ("EMB", "2021-05-04")


async def test_when_somebody_last_changed_is_told(fhir: Fhir):
    async with fhir.database.engine.begin() as connection:
        await connection.exec_driver_sql(
            f"update patients set updated_at = '2026-03-01T10:00:00Z' where nhs_number = '{TWIN}'"
        )
        await connection.exec_driver_sql(
            "update list_memberships m set posted_at = '2026-03-02T11:12:13Z' from patients p"
            f" where p.id = m.patient_id and p.nhs_number = '{TWIN}'"
        )
    answer = await fhir.get(f"Patient/{TWIN}")
    assert answer.headers["last-modified"] == "Mon, 02 Mar 2026 11:12:13 GMT"


async def test_a_record_out_of_use_is_invalidated_everywhere(fhir: Fhir):
    async with fhir.database.engine.begin() as connection:
        await connection.exec_driver_sql(f"update patients set status = 'invalidated' where nhs_number = '{SURVIVOR}'")
    for number in (SURVIVOR, OLD_NUMBER):
        for path in ("", "/_history", "/_history/1"):
            answer = await fhir.get(f"Patient/{number}{path}", "office")
            assert (answer.status_code, code_of(answer)) == (404, "INVALIDATED_RESOURCE")
            assert "Firth" not in answer.text


async def test_a_number_that_is_nobodys_any_more_is_invalidated_and_leads_nowhere(
    fhir: Fhir, monkeypatch: pytest.MonkeyPatch
):
    writes = Writes()
    invalidate(writes, NOBODY)
    async with unit_of_work(fhir.database.engine) as connection:
        await writes.flush(connection)
    answer = await fhir.get(f"Patient/{NOBODY}")
    assert (answer.status_code, code_of(answer)) == (404, "INVALIDATED_RESOURCE")
    assert "total" not in answer.json()
    assert (await fhir.get(f"Patient?_id={NOBODY}")).json()["total"] == 0
    # Without the vault's key such a number cannot be told from one that nobody has.
    monkeypatch.setenv("REGISTRY_VAULT_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    settings.cache_clear()
    try:
        answer = await fhir.get(f"Patient/{NOBODY}")
        assert (answer.status_code, code_of(answer)) == (404, "RESOURCE_NOT_FOUND")
    finally:
        monkeypatch.undo()
        settings.cache_clear()
