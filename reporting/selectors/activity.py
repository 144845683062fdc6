"""The page of one key activity: how it stands, what was said, what was promised, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from accounts.querysets import Asker
from aims.choices import Mark, Rag, State
from aims.models import KeyActivity, ProgressUpdate, ReviewPeriod
from aims.querysets import sees_live
from aims.rules.wording import long_date
from aims.selectors.evidence import FileLine, files_of
from reporting.choices import Direction
from reporting.models import Position
from reporting.selectors.dates import PromisedDate, promises_of
from reporting.selectors.exceptions import reasons_of
from reporting.selectors.funding import moment_at
from reporting.selectors.history import Entry, history_of
from reporting.selectors.money import Money, money_of_activity
from reporting.selectors.periods import own_round, round_name, shown_period
from reporting.selectors.succession import Place, place_in_strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A status with its words, as `_status_tag.html` takes it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one approved update says; `through` names the body whose program reported it, "" where a person did."""

    pk: int
    period: str
    as_at: date
    tag: Tag | None
    forecast: Tag | None
    suggested: Tag | None
    suggestion_reason: str
    narrative: str
    exempt: str
    reasons: Sequence[tuple[str, str]]
    ask: str
    evidence: str
    is_no_change: bool
    through: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How the activity stands in the period shown; `carried` is set, and nothing was told, where no update counts."""

    tag: Tag
    carried: Tag | None
    direction: Direction
    long_direction: Direction
    was: str
    overdue_milestones: int
    told: Told | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier review of the activity; `told` is None where an update was due and none came."""

    period: str
    starts: date
    told: Told | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """The activity before or after this one."""

    number: str
    wording: str
    url: str


@dataclass(frozen=True, slots=True)
class Taking:
    """A place where an activity is delivered, or an organisation that contributes to it."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityPage:
    """Everything on the page of an activity; `stand` is None where no period that the person may see knows it."""

    facts: Sequence[str]
    place: Place
    places: Sequence[Taking]
    contributors: Sequence[Taking]
    may_update: bool
    keeps_dates: bool
    stand: Stand | None
    money: Money
    promises: Sequence[PromisedDate]
    files: Sequence[FileLine]
    earlier: Sequence[Earlier]
    history: Sequence[Entry]
    previous: Neighbour | None
    next: Neighbour | None

    @property
    def has_dates(self) -> bool:
        """Whether any date was ever promised."""
        return any(promise.agreed for promise in self.promises)


def activity_page(activity: KeyActivity, user: Asker, on: date) -> ActivityPage:
    """One activity as a person may see it, a partner's own live; about twelve queries beyond the activity."""
    shown = shown_period(user)
    period = own_round(activity.owner.organisation.slug, user) or shown
    day = period.position_as_at(on) if period else on
    reads_exempt = user.is_authenticated and user.has_perm("aims.see_exempt", activity)
    stand = _stand(activity, period, reads_exempt, reads_exempt or sees_live(user)) if period else None
    counting = stand.told.pk if stand and stand.told else None
    return ActivityPage(
        facts=_facts(period, day),
        place=place_in_strategy(activity, user),
        places=[Taking(each.name, reverse("place", args=[each.slug])) for each in activity.places.all()],
        contributors=[
            Taking(each.name, reverse("organisation", args=[each.slug])) for each in activity.contributors.all()
        ],
        may_update=activity.stands_on(on) and user.is_authenticated and user.has_perm("aims.write_update", activity),
        keeps_dates=user.is_authenticated and user.has_perm("aims.keep_dates", activity),
        stand=stand,
        money=money_of_activity(activity, moment_at(shown, user)),
        promises=_promises(activity, period, user, day, on),
        files=[file for file in files_of(activity, user, on) if not file.withdrawn],
        earlier=_earlier(activity, period, counting, user, on, reads_exempt),
        history=history_of(activity, user, on),
        previous=_neighbour(activity, user, "-order", order__lt=activity.order),
        next=_neighbour(activity, user, "order", order__gt=activity.order),
    )


