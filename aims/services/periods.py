"""The life of a review period, up to its closing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Owner, User
from aims.choices import Audience, EventKind, PeriodState, Stage
from aims.errors import Refused
from aims.models import Extension, KeyActivity, ProgressUpdate, ReviewPeriod, Strategy
from aims.rules import HalfYear, half_years_around
from aims.selectors.periods import deadline_of, next_period
from aims.services.applying import apply_planned
from aims.services.events import record

UNSEALED: Mapping[str, str] = {}


@transaction.atomic
def ensure_periods(*, on: date, now: datetime, back: int = 1, ahead: int = 1) -> list[ReviewPeriod]:
    """Create the half-years around a day that the strategy in force still lacks, and return the created ones."""
    strategy = Strategy.objects.in_force().select_for_update().first()
    if strategy is None:
        return []
    known = set(strategy.periods.values_list("slug", flat=True))
    missing = [half for half in half_years_around(on, back=back, ahead=ahead) if half.slug not in known]
    return [_create_period(strategy, half, now) for half in missing]


def _create_period(strategy: Strategy, half: HalfYear, now: datetime) -> ReviewPeriod:
    period = ReviewPeriod.objects.create(
        strategy=strategy,
        slug=half.slug,
        label=half.label,
        starts=half.starts,
        ends=half.ends,
        submission_opens=half.submission_opens,
        submission_closes=half.submission_closes,
    )
    record(
        EventKind.PERIOD_CREATED,
        now=now,
        by=None,
        audience=Audience.STAFF,
        period=period,
    )
    return period


@transaction.atomic
def open_period(
    *,
    period: ReviewPeriod,
    by: User,
    now: datetime,
    submission_opens: date | None = None,
    submission_closes: date | None = None,
) -> ReviewPeriod:
    """Let a scheduled period take submissions, if wished between other days than the usual ones.

    Raises `Refused` while another period is open, for one that is not scheduled, and for windows out of order.
    """
    Strategy.objects.select_for_update().get(pk=period.strategy_id)  # two rounds opened at once take turns
    locked: ReviewPeriod = ReviewPeriod.objects.select_for_update().get(pk=period.pk)
    if locked.state != PeriodState.SCHEDULED:
        raise Refused(f"{locked.label} is {locked.get_state_display().lower()}: only a scheduled round can be opened")
    other = locked.strategy.periods.filter(state__in=[PeriodState.OPEN, PeriodState.CLOSING]).first()
    if other:
        raise Refused(f"Close {other.label} first: one round takes submissions at a time")
    _set(locked, submission_opens or locked.submission_opens, submission_closes or locked.submission_closes)
    locked.state = PeriodState.OPEN
    locked.save()
    record(
        EventKind.PERIOD_OPENED,
        now=now,
        by=by,
        audience=Audience.STAFF,
        period=locked,
        after={"submission_closes": locked.submission_closes},
    )
    apply_planned(strategy_id=locked.strategy_id, now=now)  # of half-years that were passed over
    return locked


@transaction.atomic
def set_windows(
    *,
    period: ReviewPeriod,
    submission_opens: date,
    submission_closes: date,
    reason: str,
    by: User,
    now: datetime,
    although_past: bool = False,
) -> ReviewPeriod:
    """Move the days between which a round takes updates, with a reason; what was sent in time stays in time.

    Raises `Refused` for windows out of order, once the round is closing, and, unless `although_past` says that it is
    meant, for a deadline that would have gone by already: people were told of a later one, and plan by it.
    """
    if not reason.strip():
        raise Refused("Say why the windows change: owners and approvers will ask")
    locked: ReviewPeriod = ReviewPeriod.objects.select_for_update().get(pk=period.pk)
    if locked.state not in (PeriodState.SCHEDULED, PeriodState.OPEN):
        raise Refused(f"{locked.label} is {locked.get_state_display().lower()}: its windows are history now")
    before = _windows(locked)
    _set(locked, submission_opens, submission_closes)
    if _windows(locked) == before:
        raise Refused("Choose other days than those that stand")
    is_ended = submission_closes < min(timezone.localdate(now), before["submission_closes"])
    if locked.state == PeriodState.OPEN and is_ended and not although_past:
        raise Refused("Owners were told of a later deadline: confirm that it is to lie in the past")
    locked.save()
    record(
        EventKind.WINDOWS_CHANGED,
        now=now,
        by=by,
        audience=Audience.STAFF,
        period=locked,
        before=before,
        after=_windows(locked) | {"reason": reason.strip()},
    )
    return locked


def _windows(period: ReviewPeriod) -> dict[str, Any]:
    return {"submission_opens": period.submission_opens, "submission_closes": period.submission_closes}


def _set(period: ReviewPeriod, opens: date, closes: date) -> None:
    """Put the windows on a period; raises `Refused` where the database would."""
    if opens < period.starts:
        raise Refused(f"Choose a first day on or after {period.starts:%-d %B %Y}, the start of the half-year")
    earliest = max(period.ends, opens)
    if closes <= earliest:
        raise Refused(f"Choose a deadline after {earliest:%-d %B %Y}")
    period.submission_opens, period.submission_closes = opens, closes


@transaction.atomic
def extend_deadline(
    *,
    period: ReviewPeriod,
    owner: Owner,
    until: date,
    reason: str,
    by: User,
    now: datetime,
) -> Extension:
    """Give one owner a later deadline in one round, with its reason, also after the deadline has gone by.

    What the owner sent in the meantime for the next period comes back at once if it speaks of a day of this one; a
    draft, and what was returned, when it is saved again. Raises `Refused` once the round is closing, and for a day
    that gives the owner nothing.
    """
    if not reason.strip():
        raise Refused("Say why the deadline is extended")
    locked: ReviewPeriod = ReviewPeriod.objects.select_for_update().get(pk=period.pk)
    if locked.state in (PeriodState.CLOSING, PeriodState.CLOSED):
        raise Refused(f"{locked.label} is {locked.get_state_display().lower()}: it takes no more updates")
    _check_extension(locked, owner, until, timezone.localdate(now))
    extension = Extension.objects.create(
        period=locked,
        owner=owner,
        until=until,
        reason=reason.strip(),
        granted_by=by,
        granted_at=now,
    )
    record(
        EventKind.DEADLINE_EXTENDED,
        now=now,
        by=by,
        audience=Audience.OFFICE,
        period=locked,
        owner=owner,
        after={"owner": owner.slug, "until": until, "reason": extension.reason} | _bring_back(locked, owner),
    )
    return extension


def _check_extension(period: ReviewPeriod, owner: Owner, until: date, on: date) -> None:
    if until <= period.submission_closes:
        raise Refused(f"Choose a day after {period.submission_closes:%-d %B %Y}, the deadline of the round")
    standing = deadline_of(period, owner.pk)
    if until <= standing:
        raise Refused(f"Choose a day after {standing:%-d %B %Y}, until which this post has time already")
    if until < on:
        raise Refused(f"Choose a day from {on:%-d %B %Y} on: an extension that has passed gives nobody time")


def _bring_back(period: ReviewPeriod, owner: Owner) -> dict[str, list[str]]:
    """Let what a post sent late count in this period after all; tells which activities, for the event."""
    following = next_period(period)
    if following is None:
        return {}
    share_lock(following.pk)
    own = KeyActivity.objects.select_for_update().filter(strategy=period.strategy_id, owner=owner).order_by("pk")
    late = following.updates.filter(stage=Stage.SUBMITTED, activity__in=list(own), as_at__lte=period.ends)
    numbers = list(late.order_by("activity__order").values_list("activity__number", flat=True))
    late.update(period=period)
    return {"brought_back": numbers} if numbers else {}


def share_lock(period_id: int) -> PeriodState:
    """Hold the period against closing until the transaction ends, and return its state.

    A writer holds the row `FOR SHARE`: many write at once, and closing waits for all of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM aims_reviewperiod WHERE id = %s FOR SHARE", [period_id])
        return PeriodState(cursor.fetchone()[0])


