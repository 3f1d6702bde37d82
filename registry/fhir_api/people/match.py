"""`POST Patient/$match`: who is meant, by the matcher, with a score from 0 to 1 and a grade.

Source: FHIR R4, Patient operation match; IHE PDQm ITI-119.
"""

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir.bundles import Entry, searchset
from registry.fhir.outcomes import Json
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.interaction import Body, Interaction, Told, interaction
from registry.fhir_api.people.likely import is_worth_telling, likely
from registry.fhir_api.people.match_asked import AskedMatch, read_match
from registry.fhir_api.people.store import people_by_id
from registry.fhir_api.people.to_fhir import patient_resource
from registry.matching.decide import MatchDecision, ScoredCandidate
from registry.security.callers import Caller, Permission
from registry.transactions.finding.shown import grade, probability

router = APIRouter()

GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
MOST, USUAL = 50, 10
"""How many candidates are told of at most, and where nobody says how many."""

_EXAMPLE: Json = {
    "resourceType": "Parameters",
    "parameter": [
        {
            "name": "resource",
            "resource": {
                "resourceType": "Patient",
                "name": [{"family": "Barraclough", "given": ["Holly"]}],
                "gender": "female",
                "birthDate": "1962-02-11",
            },
        },
        {"name": "count", "valueInteger": 5},
    ],
}


@interaction(
    router,
    Interaction(
        "POST",
        "/Patient/$match",
        "operation",
        Permission.READ_PATIENTS,
        "Who is meant?",
        {200: Told("Whoever may be meant, likeliest first; without entries where nobody is.", "Bundle")},
        resource="Patient",
        operation="match",
        body=Body("Parameters with `resource`, `onlyCertainMatches` and `count`; or a Patient.", _EXAMPLE),
        text="The score is the probability that the two are one person: names, birth date, sex, address, NHS number,"
        " each weighed by how rare its agreement is. The grade is `certain` where the register itself would take them"
        " for one person, `probable` where something asks for a person's eye, else `possible`. Whoever is restricted is"
        " told of without whereabouts, and only where no address, practice or telecom is in the question. A system"
        " without a person at it is told of a certain match alone.",
    ),
)
async def match_patient(call: Call, connection: AsyncConnection) -> Answer:
    asked = read_match(call.json())
    decision = await likely(connection, asked.person, names_places=asked.names_places)
    chosen = _chosen(asked, decision, call.caller)
    people = await people_by_id(connection, [each.patient_id for each in chosen])
    told = [each for each in chosen if each.patient_id in people]
    await call.note_read(connection, "match", [each.patient_id for each in told], {"outcome": decision.outcome.value})
    entries: list[Entry] = []
    for each in told:
        resource = patient_resource(people[each.patient_id], reduced=True, on=call.context.today)
        entries.append(Entry(resource, call.url(f"Patient/{resource['id']}"), _search(each, decision)))
    moment = call.clock.now().isoformat(timespec="seconds")
    return Answer(searchset(entries, self_url=call.self_url, timestamp=moment, total=len(entries)))


def _chosen(asked: AskedMatch, decision: MatchDecision, caller: Caller) -> list[ScoredCandidate]:
    """Who is told of: by what was asked, and for a system nobody but a certain match."""
    near = [each for each in decision.scored if is_worth_telling(each)]
    if asked.only_certain or caller.is_system:
        near = [each for each in near if grade(each, decision) == "certain"]
    return near[: min(asked.count or USUAL, MOST)]


def _search(scored: ScoredCandidate, decision: MatchDecision) -> Json:
    return {
        "extension": [{"url": GRADE, "valueCode": grade(scored, decision)}],
        "mode": "match",
        "score": round(probability(scored.score), 9),
    }
