"""Every route × method × identity has an expected answer; a route that is not listed fails the test.

`access_matrix.txt` holds the answers: a line per route and method, then one status code per identity of `IDENTITIES`,
or one for all of them. A new route has its answers thought of and written there by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.choices import KeyScope, UserRole
from accounts.models import ApiKey, Holding, User
from aims.choices import PeriodState
from aims.models import BoardAction, EvidenceFile, KeyActivity, ProgressUpdate, ReviewPeriod, StrategyChange, Workbook
from aims.rules import half_year
from aims.services.evidence import attach_file
from aims.services.keys import make_key
from funding.models import Allocation, FundingImport, FundingImportRow, FundingReturn
from funding.rules import Figures
from funding.services.allocating import allocate
from funding.services.returning import approve_return, submit_return
from reporting.choices import PackAudience, PackFormat
from reporting.models import Closing, Pack, PackFile, PreElectionPeriod
from reporting.services import close_review
from reporting.services.packing import pack_storage
from reporting.services.rebuilding import rebuild
from tests.aims.evidence_files import pdf
from tests.factories import (
    make_action,
    make_activity,
    make_approved,
    make_date_change,
    make_milestone,
    make_organisation,
    make_owner,
    make_period,
    make_strategy_change,
    make_stream,
    make_submitted,
    make_user,
    make_workbook,
)

IDENTITIES = ("signed out", "partner", "board", "stranger", "owner", "approver", "office", "administrator")
METHODS = ("GET", "POST", "PUT", "DELETE")
LISTED = Path(__file__).parent / "access_matrix.txt"

Key = tuple[str, str]


@dataclass(frozen=True)
class Money:
    """An allocation, a return that counts, one that waits, and a finance file that waits to be taken over."""

    allocation: Allocation
    approved: FundingReturn
    waiting: FundingReturn
    imported: FundingImport


@dataclass(frozen=True)
class World:
    """One activity with an update that waits and one that was approved, in an open round; and who may ask.

    The half-year before is sealed and not yet agreed; the Board asked for an action of the activity's owner post.
    """

    activity: KeyActivity
    period: ReviewPeriod
    waiting: ProgressUpdate
    approved: ProgressUpdate
    deputy: Holding
    people: dict[str, User | None]
    workbook: Workbook
    planned: StrategyChange
    file: EvidenceFile
    money: Money
    closing: Closing
    election: PreElectionPeriod
    action: BoardAction
    paper: PackFile
    key: ApiKey


@pytest.fixture
def world(db: None) -> World:
    now, today = timezone.now(), timezone.localdate()
    activity = make_activity("4.1.3")
    activity.places.create(slug="dudley", name="Dudley", authority=make_organisation())
    sealed = make_period(half_year(today).previous().previous().ends)
    close_review(period=sealed, by=None, now=now)
    period = make_period(half_year(today).previous().ends, submission_closes=today + timedelta(days=9))
    another = make_activity("4.1.4", owner=activity.owner)
    approved = make_approved(another, now=now)
    waiting = make_submitted(activity, now=now)
    make_date_change(activity)
    days = {"starts": today, "ends": today + timedelta(days=9)}
    deputy = Holding.objects.create(user=make_user(), owner=activity.owner, is_deputy=True, **days)
    money = money_for(activity)
    rebuild(period=period, on=today)
    people = {
        "signed out": None,
        "partner": make_user(UserRole.PARTNER),
        "board": make_user(UserRole.BOARD),
        "stranger": make_user(UserRole.OWNER, holds=make_owner()),
        "owner": make_user(UserRole.OWNER, holds=activity.owner),
        "approver": make_user(UserRole.APPROVER, holds=activity.owner.approving_post),
        "office": make_user(UserRole.OFFICE),
        "administrator": make_user(UserRole.ADMINISTRATOR),
    }
    workbook = make_workbook(period=period, uploaded_by=people["owner"])
    planned = make_strategy_change(activity, effective=make_period(today, PeriodState.SCHEDULED))
    file = evidence_of(activity, people["owner"])
    closing = Closing.objects.create(period=period, asked_at=now, finished_at=now, problem="The disk was full")
    election = PreElectionPeriod.objects.create(election="Mayor", starts=today, ends=today)
    action = make_action(sealed, owner=activity.owner, due_on=today, by=people["office"])
    return World(
        activity,
        period,
        waiting,
        approved,
        deputy,
        people,
        workbook,
        planned,
        file,
        money,
        closing,
        election,
        action,
        public_file_of(sealed),
        key_of(activity, people["office"]),
    )


def key_of(activity: KeyActivity, office: User | None) -> ApiKey:
    """A key with which a partner's program asks."""
    body, now = activity.owner.organisation, timezone.now()
    person = make_user(UserRole.PARTNER, organisation=body)
    assert office
    key, _ = make_key(
        name="Dashboard",
        user=person,
        organisation=body,
        scopes=[KeyScope.READ],
        expires_on=timezone.localdate(now),
        by=office,
        now=now,
    )
    return key


