"""What a mail has to say at the moment of its sending: what is done by then is not asked for.

A letter names activities and what is asked; what people wrote of them stays behind the sign-in, exempt text above all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from accounts.models import Owner, User
from aims.choices import DateField, Decision, MailKind, NoticeKind, Stage
from aims.models import BoardAction, DateChangeRequest, KeyActivity, Mail, Notice, ProgressUpdate, ReviewPeriod
from aims.rules.wording import long_date
from aims.selectors.periods import open_round
from aims.selectors.reminders import OWN, Left, PostInRound, posts_in_round, preference_of

STILL_OPEN = "Nobody has reported that it is done. Say how far it is: the Board asks in its next review."


@dataclass(frozen=True, slots=True)
class Line:
    """One activity in a letter; `path` leads to what is to be done or read."""

    number: str
    words: str
    path: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """What belongs together under one heading."""

    heading: str
    sentence: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of one mail; `messages` are the office's own, or an alarm's."""

    person: User
    subject: str
    sections: tuple[Section, ...]
    messages: tuple[str, ...] = ()
    may_be_turned_off: bool = True


def letter_of(mail: Mail, on: date) -> Letter | None:
    """What is left to say on a day; None where all is done, the account is closed or the person wants no such mail."""
    if not mail.person.is_active or not _is_wanted(mail):
        return None
    notices = list(
        mail.notices.select_related(
            "owner",
            "update__activity",
            "update__approved_by",
            "date_change__activity",
            "date_change__milestone",
            "activity",
            "period",
        ).order_by("made_at", "pk")
    )
    return WRITERS[MailKind(mail.kind)](mail.person, notices, on)


def _is_wanted(mail: Mail) -> bool:
    preference = preference_of(mail.person)
    if mail.kind in (MailKind.CHASE, MailKind.ALARM):
        return True
    return preference.reminders if mail.kind == MailKind.DIGEST else preference.decisions


def _digest(person: User, notices: list[Notice], on: date) -> Letter | None:
    subject, sections = _of_the_round(person, notices, on)
    overdue = _actions(person, notices, NoticeKind.ACTION_OVERDUE, on)
    if overdue:
        sections.append(Section(f"{_count(len(overdue), 'action')} overdue", STILL_OPEN, overdue))
    if not sections:
        return None
    return Letter(person, subject or f"{_count(len(overdue), 'action')} of the Board overdue", tuple(sections))


def _of_the_round(person: User, notices: list[Notice], on: date) -> tuple[str, list[Section]]:
    """The subject and what is left to say of the open round; neither where nothing is."""
    period = open_round()
    if period is None:
        return "", []
    own = _own(person, period, on) if any(notice.kind in OWN for notice in notices) else []
    late = {notice.owner_id for notice in notices if notice.kind == NoticeKind.ESCALATED and notice.owner_id}
    escalated = [
        post
        for post in posts_in_round(period, on, late)
        if post.deadline.day < on and person in post.approvers and person not in post.holders
    ]
    if not own and not escalated:
        return "", []
    is_new = any(notice.kind == NoticeKind.KICK_OFF for notice in notices)
    sections = [_asked(post, on) for post in own] + [_escalated(post, on) for post in escalated]
    return _subject(period, own, on, is_new=is_new), sections


def _chase(person: User, notices: list[Notice], on: date) -> Letter | None:
    period = open_round()
    asked = {notice.owner_id for notice in notices if notice.owner_id} or None
    own = _own(person, period, on, asked) if period else []
    if period is None or not own:
        return None
    messages = dict.fromkeys(notice.message.strip() for notice in notices if notice.message.strip())
    return Letter(
        person=person,
        subject=f"The performance office asks for {_updates(own)}: {period.label}",
        sections=tuple(_asked(post, on) for post in own),
        messages=tuple(messages),
        may_be_turned_off=False,
    )


def _own(person: User, period: ReviewPeriod, on: date, asked: set[int] | None = None) -> list[PostInRound]:
    """The posts that the person holds and that still have something to send, the most pressing first."""
    held = set(Owner.objects.held_by(person, on).values_list("pk", flat=True))
    posts = posts_in_round(period, on, held & asked if asked else held)
    return sorted(posts, key=lambda post: (post.deadline.day, post.owner.slug))


def _subject(period: ReviewPeriod, own: list[PostInRound], on: date, *, is_new: bool) -> str:
    if not own:
        return f"Updates that you approve are overdue: {period.label}"
    if own[0].deadline.day < on:
        return f"Updates are overdue: {period.label}"
    asked = f"{_updates(own)} due by {long_date(own[0].deadline.day)}"
    return f"{period.label} is open: {asked}" if is_new else f"{asked}: {period.label}"


def _updates(posts: Iterable[PostInRound]) -> str:
    return _count(sum(len(post.left) for post in posts), "update")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _asked(post: PostInRound, on: date) -> Section:
    day, lines = post.deadline.day, tuple(map(_to_send, post.left))
    if on > day:
        return Section(
            heading=f"{post.owner.title}: {_updates([post])} overdue since {long_date(day)}",
            sentence=(
                "What you send now counts for the next review. If you need more time for this one, ask the"
                " performance office for a later day."
            ),
            lines=lines,
        )
    return Section(
        f"{post.owner.title}: {_updates([post])} due by {long_date(day)}", _time_left((day - on).days), lines
    )


