"""No combination of parameters tells where somebody restricted is, and none is answered by an error of ours."""

from typing import Any
from urllib.parse import urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fhir_api.conftest import Fhir
from tests.fhir_api.population import CARYS, HERE, RESTRICTED, THERE, TOM

WHEREABOUTS = ("Kiln", "ZX2 1AA", "ZX21AA", "01632960199", "simon@example.com")
"""Where somebody restricted lives and is reached, and nobody else: the neighbours are moved away."""
PLACES = ("address-postalcode", "address-postcode", "general-practitioner", "phone", "email")
RUNS = 60

_ASKED: dict[str, list[str]] = {
    "family": ["Dewhurst", "dewhurst", "De*", "Dew*st", "Nobody"],
    "given": ["Simon", "Si*", "Tom", "Simone"],
    "birthdate": ["1977-08-30", "eq1977-08-30", "ge1977-08-01", "le1977-09-01", "ge1900-01-01"],
    "gender": ["male", "female"],
    "death-date": ["2020-01-01"],
    "address-postalcode": ["ZX2 1AA", "ZX2*", "ZX9 9ZZ"],
    "address-postcode": ["ZX2 1AA", "zx9 9zz"],
    "general-practitioner": [HERE, THERE],
    "phone": ["01632960199", "01632960000"],
    "email": ["simon@example.com", "other@example.com"],
    "identifier": [RESTRICTED, f"https://fhir.nhs.uk/Id/nhs-number|{RESTRICTED}", TOM],
    "_id": [RESTRICTED, TOM],
    "_fuzzy-match": ["true", "false"],
    "_exact-match": ["true", "false"],
    "_history": ["true", "false"],
    "_max-results": ["1", "2", "50"],
}
_THEIRS = [("family", "Dewhurst"), ("given", "Simon"), ("birthdate", "1977-08-30"), ("gender", "male")]
_ANY = st.sampled_from([(name, value) for name, values in _ASKED.items() for value in values])
# Half of the questions begin with what finds them, so that few are refused for asking too little.
_PAIRS = st.sampled_from([[], _THEIRS]).flatmap(
    lambda known: st.lists(
        _ANY.filter(lambda pair: pair[0] not in dict(known)), max_size=6, unique_by=lambda pair: pair[0]
    ).map(lambda more: [*known, *more])
)
_CRITERIA = st.sampled_from(
    [_THEIRS, _THEIRS[:3], [_THEIRS[0], *_THEIRS[2:]], _THEIRS[1:], [("family", "De*"), _THEIRS[2]]]
).flatmap(lambda known: st.sampled_from([known, [*known, ("_history", "true")]]))
_MOST = {"suppress_health_check": [HealthCheck.function_scoped_fixture], "deadline": None}


async def asked(fhir: Fhir, pairs: Any, who: str = "staff") -> tuple[int, str, list[tuple[str, float]]]:
    """Status, body, and who was found with which score."""
    answer = await fhir.get(f"Patient?{urlencode(pairs)}", who)
    entries = answer.json().get("entry", [])
    return answer.status_code, answer.text, [(e["resource"]["id"], e["search"]["score"]) for e in entries]


async def move_the_neighbours(fhir: Fhir) -> None:
    """Nobody else lives there, so that whatever is told of the address is told of the restricted."""
    neighbours = f"(select id from patients where nhs_number in ('{TOM}', '{CARYS}'))"
    async with fhir.database.engine.begin() as connection:
        await connection.exec_driver_sql(
            f"update patients set line_2 = '1 Other Road', postcode = 'ZX7 7ZZ' where id in {neighbours}"
        )
        await connection.exec_driver_sql(
            f"update match_keys set postcode = 'ZX77ZZ', address_key = '1|OTHER' where patient_id in {neighbours}"
        )


