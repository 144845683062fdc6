"""The strategy as the performance office keeps it: all of it, with what is proposed, planned and retired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from aims.choices import ChangeKind
from aims.models import Aim, KeyActivity, Objective, ReviewPeriod, Strategy, StrategyChange
from aims.selectors.changelog import LoggedChange, logged, with_subjects
from aims.selectors.terms import reviews_to_tell

ALL, PROPOSED, PLANNED, RETIRED = "all", "proposed", "planned", "retired"
PLANS = {ChangeKind.ADDED: "joins", ChangeKind.CHANGED: "changes", ChangeKind.RETIRED: "leaves"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which activities the tree shows."""

    show: str = ALL
    aim: str = ""
    owner: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything is left out on purpose."""
        return bool(self.show != ALL or self.aim or self.owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One activity; `note` says what is planned of it, or that it has left."""

    pk: int
    number: str
    wording: str
    role: str
    post: str
    is_proposed: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One objective with the activities that are shown; `takes_more` while activities can be added."""

    number: str
    wording: str
    note: str
    takes_more: bool
    leaves: Sequence[Leaf]


@dataclass(frozen=True, slots=True)
class AimBranch:
    """One aim with its objectives."""

    number: str
    title: str
    objectives: Sequence[Branch]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The whole strategy, or what was asked for; `proposed` counts all that is still to be confirmed."""

    aims: Sequence[AimBranch]
    shown: int
    proposed: int
    planned: Sequence[LoggedChange]
    reviews: Sequence[ReviewPeriod]


def strategy_kept() -> Strategy | None:
    """The strategy in force; None before the initial load."""
    return Strategy.objects.in_force().first()


def tree_of(strategy: Strategy, wanted: Wanted) -> Tree:
    """The tree with what is planned; some seven queries, whatever its size."""
    planned = list(with_subjects(StrategyChange.objects.planned().filter(effective__strategy=strategy)))
    notes = _notes(planned)
    leaves = _leaves(strategy, wanted, notes)
    aims = strategy.aims.filter(Q(number=wanted.aim) if wanted.aim else Q()).order_by("order")
    branches = _branches(strategy, wanted, notes, leaves)
    rows = [
        AimBranch(aim.number, aim.title, branches[aim.pk]) for aim in aims if branches[aim.pk] or not wanted.narrows
    ]
    return Tree(
        aims=rows,
        shown=sum(map(len, leaves.values())),
        proposed=strategy.activities.filter(retired_on__isnull=True, is_proposed=True).count(),
        planned=logged(planned),
        reviews=reviews_to_tell(strategy.pk),
    )


def _notes(planned: Sequence[StrategyChange]) -> dict[tuple[bool, int], str]:
    """What is planned of each activity (True) and objective (False), in a few words."""
    found: dict[tuple[bool, int], list[str]] = defaultdict(list)
    for change in planned:
        key = (True, change.activity_id) if change.activity_id else (False, change.objective_id or 0)
        found[key].append(f"{PLANS[ChangeKind(change.kind)]} with {change.effective.label}")
    return {key: ", ".join(dict.fromkeys(words)) for key, words in found.items()}


def _leaves(strategy: Strategy, wanted: Wanted, notes: Mapping[tuple[bool, int], str]) -> dict[int, list[Leaf]]:
    planned = [pk for is_activity, pk in notes if is_activity]
    rows = strategy.activities.filter(_asked(wanted, planned)).select_related("owner__organisation").order_by("order")
    found: dict[int, list[Leaf]] = defaultdict(list)
    for row in rows:
        found[row.objective_id].append(_leaf(row, notes.get((True, row.pk), "")))
    return found


def _asked(wanted: Wanted, planned: Sequence[int]) -> Q:
    shown = {
        ALL: Q(retired_on__isnull=True) | Q(pk__in=planned),
        PROPOSED: Q(retired_on__isnull=True, is_proposed=True),
        PLANNED: Q(pk__in=planned),
        RETIRED: Q(retired_on__isnull=False) & ~Q(pk__in=planned),
    }[wanted.show]
    if wanted.aim:
        shown &= Q(objective__aim__number=wanted.aim)
    return shown & Q(owner__slug=wanted.owner) if wanted.owner else shown


def _leaf(row: KeyActivity, plan: str) -> Leaf:
    return Leaf(
        pk=row.pk,
        number=row.number,
        wording=row.description,
        role=row.get_role_display(),
        post=str(row.owner),
        is_proposed=row.is_proposed,
        note=plan or _left(row),
    )


def _left(row: Objective | KeyActivity) -> str:
    return f"retired on {row.retired_on:%-d %B %Y}" if row.retired_on else ""


def _branches(
    strategy: Strategy,
    wanted: Wanted,
    notes: Mapping[tuple[bool, int], str],
    leaves: Mapping[int, Sequence[Leaf]],
) -> dict[int, list[Branch]]:
    found: dict[int, list[Branch]] = defaultdict(list)
    for row in strategy.objectives.order_by("order"):
        plan = notes.get((False, row.pk), "")
        stands = row.retired_on is None or bool(plan)
        if leaves.get(row.pk) or (stands and not wanted.narrows):
            found[row.aim_id].append(
                Branch(
                    number=row.number,
                    wording=row.statement,
                    note=plan or _left(row),
                    takes_more=stands,
                    leaves=leaves.get(row.pk, ()),
                )
            )
    return found


def activities_kept() -> QuerySet[KeyActivity]:
    """Every activity of the strategy in force, also those that stand on no day yet."""
    return KeyActivity.objects.filter(strategy__is_in_force=True).select_related("objective", "owner__organisation")


def objectives_kept() -> QuerySet[Objective]:
    """Every objective of the strategy in force, also those that stand on no day yet."""
    return Objective.objects.filter(strategy__is_in_force=True).select_related("aim")


def objectives_to_serve() -> QuerySet[Objective]:
    """Those that an activity can be given to: they stand, or are to join."""
    joining = StrategyChange.objects.planned().filter(kind=ChangeKind.ADDED).values("objective")
    return objectives_kept().filter(Q(retired_on__isnull=True) | Q(pk__in=joining))


def aims_kept() -> QuerySet[Aim]:
    """Every aim of the strategy in force."""
    return Aim.objects.filter(strategy__is_in_force=True)
