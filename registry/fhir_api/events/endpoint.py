"""Where the register may send a notification: never into its own network.

An address that a client names is fetched by the server, so that without rules it could be made to ask what only the
server can reach. In production: https alone, and public addresses alone, asked for at every sending and then
connected to as they are, so that a name cannot lead elsewhere a moment later. In development http to this machine
is allowed too. Redirects are never followed.
"""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from registry.errors import RequestError
from registry.fhir.refusals import invalid_resource

_LONGEST = 1000
_FIELD = "channel/endpoint"
_WRAPPED = tuple(ipaddress.ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""Addresses of the sixth version within which one of the fourth travels."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotAllowed(Exception):
    """The endpoint leads to where nothing may be sent."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: a URL that names an address, the name that it stands for, and the same as a header."""

    url: str
    name: str
    host: str


def check_endpoint(text: str, *, is_development: bool) -> str:
    """The endpoint, if its text is allowed. Raises RequestError (422). The name is asked for when something is sent."""
    try:
        _parsed(text, is_development=is_development)
    except NotAllowed as refused:
        raise _refusal(str(refused)) from None
    return text


async def target_of(text: str, *, is_development: bool) -> Target:
    """Where a notification to an endpoint goes now. Raises NotAllowed, and OSError where the name is not known."""
    parts = _parsed(text, is_development=is_development)
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    if not addresses or not all(is_allowed(each, parts.scheme, is_development=is_development) for each in addresses):
        raise NotAllowed("The endpoint's address is not public")
    address = addresses[0]
    where = f"[{address}]" if address.version == 6 else str(address)
    return Target(parts._replace(netloc=f"{where}:{port}").geturl(), host, parts.netloc)


def is_allowed(address: Address, scheme: str, *, is_development: bool) -> bool:
    """Whether something may be sent to an address."""
    if is_development and address.is_loopback:
        return True
    if scheme != "https" or address.is_multicast or not address.is_global:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped is None and not any(address in each for each in _WRAPPED)
    return True


def _parsed(text: str, *, is_development: bool) -> SplitResult:
    if len(text) > _LONGEST or not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        raise NotAllowed("The endpoint is not a URL")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise NotAllowed("The endpoint is not a URL") from None
    if not host:
        raise NotAllowed("The endpoint is not a URL")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise NotAllowed("An endpoint has no user, password or fragment")
    local = is_development and parts.scheme == "http" and _is_this_machine(host)
    if parts.scheme != "https" and not local:
        raise NotAllowed("An endpoint must be https")
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        return parts
    if not is_allowed(literal, parts.scheme, is_development=is_development):
        raise NotAllowed("The endpoint's address is not public")
    return parts


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refusal(sentence: str) -> RequestError:
    return invalid_resource(sentence, _FIELD)
