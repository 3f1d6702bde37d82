"""Commands about clients: systems that ask for their tokens by themselves, with assertions that they sign."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from registry.console import REFUSED, UNUSABLE, AsJson, Stop, group, on_register, operator, print_json, print_table
from registry.fhir_api.clients.given_keys import KeyOfPem, KeysAt, KeysIn, Kid, given_keys

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from registry.security.clients.store import Client

app = group("Systems that ask for tokens by themselves, with assertions that they sign.")

ClientId = Annotated[str, typer.Argument(metavar="CLIENT", help="The client's id, as `clients list` shows it.")]


@app.callback()
def _clients() -> None:
    """Systems that ask for tokens by themselves, with assertions that they sign."""


@app.command("register")
def register_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose system it is, in your own words.")],
    practice: Annotated[str | None, typer.Option(metavar="ODS", help="The practice that it works for.")] = None,
    office: Annotated[bool, typer.Option("--office", help="It is the office's own, and sees every practice.")] = False,
    role: Annotated[
        Literal["app", "app-read", "staff"],
        typer.Option(help="app: a system. app-read: one that changes nothing. staff: with a person at it."),
    ] = "app",
    alg: Annotated[
        list[str] | None,
        typer.Option(help="How it signs: RS512 (NHS England), RS384 or ES384 (SMART). May be given several times."),
    ] = None,
    jwks_url: KeysAt = None,
    jwks_file: KeysIn = None,
    public_key: KeyOfPem = None,
    kid: Kid = None,
    scopes: Annotated[
        str | None,
        typer.Option(metavar="SCOPES", help="The most that it may ask for, as 'system/Patient.rs system/Task.cruds'."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Register a system, and print the client id by which it is to call itself.

    The system makes a pair of keys, keeps the private one, and sends you the public one, or the address
    where it publishes its keys. To get a token it then signs an assertion and posts it:

    \b
        registry clients register 'Elm Road, appointments' --practice Y90001 \\
            --jwks-url https://…/jwks.json

    \b
        openssl genrsa -out private.pem 4096
        openssl rsa -in private.pem -pubout -out public.pem
        registry clients register 'Elm Road, letters' --practice Y90001 \\
            --public-key public.pem --kid 2026-1

    iss and sub of the assertion are the client id, aud is the address of /oauth2/token, exp is at most five
    minutes away, jti is new every time. docs/operations.md shows a whole request.

    What it may do is what its role may and, with --scopes, no more than those; such tokens open the FHIR API
    alone. A practice's system sees that practice, whatever it asks for.

    Exit codes: 0 registered, 1 refused (an unknown practice), 2 the keys, scopes or options cannot be used.
    """
    if office == (practice is not None):
        raise typer.BadParameter("give either --practice ODS or --office")
    keys = given_keys(jwks_url, jwks_file, public_key, kid)

    async def work(connection: "AsyncConnection", now: "datetime", allow_http: bool) -> None:
        from registry.security.callers import Role
        from registry.security.clients.register import Registration, register

        wanted = Registration(
            name,
            Role(role),
            practice,
            tuple(alg or ("RS512",)),
            keys,
            None if scopes is None else tuple(scopes.split()),
        )
        client = await register(connection, operator(), now, wanted, allow_http=allow_http)
        _tell_one(client, as_json=as_json)

    _in_unit_of_work(work)


