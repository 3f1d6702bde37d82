"""The new number comes, with who the person is to be; or is asked for again."""

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.patients.invalidated import is_invalidated
from registry.transactions.acts.act import Impossible
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.gather import gather_person, lock_by_number, lock_people
from registry.transactions.identities.asked import Number
from registry.transactions.identities.kinds import IdentityChange
from registry.transactions.identities.on_case import Taken
from registry.transactions.identities.rules import NewIdentity, refuse_new
from registry.transactions.identities.steps import stage_due
from registry.transactions.identities.told import particulars, stored
from registry.transactions.scheme.find import FoundPractice, find_practice, practice_named
from registry.values.nhs_number import NHSNumber
from registry.values.person import Demographics
from registry.vault.cases import Case


async def take_number(connection: AsyncConnection, context: Context, case: Case, what: Number) -> Taken | Impossible:
    """Keep the new identity in the case. Nobody is made before another person has approved."""
    if not what.new_number:
        if case.state != "notified":
            return Impossible("The number came already: give it again, with what is to be put right.", "new_number")
        return Taken("It was asked for again.", due_at=stage_due(context, case.state), event="ask-again")
    number = NHSNumber.parse(what.new_number)
    if number is None:
        return Impossible("The NHS number is not one: ten digits of which the last checks the others.", "new_number")
    await lock_people(connection, [case.old_patient_id])
    person = await gather_person(connection, case.old_patient_id)
    kind = IdentityChange(case.kind)
    told = particulars(kind, what, number.value, person)
    new = NewIdentity(told.name.surname, told.name.first_forename, what.sex or person.sex, told.date_of_birth)
    refused = refuse_new(kind, new, person, context.today)
    if refused is not None:
        return Impossible(refused.sentence, refused.field)
    practice = await _practice(connection, context, case, person, what.gp_code)
    if isinstance(practice, Impossible):
        return practice
    unusable = await _unusable(connection, person, told, practice)
    if unusable is not None:
        return unusable
    facts = {"told": stored(told), "practice": practice.facts.ods_code, "gp_code": practice.gp_code}
    return Taken("The new number is kept. Another person approves.", facts)


async def _practice(
    connection: AsyncConnection, context: Context, case: Case, person: PersonFacts, gp_code: str
) -> FoundPractice | Impossible:
    """The practice that takes the new identity: the one that was named, or the one that holds the person."""
    now = person.membership
    code: str = case.facts["practice"] or ("" if now is None else await practice_named(connection, now.practice_id))
    if not code:
        return Impossible("The person has left the list: withdraw, and notify anew with the practice that takes them.")
    doctor = gp_code or (now.gp_code if now is not None and not case.facts["practice"] else "")
    found = await find_practice(connection, code, context.today, doctor)
    if found is not None and not found.gp_code and not gp_code:
        found = await find_practice(connection, code, context.today)
    if found is None or not found.gp_code:
        return Impossible("The practice has no such doctor today.", "gp_code")
    return found


async def _unusable(
    connection: AsyncConnection, person: PersonFacts, told: Demographics, practice: FoundPractice
) -> Impossible | None:
    """Why the number cannot be the new one. The practice may have registered it already: then that is the record."""
    number = told.number or ""
    if number == person.nhs_number or number in person.superseded_numbers:
        return Impossible("The number is the old one: the new identity has a number of its own.", "new_number")
    if await is_invalidated(connection, number):
        return Impossible("The number is no longer anybody's: ask for another.", "new_number")
    held = await lock_by_number(connection, number)
    if not held:
        return None
    holder = await gather_person(connection, held[0])
    there = holder.membership is not None and holder.membership.practice_id == practice.facts.id
    if holder.status != "live" or not there or holder.date_of_birth != told.date_of_birth:
        return Impossible("Somebody else of the register has this number: ask the National Back Office.", "new_number")
    return None
