"""An outage of Redis is a miss. No server listens at the address of these caches."""

from collections.abc import Callable
from typing import Any

import pytest

from wmca_tracker.cache import ForgivingRedisCache
from wmca_tracker.local.redis_server import free_port


@pytest.fixture
def away() -> ForgivingRedisCache:
    return ForgivingRedisCache(f"redis://127.0.0.1:{free_port()}/0", {})


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (lambda cache: cache.get("key"), None),
        (lambda cache: cache.get("key", "default"), "default"),
        (lambda cache: cache.get_many(["key"]), {}),
        (lambda cache: cache.has_key("key"), False),
        (lambda cache: cache.add("key", 1), True),
        (lambda cache: cache.set("key", 1), None),
        (lambda cache: cache.set_many({"key": 1}), ["key"]),
        (lambda cache: cache.touch("key"), False),
        (lambda cache: cache.delete("key"), False),
        (lambda cache: cache.get_or_set("key", lambda: "made"), "made"),
        (lambda cache: cache.delete_many(["key"]), None),
    ],
    ids=[
        "get",
        "default",
        "get_many",
        "has_key",
        "add",
        "set",
        "set_many",
        "touch",
        "delete",
        "get_or_set",
        "delete_many",
    ],
)
def test_a_cache_that_is_away_fails_nobody(
    away: ForgivingRedisCache, ask: Callable[[ForgivingRedisCache], Any], answer: object
) -> None:
    assert ask(away) == answer


def test_a_counter_that_is_away_is_one_that_is_missing(away: ForgivingRedisCache) -> None:
    with pytest.raises(ValueError, match="not found"):
        away.incr("key")
