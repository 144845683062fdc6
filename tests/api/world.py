"""A small authority with something of every kind, and those who ask its API for it.

There is a review that anyone reads, one that is sealed and not published, and a round under way; in each the partner
whose keys ask has something, and so has somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.choices import KeyScope, OrganisationKind, UserRole
from accounts.models import Holding, Organisation, User
from aims.models import KeyActivity, ReviewPeriod
from aims.rules import HalfYear, half_year
from aims.services.keys import make_key
from funding.models import FundingReturn, FundingStream
from funding.rules import Figures
from funding.services.allocating import allocate
from funding.services.returning import approve_return, submit_return
from reporting.services import close_review
from reporting.services.agreeing import agree
from reporting.services.publishing import publish
from reporting.services.rebuilding import rebuild
from tests.factories import (
    make_activity,
    make_approved,
    make_date_change,
    make_draft,
    make_milestone,
    make_organisation,
    make_owner,
    make_period,
    make_red_values,
    make_stream,
    make_submitted,
    make_user,
)

OURS, THEIRS = ("1.1.1", "1.1.2", "1.1.3", "1.1.4"), ("1.2.1", "1.2.2", "1.2.3", "1.2.4")
BETTER: dict[str, Any] = {
    "override_reason": "The late milestone holds up nothing.",
    "evidence": "Minute 12",
}  # than is suggested


@dataclass(frozen=True)
class World:
    """Who asks, by name: the texts of keys and the numbers of sessions. Nobody is found under `anyone`.

    `known` has values of query parameters that anyone may ask with.
    """

    keys: Mapping[str, str]
    sessions: Mapping[str, str]
    known: Mapping[str, list[str]]


def make_world() -> World:
    """Everything, as of today."""
    partner = make_organisation(
        slug="birmingham-city-council", name="Birmingham", kind=OrganisationKind.LOCAL_AUTHORITY
    )
    ours, theirs = activities_of(partner, OURS), activities_of(make_organisation(slug="wmca"), THEIRS)
    office = make_user(UserRole.OFFICE)
    oldest = half_year(timezone.localdate()).previous().previous().previous()
    tell_money(ours[0], theirs[0], oldest, partner)
    open_to_anyone(tell_review(oldest, [*ours, *theirs]), office)
    tell_review(oldest.next(), [ours[0], theirs[0]])
    tell_round(oldest.next().next(), ours, theirs)
    people = people_of(partner, ours[0], office)
    asked = {"key: read": [KeyScope.READ], "key: update:own": [KeyScope.READ, KeyScope.UPDATE_OWN]}
    keys = {name: key_of(people["partner"], partner, scopes, office) for name, scopes in asked.items()}
    known = {"period": [oldest.slug], "as_at": [str(oldest.ends), str(oldest.submission_closes)]}
    return World(keys, {name: session_of(person) for name, person in people.items()}, known)


def activities_of(organisation: Organisation, numbers: tuple[str, ...]) -> list[KeyActivity]:
    """Activities of one post of an organisation; the first has dates, a place, a contributor and milestones."""
    owner = make_owner(organisation=organisation, approving_post=make_owner(organisation=organisation))
    days = {"baseline_start": date(2025, 4, 1), "baseline_end": date(2027, 3, 31)}
    first = make_activity(numbers[0], owner=owner, **days)
    first.places.create(slug=f"place-{organisation.slug}", name=f"Place of {organisation.slug}", authority=organisation)
    first.contributors.add(organisation)
    make_milestone(first)
    make_milestone(first, position=2, title="Work begun", baseline_date=date(2025, 6, 1))
    return [first, *(make_activity(number, owner=owner) for number in numbers[1:])]


def in_the_round_of(half: HalfYear) -> datetime:
    """A morning on which updates of a half-year are taken."""
    return datetime.combine(half.submission_opens + timedelta(days=5), time(9), UTC)


def tell_money(ours: KeyActivity, theirs: KeyActivity, half: HalfYear, partner: Organisation) -> None:
    """A stream for each of two activities, with a return that counts and one that waits, known since a half-year."""
    sender, approver, now = make_user(UserRole.FINANCE), make_user(UserRole.FINANCE), in_the_round_of(half)
    for code, activity, returns in (("A", ours, partner), ("B", theirs, None)):
        given = {"code": code, "funder": partner, "returned_by": returns, "award": Decimal(1_050_000)}
        stream = make_stream(strategy=activity.strategy, **given)
        allocate(stream=stream, target=activity, amount=Decimal(26_000), reason="Minute 12.", by=sender, now=now)
        said = return_of(stream, half.starts, sender, now)
        approve_return(found=said, by=approver, now=now)
        return_of(stream, half.ends.replace(day=1), sender, now)


def return_of(stream: FundingStream, month: date, by: User, now: datetime) -> FundingReturn:
    """What finance said of a month."""
    figures = Figures(committed=Decimal(310_000), spend_to_date=Decimal(268_000))
    return submit_return(stream=stream, month=month, figures=figures, by=by, now=now)


def tell_review(half: HalfYear, reported: list[KeyActivity]) -> ReviewPeriod:
    """A sealed review of a half-year, in which some activities reported; the last with a reason for its rating."""
    period, now = make_period(half.ends), in_the_round_of(half)
    exempt: dict[str, Any] = {"exempt_narrative": "The price is £4m", "exempt_paragraph": 3}
    for activity in reported[:-1]:
        make_approved(activity, now=now, **BETTER | exempt)
    make_approved(reported[-1], now=now, **asdict(make_red_values()))
    rebuild(period=period, on=half.ends)
    close_review(period=period, by=None, now=datetime.combine(half.submission_closes, time(20), UTC))
    period.refresh_from_db()
    return period


def open_to_anyone(period: ReviewPeriod, office: User) -> None:
    """Its review is agreed and published."""
    review = period.reviews.get()
    now = review.sealed_at + timedelta(days=1)
    minute = {"minute_reference": "WMCA 12/26", "resolution": "The Board noted it."}
    agree(review=review, agreed_on=timezone.localdate(now), by=office, now=now, **minute)
    publish(review=review, by=office, now=now)


def tell_round(half: HalfYear, ours: list[KeyActivity], theirs: list[KeyActivity]) -> None:
    """The round under way: of each, an update that counts, one that waits, a draft, and an activity without any."""
    today, now = timezone.localdate(), timezone.now()
    period = make_period(half.ends, submission_closes=today + timedelta(days=9))
    for approved, waiting, drafted, _ in (ours, theirs):
        make_approved(approved, now=now, **BETTER)
        make_submitted(waiting, now=now)
        make_draft(drafted, now=now)
        make_date_change(approved)
    rebuild(period=period, on=today)


def people_of(partner: Organisation, activity: KeyActivity, office: User) -> dict[str, User]:
    """Those who sign in: of the partner, the Board, the activity's owner, and the office."""
    owner = make_user(UserRole.OWNER, organisation=partner)
    Holding.objects.create(user=owner, owner=activity.owner, starts=date(2020, 1, 1))
    return {
        "partner": make_user(UserRole.PARTNER, organisation=partner),
        "board": make_user(UserRole.BOARD),
        "owner": owner,
        "office": office,
    }


def key_of(person: User, organisation: Organisation, scopes: list[KeyScope], office: User) -> str:
    """The text of a new key."""
    last, now = timezone.localdate() + timedelta(days=30), timezone.now()
    given: dict[str, Any] = {"user": person, "organisation": organisation, "scopes": scopes, "expires_on": last}
    _, text = make_key(name=" and ".join(scopes), by=office, now=now, **given)
    return str(text)


def session_of(person: User) -> str:
    """The number of a session of somebody who has signed in."""
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value
