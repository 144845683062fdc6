"""What the Board should ask about: off track first, then the most money, then the longest so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum

from accounts.querysets import Asker
from aims.choices import Cause, Mark, Rag
from aims.models import DateChangeRequest, ProgressUpdate, ReviewPeriod
from aims.rules.wording import long_date
from aims.selectors.wording import Words
from funding.rules import in_millions
from reporting.choices import Direction
from reporting.lines.rows import ActivityLine, Told
from reporting.models import Position
from reporting.querysets import PositionQuerySet
from reporting.selectors.funding import Moment, allocations_at, moment_at
from reporting.selectors.since import since_when
from reporting.selectors.standings import Standing, standings

ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
SHORT_ANSWERS = ("Cause", "Back on track by")
SUGGESTED = "The dates suggest"
NOT_IN_BRIEF = ("Impact", SUGGESTED)  # the narrative leads to the one, an override repeats the other

Telling = ProgressUpdate | Told


@dataclass(frozen=True, slots=True)
class BoardAnswer:
    """What the Board answered to an ask: "Agreed", in its words, on the day.

    `key` names it among all answers; `earlier` are those that it replaced, in their order.
    """

    reply: str
    text: str
    on: date
    key: int = 0
    earlier: tuple[BoardAnswer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What an exception is made from, live or sealed; `money` is in pounds, `since` the review it first stood so."""

    standing: Standing
    told: Telling | None
    money: Decimal
    since: date | None
    overdue_milestones: int
    moves: int
    exempt: str = ""
    answer: BoardAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardException:
    """One activity for the Board to decide on; `reasons` are sentences, `ask` is empty where nothing is asked.

    `summary` says in a few words why it stands where it does; `exempt` is empty for whoever may not read it.
    """

    standing: Standing
    facts: tuple[str, ...]
    summary: str
    text: str
    reasons: tuple[tuple[str, str], ...]
    ask: str
    exempt: str
    answer: BoardAnswer | None

    @property
    def number(self) -> str:
        """The activity's number."""
        return self.standing.number

    @property
    def title(self) -> str:
        """The activity's wording."""
        return self.standing.wording

    @property
    def url(self) -> str:
        """The activity's page."""
        return self.standing.url

    @property
    def mark(self) -> Mark:
        """How it stands."""
        return self.standing.mark

    @property
    def label(self) -> str:
        """The status in words."""
        return self.mark.label

    @property
    def reasons_in_brief(self) -> tuple[tuple[str, str], ...]:
        """What stands on the overview: short answers first."""
        kept = [reason for reason in self.reasons if reason[0] not in NOT_IN_BRIEF]
        return tuple(sorted(kept, key=lambda reason: reason[0] not in SHORT_ANSWERS))


def exceptions_of(period: ReviewPeriod, user: Asker, words: Words) -> list[BoardException]:
    """The exceptions of a round under way, in its words, in order; ten queries, whatever their number."""
    return exceptions_among(Position.objects.visible_to(user), period, moment_at(period, user), words)


def exceptions_among(
    seen: PositionQuerySet, period: ReviewPeriod, moment: Moment, words: Words
) -> list[BoardException]:
    """The same among some positions, with the money of a moment."""
    positions = seen.filter(period=period).exceptions()
    by_number = {each.number: each for each in standings(positions, words)}
    rows = list(positions.select_related("activity", "update"))
    pks = [row.activity_id for row in rows]
    moves, money, since = _agreed_moves(period, pks), _money(moment, pks), since_when(period, rows)
    return in_order(
        Case(
            standing=by_number[row.activity.number],
            told=row.update,
            money=money.get(row.activity_id, Decimal(0)),
            since=since.get(row.activity_id),
            overdue_milestones=row.overdue_milestones,
            moves=moves.get(row.activity_id, 0),
        )
        for row in rows
    )


def _agreed_moves(period: ReviewPeriod, activities: Iterable[int]) -> dict[int, int]:
    agreed = DateChangeRequest.objects.agreed().filter(activity__in=activities)
    if period.closed_at:
        agreed = agreed.filter(decided_at__lte=period.closed_at)
    return dict(agreed.order_by().values_list("activity").annotate(found=Count("pk")))


