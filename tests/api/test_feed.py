"""The change feed: what happened, in order, each event to whom it is for, resumed from where one stopped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.choices import KeyScope, UserRole
from aims.choices import Audience, EventKind
from aims.models import Event, KeyActivity, ReviewPeriod, Strategy
from aims.services.events import record
from aims.services.keys import make_key
from funding.models import FundingStream
from reporting.models import EventPosition
from reporting.selectors.feed import newest_position
from tests.aims.over_http import signed_in
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_date_change,
    make_milestone,
    make_organisation,
    make_period,
    make_stream,
    make_user,
)

pytestmark = pytest.mark.django_db

FEED = "/api/v1/changes/"


def place_all() -> None:
    """Give every event that has none its place in the feed, as aggregation does."""
    last = EventPosition.objects.count()
    waiting = Event.objects.filter(feed_position__isnull=True).order_by("pk")
    rows = (EventPosition(event=event, position=last + place) for place, event in enumerate(waiting, start=1))
    EventPosition.objects.bulk_create(rows)


def tell(kind: EventKind = EventKind.ACTIVITY_CHANGED, audience: Audience = Audience.PUBLIC, **told: Any) -> Event:
    return record(kind, now=IN_ROUND, by=told.pop("by", None), audience=audience, **told)


def read(client: Client, **asked: Any) -> dict[str, Any]:
    answer = client.get(FEED, asked)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def positions(answer: dict[str, Any]) -> list[int]:
    return [change["position"] for change in answer["results"]]


def kinds(client: Client, **asked: Any) -> list[str]:
    return [change["kind"] for change in read(client, **asked)["results"]]


@pytest.fixture
def activity() -> KeyActivity:
    return make_activity("1.1.1")


def test_the_feed_goes_on_from_the_position_that_it_gave(client: Client, activity: KeyActivity) -> None:
    for _ in range(5):
        tell(activity=activity)
    place_all()

    first = read(client, limit=3)
    assert (positions(first), first["next"], first["complete"]) == ([1, 2, 3], 3, False)
    second = read(client, since=first["next"], limit=3)
    assert (positions(second), second["next"], second["complete"]) == ([4, 5], 5, True)
    assert read(client, since=5) == {"next": 5, "complete": True, "results": []}


def test_what_is_hidden_leaves_holes_and_next_goes_past_it(client: Client, activity: KeyActivity) -> None:
    tell(activity=activity)
    for _ in range(3):
        tell(EventKind.UPDATE_APPROVED, Audience.STAFF, activity=activity)
    place_all()

    found = read(client)

    assert (positions(found), found["next"], found["complete"]) == ([1], 4, True)


def test_one_answer_looks_only_so_far_and_says_that_there_is_more(
    client: Client, activity: KeyActivity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wmca_tracker.api.feed.REACH", 2)
    for _ in range(3):
        tell(EventKind.UPDATE_APPROVED, Audience.STAFF, activity=activity)
    tell(activity=activity)
    place_all()

    assert read(client) == {"next": 2, "complete": False, "results": []}
    assert positions(read(client, since=2)) == [4]


def test_what_is_placed_while_an_answer_is_made_comes_with_the_next(
    client: Client, activity: KeyActivity, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(activity=activity)
    place_all()

    def newest_and_one_more() -> int:
        newest = newest_position()
        tell(EventKind.UPDATE_APPROVED, Audience.STAFF, activity=activity)
        tell(activity=activity)
        place_all()
        return newest

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("wmca_tracker.api.feed.newest_position", newest_and_one_more)
        first = read(client)
    assert (positions(first), first["next"], first["complete"]) == ([1], 1, True)
    assert positions(read(client, since=first["next"])) == [3]


def test_only_an_unfinished_answer_links_to_the_next(client: Client, activity: KeyActivity) -> None:
    for _ in range(2):
        tell(activity=activity)
    place_all()

    unfinished, finished = client.get(f"{FEED}?kind=activity.changed&limit=1"), client.get(FEED)

    assert unfinished["Link"] == '<http://testserver/api/v1/changes/?kind=activity.changed&limit=1&since=1>; rel="next"'
    assert not finished.has_header("Link")


def test_whoever_has_read_all_is_told_that_nothing_changed(client: Client, activity: KeyActivity) -> None:
    tell(activity=activity)
    place_all()
    tag = client.get(FEED, {"since": 1})["ETag"]

    assert client.get(FEED, {"since": 1}, headers={"If-None-Match": tag}).status_code == 304
    tell(activity=activity)
    place_all()
    assert client.get(FEED, {"since": 1}, headers={"If-None-Match": tag}).status_code == 200


def test_a_position_that_the_feed_never_gave_is_refused(client: Client, activity: KeyActivity) -> None:
    """As after a restored backup: going on there would leave something out in silence."""
    tell(activity=activity)
    place_all()

    answer = client.get(FEED, {"since": 2})

    assert (answer.status_code, answer.json()["type"]) == (409, "/api/v1/problems/conflict/")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("since", value) for value in ("-1", "x", "1.5", "1e3", "٣", "9" * 40)),
        *(("limit", value) for value in ("0", "501", "-1", "x")),
        *(("reference", value) for value in ("1.1.1", "activities/", "persons/1", "updates/x", "activities/1.1.1/")),
        ("kind", "something"),
        ("cursor", "x"),
    ],
)
def test_what_is_asked_is_taken_strictly(client: Client, name: str, value: str) -> None:
    answer = client.get(FEED, {name: value})

    assert answer.status_code == 400
    assert [error["parameter"] for error in answer.json()["errors"]] == [name]


def test_all_that_happened_to_one_thing_is_asked_for_by_its_reference(activity: KeyActivity) -> None:
    make_period()
    update = make_approved(activity)
    stream = make_stream()
    tell(EventKind.ALLOCATED, Audience.STAFF, activity=activity, reference=f"funding-streams/{stream.code}")
    tell(activity=make_activity("1.1.2"))
    place_all()
    office = signed_in(make_user(UserRole.OFFICE))

    def found(reference: str) -> list[str]:
        return kinds(office, reference=reference)

    written = ["update.submitted", "update.approved"]
    assert found("activities/1.1.1") == [*written, "allocation.made"]
    assert found(f"updates/{update.pk}") == written
    assert found("funding-streams/A") == ["allocation.made"]
    assert found("periods/2026-27-h1") == written
    assert found("activities/1.1.2") == ["activity.changed"]
    assert found(f"activities/1.1.2,updates/{update.pk}") == [*written, "activity.changed"]
    assert found("date-changes/1") == found("objectives/1.1") == found("owners/nobody") == []
    assert kinds(office, kind="update.approved,allocation.made") == ["update.approved", "allocation.made"]


def test_each_event_reaches_its_audience_alone(activity: KeyActivity) -> None:
    own, another = activity.owner, make_activity("1.1.2")
    FundingStream.objects.filter(pk=make_stream().pk).update(returned_by=own.organisation)
    make_stream(code="B")
    tell(EventKind.ACTIVITY_CHANGED, Audience.PUBLIC, activity=another)
    tell(EventKind.UPDATE_DRAFTED, Audience.PARTIES, activity=activity)
    tell(EventKind.UPDATE_RETURNED, Audience.PARTIES, activity=activity)
    tell(EventKind.UPDATE_APPROVED, Audience.STAFF, activity=activity)
    tell(EventKind.UPDATE_RETURNED, Audience.PARTIES, activity=another)
    tell(EventKind.UPDATE_APPROVED, Audience.STAFF, activity=another)
    tell(EventKind.RETURN_APPROVED, Audience.STAFF, reference="funding-streams/A")
    tell(EventKind.RETURN_APPROVED, Audience.STAFF, reference="funding-streams/B")
    tell(EventKind.POST_CHANGED, Audience.OFFICE, owner=own)
    place_all()

    def seen(client: Client) -> list[int]:
        return positions(read(client))

    assert seen(Client()) == [1]
    assert seen(signed_in(make_user(UserRole.PARTNER, organisation=make_organisation()))) == [1]
    assert seen(signed_in(make_user(UserRole.PARTNER, organisation=own.organisation))) == [1, 3, 4, 7]
    assert seen(signed_in(make_user(UserRole.BOARD))) == [1, 4, 6, 7, 8]
    assert seen(signed_in(make_user(UserRole.OWNER, holds=own))) == [1, 3, 4, 6, 7, 8]
    assert seen(signed_in(make_user(UserRole.OFFICE))) == list(range(1, 10))


def test_outside_the_office_nobody_reads_what_changed_and_nobody_reads_persons(activity: KeyActivity) -> None:
    person = make_user(UserRole.PARTNER, name="Nell Noted", organisation=activity.owner.organisation)
    words = {"note": "Say what the tram costs", "name": "Nell Noted", "email": "nell@example.org"}
    tell(EventKind.UPDATE_RETURNED, Audience.PARTIES, activity=activity, by=person, person=person, after=words)
    tell(activity=activity, by=person, before={"description": "Old"}, after={"description": "New"})
    place_all()

    for client in (Client(), signed_in(person), signed_in(make_user(UserRole.BOARD))):
        told = client.get(FEED).content.decode()
        assert not any(word in told for word in ("tram", "Nell", "nell@", "Old", "New"))
        assert {(change["before"], change["after"]) for change in read(client)["results"]} == {(None, None)}
    returned, changed = read(signed_in(make_user(UserRole.OFFICE)))["results"]
    assert (returned["before"], returned["after"]) == ({}, {"note": "Say what the tram costs"})
    assert (changed["before"], changed["after"]) == ({"description": "Old"}, {"description": "New"})


def test_a_change_names_what_to_read_again_by_an_address_that_answers(activity: KeyActivity) -> None:
    period = make_period()
    update = make_approved(activity)
    office = make_user(UserRole.OFFICE)
    change = make_date_change(activity)
    stream, milestone = make_stream(), make_milestone(activity)
    about: list[tuple[dict[str, Any], str | None]] = [
        ({"activity": activity, "update": update, "period": period}, f"updates/{update.pk}"),
        ({"activity": activity, "date_change": change}, f"date-changes/{change.pk}"),
        ({"activity": activity, "milestone": milestone}, f"milestones/1.1.1/{milestone.position}"),
        ({"activity": activity, "reference": f"funding-streams/{stream.code}"}, "funding-streams/A"),
        ({"activity": activity, "reference": "actions/2026-27-h1/1"}, "activities/1.1.1"),
        ({"objective": activity.objective}, "objectives/1.1"),
        ({"period": period}, "periods/2026-27-h1"),
        ({"owner": activity.owner}, f"owners/{activity.owner.slug}"),
        ({"person": office}, None),
        ({"person": office, "reference": "keys/abcdefghijkl"}, None),
    ]
    place_all()
    last = EventPosition.objects.count()
    for subject, _ in about:
        tell(EventKind.PERIOD_OPENED, Audience.OFFICE, **subject)
    place_all()
    client = signed_in(office)

    told = read(client, since=last)["results"]

    assert [change["reference"] for change in told] == [reference for _, reference in about]
    addresses = [change["url"] for change in told if change["url"]]
    assert [client.get(address).status_code for address in addresses] == [200] * 8
    assert [len(read(client, since=last, reference=named)["results"]) for _, named in about if named] == [
        1,
        1,
        1,
        1,
        5,
        1,
        2,
        1,
    ]


def test_an_event_of_a_strategy_no_longer_in_force_is_not_told(client: Client, activity: KeyActivity) -> None:
    tell(activity=activity)
    tell(objective=activity.objective)
    place_all()
    assert positions(read(client)) == [1, 2]
    Strategy.objects.update(is_in_force=False)
    found = read(client)
    assert (found["results"], found["next"]) == ([], 2)


def test_what_a_program_did_names_its_organisation(activity: KeyActivity) -> None:
    body = activity.owner.organisation
    person, now = make_user(UserRole.PARTNER, organisation=body), timezone.now()
    key, text = make_key(
        name="Returns",
        user=person,
        organisation=body,
        scopes=[KeyScope.READ],
        expires_on=timezone.localdate() + timedelta(days=1),
        by=make_user(UserRole.OFFICE),
        now=now,
    )
    person.acts_through = key
    tell(EventKind.UPDATE_SUBMITTED, Audience.PARTIES, activity=activity, by=person)
    place_all()

    answer = Client().get(FEED, headers={"Authorization": f"Bearer {text}"}).json()

    assert [change["reported_by"] for change in answer["results"]] == [body.slug]


@pytest.mark.parametrize("role", [None, UserRole.PARTNER, UserRole.OFFICE])
def test_a_longer_answer_costs_no_more_queries(
    role: UserRole | None, activity: KeyActivity, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(make_user(role, organisation=activity.owner.organisation)) if role else Client()
    queries = {None: 4, UserRole.PARTNER: 6, UserRole.OFFICE: 5}[role]
    for events in (1, 20):
        for _ in range(events):
            tell(activity=activity, period=ReviewPeriod.objects.first() or make_period())
        place_all()
        with django_assert_num_queries(queries):
            read(client)
