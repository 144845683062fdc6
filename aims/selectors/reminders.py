"""Who is to be reminded of what in the round, who is not, and which mail did not arrive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Holding, Owner, User
from aims.choices import EventKind, MailKind, NoticeKind, Stage
from aims.models import KeyActivity, Mail, MailPreference, Notice, ProgressUpdate, ReviewPeriod
from aims.rules import Deadline, Reminder, escalations_until, reminder_to_tell, reminders_until
from aims.selectors.facts import standings
from aims.selectors.periods import open_round

OWN = (NoticeKind.KICK_OFF, NoticeKind.DUE, NoticeKind.OVERDUE)
ESCALATED = (NoticeKind.ESCALATED,)
REMINDERS = (*OWN, *ESCALATED, NoticeKind.ACTION_OVERDUE)
TROUBLES_SHOWN = 50

Told = defaultdict[tuple[int, int | None], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Left:
    """An activity whose update the round still waits for, with the draft that was begun or given back."""

    activity: KeyActivity
    draft: ProgressUpdate | None

    @property
    def is_returned(self) -> bool:
        """Whether it was sent and came back."""
        return self.draft is not None and self.draft.returned_by_id is not None


@dataclass(frozen=True, slots=True)
class PostInRound:
    """A post with updates left to send: who holds it on the day, who approves for it, and until when it has time."""

    owner: Owner
    deadline: Deadline
    left: tuple[Left, ...]
    holders: tuple[User, ...]
    approvers: tuple[User, ...]


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """One reminder to one person about one post."""

    person: User
    post: PostInRound
    reminder: Reminder
    period: ReviewPeriod

    @property
    def key(self) -> str:
        """Its name among all notices to the person: a deadline that moves has reminders of its own."""
        key = f"{self.reminder.name} {self.period.slug} post-{self.post.owner.pk}"
        return key if self.reminder.kind == NoticeKind.KICK_OFF else f"{key}{_until(self.post.deadline)}"


def planned_reminders(on: date) -> list[PlannedReminder]:
    """What is to be told on a day, and was not told before; nothing to whoever had the day's mail already.

    A dozen queries where nothing is to be told, as in most hours; what is left is looked for only where something is.
    """
    period = open_round()
    if period is None:
        return []
    told, silent = _told(period), not_reminded(on)
    asked = _posts(period, on, set(_unsent(period, on).values_list("owner", flat=True)))
    found = [each for post in asked for each in _planned(post, period, told, on) if each.person.pk not in silent]
    left = _left(period, on, {each.post.owner.pk for each in found})
    planned = [replace(each, post=replace(each.post, left=tuple(left[each.post.owner.pk]))) for each in found]
    planned = [each for each in planned if each.post.left]
    return sorted(planned, key=lambda each: (each.person.email, each.post.owner.slug))


def posts_in_round(period: ReviewPeriod, on: date, owners: Collection[int] | None = None) -> list[PostInRound]:
    """The posts, all or those named, that the round still waits for; at most sixteen queries."""
    left = _left(period, on, owners)
    return [replace(post, left=tuple(left[post.owner.pk])) for post in _posts(period, on, set(left))]


def _posts(period: ReviewPeriod, on: date, owners: set[int]) -> list[PostInRound]:
    """Posts with their people and deadlines, not yet with what they have left."""
    posts = list(Owner.objects.filter(pk__in=owners).select_related("organisation").order_by("slug"))
    deadlines = _deadlines(period, owners)
    holders = holders_of_each(owners | {post.approving_post_id for post in posts if post.approving_post_id}, on)
    return [
        PostInRound(
            owner=post,
            deadline=deadlines[post.pk],
            left=(),
            holders=holders[post.pk],
            approvers=holders[post.approving_post_id] if post.approving_post_id else (),
        )
        for post in posts
    ]


def preference_of(person: User) -> MailPreference:
    """What a person wants by mail, as stored or, where they never chose, as everybody begins."""
    return MailPreference.objects.filter(person=person).first() or MailPreference(person=person)


def people_without_reminders(on: date) -> list[tuple[User, Owner]]:
    """Who holds a post with activities on a day and has turned reminders off: the office reaches them otherwise."""
    posts = KeyActivity.objects.standing(on).filter(strategy__is_in_force=True).values("owner")
    held = Holding.objects.current(on).filter(owner__in=posts, user__in=_turned_off(), user__is_active=True)
    rows = held.select_related("user", "owner__organisation").order_by("user__name", "owner__title")
    return [(row.user, row.owner) for row in rows]


def unheld_posts(on: date) -> list[Owner]:
    """The posts that the open round waits for and that nobody holds on a day: nobody is reminded."""
    period = open_round()
    return [post.owner for post in posts_in_round(period, on) if not post.holders] if period else []


def mail_troubles() -> list[Mail]:
    """The latest mails that the mail server has not taken, given up or still tried again."""
    return list(Mail.objects.in_trouble().select_related("person").order_by("-made_at")[:TROUBLES_SHOWN])


def _planned(post: PostInRound, period: ReviewPeriod, told: Told, on: date) -> Iterable[PlannedReminder]:
    holding = {person.pk for person in post.holders}
    above = [person for person in post.approvers if person.pk not in holding]
    own, escalated = reminders_until(post.deadline, on), escalations_until(post.deadline, on)
    listening = [(person, own, OWN) for person in post.holders] + [(person, escalated, ESCALATED) for person in above]
    for person, fallen, kinds in listening:
        reminder = reminder_to_tell(fallen, _names(told[person.pk, post.owner.pk], post.deadline, kinds))
        if reminder:
            yield PlannedReminder(person, post, reminder, period)


def _until(deadline: Deadline) -> str:
    return f" until {deadline.day}"


def _names(told: list[tuple[str, str]], deadline: Deadline, kinds: Collection[str]) -> set[str]:
    """The names of the reminders told of this deadline; see `PlannedReminder.key`."""
    return {
        key.partition(" ")[0]
        for kind, key in told
        if kind in kinds and (kind == NoticeKind.KICK_OFF or key.endswith(_until(deadline)))
    }


def _told(period: ReviewPeriod) -> Told:
    """The kind and key of the round's reminders by person and post."""
    found: Told = defaultdict(list)
    rows = Notice.objects.filter(period=period, kind__in=REMINDERS).order_by()
    for person, owner, kind, key in rows.values_list("person", "owner", "kind", "key"):
        found[person, owner].append((kind, key))
    return found


