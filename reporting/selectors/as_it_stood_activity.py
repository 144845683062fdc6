"""One key activity as it stood on an earlier day: its status, what was said, promised, paid, and what had happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.querysets import Asker
from aims.choices import Kind, Role
from aims.models import KeyActivity, ProgressUpdate
from aims.querysets import sees_live
from aims.selectors.wording import Post, words_at
from reporting.models import Position
from reporting.selectors.activity import Earlier, Stand, stand_of, told_of
from reporting.selectors.as_it_stood import facts_then, link_then, moment_then, round_then
from reporting.selectors.as_it_stood_when import Then
from reporting.selectors.dates import PromisedDate, promises_of
from reporting.selectors.history import Entry, history_of
from reporting.selectors.money import Money, money_of_activity
from reporting.selectors.wall import Part
from reporting.summaries.then import Within, positions_then


@dataclass(frozen=True, slots=True)
class Reads:
    """Of what was told of an activity, what a person may read beyond what everybody may."""

    exempt: bool
    evidence: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PastActivity:
    """All of it, in the words of the day; `stand` is None where the activity was not in the strategy then."""

    then: Then
    number: str
    wording: str
    aim: Part
    objective: Part
    facts: Sequence[str]
    owner: Post
    role: Role
    kind: Kind
    stand: Stand | None
    money: Money
    promises: Sequence[PromisedDate]
    earlier: Sequence[Earlier]
    history: Sequence[Entry]

    @property
    def has_dates(self) -> bool:
        """Whether any date was promised by then."""
        return any(promise.agreed for promise in self.promises)


def activity_then(activity: KeyActivity, then: Then, user: Asker, today: date) -> PastActivity:
    """The activity, which brings its objective, aim and post along; about fifteen queries.

    What a person may read follows from the posts held today.
    """
    words, reads = words_at(then.period, then.told_until), _reads(activity, user)
    position = _position(activity, then)
    objective = activity.objective
    return PastActivity(
        then=then,
        number=activity.number,
        wording=words.description(activity.pk, activity.description),
        aim=Part(objective.aim.number, str(objective.aim), link_then("aim", then.on)(objective.aim.number)),
        objective=Part(
            objective.number,
            words.statement(objective.pk, objective.statement),
            link_then("objective", then.on)(objective.number),
        ),
        facts=facts_then(then),
        owner=words.post(activity.pk, Post(activity.owner.title, activity.owner.organisation.name)),
        role=words.role(activity.pk, Role(activity.role)),
        kind=words.kind(activity.pk, Kind(activity.kind)),
        stand=stand_of(position, reads.exempt, reads.evidence) if position else None,
        money=money_of_activity(activity, moment_then(then)),
        promises=promises_of(activity, user, then.as_at, then.known, today, then.period),
        earlier=_earlier(activity, then, position, user, reads, today),
        history=history_of(activity, user, today, then.told_until),
    )


def _reads(activity: KeyActivity, user: Asker) -> Reads:
    exempt = user.is_authenticated and user.has_perm("aims.see_exempt", activity)
    return Reads(exempt, exempt or sees_live(user))


def _position(activity: KeyActivity, then: Then) -> Position | None:
    """The position with its update; three queries at most."""
    found = positions_then(round_then(then), Within([activity.pk], [activity.objective_id]))
    position = next(iter(found), None)
    if position and position.update_id:
        position.update = ProgressUpdate.objects.select_related("period", "via__organisation").get(
            pk=position.update_id
        )
    return position


def _earlier(
    activity: KeyActivity, then: Then, position: Position | None, user: Asker, reads: Reads, today: date
) -> list[Earlier]:
    """What had been told in each period, and where nothing came, the latest first; two queries."""
    updates = (
        ProgressUpdate.objects.visible_to(user, today)
        .approved()
        .filter(activity=activity, approved_at__lte=then.told_until, period__starts__lte=then.period.starts)
        .select_related("period", "via__organisation")
        .order_by("-period__starts", "-as_at", "-submitted_at")
        .distinct("period__starts")
    )
    counting = position.update_id if position else None
    told = [
        Earlier(each.period.label, each.period.starts, told_of(each, reads.exempt, reads.evidence))
        for each in updates
        if each.pk != counting
    ]
    missed = (
        Position.objects.visible_to(user)
        .without_update()
        .filter(activity=activity, period__starts__lt=then.period.starts)
        .values_list("period__label", "period__starts")
    )
    silent = [Earlier(label, starts, None) for label, starts in missed]
    return sorted([*told, *silent], key=lambda each: each.starts, reverse=True)
