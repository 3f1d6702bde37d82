"""Where a notification may go: never into the register's own network, and never where a redirect leads."""

import asyncio
import ipaddress
import socket

import pytest

from registry.errors import RequestError
from registry.fhir_api.events.deliver import deliver
from registry.fhir_api.events.endpoint import NotAllowed, check_endpoint, is_allowed, target_of
from tests.fhir_api.events.conftest import Endpoint

IN_PRODUCTION = [
    "http://practice.example/hook",
    "http://127.0.0.1/hook",
    "https://127.0.0.1/hook",
    "https://[::1]/hook",
    "https://10.1.2.3/hook",
    "https://172.16.0.1/hook",
    "https://192.168.1.1/hook",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/hook",
    "https://0.0.0.0/hook",
    "https://[fe80::1]/hook",
    "https://[fd00::1]/hook",
    "https://[::ffff:10.0.0.1]/hook",
    "https://[64:ff9b::a00:1]/hook",
    "https://[2002:a00:1::]/hook",
    "https://224.0.0.1/hook",
    "https://user:secret@practice.example/hook",
    "https://practice.example/hook#part",
    "https:///hook",
    "https://practice.example:99999/hook",
    "https://[bad/hook",
    "ftp://practice.example/hook",
    "file:///etc/passwd",
    "gopher://practice.example",
    "//practice.example/hook",
    "https://practice.example\\@10.0.0.1/hook",
    "https://practice.example/a b",
    "https://prâctice.example/",
    "https://practice.example/" + "x" * 2000,
    "practice.example/hook",
    "",
]


@pytest.mark.parametrize("endpoint", IN_PRODUCTION, ids=lambda text: text[:50])
def test_what_production_refuses(endpoint: str):
    with pytest.raises(RequestError) as refused:
        check_endpoint(endpoint, is_development=False)
    assert (refused.value.status, refused.value.field) == (422, "channel/endpoint")


@pytest.mark.parametrize("endpoint", ["https://practice.example/hook?a=b", "https://8.8.8.8:8443/hook"])
def test_what_production_takes(endpoint: str):
    assert check_endpoint(endpoint, is_development=False) == endpoint


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9000/hook", "http://localhost/hook", "https://[::1]/hook"])
def test_development_may_tell_this_machine(endpoint: str):
    assert check_endpoint(endpoint, is_development=True) == endpoint
    with pytest.raises(RequestError):
        check_endpoint(endpoint, is_development=False)


@pytest.mark.parametrize("endpoint", ["http://practice.example/hook", "https://10.1.2.3/hook", "http://0.0.0.0/hook"])
def test_development_refuses_what_is_neither(endpoint: str):
    with pytest.raises(RequestError):
        check_endpoint(endpoint, is_development=True)


def named(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name stand for some addresses."""

    async def resolve(*_: object, **__: object) -> list[tuple[object, ...]]:
        family = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [
            (family[ipaddress.ip_address(each).version], socket.SOCK_STREAM, 6, "", (each, 443)) for each in addresses
        ]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)


@pytest.mark.parametrize("address", ["10.0.0.7", "127.0.0.1", "::1", "169.254.169.254", "::ffff:192.168.0.1"])
async def test_a_name_that_leads_inside_is_refused_when_it_is_used(monkeypatch: pytest.MonkeyPatch, address: str):
    named(monkeypatch, "93.184.215.14", address)
    with pytest.raises(NotAllowed):
        await target_of("https://practice.example/hook", is_development=False)
    delivery = await deliver("https://practice.example/hook", {}, timeout_seconds=1, is_development=False)
    assert delivery.problem == "not-allowed"


async def test_what_was_allowed_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch):
    named(monkeypatch, "93.184.215.14")
    target = await target_of("https://practice.example:8443/hook?a=b", is_development=False)
    assert target.url == "https://93.184.215.14:8443/hook?a=b"
    assert (target.name, target.host) == ("practice.example", "practice.example:8443")


def test_http_goes_to_this_machine_alone():
    assert is_allowed(ipaddress.ip_address("127.0.0.1"), "http", is_development=True)
    assert not is_allowed(ipaddress.ip_address("93.184.215.14"), "http", is_development=True)
    assert is_allowed(ipaddress.ip_address("93.184.215.14"), "https", is_development=False)


async def test_redirects_are_not_followed(endpoint: Endpoint):
    from starlette.responses import RedirectResponse, Response

    endpoint.answers = lambda: RedirectResponse(endpoint.url, 307)
    delivery = await deliver(endpoint.url, {"a": 1}, timeout_seconds=None, is_development=True)
    assert (delivery.problem, endpoint.taken) == ("redirected", [])
    for status, problem in ((500, "refused"), (404, "refused"), (410, "gone"), (204, None)):
        endpoint.answers = lambda status=status: Response(status_code=status)
        assert (await deliver(endpoint.url, {}, timeout_seconds=5, is_development=True)).problem == problem


async def test_nobody_there_is_a_problem_and_no_error(endpoint: Endpoint):
    nobody = endpoint.url.replace("/hook", "").rsplit(":", 1)[0] + ":9/hook"
    assert (await deliver(nobody, {}, timeout_seconds=5, is_development=True)).problem == "unreachable"
    assert (await deliver("https://no-such-host.invalid/", {}, timeout_seconds=5, is_development=True)).problem in (
        "unreachable",
        "timed-out",
    )