@settings(max_examples=RUNS, **_MOST)
@given(pairs=_PAIRS, who=st.sampled_from(["staff", "there", "app", "office"]))
async def test_nothing_that_is_asked_tells_where_they_are(fhir: Fhir, pairs: list[tuple[str, str]], who: str):
    await move_the_neighbours(fhir)
    status, body, found = await asked(fhir, pairs, who)
    assert status in (200, 400, 403)
    values = {value for _, value in pairs}
    if any(name in PLACES for name, _ in pairs):
        assert RESTRICTED not in [who for who, _ in found]
    for place in WHEREABOUTS:
        # A link repeats what was asked, and a refusal names it: nothing may be told that was not.
        assert place in values or place not in body.replace("+", " ")


@settings(max_examples=RUNS // 2, **_MOST)
@given(
    criteria=_CRITERIA,
    place=st.sampled_from(["address-postalcode", "general-practitioner", "phone", "email"]),
    fuzzy=st.booleans(),
    most=st.sampled_from(["1", "2", "50"]),
)
async def test_a_right_place_is_answered_as_a_wrong_one(
    fhir: Fhir, criteria: list[tuple[str, str]], place: str, fuzzy: bool, most: str
):
    """Theirs or not theirs: the same people with the same scores, the same code, the same limit.

    Only restricted people live at the right place, so that it differs from the wrong one in nothing but them.
    """
    await move_the_neighbours(fhir)
    async with fhir.database.engine.begin() as connection:
        # Tom is with no practice, so that neither of the two practices is anybody's but Simon's.
        await connection.exec_driver_sql(
            "delete from list_memberships m using patients p where p.id = m.patient_id"
            f" and p.nhs_number <> '{RESTRICTED}'"
        )
    right = {"address-postalcode": "ZX2 1AA", "general-practitioner": HERE, "phone": "01632960199", "email": "s@x.yz"}
    wrong = {"address-postalcode": "ZX8 8ZZ", "general-practitioner": THERE, "phone": "01632960777", "email": "t@x.yz"}
    answers: list[Any] = []
    for values in (right, wrong):
        pairs = [*criteria, (place, values[place]), ("_fuzzy-match", str(fuzzy).lower()), ("_max-results", most)]
        status, body, found = await asked(fhir, pairs)
        code = None if found or '"Bundle"' in body else body.partition('"code":"')[2]
        answers.append((status, found, code))
    assert answers[0] == answers[1]


_WORDS = st.text(max_size=30) | st.sampled_from(
    ["*", "**", "%", "_", "\\", "'", '"', "\x00", "ge", "eq", "|", "9" * 400, "-1", "1e9", "ﬁ", "İ", "ß*", "Ø*"]
)


@settings(max_examples=RUNS * 2, **_MOST)
@given(pairs=st.lists(st.tuples(st.sampled_from([*_ASKED, "year", ""]), _WORDS), max_size=6), by_form=st.booleans())
async def test_hostile_parameters_are_no_server_errors(fhir: Fhir, pairs: list[tuple[str, str]], by_form: bool):
    text = urlencode(pairs, errors="replace")
    if by_form:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await fhir.ask("POST", "Patient/_search", content=text, headers={**form})
    else:
        answer = await fhir.get(f"Patient?{text}")
    assert answer.status_code in (200, 400), answer.text


@settings(max_examples=RUNS, **_MOST)
@given(family=_WORDS, more=_WORDS, fuzzy=st.booleans(), history=st.booleans())
async def test_hostile_names_are_no_server_errors(fhir: Fhir, family: str, more: str, fuzzy: bool, history: bool):
    pairs = [("family", family), ("given", more), ("birthdate", "1980-02-29"), ("address-postalcode", "ZX1 1AA")]
    pairs += [("_fuzzy-match", str(fuzzy).lower()), ("_history", str(history).lower())]
    answer = await fhir.get(f"Patient?{urlencode(pairs, errors='replace')}")
    assert answer.status_code in (200, 400), answer.text
