"""The demonstration's practices and people in the terms of those who take them in."""

from registry.demo.person import DemoPerson
from registry.demo.practices import DemoPractice
from registry.patients.record import (
    FormerAddress,
    FormerName,
    LifeStatus,
    PersonRecord,
    Registration,
)
from registry.pds.population import SimulatedPerson
from registry.practices.store import Doctor, Practice
from registry.transactions.outside import Outside

_OUTSIDE = {1: Outside.DEATH, 2: Outside.ELSEWHERE, 5: Outside.ABROAD, 8: Outside.UNREGISTERED}
"""Where somebody went, by the number of the deduction reason; anywhere else: known, and on no list."""


def to_practice(practice: DemoPractice) -> Practice:
    """A practice as an import says it."""
    return Practice(
        ods_code=practice.ods_code,
        name=practice.name,
        trading_partner_code=practice.partner_code,
        authority_cipher=practice.cipher,
        doctors=tuple(Doctor(doctor.code, doctor.since) for doctor in practice.doctors),
        postcode=practice.address.postcode,
        list_state="open" if practice.is_open else "closed",
    )


def to_record(person: DemoPerson) -> PersonRecord:
    """A person as an import says them; the truth behind them stays outside the register."""
    departure = person.departure
    return PersonRecord(
        nhs_number=person.nhs_number,
        name=person.name,
        sex=person.sex,
        date_of_birth=person.date_of_birth,
        address=person.address,
        previous_surname=person.former_names[-1].name.surname if person.former_names else None,
        place_of_birth=person.place_of_birth,
        status=_status(person),
        date_of_death=person.date_of_death,
        restricted=person.restricted,
        drugs_dispensed=person.drugs_dispensed,
        residential_institute=person.residential_institute,
        registration=_registration(person),
        outside=(_OUTSIDE.get(departure.deduction_reason, Outside.UNREGISTERED).value if departure else "unregistered"),
        outside_since=departure.on if departure else None,
        former_names=tuple(FormerName(each.name, until=each.until) for each in person.former_names),
        former_addresses=tuple(FormerAddress(each.address, until=each.until) for each in person.former_addresses),
        superseded_numbers=person.superseded_numbers,
    )


def to_simulated(person: DemoPerson) -> SimulatedPerson:
    """Somebody whom the national side knows; a few make it late, or make it fail at first."""
    behaviour = {3: "late:1", 11: "timeout:1", 23: "error:1"}.get(person.record_id % 37)
    return SimulatedPerson(
        str(person.nhs_number), person.demographics(), date_of_death=person.date_of_death, behaviour=behaviour
    )


def _status(person: DemoPerson) -> LifeStatus:
    if person.date_of_death is None:
        return LifeStatus.LIVE
    return LifeStatus.FORMAL_DEAD if person.death_is_formal else LifeStatus.INFORMAL_DEAD


def _registration(person: DemoPerson) -> Registration | None:
    if person.practice_ods is None:
        return None
    until = person.departure.on if person.departure else None
    return Registration(person.practice_ods, person.registered_on, until, person.gp_code)
