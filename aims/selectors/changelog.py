"""The log of changes of the strategy: who agreed what, when, why, and from which review on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from aims.choices import ChangeKind
from aims.models import KeyActivity, StrategyChange
from aims.selectors.naming import Difference, Names, differences_of, names_for

PLANNED, IN_FORCE, WITHDRAWN = "Planned", "In force", "Withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedChange:
    """One change; `page` is where its objective or activity is kept, `detail` says more of what has no differences."""

    pk: int
    what: str
    number: str
    wording: str
    page: tuple[str, str]
    who: str
    when: datetime
    effective: str
    reason: str
    status: str
    detail: str
    differences: Sequence[Difference]

    @property
    def is_planned(self) -> bool:
        """Whether it can still be withdrawn."""
        return self.status == PLANNED


def changes_of_strategy(strategy_id: int) -> QuerySet[StrategyChange]:
    """Every change of a strategy, the latest first."""
    return StrategyChange.objects.filter(effective__strategy=strategy_id).order_by("-at", "-pk")


def logged(changes: Iterable[StrategyChange]) -> list[LoggedChange]:
    """The changes in words; three queries more for names at most."""
    rows = list(changes)
    names = names_for(terms for row in rows for terms in (row.before, row.after))
    return [_logged(row, names) for row in rows]


def with_subjects(changes: QuerySet[StrategyChange]) -> QuerySet[StrategyChange]:
    """Brings along what `logged` reads of each."""
    return changes.select_related("effective", "by", "activity__supersedes", "objective__supersedes")


def _logged(change: StrategyChange, names: Names) -> LoggedChange:
    subject = change.activity or change.objective
    is_activity = isinstance(subject, KeyActivity)
    number = subject.number if subject else ""
    return LoggedChange(
        pk=change.pk,
        what=f"{change.get_kind_display()} {'key activity' if is_activity else 'objective'} {number}",
        number=number,
        wording=subject.description if isinstance(subject, KeyActivity) else subject.statement if subject else "",
        page=("strategy-activity" if is_activity else "strategy-objective", number),
        who=change.by.name,
        when=change.at,
        effective=change.effective.label,
        reason=change.reason,
        status=_status(change),
        detail=_detail(change, names),
        differences=differences_of(change.before, change.after, names) if change.kind == ChangeKind.CHANGED else (),
    )


def _status(change: StrategyChange) -> str:
    if change.withdrawn_at:
        return WITHDRAWN
    return IN_FORCE if change.applied_at else PLANNED


def _detail(change: StrategyChange, names: Names) -> str:
    """What an addition says of role, kind and owner, and what it succeeds."""
    if change.kind != ChangeKind.ADDED:
        return ""
    subject = change.activity or change.objective
    former = subject.supersedes if subject else None
    told = [names.of(name, change.after[name]) for name in ("role", "kind", "owner") if name in change.after]
    return ", ".join([*told, *([f"succeeds {former.number}"] if former else [])])