def public_file_of(period: ReviewPeriod) -> PackFile:
    """A file of the public pack of a sealed review."""
    review, now = period.reviews.get(), timezone.now()
    given = {"errata": 0, "audience": PackAudience.PUBLIC, "asked_at": now, "finished_at": now}
    path = pack_storage().save("review.zip", ContentFile(b"zip"))
    pack = Pack.objects.create(review=review, **given)
    given = {"name": "review.zip", "path": path, "size": 3, "sha256": "0" * 64}
    return PackFile.objects.create(pack=pack, format=PackFormat.CSV, **given)


def money_for(activity: KeyActivity) -> Money:
    """Money of one stream for the activity, returned, approved and imported by two people of finance."""
    sender, approver = make_user(UserRole.FINANCE), make_user(UserRole.FINANCE)
    now, today = timezone.now(), timezone.localdate()
    stream = make_stream(strategy=activity.strategy)
    given: dict[str, Any] = {"by": sender, "now": now}
    allocation = allocate(stream=stream, target=activity, amount=Decimal(100), reason="Minute 12.", **given)
    figures = Figures(committed=Decimal(500))
    earlier = today.replace(day=1) - timedelta(days=1)
    approved = submit_return(stream=stream, month=earlier.replace(day=1), figures=figures, **given)
    approve_return(found=approved, by=approver, now=now)
    waiting = submit_return(stream=stream, month=today.replace(day=1), figures=figures, **given)
    imported = FundingImport.objects.create(
        name="Returns.csv",
        sha256="0" * 64,
        headings=[["A", "Code"], ["B", "Month"], ["C", "Committed"]],
        uploaded_by=sender,
        uploaded_at=now,
        read_at=now,
    )
    FundingImportRow.objects.create(source=imported, place=2, stream=stream, month="2020-01-01", committed=5)
    return Money(allocation, approved, waiting, imported)