@transaction.atomic
def begin_closing(*, period: ReviewPeriod, by: User | None, now: datetime) -> ReviewPeriod:
    """Stop the writers: open becomes closing once everybody who is writing has finished."""
    locked: ReviewPeriod = ReviewPeriod.objects.select_for_update().get(pk=period.pk)
    if locked.state != PeriodState.OPEN:
        raise Refused(f"{locked.label} is {locked.get_state_display().lower()}: only an open round can be closed")
    locked.state = PeriodState.CLOSING
    locked.save()
    record(EventKind.PERIOD_CLOSING, now=now, by=by, audience=Audience.STAFF, period=locked)
    return locked


def finish_closing(
    *, period: ReviewPeriod, by: User | None, now: datetime, sealed: Mapping[str, str] = UNSEALED
) -> ReviewPeriod:
    """Hand what was not signed off to the next period and close; call it in the transaction that freezes.

    `sealed` goes into the event: what was sealed is told in two places, of which neither can be changed.
    """
    following = next_period(period)
    open_updates = ProgressUpdate.objects.open().filter(period=period)
    if following:
        open_updates.update(period=following)
    elif open_updates.exists():
        raise Refused(f"Make the period after {period.label} first: it takes what was not signed off")
    period.state = PeriodState.CLOSED
    period.closed_at = now
    period.save()
    record(EventKind.PERIOD_CLOSED, now=now, by=by, audience=Audience.STAFF, period=period, after=sealed)
    apply_planned(strategy_id=period.strategy_id, now=now)
    return period


@transaction.atomic
def abandon_closing(*, period: ReviewPeriod) -> None:
    """Let a period whose closing failed take submissions again."""
    ReviewPeriod.objects.filter(pk=period.pk, state=PeriodState.CLOSING).update(state=PeriodState.OPEN)
