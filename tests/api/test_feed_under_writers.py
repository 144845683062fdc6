"""The change feed while eight write, two aggregate and three read: every event once, in order, each to its audience."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connections, transaction
from django.test import Client

from accounts.choices import UserRole
from aims.choices import Audience, EventKind
from aims.models import Event, KeyActivity
from aims.services.events import record
from reporting.models import EventPosition
from reporting.services import process_events
from tests.aims.over_http import signed_in
from tests.factories import IN_ROUND, make_activity, make_organisation, make_period, make_user

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

WRITERS, ROUNDS = 8, 12
PATIENCE = 300.0
TOLD = (
    (EventKind.ACTIVITY_CHANGED, Audience.PUBLIC),
    (EventKind.UPDATE_APPROVED, Audience.STAFF),
    (EventKind.UPDATE_RETURNED, Audience.PARTIES),
)


def write(activities: list[KeyActivity], place: int, start: threading.Barrier) -> None:
    """Transactions of one event to three, about both activities in turn."""
    start.wait(PATIENCE)
    for number in range(ROUNDS):
        with transaction.atomic():
            for kind, audience in TOLD[: 1 + (place + number) % 3]:
                record(kind, now=IN_ROUND, by=None, audience=audience, activity=activities[number % 2])


def write_slowly(activity: KeyActivity, begun: threading.Event, go_on: threading.Event) -> None:
    """A low number that can be seen only after higher ones were aggregated and read."""
    with transaction.atomic():
        record(EventKind.ACTIVITY_RETIRED, now=IN_ROUND, by=None, audience=Audience.PUBLIC, activity=activity)
        begun.set()
        assert go_on.wait(PATIENCE)


def aggregate(done: threading.Event) -> None:
    while not done.is_set():
        process_events(now=IN_ROUND, limit=20)


def follow(client: Client, done: threading.Event) -> list[tuple[int, str]]:
    """What a reader is told, from the beginning until everything was written and aggregated."""
    told, since, last_look = [], 0, False
    while True:
        answer = client.get("/api/v1/changes/", {"since": since, "limit": 7}).json()
        told += [(change["position"], change["kind"]) for change in answer["results"]]
        assert answer["next"] >= since
        since = answer["next"]
        if last_look and answer["complete"]:
            return told
        last_look = last_look or done.is_set()


def released(work: Callable[[], object]) -> object:
    """The work's answer; its thread's connection is given back."""
    try:
        return work()
    finally:
        connections.close_all()


def test_eight_write_and_every_reader_sees_each_event_of_its_audience_once_and_in_order() -> None:
    make_period()
    activities = [make_activity("1.1.1"), make_activity("1.1.2")]
    own = activities[0].owner.organisation
    readers = {
        "anyone": Client(),
        "partner": signed_in(make_user(UserRole.PARTNER, organisation=own)),
        "stranger": signed_in(make_user(UserRole.PARTNER, organisation=make_organisation())),
        "office": signed_in(make_user(UserRole.OFFICE)),
    }
    begun, go_on, written, done = (threading.Event() for _ in range(4))
    start = threading.Barrier(WRITERS)

    with ThreadPoolExecutor(WRITERS + len(readers) + 3) as threads:

        def run(work: Callable[[], object]) -> Future[object]:
            return threads.submit(released, work)

        slow = run(partial(write_slowly, activities[0], begun, go_on))
        assert begun.wait(PATIENCE)
        aggregators = [run(partial(aggregate, written)) for _ in range(2)]
        following = {name: run(partial(follow, client, done)) for name, client in readers.items()}
        writers = [run(partial(write, activities, place, start)) for place in range(WRITERS)]
        for each in writers:
            each.result(PATIENCE)
        process_events(now=IN_ROUND)
        go_on.set()
        slow.result(PATIENCE)
        written.set()
        for each in aggregators:
            each.result(PATIENCE)
        process_events(now=IN_ROUND)
        done.set()
        told = {name: each.result(PATIENCE) for name, each in following.items()}

    placed = list(EventPosition.objects.select_related("event").order_by("position"))
    assert [row.position for row in placed] == list(range(1, Event.objects.count() + 1))
    assert placed[-1].event.kind == EventKind.ACTIVITY_RETIRED
    assert told == {name: [(row.position, row.event.kind) for row in placed if sees(name, row)] for name in readers}


def sees(name: str, row: EventPosition) -> bool:
    """Whether an event is for a reader: the partner's own activity is the first."""
    event = row.event
    is_own = event.activity is not None and event.activity.number == "1.1.1"
    return event.audience == Audience.PUBLIC or name == "office" or (name == "partner" and is_own)
