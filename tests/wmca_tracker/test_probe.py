import pytest
from pytest_django.live_server_helper import LiveServer

from wmca_tracker.local.redis_server import free_port
from wmca_tracker.probe import is_ready


@pytest.mark.django_db(transaction=True)
def test_a_ready_server_passes(live_server: LiveServer) -> None:
    assert is_ready(live_server.thread.port, "localhost")


@pytest.mark.django_db(transaction=True)
def test_a_name_that_is_not_allowed_fails(live_server: LiveServer) -> None:
    assert not is_ready(live_server.thread.port, "stranger.example")


def test_no_server_fails() -> None:
    assert not is_ready(free_port(), "localhost")