def _money(moment: Moment, activities: Iterable[int]) -> dict[int, Decimal]:
    rows = allocations_at(moment).filter(activity__in=activities)
    return dict(rows.order_by().values_list("activity").annotate(found=Sum("amount")))


def is_exception(standing: Standing | ActivityLine, told: Telling | None) -> bool:
    """Off track, newly at risk, or asking something of the Board: as `PositionQuerySet.exceptions`, for one line."""
    worsened = standing.mark == Mark.AMBER and standing.direction == Direction.WORSE
    return standing.mark == Mark.RED or worsened or bool(told and told.ask)


def in_order(cases: Iterable[Case]) -> list[BoardException]:
    """Exceptions ranked by Red, then money at risk, then age; what is alike in the order of the strategy."""
    return [_exception(case) for case in sorted(cases, key=_rank)]


def _rank(case: Case) -> tuple[bool, Decimal, date, list[int]]:
    order = [int(each) for each in case.standing.number.split(".")]
    return case.standing.mark != Mark.RED, -case.money, case.since or date.max, order


def _exception(case: Case) -> BoardException:
    told = case.told
    return BoardException(
        standing=case.standing,
        facts=(*_facts(case), case.standing.post),
        summary=" · ".join(_facts(case)[:2]),
        text=told.narrative if told else "",
        reasons=(*suggestion_of(told), *reasons_of(told)) if told else (),
        ask=told.ask if told else "",
        exempt=case.exempt,
        answer=case.answer,
    )


def _facts(case: Case) -> tuple[str, ...]:
    facts = [_history(case)]
    if case.money:
        facts.append(f"£{in_millions(case.money)}m behind it")
    if case.overdue_milestones:
        facts.append(f"{case.overdue_milestones} overdue milestone{'s' if case.overdue_milestones > 1 else ''}")
    if case.moves:
        facts.append(f"{ORDINALS[case.moves] if case.moves < len(ORDINALS) else f'{case.moves}th'} date change")
    return tuple(facts)


def _history(case: Case) -> str:
    if case.standing.previous is None:
        return "new"
    if case.standing.previous != case.standing.mark:
        return case.standing.was
    return f"since {long_date(case.since)}" if case.since else "as before"


def suggestion_of(update: Telling) -> tuple[tuple[str, str], ...]:
    """What the dates suggested beside the rating, and why; empty where nothing was suggested."""
    if not (update.rag and update.suggested_rag):
        return ()
    return ((SUGGESTED, f"{Rag(update.suggested_rag).label}: {update.suggestion_reason}"),)


def reasons_of(update: Telling) -> tuple[tuple[str, str], ...]:
    """Why delivery is behind and what is done about it, as (word, sentence); what is empty is left out."""
    found = (
        ("Cause", _cause(update)),
        ("Impact", update.impact),
        ("Action", _action(update)),
        ("Back on track by", long_date(update.return_to_green) if update.return_to_green else ""),
        ("Rated better than the dates suggest", _override(update)),
        ("Decision", _decision(update)),
        ("Why it has not started", update.start_reason),
    )
    return tuple((word, sentence) for word, sentence in found if sentence)


def _cause(update: Telling) -> str:
    if not update.cause:
        return ""
    cause = Cause(update.cause)
    return update.cause_detail if cause == Cause.OTHER else cause.label


def _action(update: Telling) -> str:
    by = f", by {long_date(update.action_by)}" if update.action_by else ""
    return f"{update.action} ({update.action_owner}{by})" if update.action else ""


def _override(update: Telling) -> str:
    if not (update.override_reason and update.suggested_rag):
        return ""
    return f"{Rag(update.suggested_rag).label} suggested; {update.override_reason}"


def _decision(update: Telling) -> str:
    if not update.decision_by:
        return ""
    on = f", {long_date(update.decision_on)}" if update.decision_on else ""
    until = f"; until {long_date(update.deferred_until)}" if update.deferred_until else ""
    return f"{update.decision_by}{on}, {update.decision_reference}{until}"