def _time_left(days: int) -> str:
    if days == 0:
        return "Today is the last day."
    return "Tomorrow is the last day." if days == 1 else f"There are {days} days left."


def _to_send(left: Left) -> Line:
    note = "returned to you with a note" if left.is_returned else "a draft is saved" if left.draft else ""
    return _line(left.activity, reverse("update", args=[left.activity.number]), note)


def _line(activity: KeyActivity, path: str, note: str = "") -> Line:
    return Line(activity.number, activity.description, path, note)


def _escalated(post: PostInRound, on: date) -> Section:
    """Said to whoever approves for the post, without blame: there may be a good reason."""
    late = _count((on - post.deadline.day).days, "day")
    people = ", ".join(person.name for person in post.holders)
    asked = f"{people} may be away or wait for something" if people else "Nobody holds the post at present"
    return Section(
        heading=f"{post.owner.title}: {_updates([post])} {late} overdue",
        sentence=(
            f"You approve for this post. {asked}: you may know how to help, or ask the performance office for a"
            " later day or a deputy."
        ),
        lines=tuple(_line(left.activity, left.activity.get_absolute_url()) for left in post.left),
    )


def _decisions(person: User, notices: list[Notice], on: date) -> Letter | None:
    updates = [notice.update for notice in notices if notice.update and _stands(notice.update.activity, on)]
    moves = [notice.date_change for notice in notices if notice.date_change]
    returned = [update for update in updates if update.stage == Stage.DRAFT and update.returned_by_id]
    approved = [update for update in updates if update.stage == Stage.APPROVED]
    decided = [move for move in moves if move.decision != Decision.REQUESTED and _stands(move.activity, on)]
    sections = [
        Section("Returned to you", "Read the note, change the update and send it again.", _lines(returned, _to_change)),
        Section("Approved", "Nothing is left to do.", _lines(approved, _signed_off)),
        Section("New dates", "The baseline stays as it was.", _lines(decided, _decided)),
        Section(
            "Asked by the Board",
            "Read what it is, and report on it there.",
            _actions(person, notices, NoticeKind.ACTION_ASKED, on),
        ),
        Section("Answered by the Board", "The answer stands beside what was asked.", _answered(notices)),
    ]
    told = tuple(section for section in sections if section.lines)
    if not told:
        return None
    return Letter(person, ", ".join(f"{section.heading} ({len(section.lines)})" for section in told), told)


def _stands(activity: KeyActivity, on: date) -> bool:
    return activity.retired_on is None or activity.retired_on > on


def _lines(found: Iterable[ProgressUpdate | DateChangeRequest], write: Callable[..., Line]) -> tuple[Line, ...]:
    """A line each, once where several notices speak of it."""
    return tuple(write(each) for each in dict.fromkeys(found))


def _to_change(update: ProgressUpdate) -> Line:
    return _line(update.activity, reverse("update", args=[update.activity.number]))


def _signed_off(update: ProgressUpdate) -> Line:
    return _line(update.activity, update.get_absolute_url(), f"approved by {update.approved_by}")


def _decided(move: DateChangeRequest) -> Line:
    what = move.milestone.title if move.milestone else DateField(move.field).label
    outcome = Decision(move.decision).label.lower()
    note = f"{what}, {long_date(move.previous_date)} to {long_date(move.proposed_date)}: {outcome}"
    return _line(move.activity, reverse("dates", args=[move.activity.number]), note)


def _actions(person: User, notices: list[Notice], kind: NoticeKind, on: date) -> tuple[Line, ...]:
    """The actions spoken of that are still open and still the person's."""
    named = {notice.action_id for notice in notices if notice.kind == kind and notice.action_id}
    rows = BoardAction.objects.answered_by(person, on).open().filter(pk__in=named)
    return tuple(map(_of_action, rows.select_related("period", "owner", "activity").order_by("due_on", "pk")))


def _of_action(action: BoardAction) -> Line:
    about = f"about {action.activity.number} {action.activity.description}" if action.activity else ""
    words = ", ".join(filter(None, [action.owner.title, about]))
    return Line(str(action), words, action.get_absolute_url(), f"by {long_date(action.due_on)}")


def _answered(notices: list[Notice]) -> tuple[Line, ...]:
    """The activities whose ask was answered, once each."""
    asked = {notice.activity: notice.period for notice in notices if notice.kind == NoticeKind.ANSWERED}
    return tuple(
        _line(activity, reverse("review-decisions", args=[period.slug]), period.label)
        for activity, period in asked.items()
        if activity and period
    )


def _alarm(person: User, notices: list[Notice], on: date) -> Letter | None:
    """What the nightly check of the seals found: an administrator has to look into it, whatever they want by mail."""
    messages = dict.fromkeys(notice.message for notice in notices)
    return Letter(person, "A sealed review differs from what was sealed", (), tuple(messages), may_be_turned_off=False)


WRITERS: dict[MailKind, Callable[[User, list[Notice], date], Letter | None]] = {
    MailKind.DIGEST: _digest,
    MailKind.DECISIONS: _decisions,
    MailKind.CHASE: _chase,
    MailKind.ALARM: _alarm,
}