def evidence_of(activity: KeyActivity, owner: User | None) -> EvidenceFile:
    """A file that shows how far the activity's one milestone has come."""
    assert owner
    return attach_file(
        activity=activity,
        file=ContentFile(pdf()),
        name="minutes.pdf",
        milestone=make_milestone(activity),
        by=owner,
        now=timezone.now(),
    )


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every route below a resolver, as its full pattern."""
    for entry in resolver.url_patterns:
        route = f"{before}{entry.pattern}"
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from routes(entry, route)


def address(route: str, world: World) -> str:
    """A route's pattern with the world's own objects in the place of its parameters."""
    samples = {
        r"^places/<slug:slug>": "places/dudley",
        r"^organisations/<slug:slug>": f"organisations/{world.activity.owner.organisation.slug}",
        r"<slug:role>": "deliver",
        r"^keys/<int:pk>": f"keys/{world.key.pk}",
        r"posts/<slug:slug>": f"posts/{world.activity.owner.slug}",
        r"aims/<str:number>": "aims/4",
        r"objectives/<str:number>": "objectives/4.1",
        r"activities/<str:number>": "activities/4.1.3",
        r"\^strategy/objectives/\(\?P<number>[^)]*\)": "strategy/objectives/4.1",
        r"\^strategy/activities/\(\?P<number>[^)]*\)": "strategy/activities/4.1.3",
        r"strategy/changes/<int:pk>": f"strategy/changes/{world.planned.pk}",
        r"\^aims/\(\?P<number>[^)]*\)": "aims/4",
        r"\^objectives/\(\?P<number>[^)]*\)": "objectives/4.1",
        r"\^activities/\(\?P<number>[^)]*\)": "activities/4.1.3",
        r"\^organisations/\(\?P<slug>[^)]*\)": f"organisations/{world.activity.owner.organisation.slug}",
        r"\^places/\(\?P<slug>[^)]*\)": "places/dudley",
        r"\^owners/\(\?P<slug>[^)]*\)": f"owners/{world.activity.owner.slug}",
        r"\^updates/\(\?P<id>[^)]*\)": f"updates/{world.approved.pk}",
        r"\^date-changes/\(\?P<id>[^)]*\)": f"date-changes/{world.activity.date_changes.get().pk}",
        r"\^milestones/\(\?P<activity>[^)]*\)": "milestones/4.1.3",
        r"\(\?P<position>[^)]*\)": "1",
        r"\^reviews/\(\?P<period>.*?\{0,3\}\)\?\)": f"reviews/{world.action.period.slug}",
        r"\(\?P<kind>[^)]*\)/\(\?P<key>.*\)/\$": "aim/4/",
        r"seal\\.txt": "seal.txt",
        r"<slug:period>/download": f"{world.action.period.slug}/download",
        r"<slug:seal>-<int:errata>\.zip": f"{world.paper.pack.review.seal}-0.zip",
        r"\\\.\(\?P<form>[^)]*\)": ".csv",
        r"\^?evidence/<int:pk>": f"evidence/{world.file.pk}",
        r"allocations/\(\?P<pk>[^)]*\)": f"allocations/{world.money.allocation.pk}",
        r"allocations/\(\?P<id>[^)]*\)": f"allocations/{world.money.allocation.pk}",
        r"funding-returns/\(\?P<id>[^)]*\)": f"funding-returns/{world.money.approved.pk}",
        r"funding-totals/\(\?P<reference>[^)]*\)": f"funding-totals/{world.period.slug}:aim:4",
        r"funding/returns/\(\?P<pk>[^)]*\)": f"funding/returns/{world.money.waiting.pk}",
        r"funding/import/\(\?P<pk>[^)]*\)": f"funding/import/{world.money.imported.pk}",
        r"charts/<str:name>": "charts/strips",
        r"<slug:slug>/(?=decisions|meeting|pack|files|aims|activities|appendices)": f"{world.action.period.slug}/",
        r"<slug:seal>-<int:errata>/<str:name>": f"{world.paper.pack.review.seal}-0/{world.paper.name}",
        r"<slug:period>/<int:number>": world.action.reference,
        r"<slug:slug>|\(\?P<slug>[^)]*\)": world.period.slug,
        r"closings/<int:pk>": f"closings/{world.closing.pk}",
        r"elections/<int:pk>": f"elections/{world.election.pk}",
        r"<str:code>|\(\?P<code>[^)]*\)": "A",
        r"approvals/dates/<int:pk>": f"approvals/dates/{world.activity.date_changes.get().pk}",
        r"workbook/<int:pk>": f"workbook/{world.workbook.pk}",
        r"deputies/<int:pk>": f"deputies/{world.deputy.pk}",
        r"people/<int:pk>": f"people/{world.waiting.author_id}",
        r"holdings/<int:pk>": f"holdings/{world.deputy.pk}",
        r"approvals/<int:pk>": f"approvals/{world.waiting.pk}",
        r"problems/<slug:slug>": "problems/not-found",
        r"docs/<slug:name>": "docs/guide",
        r"\(\?P<uidb36>[^)]*\)-\(\?P<key>[^)]*\)": "1-set-password",
        r"\(\?P<key>[^)]*\)": "key",
        r"\(\?P<provider_id>[^)]*\)": "organisation",
        r"[\^$]": "",
    }
    problems = route.startswith("api/v1/problems/<")
    ordered = sorted(samples.items(), key=lambda item: problems and "problems" not in item[0])
    for pattern, sample in ordered:
        route = re.sub(pattern, lambda _, sample=sample: str(sample), route)  # type: ignore[misc]
    return f"/{route}"


def listed() -> dict[Key, tuple[int, ...]]:
    """The expected answers by method and route."""
    found = {}
    for line in LISTED.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            method, route, *codes = line.split()
            found[method, route] = tuple(map(int, codes if len(codes) > 1 else codes * len(IDENTITIES)))
    return found


def test_every_route_is_listed_and_nothing_else() -> None:
    known = {(method, f"/{route}") for route in routes(get_resolver()) for method in METHODS}
    assert set(listed()) == known


@pytest.mark.long
@pytest.mark.parametrize("method", METHODS)
def test_every_identity_gets_the_answer_that_the_matrix_promises(world: World, method: str) -> None:
    differing = []
    expected = listed()
    clients = {name: client_of(person) for name, person in world.people.items()}
    for route in dict.fromkeys(routes(get_resolver())):
        path = address(route, world)
        for name, promised in zip(IDENTITIES, expected[method, f"/{route}"], strict=True):
            answered = ask(clients[name], world.people[name], method, path)
            if answered != promised:
                differing.append(f"{method} /{route} as {name}: {answered}, promised {promised}")
    assert differing == []


def client_of(person: User | None) -> Client:
    client = Client()
    if person:
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def ask(client: Client, person: User | None, method: str, path: str) -> int:
    """The status code of one request, whose effects are rolled back; a sign-out among them is made good."""
    with transaction.atomic():
        answer = client.generic(method, path)
        answer.getvalue()  # a file that streams is closed once it is read
        status: int = answer.status_code
        transaction.set_rollback(True)
    if person and not client.cookies[settings.SESSION_COOKIE_NAME].value:
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return status
