"""What changed of the strategy itself between two reviews: added, retired, reworded, given to another post."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aims.choices import ChangeKind
from aims.models import KeyActivity, Objective, ReviewPeriod, StrategyChange
from aims.selectors.naming import Difference, Names, differences_of, names_for
from aims.selectors.wording import Words

# The field that each list tells of; places and contributors are in the log of changes alone.
TOLD = {
    "reworded": ("statement", "description"),
    "owner changed": ("owner",),
    "role or kind changed": ("role", "kind"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyLine:
    """One objective or activity; what was added or retired has no differences, and a note where it moved."""

    number: str
    wording: str
    url: str
    note: str
    reason: str
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class StrategyList:
    """One list of what changed; its anchor and heading."""

    label: str
    lines: Sequence[StrategyLine]

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return self.label.replace(" ", "-")


@dataclass(slots=True)
class Net:
    """What all changes of one objective or activity come to between two reviews."""

    subject: Objective | KeyActivity
    kinds: set[str] = field(default_factory=set)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    def take(self, change: StrategyChange) -> None:
        """Add one change, in the order in which they take effect."""
        self.kinds.add(change.kind)
        if change.kind == ChangeKind.CHANGED:
            self.before = {**change.before, **self.before}
            self.after |= change.after
        if change.reason not in self.reasons:
            self.reasons.append(change.reason)

    def changed(self, fields: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The fields that differ in the end, before and after."""
        names = [name for name in fields if name in self.before and self.before[name] != self.after[name]]
        return {name: self.before[name] for name in names}, {name: self.after[name] for name in names}


def strategy_lists(period: ReviewPeriod, before: ReviewPeriod, words: Words) -> list[StrategyList]:
    """Every list that is not empty; one query, at most three more for names."""
    nets = [net for net in _nets(period, before) if _was_ever_told(net)]
    names = names_for(terms for net in nets for terms in (net.before, net.after))
    lists = [
        StrategyList("added", [_joined(net, words) for net in nets if ChangeKind.ADDED in net.kinds]),
        StrategyList("retired", [_left(net, words) for net in nets if ChangeKind.RETIRED in net.kinds]),
    ]
    stayed = [net for net in nets if net.kinds == {ChangeKind.CHANGED}]
    for label, fields in TOLD.items():
        lines = [_line(net, words, differences=found) for net, found in _differing(stayed, fields, names)]
        lists.append(StrategyList(label, lines))
    return [each for each in lists if each.lines]


def _nets(period: ReviewPeriod, before: ReviewPeriod) -> list[Net]:
    changes = (
        StrategyChange.objects.applied()
        .filter(
            effective__strategy=period.strategy_id,
            effective__starts__gt=before.starts,
            effective__starts__lte=period.starts,
        )
        .select_related("activity__supersedes", "objective__supersedes")
        .prefetch_related("activity__successors", "objective__successors")
        .order_by("effective__starts", "pk")
    )
    found: dict[tuple[bool, int], Net] = {}
    for change in changes:
        subject = change.activity or change.objective
        if subject:
            found.setdefault((change.activity is None, subject.pk), Net(subject)).take(change)
    return sorted(found.values(), key=lambda net: net.subject.order)


def _was_ever_told(net: Net) -> bool:
    """Not of what was added and retired again for the same review."""
    return net.subject.added_on is None or net.subject.added_on != net.subject.retired_on


def _differing(nets: Iterable[Net], fields: Iterable[str], names: Names) -> list[tuple[Net, list[Difference]]]:
    pairs = [(net, differences_of(*net.changed(fields), names)) for net in nets]
    return [(net, found) for net, found in pairs if found]


def _joined(net: Net, words: Words) -> StrategyLine:
    former = net.subject.supersedes
    return _line(net, words, note=f"succeeds {former.number}" if former else "")


def _left(net: Net, words: Words) -> StrategyLine:
    successors = ", ".join(row.number for row in net.subject.successors.all() if row.added_on != row.retired_on)
    return _line(net, words, note=f"succeeded by {successors}" if successors else "")


def _line(net: Net, words: Words, note: str = "", differences: Sequence[Difference] = ()) -> StrategyLine:
    subject = net.subject
    if isinstance(subject, KeyActivity):
        wording = words.description(subject.pk, subject.description)
    else:
        wording = words.statement(subject.pk, subject.statement)
    return StrategyLine(
        number=subject.number,
        wording=wording,
        url=subject.get_absolute_url(),
        note=note,
        reason=". ".join(reason.rstrip(".") for reason in net.reasons),
        differences=differences,
    )
