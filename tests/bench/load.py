"""People who all read at once, in a process of their own: `python -m tests.bench.load PORT PATH CLIENTS SECONDS`.

Each of them keeps one connection and asks again as soon as it is answered. Prints JSON: the number of answers, the
seconds that they took together, and the 95th percentile of the time of one answer. It counts bytes and looks at little
else, since it takes its share of the processors from the server that it measures.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from functools import partial

HOST = "127.0.0.1"
END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"


class Person(asyncio.Protocol):
    """One connection; `took` gets the seconds of each answer, `done` the end of the last."""

    def __init__(self, request: bytes, until: float, took: list[float], done: asyncio.Future[None]) -> None:
        self.request, self.until, self.took, self.done = request, until, took, done

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        self.head, self.left = b"", -1
        self.asked = time.perf_counter()
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if self.left < 0:
            self.head += data
            if END_OF_HEAD in self.head:
                self.left = rest_of(self.head)
        else:
            self.left -= len(data)
        if self.left == 0:
            self.answered()

    def answered(self) -> None:
        now = time.perf_counter()
        self.took.append(now - self.asked)
        if now < self.until:
            self.ask()
        else:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self.left:
            self.done.set_exception(error or RuntimeError("the server went away in the middle of an answer"))
        else:
            self.done.set_result(None)


def rest_of(received: bytes) -> int:
    """The bytes still to come of an answer whose head has arrived; anything but 200 ends the benchmark."""
    head, _, body = received.partition(END_OF_HEAD)
    if head.split(None, 2)[1] != b"200":
        raise RuntimeError(head.decode("latin-1"))
    lines = head.lower().split(b"\r\n")
    return next(int(line[len(LENGTH) :]) for line in lines if line.startswith(LENGTH)) - len(body)


async def people(port: int, path: str, clients: int, seconds: float) -> list[float]:
    loop = asyncio.get_running_loop()
    took: list[float] = []
    until = time.perf_counter() + seconds
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\n\r\n".encode()
    ends = [loop.create_future() for _ in range(clients)]
    for done in ends:
        await loop.create_connection(partial(Person, request, until, took, done), HOST, port)
    await asyncio.gather(*ends)
    return took


def main() -> None:
    port, path, clients, seconds = sys.argv[1:]
    started = time.perf_counter()
    took = asyncio.run(people(int(port), path, int(clients), float(seconds)))
    elapsed = time.perf_counter() - started
    p95 = statistics.quantiles(took, n=20)[-1]
    sys.stdout.write(json.dumps({"answers": len(took), "seconds": elapsed, "p95": p95}))


if __name__ == "__main__":
    main()
