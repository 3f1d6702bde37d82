"""Changes of identity, among everything else that may happen in the town."""

from random import Random
from typing import Any

from registry.transactions.acts.act import Done
from registry.transactions.identities import acts
from tests.invariants.town import Town
from tests.support.identities import IRIS, OMAR, Identities

_ADOPTION = {"kind": "adoption", "authority": "nbo", "reference": "NBO/1", "evidence": "weekly list"}
_PROTECTED = {"kind": "protected", "authority": "nbo", "reference": "NBO/2", "evidence": "letter"}


async def change_identity(town: Town, person: int, kind: int) -> None:
    """One of a dozen people gets another identity, from the notice to the approval; the clock does what follows."""
    identities = Identities(town.office)
    whom = town.person(person)
    practice = town.practice(person).ods_code
    asked: dict[str, Any] = (_ADOPTION, {**_PROTECTED, "practice": practice})[kind % 2]
    notified = await identities.answer(acts.NOTIFY, nhs_number=whom.number, reason="asked", **asked)
    town.reached[f"identity {'notified' if isinstance(notified, Done) else 'not notified'}"] += 1
    if not isinstance(notified, Done):
        return
    new_number = town.office.plan.number()
    said: dict[str, Any] = {"surname": f"Newname{new_number[3:9]}", "first_forename": "Ash"}
    if asked["kind"] == "protected":
        said["date_of_birth"] = "1970-01-01"
    told = await identities.answer(acts.NUMBER, IRIS, id=notified.id, version=1, new_number=new_number, **said)
    if isinstance(told, Done):
        approved = await identities.answer(acts.APPROVE, OMAR, id=notified.id, version=2)
        town.reached[f"identity {'approved' if isinstance(approved, Done) else 'not approved'}"] += 1
    else:
        await identities.answer(acts.WITHDRAW, id=notified.id, version=1, reason="nothing came of it")


def _change(town: Town, chance: Random) -> Any:
    return change_identity(town, chance.randrange(12), chance.randrange(2))


ACTS: dict[str, tuple[int, Any]] = {"change identity": (1, _change)}

TO_BE_REACHED = {"identity notified", "identity not notified", "identity approved"}