def _facts(period: ReviewPeriod | None, day: date) -> list[str]:
    if period is None:
        return ["No review has been published yet"]
    return [f"Position at {long_date(day)}", round_name(period)]


def _promises(
    activity: KeyActivity, period: ReviewPeriod | None, user: Asker, day: date, today: date
) -> Sequence[PromisedDate]:
    """As they stand now for who sees the round live, else as they stood when it closed: before any did, none."""
    if period is None and not sees_live(user):
        return []
    return promises_of(activity, user, day, period.closed_at if period else None, today)


def _stand(activity: KeyActivity, period: ReviewPeriod, reads_exempt: bool, reads_evidence: bool) -> Stand | None:
    """In a period that the person may see."""
    found = Position.objects.filter(activity=activity, period=period)
    position = found.select_related("update__period", "update__via__organisation").first()
    return stand_of(position, reads_exempt, reads_evidence) if position else None


def stand_of(position: Position, reads_exempt: bool, reads_evidence: bool) -> Stand:
    """How an activity stands by its position, which brings its update along, for whoever may read that much."""
    mark, was = Mark(position.mark), position.previous_mark
    return Stand(
        tag=Tag(value=mark.value, label=mark.label),
        carried=_status(position.state, position.rag) if mark == Mark.NO_UPDATE else None,
        direction=Direction(position.direction),
        long_direction=Direction(position.long_direction),
        was=f"was {Mark(was).label}" if was and was != mark else "",
        overdue_milestones=position.overdue_milestones,
        told=told_of(position.update, reads_exempt, reads_evidence) if position.update else None,
    )


def _status(state: str | None, rag: str | None) -> Tag | None:
    """The rating where there is one, else the state; None where nothing was ever reported."""
    if rag:
        return Tag(value=rag, label=Rag(rag).label)
    return Tag(value=state, label=State(state).label) if state else None


def _earlier(
    activity: KeyActivity,
    shown: ReviewPeriod | None,
    counting: int | None,
    user: Asker,
    on: date,
    reads_exempt: bool,
) -> list[Earlier]:
    """What was told in each period, and where nothing came; the latest first, two queries."""
    updates = (
        ProgressUpdate.objects.visible_to(user, on)
        .approved()
        .filter(activity=activity)
        .select_related("period", "via__organisation")
        .order_by("-period__starts", "-as_at", "-submitted_at")
        .distinct("period__starts")
    )
    reads_evidence = reads_exempt or sees_live(user)
    told = [
        Earlier(each.period.label, each.period.starts, told_of(each, reads_exempt, reads_evidence))
        for each in updates
        if each.pk != counting
    ]
    missed = Position.objects.visible_to(user).without_update().filter(activity=activity).exclude(period=shown)
    silent = [Earlier(label, starts, None) for label, starts in missed.values_list("period__label", "period__starts")]
    return sorted([*told, *silent], key=lambda each: each.starts, reverse=True)


def told_of(update: ProgressUpdate, reads_exempt: bool, reads_evidence: bool) -> Told:
    """What an update says, for whoever may read that much."""
    return Told(
        pk=update.pk,
        period=update.period.label,
        as_at=update.as_at,
        tag=_status(update.state, update.rag),
        forecast=_rag(update.forecast_rag),
        suggested=_rag(update.suggested_rag),
        suggestion_reason=update.suggestion_reason,
        narrative=update.narrative,
        exempt=update.exempt_narrative if reads_exempt else "",
        reasons=reasons_of(update),
        ask=update.ask,
        evidence=update.evidence if reads_evidence else "",
        is_no_change=update.is_no_change,
        through=update.via.signature if update.via else "",
    )


def _rag(value: str | None) -> Tag | None:
    return Tag(value=value, label=Rag(value).label) if value else None


def _neighbour(activity: KeyActivity, user: Asker, order: str, **beyond: list[int]) -> Neighbour | None:
    found = KeyActivity.objects.visible_to(user).filter(retired_on__isnull=True, **beyond).order_by(order).first()
    if found is None:
        return None
    return Neighbour(number=found.number, wording=found.description, url=found.get_absolute_url())
