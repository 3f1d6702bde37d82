"""The same questions over HTTP: `POST /api/match` of a running register, by our load generator."""

import asyncio
import json
import pickle
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.matching.latencies import milliseconds
from benchmarks.service import HOST
from registry.database import create_engine, unit_of_work
from registry.security.callers import Role
from registry.security.tokens import issue

WARM_UP = 300
_PATIENCE_SECONDS = 3_600


def token_for(url: str) -> str:
    """A token of the office."""

    async def make() -> str:
        engine = create_engine(url, 1)
        try:
            async with unit_of_work(engine) as connection:
                return await issue(connection, "app:bench", Role.APP, datetime.now(UTC), practice_id=None)
        finally:
            await engine.dispose()

    return asyncio.run(make())


def request(body: bytes, token: str) -> bytes:
    """A question as it goes over the wire."""
    head = (
        f"POST /api/match HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def send(requests: Sequence[bytes], port: int, connections: int, folder: Path) -> dict[str, Any]:
    """Send all over so many connections, one in flight on each: rate, waiting times, answers by status."""
    path = folder / "requests.pickle"
    path.write_bytes(pickle.dumps(list(requests)))
    command = [sys.executable, "-m", "benchmarks.generator", str(path), HOST, str(port), str(connections)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=_PATIENCE_SECONDS)
    path.unlink()
    told: dict[str, Any] = json.loads(done.stdout)
    return {
        "connections": connections,
        "per_second": len(told["latencies"]) / told["seconds"],
        "milliseconds": milliseconds(told["latencies"]),
        "statuses": told["statuses"],
    }
