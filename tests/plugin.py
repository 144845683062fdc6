"""Real services for the tests, started before pytest-django reads the settings.

One PostgreSQL and one Redis serve the whole run: under xdist the controller starts them and its workers inherit
their addresses; each worker has its own test database, a copy of the prepared one, and its own pair of Redis numbers.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import TransactionTestCase

from tests.prepared import preparation
from tests.remembered import guards_put_aside
from wmca_tracker.local.children import Child, stop_together
from wmca_tracker.local.postgres import Postgres
from wmca_tracker.local.redis_server import RedisServer

Teardown = Callable[[TransactionTestCase], None]
ONE_ADDRESS_FOR_ALL = "1000000"  # tests ask from one address; those of the limits set their own
QUICK_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"


class Services:
    """What one test run starts, and all of it in one folder that goes with it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="wmca-tests-"))
        self.folder.chmod(0o711)  # PostgreSQL passes through as `nobody` where we are root
        for name in ("logs", "sockets", "static"):
            (self.folder / name).mkdir()
        self.postgres = Postgres.in_folder(self.folder, self.folder / "sockets", throwaway=True)
        self.redis = RedisServer.in_folder(self.folder)
        self.preparation: Child | None = None

    def start(self) -> None:
        self.postgres.start()
        self.redis.start()
        os.environ.update(
            WMCA_MODE="local",
            SECRET_KEY=secrets.token_urlsafe(48),
            DATABASE_URL=self.postgres.url,
            WMCA_TEST_REDIS=self.redis.url(),
            STATIC_ROOT=str(self.folder / "static"),
            EVIDENCE_ROOT=str(self.folder / "evidence"),
            WMCA_VAR=str(self.folder),
            **dict.fromkeys(("API_LIMIT_KEY", "API_LIMIT_PERSON", "API_LIMIT_ANYONE"), ONE_ADDRESS_FOR_ALL),
        )

    def prepare(self) -> None:
        """Begin to make the database that the test databases are copies of."""
        self.preparation = preparation(self.folder)
        self.preparation.start()

    def stop(self) -> None:
        if self.preparation:
            stop_together([self.preparation])
        self.redis.stop()
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


services = pytest.StashKey[Services]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        early_config.stash[services] = Services()
        early_config.stash[services].start()
    choose_redis_numbers(int((worker or "gw0").removeprefix("gw")))
    if worker is None:
        early_config.stash[services].prepare()  # its settings need Redis named too
    yield


def choose_redis_numbers(worker: int) -> None:
    address = os.environ["WMCA_TEST_REDIS"].rpartition("/")[0]
    os.environ["REDIS_URL"] = f"{address}/{2 * worker}"
    os.environ["REDIS_CACHE_URL"] = f"{address}/{2 * worker + 1}"


def pytest_configure() -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = [QUICK_HASHER]
    test_case: Any = TransactionTestCase
    test_case._fixture_teardown = without_guards(test_case._fixture_teardown)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first, in whatever order: so at the end of a run no worker is left alone with one."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Before xdist starts its workers: they find the collected files in place."""
    if services in session.config.stash:
        call_command("collectstatic", interactive=False, verbosity=0)


def pytest_unconfigure(config: pytest.Config) -> None:
    if services in config.stash:
        config.stash[services].stop()


def without_guards(teardown: Teardown) -> Teardown:
    """The flush after a transactional test truncates, which the guards in the database rightly refuse.

    They are put aside for the flush alone; inside the tests they stay on.
    """

    def flush(self: TransactionTestCase) -> None:
        with guards_put_aside():
            teardown(self)

    return flush
