"""The walk can fail: of somebody whose identity was not changed it finds everything, everywhere."""

from tests.leaks.cast import WILHELMARA
from tests.leaks.values import Values
from tests.leaks.walk import Walk
from tests.leaks.walk_commands import CommandWalker
from tests.leaks.walk_outputs import dump
from tests.leaks.walk_routes import RouteWalker
from tests.leaks.world import World

SHOWN_BY = {
    "GET /api/anomalies",
    "GET /api/anomalies/{case_id}",
    "GET /api/matters",
    "GET /api/letters",
    "GET /api/notice-files/{file_id}",
    "GET /fhir/$nhais.inbox",
    "registry people show",
    "registry lists show",
    "registry lists movements",
    "registry transactions show",
    "registry anomalies show",
}
"""Some places in which anybody's marks are seen, as they should be."""

KEPT_IN = {
    "table patients",
    "table patient_versions",
    "table patient_former_names",
    "table match_keys",
    "table transactions",
    "table interchanges",
    "table facade_requests",
    "table practice_messages",
    "table national_requests",
    "table scheme_incidents",
    "table assignment_applicants",
    "table patient_numbers",
}


async def test_of_whoever_is_not_sealed_everything_is_found(unchanged: World):
    walk = Walk(WILHELMARA.marks)
    values = await Values.of(unchanged, [WILHELMARA.number])
    routes, commands = RouteWalker(values, walk), CommandWalker(values, walk)
    await routes.read(callers=("office staff", "here app", "there app"))
    await commands.look(only=lambda name: name in SHOWN_BY or f"registry {name}" in SHOWN_BY)
    await dump(unchanged, walk)
    assert walk.places() >= SHOWN_BY | KEPT_IN
    unseen = {mark.name for mark in WILHELMARA.marks.all} - {mark for mark, _ in walk.found}
    assert unseen == set(), "These marks are nowhere even before the change: let tests/leaks/history.py tell them."
