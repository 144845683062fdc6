"""The round as the performance office sees it: how far every update has come, live from the tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from django.db.models import Max
from django.urls import reverse

from accounts.models import Holding, Owner, User
from aims.choices import Completion, EventKind, PeriodState, Stage
from aims.models import Event, Extension, KeyActivity, ProgressUpdate, ReviewPeriod
from aims.rules import SENT, TO_SEND, completion_of, is_due
from aims.selectors.facts import NEVER_TOLD, outcomes


@dataclass(frozen=True, slots=True)
class Line:
    """One activity in the round.

    `is_open`: an update of this round waits, as a draft or for sign-off. `is_late`: one was written after the deadline,
    for the next round. `is_silent`: it is due and has no update that counts.
    """

    number: str
    order: tuple[int, ...]
    description: str
    aim: str
    owner: int
    completion: Completion
    is_open: bool
    is_late: bool
    is_silent: bool

    @property
    def url(self) -> str:
        """The activity's page."""
        return reverse("activity", args=[self.number])


@dataclass(frozen=True, slots=True)
class Tally:
    """How many activities stand at each state of completion."""

    counts: dict[Completion, int]

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Tally:
        """Counts each line once; a state that none has counts 0."""
        found = Counter(line.completion for line in lines)
        return cls({completion: found[completion] for completion in Completion})

    @property
    def total(self) -> int:
        """All that the round asks for or has got; what is no longer due stands apart."""
        return sum(self.counts.values()) - self.not_due

    @property
    def sent(self) -> int:
        """Submitted and approved."""
        return sum(self.counts[each] for each in SENT)

    @property
    def to_send(self) -> int:
        """Not started, drafts and returned."""
        return sum(self.counts[each] for each in TO_SEND)

    @property
    def approved(self) -> int:
        """What counts already."""
        return self.counts[Completion.APPROVED]

    @property
    def not_due(self) -> int:
        """Complete, cancelled or deferred before this round, and nothing written since."""
        return self.counts[Completion.NOT_DUE]

    @property
    def cells(self) -> list[int]:
        """The counts of the five states in their order, as a table prints them."""
        return [self.counts[each] for each in Completion if each != Completion.NOT_DUE]


@dataclass(frozen=True, slots=True)
class Scope:
    """An aim or an organisation with its counts; `key` is what a filter calls it."""

    key: str
    label: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Post:
    """An owner post in the round; `extended` is None where its deadline is the round's."""

    owner: Owner
    people: tuple[User, ...]
    deadline: date
    extended: Extension | None
    last_chased: datetime | None
    lines: tuple[Line, ...]
    tally: Tally

    @property
    def to_send(self) -> tuple[Line, ...]:
        """What the round still waits for from this post."""
        return tuple(line for line in self.lines if line.completion in TO_SEND)

    @property
    def late(self) -> tuple[Line, ...]:
        """What was written after the deadline."""
        return tuple(line for line in self.lines if line.is_late)


@dataclass(frozen=True, slots=True)
class Desk:
    """The whole round on one page."""

    period: ReviewPeriod
    days_left: int
    tally: Tally
    aims: tuple[Scope, ...]
    organisations: tuple[Scope, ...]
    posts: tuple[Post, ...]
    extensions: tuple[Extension, ...]

    @property
    def handed_on(self) -> int:
        """How many updates would go to the next round, were this one closed now."""
        return sum(line.is_open for post in self.posts for line in post.lines)

    @property
    def silent(self) -> int:
        """How many activities would count as "no update", were the round closed now."""
        return sum(line.is_silent for post in self.posts for line in post.lines)


def desk_of(period: ReviewPeriod, on: date) -> Desk:
    """The state of completion of every standing activity; eight queries whatever their number."""
    rows = _activities(period, on)
    lines = _lines(rows, period, on)
    owners = {row.owner_id: row.owner for row in rows}
    titles = {row.objective.aim.number: row.objective.aim.title for row in rows}
    extensions = tuple(period.extensions.select_related("owner__organisation", "granted_by"))
    posts = _posts(period, owners, lines, extensions, on)
    bodies = dict(sorted({(o.organisation.slug, o.organisation.name) for o in owners.values()}, key=itemgetter(1)))
    return Desk(
        period=period,
        days_left=(period.submission_closes - on).days,
        tally=Tally.of(lines),
        aims=_scopes(titles, lines, lambda line: line.aim),
        organisations=_scopes(bodies, lines, lambda line: owners[line.owner].organisation.slug),
        posts=tuple(posts),
        extensions=extensions,
    )


def posts_to_ask(period: ReviewPeriod, on: date, only: Collection[int] | None = None) -> list[Post]:
    """The posts that still have to send something, all or those of these ids, in the order of their names."""
    rows = [row for row in _activities(period, on) if only is None or row.owner_id in only]
    owners = {row.owner_id: row.owner for row in rows}
    extensions = period.extensions.select_related("owner__organisation", "granted_by")
    return [post for post in _posts(period, owners, _lines(rows, period, on), extensions, on) if post.to_send]


