"""The load generator, a process of its own: sends prebuilt requests over a few connections, each after its answer.

Run as `python -m benchmarks.generator REQUESTS.pickle HOST PORT CONNECTIONS`; prints JSON.
Nothing is parsed but the status and the length of an answer, so that it takes little of the
processors that it shares with what it measures; it tells how much.
"""

import asyncio
import json
import pickle
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import uvloop


class Connection(asyncio.Protocol):
    """One connection: a request is sent when the answer to the one before is complete."""

    def __init__(self, requests: Iterator[bytes], latencies: list[float], statuses: "Counter[int]") -> None:
        self._requests, self._latencies, self._statuses = requests, latencies, statuses
        self._answer = bytearray()
        self._sent_at = 0.0
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, found, rest = self._answer.partition(b"\r\n\r\n")
        if not found or len(rest) < _length(head):
            return
        self._latencies.append(time.perf_counter() - self._sent_at)
        self._statuses[int(self._answer[9:12])] += 1
        self._answer.clear()
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)

    def _send(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)


def _length(head: bytes | bytearray) -> int:
    lowered = head.lower()
    _, found, rest = lowered.partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


async def send(requests: list[bytes], host: str, port: int, connections: int) -> dict[str, object]:
    """Send all requests; returns seconds, statuses and latencies (s)."""
    latencies: list[float] = []
    statuses: Counter[int] = Counter()
    waiting = iter(requests)
    loop = asyncio.get_running_loop()
    cpu, started = time.process_time(), time.perf_counter()
    opened = [
        await loop.create_connection(lambda: Connection(waiting, latencies, statuses), host, port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.ended for _, protocol in opened))
    return {
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - cpu,
        "statuses": {str(status): number for status, number in statuses.items()},
        "latencies": latencies,
    }


def main() -> None:
    path, host, port, connections = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    requests: list[bytes] = pickle.loads(Path(path).read_bytes())
    print(json.dumps(uvloop.run(send(requests, host, port, connections))))


if __name__ == "__main__":
    main()
