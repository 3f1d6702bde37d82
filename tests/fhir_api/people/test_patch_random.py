"""Whatever is sent as a PATCH: never a failure of ours, nothing half done, one version or none, ids that stay."""

from contextlib import suppress
from datetime import date
from secrets import token_hex
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import RequestError
from registry.fhir.outcomes import Json
from registry.fhir_api.people.patch.apply_patches import Patched, apply_patches
from registry.fhir_api.people.patch.changed import Amended
from registry.fhir_api.people.patch.check_amended import check_amended
from registry.fhir_api.people.patch.check_life import death_in
from registry.fhir_api.people.patch.check_periods import AddressDays
from registry.fhir_api.people.patch.read_patches import read_patches
from registry.fhir_api.people.patch.what_is_said import what_is_said
from registry.fhir_api.people.patch.working_copy import home_id, working_copy
from registry.patients.element_changes import changed_elements, changes_between
from registry.policies.store import shipped
from registry.values.person import Sex
from tests.fhir_api.conftest import Fhir
from tests.fhir_api.people.patching import PHARMACY, address, name, notice, pharmacy
from tests.fhir_api.population import ADA

TOKENS = st.sampled_from(
    ["name", "address", "telecom", "contact", "extension", "gender", "birthDate", "deceasedDateTime", "id", "url", "-",
     "0", "1", "2", "01", "line", "given", "family", "use", "period", "start", "end", "prefix", "suffix", "postalCode",
     "value", "valueReference", "multipleBirthInteger", "generalPractitioner", "meta", "~1", "x"]
)  # fmt: skip
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=6),
    st.sampled_from(["male", "n1", "n2", "a1", "a2", "t1", "c1", "2026-01-01", "9999-12-31", "ZX1 1AB", PHARMACY]),
)
VALUES = st.one_of(
    SCALARS,
    st.recursive(
        SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TOKENS, inner, max_size=3), max_leaves=6
    ),
    st.sampled_from([name(), name("usual"), address("", "1 New Road", "", "X"), pharmacy("Y93333"), notice("1")]),
)
PATHS = st.one_of(
    st.lists(TOKENS, min_size=1, max_size=5).map(lambda parts: "/" + "/".join(parts)),
    st.sampled_from(["/name/0/id", "/address/0/id", "/name/1/id", "/address/0/line/0", "/name/0/given/0", "/name/-",
                     "/address/-", "/telecom/0/value", "/telecom/0/id", "/extension/1/url", "", "name"]),
)  # fmt: skip
OPERATIONS = st.lists(
    st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "replace", "remove", "test"]), "path": PATHS, "value": VALUES}
    ),
    min_size=1,
    max_size=4,
)
MEMBERS = st.sampled_from(
    ["use", "family", "given", "given/0", "prefix/-", "period", "period/start", "period/end", "line", "line/0",
     "line/-", "postalCode", "extension", "value", "system", "relationship", "suffix/0", "text"]
)  # fmt: skip
ITEMS_OF = {"name": "n1", "address": "a1", "telecom": "t1", "contact": "c1"}
CHANGES = st.one_of(
    st.builds(
        lambda base, member, op, value: [
            {"op": "replace", "path": f"/{base}/0/id", "value": ITEMS_OF[base]},
            {"op": op, "path": f"/{base}/0/{member}", "value": value},
        ],
        st.sampled_from(sorted(ITEMS_OF)),
        MEMBERS,
        st.sampled_from(["add", "replace"]),
        VALUES,
    ),
    st.builds(
        lambda base, value: [{"op": "add", "path": f"/{base}/-", "value": value}],
        st.sampled_from([*sorted(ITEMS_OF), "extension"]),
        VALUES,
    ),
    st.builds(
        lambda base, value: [{"op": "add", "path": f"/{base}", "value": value}],
        st.sampled_from(["gender", "birthDate", "deceasedDateTime", "multipleBirthInteger"]),
        VALUES,
    ),
)
IDS = {"name": {"n1", "n2"}, "address": {"a1", "a2"}, "telecom": {"t1", "t2"}, "contact": {"c1"}}


