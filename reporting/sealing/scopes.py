"""The lines of the organisations, places and roles, with the activities that each counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from aims.choices import Role
from reporting.choices import LineKind, Scope
from reporting.lines import Line, keyed
from reporting.lines.rows import ActivityLine, ScopeLine
from reporting.sealing.sums import sums_by_key, sums_of_nothing
from reporting.sealing.telling import Telling

KINDS = {Scope.ORGANISATION: LineKind.ORGANISATION, Scope.PLACE: LineKind.PLACE, Scope.ROLE: LineKind.ROLE}


class Members:
    """The numbers of the activities that each scope counts, noted as their lines go by."""

    def __init__(self) -> None:
        self._numbers: defaultdict[tuple[Scope, str], list[str]] = defaultdict(list)

    def noted(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The lines of activities as they come."""
        for line in lines:
            self._note(line.row)
            yield line

    def _note(self, activity: ActivityLine) -> None:
        self._numbers[Scope.ORGANISATION, activity.post.organisation.slug].append(activity.number)
        self._numbers[Scope.ROLE, activity.role.value].append(activity.number)
        for place in activity.places:
            self._numbers[Scope.PLACE, place.slug].append(activity.number)

    def of(self, scope: Scope, key: str) -> tuple[str, ...]:
        """Those of one scope, in the order of the strategy."""
        return tuple(self._numbers.get((scope, key), ()))


def scope_lines(telling: Telling, members: Members) -> Iterator[Line]:
    """Every organisation that answers for something, every place and every role; three queries."""
    nothing = sums_of_nothing(telling.period.strategy.thresholds)
    for scope, kind in KINDS.items():
        sums = sums_by_key(telling, scope)
        for slug, name in _named(telling, scope):
            counted = members.of(scope, slug)
            if counted or scope != Scope.ORGANISATION:
                row = ScopeLine(slug=slug, name=name, activities=counted, sums=sums.get(slug, nothing))
                yield keyed(kind, row)


def _named(telling: Telling, scope: Scope) -> list[tuple[str, str]]:
    """The reference and name of every member of a scope, by name; roles in their own order."""
    if scope == Scope.ROLE:
        return [(role.value, role.label) for role in Role]
    known = telling.bodies if scope == Scope.ORGANISATION else telling.places
    return sorted(((each.slug, each.name) for each in known.values()), key=lambda each: (each[1], each[0]))
