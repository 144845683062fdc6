"""PostgreSQL and Redis together, each only where the environment names none."""

import os
import shutil
import tempfile
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from wmca_tracker.local.postgres import Postgres
from wmca_tracker.local.redis_server import RedisServer

TASKS, CACHE = 0, 1  # numbers of the databases in our own Redis


@dataclass(frozen=True)
class LocalServices:
    """Chosen before the settings are read, which need the addresses; started after."""

    var: Path
    sockets: Path
    postgres: Postgres | None
    redis: RedisServer | None

    @classmethod
    def plan(cls, var: Path, *, with_redis: bool) -> "LocalServices":
        # A path of its own, short: a socket's address may not be longer than 107 bytes, wherever the clone lies.
        sockets = Path(tempfile.mkdtemp(prefix="wmca-", dir="/tmp"))
        return cls(
            var=var,
            sockets=sockets,
            postgres=None if os.environ.get("DATABASE_URL") else Postgres.in_folder(var, sockets),
            redis=None if os.environ.get("REDIS_URL") or not with_redis else RedisServer.in_folder(var),
        )

    def addresses(self) -> dict[str, str]:
        """The environment variables that lead to what is planned."""
        found = {}
        if self.postgres:
            found["DATABASE_URL"] = self.postgres.url
        if self.redis:
            found["REDIS_URL"] = self.redis.url(TASKS)
            found["REDIS_CACHE_URL"] = self.redis.url(CACHE)
        return found

    def forget(self) -> None:
        shutil.rmtree(self.sockets, ignore_errors=True)


planned: ContextVar[LocalServices] = ContextVar("planned")
"""What `manage.py` planned for `up`, which starts it once Django is set up."""