def a_row() -> dict[str, Any]:
    """A row as `people.store` gives it."""
    return {
        "id": None, "version": 1, "nhs_number": ADA, "status": "live", "surname": "Quill", "first_forename": "Ada",
        "second_forename": "May", "other_forenames": "", "title": "Ms", "sex": Sex.FEMALE.value, "date_of_birth": None,
        "date_of_death": None, "place_of_birth": None, "line_1": "", "line_2": "3 Mill Lane", "line_3": "",
        "line_4": "Otterford", "line_5": "", "postcode": "ZX1 1AA", "restricted": False, "whereabouts_hidden": False,
        "practice": None, "registered_on": None, "removal": None, "removed_on": None, "updated_at": None,
        "elements": {
            "name": {"id": "n1", "period": {"start": "1980-02-29"}}, "address": {"id": "a1"},
            "names": [{"id": "n2", "use": "nickname", "given": ["Addie"]}],
            "addresses": [{"id": "a2", "use": "temp", "line": ["12", "", "", "Seaby", ""]}],
            "telecom": [{"id": "t1", "system": "phone", "value": "1"}, {"id": "t2", "system": "email", "value": "2"}],
            "contact": [{"id": "c1"}],
        },
    }  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(OPERATIONS)
def test_the_engine_answers_or_refuses_and_leaves_what_it_was_given(operations: list[Json]):
    before = working_copy(a_row())
    done: Patched | None = None
    with suppress(RequestError):
        done = apply_patches(before, read_patches(orjson.dumps(operations)), lambda: "0A0B0C0D")
    for base, ids in IDS.items():
        assert done is None or {each.get("id") for each in done.patient[base]} <= {*ids, "0A0B0C0D"}
    assert before == working_copy(a_row())


@settings(max_examples=400, deadline=None)
@given(st.lists(CHANGES, min_size=1, max_size=3))
def test_what_can_be_applied_is_said_or_refused(changes: list[list[Json]]):
    """Operations that name their items get as far as the rules."""
    row, today = a_row(), date(2026, 11, 2)
    before = working_copy(row)
    with suppress(RequestError):
        patches = read_patches(orjson.dumps([each for change in changes for each in change]))
        done = apply_patches(before, patches, lambda: token_hex(4))
        amended = Amended(before, done.patient, frozenset(done.fresh), home_id(row))
        check_amended(amended, today, AddressDays.of(shipped("current"), today))
        death_in(amended, today)
        amendment = what_is_said(amended, row, today)
        assert amended.differs or amendment.is_empty
        again = changed_elements(row["elements"], amendment.elements)
        assert again.get("name", {}).get("id") == "n1"


ITEMS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 3)).map(lambda each: {"id": each[0], "value": each[1]}),
    max_size=4,
)
ELEMENTS = st.fixed_dictionaries({"telecom": ITEMS, "name": st.fixed_dictionaries({"id": st.sampled_from("xy")})}).map(
    lambda found: {key: value for key, value in found.items() if value}
)


@given(ELEMENTS, ELEMENTS)
def test_what_is_changed_between_two_states_leads_from_one_to_the_other(before: Any, after: Any):
    made = changed_elements(before, changes_between(before, after))
    assert made.get("name") == after.get("name")
    held, wanted = (sorted(map(str, each.get("telecom", ()))) for each in (made, after))
    assert held == wanted


async def test_any_request_is_answered_and_moves_the_version_by_one_or_not_at_all(fhir: Fhir):
    """Strategies are drawn by hand: one register serves them all."""
    seen: list[list[Json]] = []

    @settings(max_examples=60, deadline=None, database=None)
    @given(OPERATIONS)
    def draw(operations: list[Json]) -> None:
        seen.append(operations)

    draw()
    version, before = 1, (await fhir.get(f"Patient/{ADA}")).json()
    for operations in seen:
        answer = await fhir.patch(ADA, operations, version)
        assert answer.status_code in (200, 202, 400, 403, 409, 422), answer.text
        now = (await fhir.get(f"Patient/{ADA}")).json()
        if answer.status_code == 200:
            assert answer.json() == now
            after = int(now["meta"]["versionId"])
            assert after in (version, version + 1) and (after > version) == (now != before)
            version, before = after, now
        else:
            assert now == before
