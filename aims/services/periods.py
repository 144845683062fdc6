"""The life of a review period, up to its closing."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction

from accounts.models import Owner, User
from aims.choices import Audience, EventKind, PeriodState
from aims.errors import Refused
from aims.models import Extension, ProgressUpdate, ReviewPeriod, Strategy
from aims.rules import HalfYear, half_years_around
from aims.selectors.periods import next_period
from aims.services.events import record


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
    submission_closes: date | None = None,
) -> ReviewPeriod:
    """Let a scheduled period take submissions, if wished until another day than the usual one.

    Raises `Refused` while another period is open, for one that is not scheduled, and for a deadline before its end.
    """
    Strategy.objects.select_for_update().get(pk=period.strategy_id)  # two rounds opened at once take turns
    locked: ReviewPeriod = ReviewPeriod.objects.select_for_update().get(pk=period.pk)
    if locked.state != PeriodState.SCHEDULED:
        raise Refused(f"{locked.label} is {locked.get_state_display().lower()}: only a scheduled round can be opened")
    other = locked.strategy.periods.filter(state__in=[PeriodState.OPEN, PeriodState.CLOSING]).first()
    if other:
        raise Refused(f"Close {other.label} first: one round takes submissions at a time")
    closes = submission_closes or locked.submission_closes
    earliest = max(locked.ends, locked.submission_opens)
    if closes <= earliest:
        raise Refused(f"Choose a deadline after {earliest:%-d %B %Y}")
    locked.state = PeriodState.OPEN
    locked.submission_closes = closes
    locked.save()
    record(
        EventKind.PERIOD_OPENED,
        now=now,
        by=by,
        audience=Audience.STAFF,
        period=locked,
        after={"submission_closes": locked.submission_closes},
    )
    return locked


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
    """Give one owner a later deadline in one round, with its reason."""
    if not reason.strip():
        raise Refused("Say why the deadline is extended")
    if until <= period.submission_closes:
        raise Refused(f"Choose a day after {period.submission_closes:%-d %B %Y}, the deadline of the round")
    extension = Extension.objects.create(
        period=period,
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
        period=period,
        after={"owner": owner.slug, "until": until, "reason": extension.reason},
    )
    return extension


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


def finish_closing(*, period: ReviewPeriod, by: User | None, now: datetime) -> ReviewPeriod:
    """Hand what was not signed off to the next period and close; call it in the transaction that freezes."""
    following = next_period(period)
    open_updates = ProgressUpdate.objects.open().filter(period=period)
    if following:
        open_updates.update(period=following)
    elif open_updates.exists():
        raise Refused(f"Make the period after {period.label} first: it takes what was not signed off")
    period.state = PeriodState.CLOSED
    period.closed_at = now
    period.save()
    record(EventKind.PERIOD_CLOSED, now=now, by=by, audience=Audience.PUBLIC, period=period)
    return period


@transaction.atomic
def abandon_closing(*, period: ReviewPeriod) -> None:
    """Let a period whose closing failed take submissions again."""
    ReviewPeriod.objects.filter(pk=period.pk, state=PeriodState.CLOSING).update(state=PeriodState.OPEN)