@app.command("list")
def list_command(
    revoked: Annotated[bool, typer.Option("--revoked", help="Those too that were revoked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the clients, the oldest first."""

    async def work(connection: "AsyncConnection", now: "datetime", allow_http: bool) -> None:
        from registry.security.clients.store import list_clients

        clients = await list_clients(connection, revoked=revoked)
        if as_json:
            for client in clients:
                print_json(_told(client))
            return
        columns = ("Client", "Name", "Practice", "Role", "Signs by", "Registered", "Revoked")
        rows = (
            (
                client.client_id,
                client.name,
                client.ods_code or "the office",
                client.role.value,
                ", ".join(client.algorithms),
                f"{client.registered_at:%Y-%m-%d}",
                "" if client.revoked_at is None else f"{client.revoked_at:%Y-%m-%d}",
            )
            for client in clients
        )
        print_table("Clients", columns, rows, whole=("Client",))

    _in_unit_of_work(work)


@app.command("show")
def show_command(client: ClientId, as_json: AsJson = False) -> None:
    """Show one client: what it may ask for, and by which keys it is known."""

    async def work(connection: "AsyncConnection", now: "datetime", allow_http: bool) -> None:
        from registry.security.clients.register import UnknownClient
        from registry.security.clients.store import find_client

        found = await find_client(connection, client)
        if found is None:
            raise UnknownClient(f"no client has the id {client}")
        _tell_one(found, as_json=as_json)

    _in_unit_of_work(work)


@app.command("rotate-keys")
def rotate_keys_command(
    client: ClientId,
    jwks_url: KeysAt = None,
    jwks_file: KeysIn = None,
    public_key: KeyOfPem = None,
    kid: Kid = None,
    as_json: AsJson = False,
) -> None:
    """Put other keys in the place of a client's own.

    To change over without a gap, first give a set that has the old key and the new one, each with its kid,
    and when the system signs with the new one, a set of that alone. A system that publishes its keys does
    the same at its address, and nothing needs doing here: a key id that is new is asked for there at once,
    at most once a minute, and one that is gone is forgotten within the hour.

    Exit codes: 0 changed, 1 no such client, 2 the keys cannot be used.
    """
    keys = given_keys(jwks_url, jwks_file, public_key, kid)

    async def work(connection: "AsyncConnection", now: "datetime", allow_http: bool) -> None:
        from registry.security.clients.register import rotate_keys

        _tell_one(await rotate_keys(connection, operator(), now, client, keys, allow_http=allow_http), as_json=as_json)

    _in_unit_of_work(work)


@app.command("revoke")
def revoke_command(client: ClientId, as_json: AsJson = False) -> None:
    """Give a client no more tokens, and let those that it has open nothing, within half a minute.

    It cannot be undone: register the system anew. Revoking twice changes nothing.

    Exit codes: 0 revoked, or it was already; 1 no such client.
    """

    async def work(connection: "AsyncConnection", now: "datetime", allow_http: bool) -> None:
        from registry.security.clients.register import revoke

        was_in_force = await revoke(connection, operator(), now, client)
        if as_json:
            print_json({"client_id": client, "revoked": was_in_force})
        else:
            typer.echo("revoked" if was_in_force else "it was revoked before")

    _in_unit_of_work(work)


def _in_unit_of_work(work: "Callable[[AsyncConnection, datetime, bool], Awaitable[None]]") -> None:
    """Do a command's work, told the time and whether keys may be published without https; all of it or nothing."""

    async def on_engine(engine: "AsyncEngine") -> None:
        from registry.database import unit_of_work
        from registry.security.clients.register import CannotRegister, UnknownClient, UnknownPractice
        from registry.settings import settings
        from registry.values.clock import SystemClock

        try:
            async with unit_of_work(engine) as connection:
                await work(connection, SystemClock().now(), settings().is_development)
        except (UnknownPractice, UnknownClient) as error:
            raise Stop(REFUSED, str(error)) from None
        except CannotRegister as error:
            raise Stop(UNUSABLE, str(error)) from None

    on_register(on_engine)


def _tell_one(client: "Client", *, as_json: bool) -> None:
    told = _told(client)
    if as_json:
        print_json(told)
    else:
        print_table("", ("", ""), ((name.replace("_", " "), _text(value)) for name, value in told.items()))


def _text(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value


def _told(client: "Client") -> dict[str, Any]:
    return {
        "client_id": client.client_id,
        "name": client.name,
        "practice": client.ods_code,
        "role": client.role.value,
        "algorithms": list(client.algorithms),
        "scopes": None if client.scopes is None else list(client.scopes),
        "jwks_url": client.jwks_url,
        "key_ids": [key["kid"] for key in client.jwks["keys"]] if client.jwks else [],
        "registered_at": client.registered_at,
        "revoked_at": client.revoked_at,
    }
