"""Systems with keys of their own, as they ask for tokens: well, or wrong in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from registry.database import unit_of_work
from registry.security.callers import Role
from registry.security.clients.register import Keys, Registration, register
from registry.security.clients.rules import ASSERTION_TYPE
from registry.security.clients.store import Client
from registry.values.actor import Actor, ActorKind
from registry.values.clock import FixedClock
from tests.support.databases import Database

OFFICE = Actor(ActorKind.STAFF, "clerk")
AUDIENCE = "http://registry.test/oauth2/token"
KEY_TYPES = {"RS512": "RSA", "RS384": "RSA", "ES384": "EC"}


@cache
def rsa_key(kid: str = "key-1", size: int = 2048) -> RSAKey:
    return RSAKey.generate_key(size, {"kid": kid})


@cache
def ec_key(kid: str = "key-2", curve: str = "P-384") -> ECKey:
    return ECKey.generate_key(curve, {"kid": kid})


def key_set(*keys: RSAKey | ECKey) -> dict[str, Any]:
    """The public halves, as a client publishes them."""
    return {"keys": [key.as_dict(private=False) for key in keys]}


@dataclass(slots=True)
class System:
    """A registered client that can sign."""

    client: Client
    http: httpx.AsyncClient
    clock: FixedClock

    def assertion(
        self,
        header: Mapping[str, Any] | None = None,
        claims: Mapping[str, Any] | None = None,
        key: RSAKey | ECKey | None = None,
    ) -> str:
        """A good assertion, but for what is given; None leaves a member out."""
        algorithm = self.client.algorithms[0]
        signer = key or (ec_key() if algorithm == "ES384" else rsa_key())
        head = {"alg": algorithm, "typ": "JWT", "kid": signer.kid, **(header or {})}
        said = {
            "iss": self.client.client_id,
            "sub": self.client.client_id,
            "aud": AUDIENCE,
            "jti": str(uuid4()),
            "exp": int(self.clock.now().timestamp()) + 300,
            **(claims or {}),
        }
        head, said = ({name: value for name, value in each.items() if value is not None} for each in (head, said))
        return jwt.encode(head, said, signer, algorithms=[str(head.get("alg", algorithm))], default_type=None)

    async def ask(self, assertion: str | None = None, **form: str | None) -> httpx.Response:
        """Ask for a token with a good form, but for what is given; None leaves a field out."""
        fields = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion if assertion is not None else self.assertion(),
            **form,
        }
        return await self.http.post("/oauth2/token", data={n: v for n, v in fields.items() if v is not None})

    async def token(self, **form: str | None) -> str:
        answer = await self.ask(**form)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]


async def registered(
    database: Database,
    http: httpx.AsyncClient,
    clock: FixedClock,
    *,
    ods_code: str | None = None,
    role: Role = Role.APP,
    algorithms: tuple[str, ...] = ("RS512",),
    keys: Keys | None = None,
    scopes: tuple[str, ...] | None = None,
) -> System:
    """Register a system whose keys are those of this module, unless others are given."""
    if keys is None:
        own = [key for key in (rsa_key(), ec_key()) if key.key_type in {KEY_TYPES[each] for each in algorithms}]
        keys = Keys(document=key_set(*own))
    wanted = Registration("a system", role, ods_code, algorithms, keys, scopes)
    async with unit_of_work(database.engine) as connection:
        client = await register(connection, OFFICE, clock.now(), wanted, allow_http=True)
    return System(client, http, clock)
