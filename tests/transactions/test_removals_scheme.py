"""No ordinary removal of somebody who has a place on the special allocation scheme."""

from typing import Any

import pytest

from registry.transactions.acts.act import Answer, Done, Impossible
from registry.transactions.removals.acts import REMOVALS
from tests.support.acts import do
from tests.support.office import Office, Practice
from tests.support.scheme_office import SchemeOffice

ACTS = {act.name: act for act in REMOVALS.acts}
REASONS = {"ground": "breakdown", "reasons_given": True, "exemption": "risk-of-harm"}
ASKED = [("by-practice", REASONS), ("out-of-area", {})]


@pytest.fixture
async def scheme(office: Office) -> SchemeOffice:
    return await SchemeOffice.at(office)


async def ask(scheme: SchemeOffice, act: str, number: str, practice: Practice, **details: Any) -> Answer:
    asked = {"nhs_number": number, "practice": practice.ods_code, "received_on": scheme.office.today, **details}
    return await do(scheme.office.connection, scheme.office.context(), ACTS[act], **asked)


async def requests(scheme: SchemeOffice) -> int:
    return await scheme.office.one("select count(*) from transactions where kind = 'practice-removal'")


@pytest.mark.parametrize(("act", "details"), ASKED)
async def test_the_practice_of_the_scheme_is_changed_by_the_scheme(
    scheme: SchemeOffice, act: str, details: dict[str, Any]
):
    patient_id, number, place = await scheme.placed()

    answer = await ask(scheme, act, number, scheme.scheme, **details)

    assert isinstance(answer, Impossible) and answer.field == "nhs_number"
    assert "`scheme move`" in answer.sentence and "`scheme review`" in answer.sentence
    assert await requests(scheme) == 0 and await scheme.office.one("select count(*) from pending_deductions") == 0
    assert await scheme.state_of(place) == "active" and await scheme.office.list_of(patient_id) == scheme.scheme.id


@pytest.mark.parametrize(("act", "details"), ASKED)
async def test_another_practice_hears_nothing_of_the_scheme(scheme: SchemeOffice, act: str, details: dict[str, Any]):
    _, number, _ = await scheme.placed()

    answer = await ask(scheme, act, number, scheme.ordinary, **details)

    assert isinstance(answer, Done) and answer.state == "refused" and "scheme" not in answer.sentence


async def test_one_of_a_form_who_is_on_the_scheme_is_told_by_their_place_and_nothing_is_written(scheme: SchemeOffice):
    _, number, _ = await scheme.placed()
    _, other = await scheme.office.person(scheme.scheme)

    answer = await ask(scheme, "by-practice", other, scheme.scheme, **REASONS, also=[number])

    assert isinstance(answer, Impossible) and answer.field == "also"
    assert "second number" in answer.sentence and number not in answer.sentence
    assert await requests(scheme) == 0


@pytest.mark.parametrize(("act", "details"), ASKED)
async def test_whoever_was_discharged_is_removed_like_anybody(scheme: SchemeOffice, act: str, details: dict[str, Any]):
    _, number, place = await scheme.placed()
    await scheme.stepped("discharge", place)

    answer = await ask(scheme, act, number, scheme.scheme, **details)

    assert isinstance(answer, Done) and answer.state != "refused"
