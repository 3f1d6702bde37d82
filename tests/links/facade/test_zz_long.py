"""Whatever is sent, the answer is 202 or a refusal that explains itself, never a failure."""

from datetime import date
from typing import Any

from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir.resources.R4B.parameters import Parameters
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.links.facade.faults import Fault, refusal_of
from registry.links.facade.read_request import read_amendment, read_operation
from registry.links.facade.shape import faulty_shape, is_usual, put_right
from registry.links.items import Items, TransactionType
from tests.links.facade import bodies
from tests.links.facade.conftest import Door
from tests.links.facade.mutations import VALUES, mutated
from tests.support.office import Practice

TODAY = date(2026, 11, 2)
SOMEWHERE = Practice(id=None, ods_code="Y90001", partner_code="T015", cipher="XD1", gp_code="9900001,1")  # pyright: ignore[reportArgumentType]
OPERATIONS = {
    "acceptance": (TransactionType.G1, bodies.acceptance(SOMEWHERE, kind="4", freeText="SEE NOTES")),
    "removal": (TransactionType.G3, bodies.removal(SOMEWHERE)),
    "deduction": (TransactionType.G5, bodies.deduction(SOMEWHERE)),
}
AMENDMENT = bodies.amendment(
    SOMEWHERE,
    bodies.NUMBER,
    *bodies.address("A", "B", None, "D", "E"),
    bodies.replacing("/birthDate", "1990-01-01"),
    bodies.replacing("/extension/0", {"url": bodies.DRUGS_URL, "valueBoolean": False}),
    {"op": "remove", "path": "/name/0/prefix/0"},
)
REQUESTS = st.one_of(
    *(st.tuples(st.just(name), mutated(body)) for name, (_, body) in OPERATIONS.items()),
    st.tuples(st.just("PATCH"), mutated(AMENDMENT)),
    st.tuples(st.sampled_from([*OPERATIONS, "PATCH"]), VALUES),
)


def read(operation: str, body: Any) -> Items | list[Fault]:
    if operation == "PATCH":
        return read_amendment(bodies.NUMBER, body, TODAY)
    return read_operation(OPERATIONS[operation][0], body, TODAY)


def test_the_bodies_that_are_changed_are_right_themselves():
    for operation, body in [*((name, whole) for name, (_, whole) in OPERATIONS.items()), ("PATCH", AMENDMENT)]:
        assert isinstance(read(operation, body), Items)
        assert operation == "PATCH" or is_usual(put_right(body))


@settings(max_examples=25000, deadline=None)
@given(REQUESTS)
def test_reading_gives_items_or_faults_that_are_told_in_one_issue(request: tuple[str, Any]):
    found = read(*request)
    if isinstance(found, Items):
        assert found.defects == ()
    else:
        refusal = refusal_of(found)
        assert (refusal.status, refusal.code) in ((400, "structure"), (400, "invalid"))
        assert refusal.text.isprintable()


@settings(max_examples=4000, deadline=None)
@given(mutated(OPERATIONS["acceptance"][1]))
def test_what_is_recognised_as_usual_is_fhir_to_the_library_too(document: Any):
    if isinstance(document, dict) and is_usual(right := put_right(document)):
        Parameters.model_validate(right)


def test_the_library_has_the_last_word_on_what_is_unusual():
    whole = OPERATIONS["acceptance"][1]
    unusual = bodies.with_patient(whole, maritalStatus={"text": "WIDOWED"}, telecom=[{"value": "01632 960000"}])
    assert not is_usual(put_right(unusual))
    assert list(faulty_shape(unusual)) == []
    wrong = bodies.with_patient(whole, maritalStatus="WIDOWED")
    (fault,) = faulty_shape(wrong)
    assert fault.field.startswith("parameter[")
    assert "WIDOWED" not in fault.told()


@settings(max_examples=2500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=REQUESTS)
async def test_the_answer_is_never_a_failure(shared_door: Door, request: tuple[str, Any]):
    operation, body = request
    if operation == "PATCH":
        answer = await shared_door.patch(bodies.NUMBER, body)
    else:
        answer = await shared_door.post(operation, body)
    assert answer.status_code in (202, 400), answer.text
    if answer.status_code == 400:
        OperationOutcome.model_validate(answer.json())
        assert len(answer.json()["issue"]) == 1
