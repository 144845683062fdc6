"""What every test gets; services are started in `plugin.py`, the browser and the worker have files of their own."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from django.core.cache import caches
from django.core.servers.basehttp import WSGIRequestHandler
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from tests.prepared import NAME, wait_until_prepared


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The test database begins as a copy of the prepared one."""
    wait_until_prepared()
    connection.settings_dict["TEST"]["TEMPLATE"] = NAME


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Nobody drops it: it goes with the server."""
    return True


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """No test sees what another one cached."""
    for each in caches.all():
        each.clear()


@pytest.fixture(scope="session")
def live_server() -> Iterator[LiveServer]:
    """pytest-django's, with static files as production serves them: collected, hashed, by WhiteNoise."""
    # Head and body leave in two writes: without this the second waits for the first one's acknowledgement, 40 ms.
    WSGIRequestHandler.disable_nagle_algorithm = True
    server = LiveServer("127.0.0.1", start=False)
    cast(Any, server.thread).static_handler = unwrapped
    server.start()
    yield server
    server.stop()


def unwrapped(application: Callable[..., object]) -> Callable[..., object]:
    return application
