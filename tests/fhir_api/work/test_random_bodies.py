"""Bodies that nobody would send: never a fault of the server, and nothing half written."""

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fhir_api.population import BELLA, NOBODY
from tests.fhir_api.work.bodies import a_deduction, a_newcomer, a_removal, a_saying, a_status, an_acceptance
from tests.fhir_api.work.conftest import Work

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=12),
    st.sampled_from(["", " ", "#p1", "Task/", "Patient/1", "2026-02-30", "9990000018", "banana", "\x7f", "%"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
BASES = [
    an_acceptance(patient=a_newcomer(NOBODY)),
    an_acceptance(type_="4"),
    a_deduction(BELLA),
    a_removal(BELLA),
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything in a body."""
    found = [path] if path else []
    if isinstance(value, dict):
        return found + [each for name, inner in value.items() for each in places(inner, (*path, name))]
    if isinstance(value, list):
        return found + [each for index, inner in enumerate(value) for each in places(inner, (*path, index))]
    return found


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A body of which some parts are something else, or gone."""
    body = copy.deepcopy(draw(st.sampled_from(BASES)))
    for _ in range(draw(st.integers(1, 3))):
        known = places(body)
        if not known:
            break
        *path, last = draw(st.sampled_from(known))
        inner = body
        for each in path:
            inner = inner[each]
        if draw(st.booleans()) and draw(st.booleans()):
            del inner[last]
        else:
            inner[last] = draw(VALUES)
    return body


RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@RELAXED
@given(body=mutated())
async def test_no_task_breaks_the_server(work: Work, body: Any):
    before = await work.fhir.rows("select count(*) from transactions")

    answer = await work.fhir.post("Task", body)

    assert answer.status_code in (201, 400, 403, 404, 422), answer.text
    after = await work.fhir.rows("select count(*) from transactions")
    assert after[0][0] - before[0][0] == (answer.status_code == 201)
    if answer.status_code != 201:
        assert answer.json()["resourceType"] == "OperationOutcome"


@RELAXED
@given(value=VALUES, field=st.sampled_from(["partOf", "inResponseTo", "payload", "status", "sender", "subject", "x"]))
async def test_no_communication_breaks_the_server(work: Work, value: Any, field: str):
    body = a_saying("0197f2d4-0000-7000-8000-000000000001") | {field: value}

    answer = await work.fhir.post("Communication", body)

    assert answer.status_code in (400, 403, 404, 422), answer.text


@RELAXED
@given(patch=VALUES | st.lists(st.fixed_dictionaries({"op": SCALARS, "path": SCALARS, "value": VALUES}), max_size=3))
async def test_no_patch_breaks_the_server(work: Work, patch: Any):
    task = await work.found("Task")
    task_id = task[0]["id"] if task else (await work.place(a_removal(BELLA)))["id"]

    answer = await work.fhir.ask("PATCH", f"Task/{task_id}", headers={"If-Match": 'W/"2"'}, json=patch)

    assert answer.status_code in (400, 403, 409, 422), answer.text
    assert a_status("received")[0]["path"] == "/status"
