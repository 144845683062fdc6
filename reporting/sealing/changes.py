"""The lines of what changed since the review before, and of what the Board asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from aims.choices import ChangeKind, DateField
from aims.models import ActionReport, BoardAction, DateChangeRequest, StrategyChange
from aims.rules.differences import Pieces
from reporting.choices import LineKind
from reporting.lines import Line, keyed
from reporting.lines.rows import ActionLine, ChangeLine, DateMoveLine, Differing
from reporting.sealing.telling import CHUNK, Telling
from reporting.selectors.strategy import strategy_lists
from reporting.summaries import known_of


def date_move_lines(telling: Telling) -> Iterator[Line]:
    """Every date agreed anew since the review before closed, in the order of the decisions; one query.

    What an activity took over from the one that it succeeds moved there: counted, and not listed again.
    """
    before = telling.round.previous
    since = known_of(before) if before else None
    so_far: defaultdict[str, int] = defaultdict(int)
    for change in _agreed(telling).iterator(chunk_size=CHUNK):
        number = change.activity.number
        so_far[number] += 1
        if not change.taken_over and (since is None or change.decided_at > since):
            yield keyed(LineKind.DATE_MOVE, _move(change, so_far[number]))


def _agreed(telling: Telling) -> Any:
    joined = StrategyChange.objects.applied().filter(kind=ChangeKind.ADDED, activity=OuterRef("activity"))
    agreed = DateChangeRequest.objects.agreed().filter(
        activity__strategy=telling.period.strategy_id, decided_at__lte=telling.known_at
    )
    return (
        agreed.annotate(taken_over=Exists(joined.filter(applied_at__gt=OuterRef("decided_at"))))
        .select_related("activity", "milestone")
        .order_by("decided_at", "pk")
    )


def _move(change: DateChangeRequest, so_far: int) -> DateMoveLine:
    field = DateField(change.field)
    return DateMoveLine(
        activity=change.activity.number,
        what=f"{field.label} “{change.milestone}”" if change.milestone else field.label,
        previous=change.previous_date,
        agreed=change.proposed_date,
        reason=change.reason,
        agreed_at=change.decided_at,  # type: ignore[arg-type]  # a constraint: what is decided has its instant
        moves_so_far=so_far,
    )


def change_lines(telling: Telling) -> Iterator[Line]:
    """Every change of the strategy since the review before; none in the first."""
    before = telling.round.previous
    for group in strategy_lists(telling.period, before, telling.words) if before else []:
        for found in group.lines:
            row = ChangeLine(
                of=group.label,
                number=found.number,
                wording=found.wording,
                note=found.note,
                reason=found.reason,
                differences=tuple(
                    Differing(field=each.field, label=each.label, before=_text(each.before), after=_text(each.after))
                    for each in found.differences
                ),
            )
            yield keyed(LineKind.CHANGE, row)


def _text(pieces: Pieces) -> str:
    return "".join(piece.text for piece in pieces)


def action_lines(telling: Telling) -> Iterator[Line]:
    """What the Board asked for in earlier reviews: what is open, and what was done since the one before closed.

    Two queries. What was reported done, and then taken back, is open.
    """
    before = telling.round.previous
    since = known_of(before) if before else None
    actions = BoardAction.objects.filter(
        period__strategy=telling.period.strategy_id, period__starts__lt=telling.period.starts, at__lte=telling.known_at
    )
    reports = _last_reports(telling)
    for action in actions.select_related("period", "activity", "owner").order_by("period__starts", "number"):
        report = reports.get(action.pk)
        was_told = report and report.is_done and since and report.at <= since
        if not was_told:
            yield keyed(LineKind.ACTION, _action(telling, action, report))


def _last_reports(telling: Telling) -> dict[int, ActionReport]:
    known = ActionReport.objects.filter(
        Q(action__period__strategy=telling.period.strategy_id), at__lte=telling.known_at
    )
    return {report.action_id: report for report in known.order_by("action_id", "-pk").distinct("action_id")}


def _action(telling: Telling, action: BoardAction, report: ActionReport | None) -> ActionLine:
    return ActionLine(
        reference=action.reference,
        asked_in=action.period.label,
        text=action.text,
        activity=action.activity.number if action.activity else None,
        post=telling.posts[action.owner.slug],
        due_on=action.due_on,
        is_done=bool(report and report.is_done),
        reported=report.text if report else "",
        reported_on=timezone.localdate(report.at) if report else None,
    )
