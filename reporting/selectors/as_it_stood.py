"""The overview, an aim and an objective as they stood on an earlier day, from the append-only history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum

from aims.choices import Mark
from aims.models import Aim, DateChangeRequest, KeyActivity, Objective, ProgressUpdate, ReviewPeriod
from aims.rules import Thresholds
from aims.rules.wording import long_date
from aims.selectors.wording import Words, words_at
from reporting.choices import Direction, LineKind, Scope
from reporting.lines import read_line
from reporting.lines.rows import Sums
from reporting.locks import ScopeKey
from reporting.models import Position, Review, SealedLine
from reporting.selectors.as_it_stood_when import Then
from reporting.selectors.behind import Behind, behind_in
from reporting.selectors.exceptions import BoardException, Case, in_order
from reporting.selectors.funding import Moment, allocations_at
from reporting.selectors.money import Money, payers_of, within_aim, within_objective
from reporting.selectors.periods import round_name
from reporting.selectors.picture import Picture, blocks_of, picture_of
from reporting.selectors.since import since_when
from reporting.selectors.standings import POSITION, Standing, addresses, standings_among
from reporting.selectors.wall import Part, WallRow, aim_rows, objective_rows
from reporting.summaries import Round, round_of
from reporting.summaries.then import Within, positions_then, sums_then


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPage:
    """The overview, an aim or an objective on an earlier day; `money` is of a part alone.

    `picture` is None where the part was not in the strategy on that day.
    """

    then: Then
    heading: str
    reference: str
    words: str
    facts: Sequence[str]
    picture: Picture | None
    money: Money | None


@dataclass(frozen=True, slots=True)
class Stood:
    """What stood, of all or of some activities, in the words of the day."""

    then: Then
    words: Words
    positions: Sequence[Position]
    marks: Sequence[Standing]
    sums: Mapping[ScopeKey, Sums]


def stood(then: Then, within: Within | None = None) -> Stood:
    """The positions, their marks and the sums over them; at most ten queries, however many activities there are."""
    round_, words = round_then(then), words_at(then.period, then.told_until)
    found = positions_then(round_, within)
    rows = [tuple(getattr(position, name) for name in POSITION) for position in found]
    marks = standings_among(rows, words, link_then("activity", then.on))
    return Stood(then, words, found, marks, sums_then(round_, thresholds_of(then.period), within))


def round_then(then: Then) -> Round:
    """The round as aggregation saw it; one query."""
    return round_of(then.period, then.as_at, asked=then.told_until)


def thresholds_of(period: ReviewPeriod) -> Thresholds:
    """The limits by which a sealed review was told; of a round not sealed yet, those that stand. One query."""
    lines = SealedLine.objects.filter(kind=LineKind.REVIEW, review__in=Review.objects.filter(period=period))
    sealed = lines.order_by("-review__number").values_list("kind", "key", "public").first()
    found: Thresholds = read_line(*sealed).row.thresholds if sealed else period.strategy.thresholds
    return found


def link_then(name: str, on: date) -> Callable[[str], str]:
    """The page of any numbered part on that day."""
    url = addresses(name)
    return lambda number: f"{url(number)}?on={on.isoformat()}"


def overview_then(then: Then) -> PastPage:
    """The whole strategy; about twenty queries."""
    found = stood(then)
    aims = [Part(aim.number, aim.title, link_then("aim", then.on)(aim.number)) for aim in _aims(then)]
    by_aim = {key: sums for (scope, key), sums in found.sums.items() if scope == Scope.AIM}
    whole = found.sums.get((Scope.STRATEGY, ""))
    wall = aim_rows(aims, _parts(then, found.words, _objectives(then)), found.marks, by_aim)
    return PastPage(
        then=then,
        heading=f"As it stood on {long_date(then.on)}",
        reference="",
        words="",
        facts=facts_then(then),
        picture=picture_of(
            whole,
            found.marks,
            wall=wall,
            exceptions=_exceptions(found),
            behind=behind_in(whole, Scope.STRATEGY, "", "") if whole else None,
        ),
        money=None,
    )


def aim_then(aim: Aim, then: Then) -> PastPage:
    """An aim with its objectives and activities; about fifteen queries."""
    objectives = [each for each in _objectives(then) if each.aim_id == aim.pk]
    picture, money = _part(then, (Scope.AIM, aim.number), objectives, within_aim(aim.number))
    return PastPage(
        then=then,
        heading=aim.title,
        reference=aim.number,
        words=aim.statement,
        facts=facts_then(then),
        picture=picture,
        money=money,
    )


def objective_then(objective: Objective, then: Then) -> PastPage:
    """One objective with its activities; about fifteen queries."""
    standing = [each for each in _objectives(then) if each.pk == objective.pk]
    words = words_at(then.period, then.told_until)
    picture, money = None, None
    if standing:
        scope = (Scope.OBJECTIVE, objective.number)
        picture, money = _part(then, scope, standing, within_objective(objective.number))
    return PastPage(
        then=then,
        heading=words.statement(objective.pk, objective.statement),
        reference=objective.number,
        words="",
        facts=facts_then(then),
        picture=picture,
        money=money,
    )


def facts_then(then: Then) -> list[str]:
    """Which round it was, and how far it had come."""
    if then.closed_at:
        return [round_name(then.period), f"position at {long_date(then.as_at)}", "closed by then"]
    return [round_name(then.period), "under way"]


def moment_then(then: Then) -> Moment:
    """Until when money is told."""
    return Moment(then.period, then.known, False)


def _part(then: Then, scope: ScopeKey, objectives: Sequence[Objective], payers: Q) -> tuple[Picture, Money]:
    keys = [each.pk for each in objectives]
    activities = KeyActivity.objects.filter(objective__in=keys).values_list("pk", flat=True)
    found = stood(then, Within(list(activities), keys))
    parts = _parts(then, found.words, objectives)
    by_objective = {key: sums for (kind, key), sums in found.sums.items() if kind == Scope.OBJECTIVE}
    wall: list[WallRow] = objective_rows(parts, found.marks, by_objective)
    blocks = blocks_of({part.number: part for part in parts}, found.marks)
    own = found.sums.get(scope)
    behind = behind_in(own, *scope, "") if own else Behind()
    picture = picture_of(own, found.marks, wall=wall, blocks=blocks, behind=behind)
    return picture, Money(behind, payers_of(payers, moment_then(then)))


def _aims(then: Then) -> Iterable[Aim]:
    return Aim.objects.filter(strategy=then.period.strategy_id).standing(then.as_at)


def _objectives(then: Then) -> list[Objective]:
    """Those in force on the day, as was agreed by then; one query."""
    since = {"changes__applied_at__gt": then.told_until}
    joined = Objective.objects.filter(changes__kind="added", **since)
    left = Objective.objects.filter(changes__kind="retired", **since)
    stands = Q(retired_on__isnull=True) | Q(retired_on__gt=then.as_at) | Q(pk__in=left.values("pk"))
    added = Q(added_on__isnull=True) | Q(added_on__lte=then.as_at)
    rows = Objective.objects.filter(stands, added, strategy=then.period.strategy_id)
    return list(rows.exclude(pk__in=joined.values("pk")).order_by("order"))


def _parts(then: Then, words: Words, objectives: Iterable[Objective]) -> list[Part]:
    url = link_then("objective", then.on)
    return [Part(each.number, words.statement(each.pk, each.statement), url(each.number)) for each in objectives]


def _exceptions(found: Stood) -> list[BoardException]:
    """What the Board would have asked about; five queries."""
    then, marks = found.then, {mark.number: mark for mark in found.marks}
    told = _told(found.positions)
    asking = [position for position in found.positions if position.update_id in told or _is_behind(position)]
    numbers = dict(KeyActivity.objects.filter(pk__in=[each.activity_id for each in asking]).values_list("pk", "number"))
    agreed = DateChangeRequest.objects.agreed().filter(activity__in=numbers, decided_at__lte=then.known)
    moves = dict(agreed.order_by().values_list("activity").annotate(found=Count("pk")))
    paid = allocations_at(moment_then(then)).filter(activity__in=numbers).order_by()
    money = dict(paid.values_list("activity").annotate(found=Sum("amount")))
    since = since_when(then.period, asking)
    return in_order(
        Case(
            standing=marks[numbers[each.activity_id]],
            told=told.get(each.update_id or 0),
            money=money.get(each.activity_id, Decimal(0)),
            since=since.get(each.activity_id),
            overdue_milestones=each.overdue_milestones,
            moves=moves.get(each.activity_id, 0),
        )
        for each in asking
    )


def _told(positions: Iterable[Position]) -> dict[int, ProgressUpdate]:
    """The counting updates that make an exception, or ask something of the Board; one query."""
    counting = {position.update_id: position for position in positions if position.update_id}
    behind = [pk for pk, position in counting.items() if _is_behind(position)]
    rows = ProgressUpdate.objects.filter(Q(ask__gt="") | Q(pk__in=behind), pk__in=counting)
    return {update.pk: update for update in rows}


def _is_behind(position: Position) -> bool:
    worsened = position.mark == Mark.AMBER and position.direction == Direction.WORSE
    return position.mark == Mark.RED or worsened
