"""Aggregation by a real worker: woken, woken too often, killed, and cut off from Redis."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from redis import Redis

from accounts.choices import UserRole
from aims.choices import Audience, EventKind
from aims.models import Event, ProgressUpdate, ReviewPeriod
from aims.rules import half_year
from aims.tasks import AGGREGATE, wake_aggregation
from reporting.models import EventPosition, Part, Position, Summary
from reporting.services import process_events, rebuild, rebuild_all
from reporting.tasks import check_drift_task
from tests.factories import make_activity, make_approved, make_owner, make_period, make_user
from tests.reporting.at_work import wait_until
from tests.reporting.people_at_work import PROGRAM, SIGNED_OFF
from tests.reporting.random_history import RandomHistory
from tests.reporting.reference import stored_history
from tests.worker import QUEUE, WorkerProcess, own_database_url
from wmca_tracker.celery import app
from wmca_tracker.local.children import stop_together
from wmca_tracker.local.programs import worker
from wmca_tracker.local.redis_server import RedisServer

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 10
REQUESTS = 100


def test_the_tasks_are_known_by_the_names_that_the_schedule_uses() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert {"reporting.aggregate_events", "reporting.check_drift", "aims.ensure_periods"} <= scheduled
    assert scheduled <= set(app.tasks)


def test_the_nightly_task_finds_late_events_and_drift() -> None:
    make_period()
    make_approved(make_activity())

    assert check_drift_task() == 0
    assert everything_has_a_position()


def test_an_approval_reaches_the_summaries_through_the_worker(celery_worker_process: WorkerProcess) -> None:
    make_period()
    make_approved(make_activity())
    wake_aggregation()

    wait_until(everything_has_a_position)

    assert Summary.objects.get(scope="aim", key="1").green == 1


def test_five_deliveries_to_four_processes_have_one_effect(celery_worker_process: WorkerProcess) -> None:
    make_period()
    make_approved(make_activity())
    wait_until(lambda: len(celery_worker_process.children()) == 4)
    for _ in range(5):
        app.send_task(AGGREGATE)

    wait_until(everything_has_a_position)
    wait_until(no_message_waits)
    celery_worker_process.rest()

    assert feed() == [1, 2]
    assert Position.objects.count() == 1
    assert Summary.objects.get(scope="strategy").updated == 1
    assert not rebuild(period=ReviewPeriod.objects.get(), on=timezone.localdate(), check=True)


def test_a_worker_killed_at_random_instants_leaves_the_rows_of_an_undisturbed_run(
    celery_worker_process: WorkerProcess,
) -> None:
    history = RandomHistory(8, activities=25)
    rebuild_all(on=timezone.localdate())
    took = undisturbed_seconds(history)
    for _ in range(KILLS):
        approve_some(history)
        app.send_task(AGGREGATE)
        time.sleep(history.random.uniform(0, 2 * took))
        for child in celery_worker_process.children():
            os.kill(child, signal.SIGKILL)
    app.send_task(AGGREGATE)
    wait_until(everything_has_a_position)
    # A job taken from a killed child is delivered again: it must not claim what the undisturbed run is to take.
    wait_until(no_message_waits)
    celery_worker_process.rest()

    disturbed, numbers = stored_history(), feed()

    for model in (EventPosition, Summary, Part, Position):
        model.objects.all().delete()
    rebuild_all(on=timezone.localdate())
    Position.objects.filter(period=history.periods[-1]).delete()
    process_events(now=timezone.now())
    assert numbers == feed()
    assert disturbed == stored_history()


def undisturbed_seconds(history: RandomHistory) -> float:
    """How long one batch takes, so that the kills fall into it."""
    approve_some(history)
    started = time.monotonic()
    process_events(now=timezone.now())
    return time.monotonic() - started


def approve_some(history: RandomHistory) -> None:
    """New approved updates in the open round, each with its event, as the service writes them."""
    period = history.periods[-1]
    last = ProgressUpdate.objects.order_by("pk").last()
    history.tell(period, drafts=False)
    updates = ProgressUpdate.objects.filter(period=period, pk__gt=last.pk if last else 0)
    Event.objects.bulk_create(
        Event(
            kind=EventKind.UPDATE_APPROVED,
            at=update.saved_at,
            audience=Audience.STAFF,
            activity_id=update.activity_id,
            period=period,
            update=update,
        )
        for update in updates
    )


def test_updates_sent_while_redis_is_away_are_summed_after_its_return(tmp_path: Path) -> None:
    today = timezone.localdate()
    make_period(half_year(today).previous().ends, submission_closes=today + timedelta(days=20))
    owner = make_owner(approving_post=make_owner())
    for number in range(REQUESTS):
        make_activity(f"1.{number % 5 + 1}.{number // 5 + 1}", owner=owner)
    make_user(UserRole.OWNER, holds=owner)
    make_user(UserRole.APPROVER, holds=owner.approving_post)
    with redis_and_worker(tmp_path) as (redis, environment):
        redis.stop()
        with people(environment) as (answers, tell_them):
            assert answers() == [302] * (REQUESTS + SIGNED_OFF - 1)
            assert not EventPosition.objects.exists()
            redis.start()
            tell_them()
            assert answers() == [302]
        wait_until(everything_has_a_position)

    assert Summary.objects.get(scope="strategy").green == SIGNED_OFF
    assert not rebuild(period=ReviewPeriod.objects.get(), on=today, check=True)


@contextmanager
def redis_and_worker(folder: Path) -> Iterator[tuple[RedisServer, dict[str, str]]]:
    """A Redis that may be stopped, since nobody else uses it, and a worker that lives through that."""
    (folder / "logs").mkdir()
    redis = RedisServer.in_folder(folder)
    redis.start()
    environment = {**os.environ, "DATABASE_URL": own_database_url(), "REDIS_URL": redis.url()}
    environment.pop("REDIS_CACHE_URL", None)
    child = worker(folder)
    child = replace(child, command=[*child.command, "--concurrency", "1"], environment=environment)
    child.start()
    try:
        wait_until(lambda: b" ready." in child.log.read_bytes())
        yield redis, environment
    finally:
        stop_together([child])
        redis.stop()


@contextmanager
def people(environment: dict[str, str]) -> Iterator[tuple[Callable[[], list[int]], Callable[[], None]]]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=settings.BASE_DIR,
        env={**environment, "LOG_LEVEL": "ERROR"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    stdin, stdout = process.stdin, process.stdout

    def tell() -> None:
        stdin.write("go on\n")
        stdin.flush()

    try:
        yield lambda: json.loads(stdout.readline()), tell
    finally:
        process.kill()
        process.communicate()


def everything_has_a_position() -> bool:
    return not Event.objects.filter(feed_position__isnull=True).exists()


def feed() -> list[int]:
    """The positions in order; they must be 1, 2, 3 … without a gap."""
    found = list(EventPosition.objects.order_by("position").values_list("position", flat=True))
    assert found == list(range(1, len(found) + 1))
    return found


def no_message_waits() -> bool:
    with Redis.from_url(settings.CELERY_BROKER_URL) as broker:
        return not int(broker.llen(QUEUE))
