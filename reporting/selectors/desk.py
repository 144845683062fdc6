"""A review on the office's desk: what has been done with it, by whom, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from accounts.models import User
from aims.choices import EventKind, PeriodState
from aims.models import Event, Reopening, ReviewPeriod
from reporting.choices import ReviewStage
from reporting.models import Closing, Pack, PreElectionPeriod, Review
from reporting.rules.clear_days import clear_days, last_day_for_papers
from reporting.selectors.books import standing_review
from reporting.selectors.covers import head_of

TOLD = (
    EventKind.PERIOD_OPENED,
    EventKind.PERIOD_CLOSED,
    EventKind.REVIEW_REOPENED,
    EventKind.REVIEW_AGREED,
    EventKind.REVIEW_PUBLISHED,
    EventKind.REVIEW_CORRECTED,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a review's life. Done, `at` and `by` say when and by whom; `facts` what else there is to know.

    `url` leads to its page with the words of `button`; empty where nothing can be done about it now.
    """

    key: str
    heading: str
    at: datetime | None
    by: User | None
    facts: Sequence[str]
    url: str = ""
    button: str = ""
    is_next: bool = False

    @property
    def is_done(self) -> bool:
        """Whether it has been done."""
        return self.at is not None


@dataclass(frozen=True, slots=True)
class Countdown:
    """How long until the Board meets: the `clear_days` between today and then, the `days_left` until papers are due."""

    board_on: date
    papers_by: date
    clear_days: int
    days_left: int


@dataclass(frozen=True, slots=True)
class Warned:
    """That a day on which something would be made public lies in the weeks before an election."""

    what: str
    day: date
    period: PreElectionPeriod


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """A review and its steps. `review` is None while the round is under way; `sealed` are all its reviews, in order."""

    period: ReviewPeriod
    review: Any
    closing: Closing | None
    reopening: Reopening | None
    steps: Sequence[Step]
    countdown: Countdown | None
    warnings: Sequence[Warned]
    sealed: Sequence[Review]
    history: Sequence[Event]

    @property
    def may_reopen(self) -> bool:
        """Whether it can be opened again."""
        return bool(self.review and self.review.stage == ReviewStage.SEALED)

    @property
    def may_correct(self) -> bool:
        """Whether a mistake in it is told by an erratum."""
        return bool(self.review and self.review.stage in (ReviewStage.AGREED, ReviewStage.PUBLISHED))


def desk_of_review(period: ReviewPeriod, on: date) -> ReviewDesk:
    """A period's review on a day; a dozen queries."""
    review: Any = standing_review(period)
    countdown = _countdown(review, on)
    return ReviewDesk(
        period=period,
        review=review,
        closing=period.closings.select_related("asked_by").last(),
        reopening=period.reopenings.prefetch_related("activities").last(),
        steps=_steps(period, review, countdown),
        countdown=countdown,
        warnings=list(_warnings(review, countdown, on)),
        sealed=list(period.reviews.select_related("sealed_by").order_by("number")),
        history=list(period.events.filter(kind__in=TOLD).select_related("by").order_by("-pk")),
    )


def pre_election_on(days: dict[str, date]) -> Iterator[Warned]:
    """Which of these days, by what happens on them, lie in a pre-election period; one query."""
    if not days:
        return
    periods = PreElectionPeriod.objects.filter(starts__lte=max(days.values()), ends__gte=min(days.values()))
    for period in periods:
        yield from (Warned(what, day, period) for what, day in days.items() if period.starts <= day <= period.ends)


def _countdown(review: Any, on: date) -> Countdown | None:
    """Until the Board has agreed the review; None where its day is not known."""
    if review is None or review.stage != ReviewStage.SEALED:
        return None
    board_on = head_of(review).board_on
    if board_on is None:
        return None
    papers_by = last_day_for_papers(board_on)
    return Countdown(board_on, papers_by, clear_days(on, board_on), (papers_by - on).days)


def _warnings(review: Any, countdown: Countdown | None, on: date) -> Iterator[Warned]:
    if review is None or review.stage == ReviewStage.PUBLISHED:
        return iter(())
    days = {"Publishing today": on}
    if countdown:
        days |= {"The last day for the papers": countdown.papers_by, "The Board's day": countdown.board_on}
    return pre_election_on({what: day for what, day in days.items() if day >= on})


def _steps(period: ReviewPeriod, review: Any, countdown: Countdown | None) -> list[Step]:
    pack = _pack(period, review, countdown)
    return [_close(period, review), pack, _agree(period, review, pack), _publish(period, review)]


def _close(period: ReviewPeriod, review: Any) -> Step:
    if review:
        facts = [f"{review.line_count:,} lines, seal {review.seal[:16]}…"]
        return Step("close", "Closed and sealed", review.sealed_at, review.sealed_by, facts)
    if period.state == PeriodState.CLOSED:
        return Step("close", "Closed before reviews were sealed", period.closed_at, None, [])
    facts = [f"Updates are taken until {period.submission_closes:%-d %B %Y}."]
    return Step("close", "Close the round", None, None, facts, reverse("round-close"), "Close the round", is_next=True)


def _pack(period: ReviewPeriod, review: Any, countdown: Countdown | None) -> Step:
    if review is None:
        return Step("pack", "Make the pack", None, None, [])
    made = Pack.objects.filter(review=review, finished_at__isnull=False, problem__isnull=True)
    last = made.select_related("asked_by").last()
    facts = [f"Public by {countdown.papers_by:%-d %B %Y}."] if countdown and not last else []
    heading = "Pack made" if last else "Make the pack"
    url, button = reverse("review-pack", args=[period.slug]), "Open the pack" if last else "Make the pack"
    is_next = last is None and review.stage == ReviewStage.SEALED
    at, by = (last.finished_at, last.asked_by) if last else (None, None)
    return Step("pack", heading, at, by, facts, url, button, is_next)


def _agree(period: ReviewPeriod, review: Any, pack: Step) -> Step:
    """The Board reads the pack first, and may have read a paper of another make."""
    made = getattr(review, "agreement", None)
    if made:
        facts = [f"The Board agreed it on {made.agreed_on:%-d %B %Y}: {made.minute_reference}.", made.resolution]
        return Step("agree", "Agreed by the Board", made.recorded_at, made.recorded_by, facts)
    is_sealed = review is not None and review.stage == ReviewStage.SEALED
    url = reverse("review-agree", args=[period.slug]) if is_sealed else ""
    is_next = is_sealed and pack.is_done
    return Step("agree", "Record that the Board agreed it", None, None, [], url, "Record the agreement", is_next)


def _publish(period: ReviewPeriod, review: Any) -> Step:
    made = getattr(review, "publication", None)
    if made:
        return Step("publish", "Published", made.published_at, made.published_by, ["Anyone can read it."])
    is_next = review is not None and review.stage == ReviewStage.AGREED
    url = reverse("review-publish", args=[period.slug]) if is_next else ""
    return Step("publish", "Publish", None, None, [], url, "Publish", is_next)
