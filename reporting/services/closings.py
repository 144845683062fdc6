"""Closing a round as a job: asked for at the desk, done by a worker, its outcome kept."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import partial

from django.core.cache import cache
from django.db import transaction

from accounts.models import User
from aims.choices import PeriodState
from aims.errors import AimsError, AlreadyDecided, Refused
from aims.models import ReviewPeriod
from reporting.choices import Verb
from reporting.lines.rows import Recommendation
from reporting.models import Closing, Review
from reporting.sealing import Cover
from reporting.selectors.books import standing_review
from reporting.services.closing import close_review

CLOSABLE = (PeriodState.OPEN, PeriodState.CLOSING)
FAILED = "The closing did not succeed. The round goes on as before: try again in a minute"
KEPT = 60 * 60  # seconds


@transaction.atomic
def ask_to_close(*, period: ReviewPeriod, cover: Cover, by: User, now: datetime) -> Closing:
    """Have a worker close a round with this cover.

    Raises `AlreadyDecided` while somebody else's closing of it waits or runs, `Refused` for a round not under way. One
    that a crash left closing, with nobody at it, is taken up.
    """
    locked: ReviewPeriod = ReviewPeriod.objects.select_for_update().get(pk=period.pk)
    if locked.state not in CLOSABLE:
        raise Refused(f"{locked.label} is {locked.get_state_display().lower()}: only an open round can be closed")
    running = locked.closings.filter(finished_at__isnull=True).select_related("asked_by").first()
    if running:
        raise AlreadyDecided(f"{running.asked_by} is closing {locked.label} already")
    made: Closing = Closing.objects.create(
        period=locked,
        board_on=cover.board_on,
        director=cover.director,
        recommendations=[asdict(each) for each in cover.recommendations],
        asked_by=by,
        asked_at=now,
    )
    return made


def do_closing(*, closing: Closing, now: datetime) -> Closing:
    """Close the round that a closing asks for, and write down what became of it; one worker at a time.

    What was killed halfway is taken up: where the round is closed already, only the outcome is written. Anything but
    a refusal is raised, and the round is open then as before.
    """
    Closing.objects.filter(pk=closing.pk, started_at__isnull=True).update(started_at=now)
    closing.refresh_from_db()
    review = _sealed_by(closing)
    if review:
        return _finished(closing, now, review=review)
    tell = partial(_note, closing.pk)
    try:
        close_review(period=closing.period, by=closing.asked_by, now=now, cover=cover_of(closing), tell=tell)
    except AimsError as error:
        return _finished(closing, now, problem=error.message)
    return _finished(closing, now, review=standing_review(closing.period))


def give_up(*, closing: Closing, now: datetime) -> Closing:
    """Write down that a closing failed for a reason that its worker could not answer."""
    return _finished(closing, now, problem=FAILED)


def cover_of(closing: Closing) -> Cover:
    """The cover that was asked for."""
    asked = (Recommendation(**each | {"verb": Verb(each["verb"])}) for each in closing.recommendations)
    return Cover(board_on=closing.board_on, director=closing.director, recommendations=tuple(asked))


def progress_key(closing: int) -> str:
    """Where the cache keeps how many lines of how many are sealed."""
    return f"reporting.closing.{closing}"


def _note(closing: int, done: int, total: int) -> None:
    cache.set(progress_key(closing), (done, total), timeout=KEPT)


def _sealed_by(closing: Closing) -> Review | None:
    """The review that this closing made before its worker died; None where it has still to be made."""
    review = standing_review(closing.period)
    is_own = review and review.sealed_at >= closing.asked_at and not Closing.objects.filter(review=review).exists()
    return review if is_own else None


def _finished(closing: Closing, now: datetime, review: Review | None = None, problem: str | None = None) -> Closing:
    closing.finished_at, closing.review, closing.problem = now, review, problem
    closing.save(update_fields=["finished_at", "review", "problem"])
    return closing
