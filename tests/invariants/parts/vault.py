"""Numbers that are nobody's any more, sent among everything else; and a morning on which the key is away."""

from random import Random
from typing import Any
from unittest.mock import patch

from registry.database import Writes
from registry.patients.invalidated import invalidate
from registry.transactions.commands import Changes, Command
from registry.vault.closed import NoKey
from tests.invariants.town import Town


async def send_under_gone_number(town: Town, practice: int, person: int, kind: int) -> None:
    """A number that nobody has is given up for ever; a practice sends something under it, and nobody comes of it."""
    plan, sender, number = town.office.plan, town.practice(practice), town.office.plan.number()
    async with town.office.at_work() as at_work:
        writes = Writes()
        invalidate(writes, number)
        await writes.flush(at_work.connection)
    command: Command = (
        plan.acceptance(sender, town.person(person).like, number),
        plan.amendment(sender, number, Changes(surname="Goneaway")),
        plan.deduction(sender, number),
        plan.removal(sender, number),
    )[kind]
    outcome = await town.office.send(command)
    town.reached[outcome.outcome] += 1
    town.reached[f"{outcome.outcome} {('G1', 'G2', 'G5', 'G3')[kind]}"] += 1
    held = await town.office.column("select id from patients where nhs_number = :number", number=number)
    assert held == []


async def send_without_key(town: Town, practice: int, person: int) -> None:
    """The vault's key is not there when somebody comes of whom nobody has heard."""
    command = town.office.plan.acceptance(town.practice(practice), town.person(person).like, town.office.plan.number())
    with patch("registry.patients.invalidated.keyring", side_effect=NoKey("away")):
        outcome = await town.office.send(command)
    town.reached[outcome.outcome] += 1


def _gone(town: Town, chance: Random) -> Any:
    return send_under_gone_number(town, chance.randrange(4), chance.randrange(12), chance.randrange(4))


def _keyless(town: Town, chance: Random) -> Any:
    return send_without_key(town, chance.randrange(4), chance.randrange(12))


ACTS: dict[str, tuple[int, Any]] = {"send under gone number": (3, _gone), "send without key": (2, _keyless)}

TO_BE_REACHED = {
    "number-not-in-use",
    "number-untold",
    *(f"number-not-in-use {kind}" for kind in ("G1", "G2", "G3", "G5")),
}
