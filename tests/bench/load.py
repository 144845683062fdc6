"""People who all read at once, in a process of their own: `python -m tests.bench.load PORT PATH CLIENTS SECONDS`.

Each of them keeps one connection and asks again as soon as it is answered. Prints JSON: the number of answers, the
seconds that they took together, and the 95th percentile of the time of one answer.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time

HOST = "127.0.0.1"


async def read_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    """Ask once and read the whole answer; anything but 200 ends the benchmark."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").lower().split("\r\n")
    if status.split()[1] != "200":
        raise RuntimeError(status)
    length = next(int(line.partition(":")[2]) for line in lines if line.startswith("content-length:"))
    await reader.readexactly(length)


async def person(port: int, path: str, until: float, took: list[float]) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection(HOST, port)
    while time.perf_counter() < until:
        started = time.perf_counter()
        await read_page(reader, writer, request)
        took.append(time.perf_counter() - started)
    writer.close()
    await writer.wait_closed()


async def people(port: int, path: str, clients: int, seconds: float) -> list[float]:
    took: list[float] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(person(port, path, until, took) for _ in range(clients)))
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