def next_to_open() -> list[ReviewPeriod]:
    """The scheduled rounds of the strategy in force, the earliest first."""
    scheduled = ReviewPeriod.objects.filter(strategy__is_in_force=True, state=PeriodState.SCHEDULED)
    return list(scheduled.select_related("strategy").order_by("starts"))


def last_closed() -> ReviewPeriod | None:
    """The round of the strategy in force that was closed last."""
    closed = ReviewPeriod.objects.filter(strategy__is_in_force=True, state=PeriodState.CLOSED)
    return closed.order_by("-starts").first()


def under_way() -> ReviewPeriod | None:
    """The round that is open or being closed in the strategy in force."""
    rows = ReviewPeriod.objects.filter(strategy__is_in_force=True, state__in=[PeriodState.OPEN, PeriodState.CLOSING])
    return rows.select_related("strategy").first()


def _activities(period: ReviewPeriod, on: date) -> list[KeyActivity]:
    rows = KeyActivity.objects.filter(strategy=period.strategy_id).standing(on).asked_in(period)
    return list(rows.select_related("objective__aim", "owner__organisation").order_by("order"))


def _lines(rows: Collection[KeyActivity], period: ReviewPeriod, on: date) -> list[Line]:
    earlier = ProgressUpdate.objects.filter(activity__strategy=period.strategy_id, period__ends__lt=period.starts)
    before = outcomes(earlier)
    opened, late = _open_updates(period)
    counting = set(period.updates.approved().values_list("activity", flat=True))
    approved = set(period.updates.approved().since_reopening().values_list("activity", flat=True))
    day = period.position_as_at(on)
    found = []
    for row in rows:
        due = is_due(row.retired_on, *before.get(row.pk, NEVER_TOLD), day)
        stage, returned = opened.get(row.pk, (None, False))
        state = completion_of(due=due, open_stage=stage, has_return_note=returned, has_approved=row.pk in approved)
        is_silent = due and row.pk not in counting
        found.append(_line(row, state, is_open=bool(stage), is_late=row.pk in late, is_silent=is_silent))
    return found


def _line(row: KeyActivity, completion: Completion, **facts: bool) -> Line:
    return Line(
        number=row.number,
        order=tuple(row.order),
        description=row.description,
        aim=row.objective.aim.number,
        owner=row.owner_id,
        completion=completion,
        **facts,
    )


def _open_updates(period: ReviewPeriod) -> tuple[dict[int, tuple[Stage, bool]], set[int]]:
    """By activity the stage of the round's open update and whether it was returned; and those written too late."""
    rows = ProgressUpdate.objects.open().filter(
        activity__strategy=period.strategy_id, period__starts__gte=period.starts
    )
    told = list(rows.values_list("activity", "period", "stage", "return_note", "return_notes"))
    own = {
        activity: (Stage(stage), bool(note or notes))
        for activity, where, stage, note, notes in told
        if where == period.pk
    }
    return own, {activity for activity, where, *_ in told if where != period.pk}


def _posts(
    period: ReviewPeriod, owners: dict[int, Owner], lines: Iterable[Line], extensions: Iterable[Extension], on: date
) -> list[Post]:
    by_owner: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_owner[line.owner].append(line)
    granted = _longest(extensions)
    people, chased = _holders(owners, on), _last_chased(period)
    found = [
        Post(
            owner=owner,
            people=tuple(people[pk]),
            deadline=max(period.submission_closes, granted[pk].until if pk in granted else period.submission_closes),
            extended=granted.get(pk),
            last_chased=chased.get(pk),
            lines=tuple(by_owner[pk]),
            tally=Tally.of(by_owner[pk]),
        )
        for pk, owner in owners.items()
    ]
    return sorted(found, key=lambda post: (post.owner.title, post.owner.organisation.name))


def _longest(extensions: Iterable[Extension]) -> dict[int, Extension]:
    """By post the extension that reaches furthest."""
    return {extension.owner_id: extension for extension in sorted(extensions, key=lambda each: each.until)}


def _holders(owners: Collection[int], on: date) -> dict[int, list[User]]:
    """Who answers for each post on a day and can sign in, deputies after the holders."""
    rows = Holding.objects.current(on).filter(owner__in=owners, user__is_active=True).select_related("user")
    found: dict[int, list[User]] = defaultdict(list)
    for holding in rows.order_by("is_deputy", "user__name"):
        if holding.user not in found[holding.owner_id]:
            found[holding.owner_id].append(holding.user)
    return found


def _last_chased(period: ReviewPeriod) -> dict[int, datetime]:
    rows = Event.objects.filter(kind=EventKind.CHASED, period=period, owner__isnull=False).order_by()
    answer: dict[int, Any] = dict(rows.values_list("owner").annotate(last=Max("at")))
    return answer


def _scopes(labels: dict[str, str], lines: Iterable[Line], key_of: Callable[[Line], str]) -> tuple[Scope, ...]:
    """The counts by what a line belongs to, in the order of the labels."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[key_of(line)].append(line)
    return tuple(Scope(key, label, Tally.of(found[key])) for key, label in labels.items())
