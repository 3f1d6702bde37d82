"""Facts that nobody gathered: for tests of the rules, which need no database.

The matcher is the real one. A case says who is held and what is sent, and not what the
matcher is to say about it.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from registry.matching.decide import Candidate, MatchDecision, decide
from registry.matching.incoming import incoming_from
from registry.matching.keys import keys_of
from registry.transactions.commands import Origin, RegisterPatient
from registry.transactions.facts import Facts, MembershipFacts, PendingDeduction, PersonFacts, PracticeFacts
from registry.transactions.outside import Outside
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex
from tests.support.office import ANNA, CIPHER, OTHER_CIPHER

TODAY = date(2025, 2, 3)
"""The Monday of the worked examples of the domain rules."""
NOON = datetime(2025, 2, 3, 12, tzinfo=UTC)

ANNAS, TWINS, SOMEBODYS, NOBODYS = "9990000018", "9990000026", "9990000034", "9990000042"
WRONG_NUMBER = "9990000019"
SCOTTISH, IRISH = "0101011237", "3200000015"
"""Numbers of other nations that pass modulus 11."""

HERE = PracticeFacts(UUID(int=1), "Y90001", "T015", CIPHER, list_is_open=True, doctor_known=True)
"""The practice that sends."""
THERE = PracticeFacts(UUID(int=2), "Y90002", "T025", OTHER_CIPHER, list_is_open=True, doctor_known=True)
"""Another practice, of another authority."""

TWIN = replace(ANNA, name=Name("Harrowgate", "Beatrice", "Jane", "", "Ms"))
STRANGER = Demographics(
    Name("Okonkwo", "Chidi"), Sex.MALE, date(1999, 12, 1), address=Address(("", "4 Elm Way", "", "Farfield", ""))
)


def days(number: int) -> date:
    """A day so many days from the tests' today."""
    return TODAY + timedelta(days=number)


def origin(**items: Any) -> Origin:
    usual: dict[str, Any] = {
        "source": "facade",
        "practice_id": HERE.id,
        "partner_code": HERE.partner_code,
        "authority_cipher": HERE.authority_cipher,
        "transaction_number": 1,
        "received_at": NOON,
        "document_at": NOON,
        "gp_code": "9900001,1",
    }
    return Origin(**{**usual, **items})


def acceptance(**items: Any) -> RegisterPatient:
    """A complete transfer in of Anna, without her number. Items of the person are named as they are there."""
    of_name = {key: items.pop(key) for key in ("surname", "first_forename") if key in items}
    of_person = {key: items.pop(key) for key in Demographics.__dataclass_fields__ if key in items}
    person = replace(ANNA, previous_address=Address(("", "3 Former Street", "", "Oldtown", "")))
    person = replace(person, **of_person)
    if of_name:
        person = replace(person, name=replace(person.name, **of_name))
    usual: dict[str, Any] = {
        "origin": origin(),
        "demographics": person,
        "acceptance_type": "3",
        "acceptance_code": "A",
        "accepted_on": TODAY,
        "previous_gp_name": "DR BEFORE",
    }
    return RegisterPatient(**{**usual, **items})


def on_list_of(practice: PracticeFacts, accepted_on: date = date(2020, 3, 2), since: date | None = None) -> Any:
    return MembershipFacts(
        uuid4(),
        practice.id,
        practice.partner_code,
        practice.authority_cipher,
        since or accepted_on,
        accepted_on,
        "9900002,2",
    )


def person(like: Demographics = ANNA, number: str | None = ANNAS, **items: Any) -> PersonFacts:
    """Somebody whom the register holds, on no list unless `membership` says so."""
    patient_id = uuid4()
    usual: dict[str, Any] = {
        "id": patient_id,
        "version": 1,
        "nhs_number": number,
        "status": "live",
        "name": like.name,
        "previous_surname": like.previous_surname,
        "sex": like.sex or Sex.UNKNOWN,
        "date_of_birth": like.date_of_birth,
        "date_of_death": None,
        "address": like.address,
        "restricted": False,
        "drugs_dispensed": False,
        "residential_institute": None,
        "place_of_birth": like.place_of_birth,
        "updated_at": datetime(2020, 3, 2, 9, tzinfo=UTC),
        "membership": None,
        "on_list": Outside.UNREGISTERED.id,
        "last_movement_at": None,
        "keys": tuple(keys_of(patient_id, replace(like, number=number))),
    }
    return PersonFacts(**{**usual, **items})


def pending_at(practice: PracticeFacts, due_on: date) -> PendingDeduction:
    return PendingDeduction(uuid4(), practice.id, uuid4(), due_on, "13")


def facts_of(*people: PersonFacts, practice: PracticeFacts = HERE) -> Facts:
    return Facts(practice, {each.id: each for each in people})


def matched(command: RegisterPatient, facts: Facts, number: str | None = None) -> MatchDecision:
    """What the matcher says of an acceptance. `number` is the national side's, where it said one."""
    described = replace(command.demographics, number=number or command.demographics.number)
    people = facts.people.values()
    return decide(incoming_from(described), [Candidate(each.id, each.keys, each.superseded_numbers) for each in people])
