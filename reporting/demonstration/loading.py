"""Playing the demonstration: every promise, update and decision through the services, in the order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import partial

from django.db import transaction

from accounts.models import User
from aims.choices import PeriodState, Stage
from aims.models import KeyActivity, MailPreference, Milestone, Objective, ProgressUpdate, ReviewPeriod, Strategy
from aims.services.periods import ensure_periods, open_period
from funding.models import Allocation, AwardChange, FundingReturn, FundingStream
from reporting.demonstration.acts import Act, acts_of
from reporting.demonstration.calendar import Calendar, opening_time
from reporting.demonstration.minutes import acts_of_the_board
from reporting.demonstration.people import People, create_people, loaded_for
from reporting.demonstration.plans import plan_of
from reporting.demonstration.players import Player
from reporting.demonstration.purses import read_purses
from reporting.demonstration.stories import ROUNDS, Story, read_stories
from reporting.demonstration.treasury import Treasury, acts_of_money
from reporting.models import Review
from reporting.sealing import Cover
from reporting.services import close_review, process_events
from reporting.services.agreeing import agree
from reporting.services.publishing import publish

Tell = Callable[[str], None]

DIRECTOR = "Executive Director for Strategy"


class NotPossible(Exception):
    """Why the demonstration cannot be loaded into this database, in one line; nothing was changed."""


@transaction.atomic
def load_demonstration(*, on: date, password: str, tell: Tell) -> bool:
    """Load the demonstration for a day, all of it or nothing; False: it is loaded already.

    About 23,000 statements in one transaction. Raises `NotPossible` for a database that holds anything else.
    """
    strategy = Strategy.objects.in_force().select_for_update().first()
    stories = read_stories()
    activities = _activities(strategy, stories)
    if _is_loaded(on):
        return False
    calendar = Calendar(on)
    people = create_people(calendar, password)
    _want_decisions(False)  # nobody is mailed today what was decided long ago
    players = [_player(story, activities[number], people, calendar) for number, story in stories.items()]
    acts = [act for player in players for act in acts_of(player, calendar)]
    acts.extend(act for treasury in _treasuries(activities, people) for act in acts_of_money(treasury, calendar))
    acts.extend(_rounds(calendar, people.office, tell))
    acts.extend(acts_of_the_board(stories, activities, people, calendar))
    for at, act in sorted(acts, key=lambda act: act[0]):
        act(at)
    process_events(now=opening_time(on), everything=True)
    _want_decisions(True)
    _tell_open_round(tell)
    return True


def _activities(strategy: Strategy | None, stories: dict[str, Story]) -> dict[str, KeyActivity]:
    if strategy is None:
        raise NotPossible("Load the strategy first: manage.py loaddata organisations strategy funding")
    rows = strategy.activities.select_related("strategy", "owner__approving_post").filter(retired_on__isnull=True)
    found = {activity.number: activity for activity in rows}
    if found.keys() != stories.keys():
        raise NotPossible("The demonstration tells of the strategy as first loaded: this one has other key activities")
    return found


def _is_loaded(on: date) -> bool:
    """Whether it was loaded for this day. Raises `NotPossible` for another day, or where something else is."""
    loaded = loaded_for()
    if loaded == on:
        return True
    if loaded:
        raise NotPossible(f"The demonstration was loaded for {loaded}: another date needs an empty database")
    if Allocation.objects.exists() or FundingReturn.objects.exists() or AwardChange.objects.exists():
        raise NotPossible("This database has money of its own: the demonstration needs an empty one")
    if User.objects.exists():
        raise NotPossible("This database has accounts of its own: the demonstration needs an empty one")
    begun = ReviewPeriod.objects.exclude(state=PeriodState.SCHEDULED)
    if ProgressUpdate.objects.exists() or Milestone.objects.exists() or begun.exists():
        raise NotPossible("This database has progress of its own: the demonstration needs an empty one")
    return False


def _want_decisions(wanted: bool) -> None:
    people = User.objects.filter(is_demonstration=True)
    MailPreference.objects.bulk_create(
        (MailPreference(person=person, decisions=wanted) for person in people),
        update_conflicts=True,
        unique_fields=["person"],
        update_fields=["decisions"],
    )


def _player(story: Story, activity: KeyActivity, people: People, calendar: Calendar) -> Player:
    plan = plan_of(story, activity.kind, calendar)
    return Player(story, plan, activity, people.owner_of(activity.owner), people.approver_of(activity.owner))


def _treasuries(activities: Mapping[str, KeyActivity], people: People) -> Iterator[Treasury]:
    streams = {stream.code: stream for stream in FundingStream.objects.filter(strategy__is_in_force=True)}
    objectives = {found.number: found for found in Objective.objects.filter(strategy__is_in_force=True)}
    targets: dict[str, KeyActivity | Objective] = {**activities, **objectives}
    for purse in read_purses():
        yield Treasury(purse, streams[purse.code], targets, people.finance, people.finance_colleague)


def _rounds(calendar: Calendar, office: User, tell: Tell) -> Iterator[Act]:
    """The performance office's part: periods made, opened and closed, reviews agreed and published."""
    begins = opening_time(calendar.begins)
    yield begins, partial(_make_periods, calendar.on)
    for number in range(1, ROUNDS + 1):
        found = calendar.round(number)
        closes = calendar.deadline if number == ROUNDS else None
        yield found.opens_at, partial(_open, found.half.slug, closes, office)
        if number < ROUNDS:
            yield found.closes_at, partial(_close, found.half.slug, found.board_on, office, tell)
            yield found.agreed_at, partial(_agree, found.half.slug, number, office)
            yield found.published_at, partial(_publish, found.half.slug, office)


def _make_periods(on: date, at: datetime) -> None:
    ensure_periods(on=on, now=at, back=ROUNDS)


def _open(slug: str, closes: date | None, office: User, at: datetime) -> None:
    open_period(period=_period(slug), by=office, now=at, submission_closes=closes)


def _close(slug: str, board_on: date, office: User, tell: Tell, at: datetime) -> None:
    cover = Cover(board_on=board_on, director=DIRECTOR)
    period = close_review(period=_period(slug), by=office, now=at, cover=cover)
    tell(f"{period.label} closed with {period.updates.approved().count()} updates")


def _agree(slug: str, number: int, office: User, at: datetime) -> None:
    agree(
        review=_review(slug),
        agreed_on=at.date(),
        minute_reference=f"WMCA Board, minute {number * 19 + 4}",
        resolution="The Board noted the position and answered what the exceptions asked of it.",
        by=office,
        now=at,
    )


def _publish(slug: str, office: User, at: datetime) -> None:
    publish(review=_review(slug), by=office, now=at)


def _review(slug: str) -> Review:
    return Review.objects.standing().get(period=_period(slug))


def _period(slug: str) -> ReviewPeriod:
    return ReviewPeriod.objects.select_related("strategy").get(strategy__is_in_force=True, slug=slug)


def _tell_open_round(tell: Tell) -> None:
    period = ReviewPeriod.objects.get(strategy__is_in_force=True, state=PeriodState.OPEN)
    stages = Counter(period.updates.values_list("stage", flat=True))
    tell(
        f"{period.label} open until {period.submission_closes:%-d %B %Y}: {stages[Stage.APPROVED]} updates approved,"
        f" {stages[Stage.SUBMITTED]} waiting, {stages[Stage.DRAFT]} being written"
    )
