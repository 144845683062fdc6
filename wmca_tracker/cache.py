"""A cache that is never the reason why a request fails."""

import logging
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.utils.functional import cached_property
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class OneClient(RedisCacheClient):
    """Keeps its client: Django makes one for every call, which costs more than the call. Its pool opens anew."""

    def get_client(self, key: object = None, *, write: bool = False) -> Any:
        return self._only_client

    @cached_property
    def _only_client(self) -> Any:
        return super().get_client(write=True)


class ForgivingRedisCache(RedisCache):
    """Redis, where an outage is a miss: pages are slower then, and still right."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = OneClient

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError:
            return self._missed(default)

    def get_many(self, keys: Any, version: int | None = None) -> dict[str, Any]:
        try:
            return super().get_many(keys, version)
        except RedisError:
            return self._missed({})

    def has_key(self, key: str, version: int | None = None) -> bool:
        try:
            return super().has_key(key, version)
        except RedisError:
            return self._missed(False)

    def add(self, key: str, value: Any, *args: Any, **kwargs: Any) -> bool:
        try:
            return super().add(key, value, *args, **kwargs)
        except RedisError:
            return self._missed(True)

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        try:
            super().set(key, value, *args, **kwargs)
        except RedisError:
            self._missed(None)

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> list[Any]:
        try:
            return super().set_many(data, *args, **kwargs)
        except RedisError:
            return self._missed(list(data))

    def touch(self, key: str, *args: Any, **kwargs: Any) -> bool:
        try:
            return super().touch(key, *args, **kwargs)
        except RedisError:
            return self._missed(False)

    def delete(self, key: str, version: int | None = None) -> bool:
        try:
            return super().delete(key, version)
        except RedisError:
            return self._missed(False)

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        try:
            super().delete_many(keys, version)
        except RedisError:
            self._missed(None)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        try:
            return super().incr(key, delta, version)
        except RedisError as error:
            raise ValueError(self._missed(f"Key '{key}' not found")) from error  # as for any key that is missing

    def _missed(self, answer: Answer) -> Answer:
        logger.warning("Redis does not answer; going on without the cache")
        return answer
