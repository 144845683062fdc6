"""What a load balancer, a container engine and `manage.py up` ask: is the process alive, and can it serve?"""

from collections.abc import Callable
from functools import lru_cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from funding.selectors.reconciliation import last_found
from reporting.selectors.seals import last_verified

FINE = "fine"


class NotMigrated(Exception):
    """Migrations wait; the message counts them."""


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answers while the process does; asks nothing else, so that a lost database restarts no container."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """503 names what is missing, in words that tell a stranger nothing about the inside."""
    found = {name: check() for name, check in CHECKS.items()}
    fine = all(state == FINE for state in found.values())
    told = {"status": "ready" if fine else "not ready", **found, "funding": funding_state(), "seals": seals_state()}
    return JsonResponse(told, status=200 if fine else 503)


def funding_state() -> str:
    """What the nightly check of the money found; told, but no reason to take a process out of service."""
    breaks = last_found()
    if breaks is None:
        return "not checked of late"
    return "does not add up" if breaks else "adds up"


def seals_state() -> str:
    """What the nightly check of the sealed reviews found; told likewise."""
    differing = last_verified()
    if differing is None:
        return "not checked of late"
    return "differ" if differing else "as sealed"


def database_state() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return FINE


def migrations_state() -> str:
    try:
        require_migrated()
    except NotMigrated as missing:
        return str(missing)
    except DatabaseError:
        return "unknown"
    return FINE


@lru_cache
def require_migrated() -> None:
    """Once fine, fine for the life of the process: a probe every few seconds need not read them all again."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise NotMigrated(f"{len(waiting)} to apply")


def redis_state() -> str:
    wait = settings.REDIS_TIMEOUT
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=wait, socket_timeout=wait) as client:
            client.ping()
    except redis.RedisError:
        return "does not answer"
    return FINE


CHECKS: dict[str, Callable[[], str]] = {
    "database": database_state,
    "migrations": migrations_state,
    "redis": redis_state,
}