def _turned_off() -> set[int]:
    return set(MailPreference.objects.filter(reminders=False).values_list("person", flat=True))


def not_reminded(on: date) -> set[int]:
    """Who is told nothing today: they had their mail, or want none."""
    had_mail = Mail.objects.filter(kind=MailKind.DIGEST, on=on).exclude(pk__in=Mail.objects.waiting())
    return {*had_mail.values_list("person", flat=True), *_turned_off()}


def _unsent(period: ReviewPeriod, on: date) -> QuerySet[KeyActivity]:
    """The activities of which the round has no update, due or not. Sent late, for a later period, is sent too."""
    sent = ProgressUpdate.objects.filter(period__starts__gte=period.starts).exclude(stage=Stage.DRAFT).since_reopening()
    asked = KeyActivity.objects.filter(strategy=period.strategy_id).standing(on).asked_in(period)
    return asked.exclude(pk__in=sent.values("activity"))


def _left(period: ReviewPeriod, on: date, owners: Collection[int] | None) -> dict[int, list[Left]]:
    """What each post, of all or of those named, has left to send."""
    found: dict[int, list[Left]] = defaultdict(list)
    rows = _unsent(period, on) if owners is None else _unsent(period, on).filter(owner__in=owners)
    ids = list(rows.values_list("pk", flat=True))
    if not ids:
        return found
    drafts = {row.activity_id: row for row in ProgressUpdate.objects.open().filter(activity__in=ids)}
    for standing in sorted(standings(ids, period).values(), key=lambda each: each.activity.order):
        if standing.is_due(on):
            left = Left(standing.activity, drafts.get(standing.activity.pk))
            found[standing.activity.owner_id].append(left)
    return found


def _deadlines(period: ReviewPeriod, owners: Collection[int]) -> dict[int, Deadline]:
    """Each post's deadline, its longest extension included."""
    opened_on, known_on = _windows(period)
    usual = Deadline(opened_on, known_on, period.submission_closes)
    found = dict.fromkeys(owners, usual)
    for extension in period.extensions.filter(owner__in=owners).order_by("until", "granted_at"):
        if extension.until > found[extension.owner_id].day:
            granted_on = timezone.localdate(extension.granted_at)
            found[extension.owner_id] = Deadline(opened_on, granted_on, extension.until)
    return found


def _windows(period: ReviewPeriod) -> tuple[date, date]:
    """From when updates are taken, and since when the round's deadline stands; without history, since then."""
    kinds = (EventKind.PERIOD_OPENED, EventKind.WINDOWS_CHANGED)
    moves = [
        (kind, timezone.localdate(at), after.get("submission_closes"))
        for kind, at, after in period.events.filter(kind__in=kinds).order_by("at").values_list("kind", "at", "after")
    ]
    opened = [day for kind, day, _ in moves if kind == EventKind.PERIOD_OPENED]
    known = [day for _, day, closes in moves if closes == str(period.submission_closes)]
    opened_on = max([period.submission_opens, *opened[-1:]])
    return opened_on, known[-1] if known else opened_on


def holders_of_each(owners: Collection[int], on: date) -> dict[int, tuple[User, ...]]:
    """Who holds each post on a day and can sign in, deputies included."""
    found: dict[int, dict[int, User]] = defaultdict(dict)
    held = Holding.objects.current(on).filter(owner__in=owners, user__is_active=True)
    for row in held.select_related("user").order_by("user__email"):
        found[row.owner_id][row.user_id] = row.user
    return defaultdict(tuple, {owner: tuple(people.values()) for owner, people in found.items()})
