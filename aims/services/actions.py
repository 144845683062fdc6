"""What the Board asked for, recorded by the office, and what the post that answers reports about it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Holding, Owner, User
from aims.choices import Audience, EventKind, NoticeKind, PeriodState
from aims.errors import Refused
from aims.models import ActionReport, BoardAction, KeyActivity, ReviewPeriod
from aims.rules.wording import long_date
from aims.services.events import Subject, record
from aims.services.notices import tell


@transaction.atomic
def ask_action(
    *,
    period: ReviewPeriod,
    text: str,
    owner: Owner,
    due_on: date,
    by: User,
    now: datetime,
    activity: KeyActivity | None = None,
) -> BoardAction:
    """Record an action that the Board asked for in a closed review, and tell whoever holds the post.

    Two who record at once take turns and get numbers of their own. The same words for the same post and day are one
    action: pressing twice asks once. Raises `Refused` without words, for a day that the review itself reaches, and
    where the round is not closed.
    """
    held = hold_decisions(period)
    if not text.strip():
        raise Refused("Write what the Board asked for")
    if due_on <= held.ends:
        raise Refused(f"Choose a day after {long_date(held.ends)}, the last day of the half-year under review")
    asked = {"text": text.strip(), "owner": owner, "due_on": due_on, "activity": activity}
    known = held.actions.filter(**asked).first()
    return known or _record_action(held, asked, by, now)


def hold_decisions(period: ReviewPeriod) -> ReviewPeriod:
    """The closed period, held until the caller's transaction ends: whoever records decisions takes turns.

    Raises `Refused` where the round is under way, also because it was opened again meanwhile.
    """
    locked: ReviewPeriod = ReviewPeriod.objects.select_for_update(no_key=True).get(pk=period.pk)
    if locked.state != PeriodState.CLOSED:
        raise Refused(f"{locked.label} is {locked.get_state_display().lower()}: decisions are about a closed review")
    return locked


def audience_of(period: ReviewPeriod) -> Audience:
    """Who reads of decisions on a review: everybody once it is published, staff and the Board before."""
    return Audience.PUBLIC if period.published_at else Audience.STAFF


def _record_action(period: ReviewPeriod, asked: dict[str, object], by: User, now: datetime) -> BoardAction:
    last: int | None = period.actions.aggregate(last=Max("number"))["last"]
    action = BoardAction.objects.create(period=period, number=(last or 0) + 1, at=now, by=by, **asked)
    record(
        EventKind.ACTION_ASKED,
        now=now,
        by=by,
        audience=audience_of(period),
        after={"text": action.text, "owner": action.owner.slug, "due_on": action.due_on},
        **_subject(action),
    )
    _tell_holders(action, now)
    return action


def _tell_holders(action: BoardAction, now: datetime) -> None:
    key = f"action-asked {action.reference}"
    for person in holders_of(action.owner, timezone.localdate(now)):
        tell(person=person, kind=NoticeKind.ACTION_ASKED, key=key, now=now, action=action)


def holders_of(owner: Owner, on: date) -> list[User]:
    """Who holds a post on a day, deputies included."""
    held = Holding.objects.current(on).filter(owner=owner).values("user")
    return list(User.objects.filter(pk__in=held, is_active=True).order_by("email"))


@transaction.atomic
def report_on_action(*, action: BoardAction, text: str, is_done: bool, by: User, now: datetime) -> ActionReport:
    """Tell what was done about an action; the latest report says whether it is done, every one is kept.

    The same words again from the same person are no second report. Raises `Refused` without words.
    """
    if not text.strip():
        raise Refused("Say what has been done, or what stands in the way")
    locked = BoardAction.objects.select_for_update(no_key=True, of=("self",)).select_related("period", "activity")
    held: BoardAction = locked.get(pk=action.pk)
    last = held.reports.order_by("-pk").first()
    if last and (last.text, last.is_done, last.by_id) == (text.strip(), is_done, by.pk):
        return last
    report = ActionReport.objects.create(action=held, text=text.strip(), is_done=is_done, at=now, by=by)
    record(
        EventKind.ACTION_REPORTED,
        now=now,
        by=by,
        audience=Audience.STAFF,
        after={"text": report.text, "is_done": report.is_done},
        **_subject(held),
    )
    return report


def _subject(action: BoardAction) -> Subject:
    about: Subject = {"period": action.period, "owner": action.owner, "reference": f"actions/{action.reference}"}
    return about | {"activity": action.activity} if action.activity else about
