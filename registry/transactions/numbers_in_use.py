"""Whether a number that finds nobody may still be given to somebody. Asked only then: known numbers cost nothing."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.patients.invalidated import invalidated_among, is_invalidated
from registry.transactions.facts import Facts
from registry.values.nhs_number import NHSNumber
from registry.vault.closed import VaultClosed


async def with_use_of_numbers(connection: AsyncConnection, facts: Facts, *numbers: str | None) -> Facts:
    """The facts, with those of some numbers that nobody has here and nobody may be registered under."""
    held = {number for person in facts.people.values() for number in (person.nhs_number, *person.superseded_numbers)}
    parsed = [NHSNumber.parse(number) for number in numbers if number]
    unknown = [number.value for number in parsed if number is not None and number.value not in held]
    if not unknown:
        return facts
    try:
        return replace(facts, not_in_use=frozenset(await invalidated_among(connection, unknown)))
    except VaultClosed:
        return replace(facts, use_untold=True)


async def is_in_use(connection: AsyncConnection, number: str, found: Sequence[UUID]) -> bool:
    """Whether a number that found these people may be anybody's. What cannot be told is taken for yes:
    for a request that makes nobody and gives no number."""
    parsed = NHSNumber.parse(number)
    if found or parsed is None:
        return True
    try:
        return not await is_invalidated(connection, parsed.value)
    except VaultClosed:
        return True
