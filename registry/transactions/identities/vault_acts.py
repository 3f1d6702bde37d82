"""Looking into the vault: asked for by one person, granted by another, open for some hours, and reviewed.

Domain rules 5.4. What is answered is kept nowhere but in the vault's own audit: a row of the
ordinary one that named both people would be the link itself.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.security.callers import Permission
from registry.transactions.acts.act import Act, Answer, Asked, Done, Group, Impossible, Nothing
from registry.transactions.context import Context
from registry.transactions.gather import lock_by_number
from registry.values.actor import ActorKind
from registry.values.nhs_number import NHSNumber
from registry.values.period import start_of_day
from registry.vault.audit import openings
from registry.vault.closed import VaultClosed
from registry.vault.door import in_vault
from registry.vault.grants import Grant, ask_to_look, grants_since, let_look, links_of, lock_grant

GROUP = "vault"
A = TypeVar("A", bound=Asked)
Run = Callable[[AsyncConnection, Context, A], Awaitable[Answer]]


class AskToLook(Asked):
    """A wish to see which identities are one."""

    nhs_number: str = Field(description="The number of either identity, also a former one.", max_length=20)
    reason: str = Field(description="Why; kept in the vault.", min_length=10, max_length=2000)


class LetLook(Asked):
    """Somebody else's wish, granted."""

    id: UUID = Field(description="The wish.")
    reason: str = Field("", max_length=2000, description="On what the grant rests; kept in the vault.")


class Look(Asked):
    """The look itself, by who asked for it."""

    id: UUID = Field(description="The wish.")


class Accesses(Asked):
    """The review of who opened the vault."""

    since: date = Field(description="The first day.", examples=["2026-11-01"])
    until: date | None = Field(None, description="The last day; none: a month from the first.")


async def ask(connection: AsyncConnection, context: Context, asked: AskToLook) -> Answer:
    """Ask. Whether there is anything to be seen is not told."""
    number = NHSNumber.parse(asked.nhs_number)
    if number is None:
        return Impossible("The NHS number is not one: ten digits of which the last checks the others.", "nhs_number")
    found = await lock_by_number(connection, number.value)
    async with in_vault(connection, context.actor, context.now, "link.ask", reason=asked.reason, about=found) as vault:
        wish = await ask_to_look(vault, number.value, found[0] if found else None, asked.reason)
    return Done("Asked: another person must grant it.", wish, state="asked")


async def grant(connection: AsyncConnection, context: Context, asked: LetLook) -> Answer:
    """Grant what somebody else asked for, for the hours of the policy."""
    hours = _hours(context)
    async with in_vault(
        connection, context.actor, context.now, "link.grant", reason=asked.reason, about=[asked.id]
    ) as vault:
        wish = await lock_grant(vault, asked.id)
        if wish is None:
            return Nothing("wish")
        if wish.asked_by == context.actor.name:
            return Impossible("You asked for this yourself: another person must grant it.")
        state = _state(wish, context)
        if state != "asked":
            return Impossible(f"It is {state} already." if state == "granted" else "It has lapsed: ask again.")
        await let_look(vault, wish, context.now + timedelta(hours=hours["expires"]))
    sentence = f"Granted: {wish.asked_by} may look for {hours['expires']} hours."
    return Done(sentence, asked.id, state="granted", data={"asked_by": wish.asked_by, "reason": wish.reason})


async def look(connection: AsyncConnection, context: Context, asked: Look) -> Answer:
    """Show the links, to who asked and while the grant lasts. An attempt is kept too, whatever it is answered."""
    async with in_vault(connection, context.actor, context.now, "link.look", about=[asked.id]) as vault:
        wish = await lock_grant(vault, asked.id)
        if wish is None or wish.asked_by != context.actor.name:
            return Nothing("wish of yours")
        state = _state(wish, context)
        if state == "asked":
            return Impossible("Nobody has granted it yet: another person must do so.")
        if state == "expired":
            return Impossible("It is not open any more: ask again.")
        links = await links_of(vault, wish)
    return Done(f"{len(links)} links; your look is kept.", asked.id, state=state, data={"links": links})


async def accesses(connection: AsyncConnection, context: Context, asked: Accesses) -> Answer:
    """Who opened the vault, when, what for and why, without whom it was about; the worker's openings as counts."""
    since, until = start_of_day(asked.since), _end(asked)
    async with in_vault(connection, context.actor, context.now, "accesses.review") as vault:
        found = await openings(vault, since, until)
        wishes = [each for each in await grants_since(vault, since) if each.asked_at < until]
    people = [each for each in found if each.actor_kind != ActorKind.JOB.value]
    data = {
        "openings": [
            {"at": each.at, "by": each.actor_name, "action": each.action, "reason": each.reason} for each in people
        ],
        "by_the_worker": Counter(each.action for each in found if each.actor_kind == ActorKind.JOB.value),
        "wishes": [_reviewed(each, context) for each in wishes],
    }
    return Done(f"{len(people)} openings by people, {len(found) - len(people)} by the worker.", data=data)


def _reviewed(wish: Grant, context: Context) -> dict[str, Any]:
    return {
        "id": wish.id,
        "asked_at": wish.asked_at,
        "asked_by": wish.asked_by,
        "reason": wish.reason,
        "granted_at": wish.granted_at,
        "granted_by": wish.granted_by,
        "state": _state(wish, context),
    }


def _end(asked: Accesses) -> datetime:
    last = asked.until or asked.since + timedelta(days=30)
    return start_of_day(last + timedelta(days=1))


def _hours(context: Context) -> dict[str, int]:
    return context.policies.on("vault_grant_hours", context.today)


def _state(wish: Grant, context: Context) -> str:
    return wish.state(context.now, context.now - timedelta(hours=_hours(context)["lapses"]))


def _act(name: str, asked: type[A], run: Run[A], summary: str, example: str) -> Act[A]:
    async def guarded(connection: AsyncConnection, context: Context, what: A) -> Answer:
        try:
            async with connection.begin_nested():
                return await run(connection, context, what)
        except VaultClosed as closed:
            return Impossible(str(closed))

    return Act(GROUP, name, summary, asked, guarded, example, Permission.OPEN_VAULT)


VAULT = Group(
    GROUP,
    "The identity vault: setting it up, changing its keys, looking into it by two people, and who did.",
    (
        _act("ask", AskToLook, ask, "Ask to see which identities are one; another person grants it.",
             'vault ask 9990000018 --reason "court order 14 of 2026"'),
        _act("grant", LetLook, grant, "Let somebody else look, for some hours.",
             'vault grant 8d7f8f5e-0000-4000-8000-000000000001 --reason "order seen"'),
        _act("look", Look, look, "See the links that were granted; the look is kept.",
             "vault look 8d7f8f5e-0000-4000-8000-000000000001"),
        _act("accesses", Accesses, accesses, "Who opened the vault, when and why: for the monthly review.",
             "vault accesses --since 2026-11-01"),
    ),
)  # fmt: skip
