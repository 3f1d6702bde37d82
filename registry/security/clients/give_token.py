"""From a form with an assertion to a token: believed step by step, used once, and noted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry.database import unit_of_work
from registry.errors import RequestError
from registry.security.callers import permissions_of_role
from registry.security.clients import rules
from registry.security.clients.assertions import Assertion, is_signed_by, read_assertion
from registry.security.clients.key_sets import KeySets
from registry.security.clients.note import RefusalBudget, note_refusal, note_token
from registry.security.clients.refusals import KEY_ERROR, refused
from registry.security.clients.scopes import granted
from registry.security.clients.store import Client, find_client, is_in_force, use_assertion
from registry.security.tokens import issue
from registry.values.clock import Clock

GOOD_FOR = timedelta(seconds=600)


@dataclass(slots=True)
class Asked:
    """What becomes known of a request as it is looked at."""

    client: Client | None = None


@dataclass(frozen=True, slots=True)
class TokenDesk:
    """Where one process gives tokens. `audience` is the address that assertions must be made for."""

    engine: AsyncEngine
    clock: Clock
    key_sets: KeySets
    budget: RefusalBudget
    development: bool

    async def give(self, form: Iterable[tuple[str, str]], audience: str) -> dict[str, Any]:
        """The answer with a token. Raises RequestError in OAuth's words, which is noted first."""
        asked = Asked()
        try:
            return await self._give(form, audience, asked)
        except RequestError as error:
            await self._note(asked.client, error)
            raise

    async def _give(self, form: Iterable[tuple[str, str]], audience: str, asked: Asked) -> dict[str, Any]:
        request = rules.read_request(form)
        assertion = read_assertion(request.assertion)
        kid = rules.check_header(assertion.header)
        named = rules.named_client(assertion.claims, request.client_id)
        async with self.engine.connect() as connection:
            client = await find_client(connection, named)
        if client is None or client.revoked_at is not None:
            raise rules.unknown_client()
        asked.client = client
        algorithm = rules.check_algorithm(assertion.header, client.algorithms)
        jti = rules.check_claims(assertion, audience, self.clock.now().timestamp())
        await self._check_signature(client, assertion, kid, algorithm)
        scopes = _granted(client, request)
        async with unit_of_work(self.engine) as connection:
            return await self._issue(connection, client, jti, scopes)

    async def _check_signature(self, client: Client, assertion: Assertion, kid: str, algorithm: str) -> None:
        """The keys may have to be fetched: no connection is held meanwhile."""
        key = await self.key_sets.find(client.jwks_url, client.jwks, kid, algorithm)
        if not is_signed_by(assertion, key, algorithm):
            raise refused("JWT signature verification failed", "signature", 401, KEY_ERROR)

    async def _issue(
        self, connection: AsyncConnection, client: Client, jti: str, scopes: tuple[str, ...] | None
    ) -> dict[str, Any]:
        now = self.clock.now()
        if not await is_in_force(connection, client):
            raise rules.unknown_client()
        if not await use_assertion(connection, client, jti, now):
            raise refused("Non-unique 'jti' claim in JWT", "jti")
        token = await issue(
            connection,
            client.actor.name,
            client.role,
            now,
            practice_id=client.practice_id,
            expires_at=now + GOOD_FOR,
            client=client.id,
            scopes=scopes,
            development=self.development,
        )
        await note_token(connection, client, client.actor, now, {"scopes": scopes})
        return answer(token, now, scopes)

    async def _note(self, client: Client | None, error: RequestError) -> None:
        left_out = self.budget.take("" if client is None else client.client_id)
        if left_out is not None:
            async with unit_of_work(self.engine) as connection:
                await note_refusal(connection, client, error, self.clock.now(), left_out)


def _granted(client: Client, request: rules.TokenRequest) -> tuple[str, ...] | None:
    """The scopes that the token carries; None where neither the request nor the registration speaks of any."""
    asked = request.scopes if request.scopes else client.scopes
    if asked is None:
        return None
    held = permissions_of_role(client.role, is_office=client.practice_id is None)
    given = granted(asked, client.scopes, held)
    if not given:
        raise refused("None of these scopes can be granted to this client", "scope", error="invalid_scope")
    return given


def answer(token: str, now: datetime, scopes: tuple[str, ...] | None) -> dict[str, Any]:
    """The body of a success. NHS England's has its numbers as text, and one second less than the token is good for."""
    body = {
        "access_token": token,
        "expires_in": str(int(GOOD_FOR.total_seconds()) - 1),
        "token_type": "Bearer",
        "issued_at": str(int(now.timestamp() * 1000)),
    }
    return body if scopes is None else {**body, "scope": " ".join(scopes)}
